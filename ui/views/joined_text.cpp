// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/joined_text.h"

#include <algorithm>

#include "ui/text/token_text.h"

namespace driftscope {

namespace {

/// Bytes of the character at the start, by its first byte; 1 for what starts none.
size_t expectedLength(unsigned char first) {
    if (first >= 0xf0 && first <= 0xf4) return 4;
    if (first >= 0xe0) return first < 0xf0 ? 3 : 1;
    return first >= 0xc2 ? 2 : 1;
}

/// The next character of `bytes` as it is shown, and how many bytes it takes.
std::pair<QString, size_t> nextCharacter(std::string_view bytes) {
    const size_t length = expectedLength(static_cast<unsigned char>(bytes[0]));
    if (length > 1 && length <= bytes.size()) {
        const QString shown = plainText(bytes.substr(0, length));
        if (!shown.startsWith(QLatin1String("<0x"))) return {shown, length};
    }
    return {plainText(bytes.substr(0, 1)), 1};
}

}  // namespace

JoinedText joinTokens(const std::vector<std::string>& pieces) {
    std::string bytes;
    for (const std::string& piece : pieces) bytes += piece;
    JoinedText joined;
    std::vector<int> start(bytes.size() + 1), end(bytes.size() + 1);
    for (size_t i = 0; i < bytes.size();) {
        auto [shown, length] = nextCharacter(std::string_view(bytes).substr(i));
        shown.remove(QLatin1Char('\n'));  // lines are broken by the tokens
        shown.replace(QLatin1Char('\t'), QStringLiteral("    "));
        const int at = static_cast<int>(joined.text.size());
        joined.text += shown;
        for (size_t k = 0; k < length; ++k) {
            start[i + k] = at;
            end[i + k] = static_cast<int>(joined.text.size());
        }
        i += length;
    }
    start[bytes.size()] = end[bytes.size()] = static_cast<int>(joined.text.size());
    size_t at = 0;
    for (const std::string& piece : pieces) {
        const int from = start[at];
        const int to = piece.empty() ? from : end[at + piece.size() - 1];
        joined.places.emplace_back(from, to - from);
        at += piece.size();
    }
    return joined;
}

std::vector<int> breakLines(const std::vector<double>& widthsA, const std::vector<double>& widthsB,
                            const std::vector<bool>& canBreak, const std::vector<bool>& mustBreak,
                            double width) {
    std::vector<int> lines;
    const size_t count = std::max(widthsA.size(), widthsB.size());
    const auto at = [](const std::vector<double>& widths, size_t i) {
        return i < widths.size() ? widths[i] : 0;
    };
    double a = 0, b = 0;
    size_t first = 0, good = 0;  // good: where the line could end between words
    for (size_t i = 0; i < count; ++i) {
        const bool start = i == first;
        if (start) lines.push_back(static_cast<int>(first));
        if (!start && canBreak[i]) good = i;
        a += at(widthsA, i);
        b += at(widthsB, i);
        if (!start && std::max(a, b) > width) {
            first = good > first ? good : i;
            a = b = 0;
            i = first - 1;  // again from there, as the next line
        } else if (mustBreak[i]) {
            first = i + 1;
            a = b = 0;
        }
    }
    return lines;
}

}  // namespace driftscope
