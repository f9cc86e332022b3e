// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/unescaped.h"

#include <charconv>

#include "core/data/error.h"

namespace driftscope {

std::string unescaped(std::string_view line, const std::string& where) {
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] != '\\') {
            out += line[i];
            continue;
        }
        const char kind = i + 1 < line.size() ? line[++i] : ' ';
        if (kind == 'n')
            out += '\n';
        else if (kind == 'r')
            out += '\r';
        else if (kind == 't')
            out += '\t';
        else if (kind == '\\')
            out += '\\';
        else {
            unsigned byte = 0;
            const std::string_view digits = line.substr(i + 1, 2);
            const char* const end = digits.end();
            const auto [rest, error] = std::from_chars(digits.begin(), end, byte, 16);
            if (kind != 'x' || digits.size() != 2 || error != std::errc() || rest != end) {
                throw Error(ErrorCode::format, where, "a backslash that stands for nothing",
                            "Write \\n, \\r, \\t, \\xNN or, for a backslash, \\\\");
            }
            out += static_cast<char>(byte);
            i += 2;
        }
    }
    return out;
}

}  // namespace driftscope
