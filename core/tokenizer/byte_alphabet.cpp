// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/byte_alphabet.h"

#include "core/tokenizer/utf8.h"

#include <array>

namespace driftscope {

namespace {

constexpr int alphabet_end = 0x100 + 68;

bool is_own_stand_in(int byte) {
    return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
}

struct Alphabet {
    std::array<std::string, 256> characters;  ///< by byte
    std::array<int, alphabet_end> bytes;      ///< by code point, -1: no stand-in

    Alphabet() {
        bytes.fill(-1);
        int next = 0x100;
        for (int byte = 0; byte < 256; ++byte) {
            const int point = is_own_stand_in(byte) ? byte : next++;
            append_utf8(characters[static_cast<std::size_t>(byte)], static_cast<char32_t>(point));
            bytes[static_cast<std::size_t>(point)] = byte;
        }
    }
};

const Alphabet& alphabet() {
    static const Alphabet table;
    return table;
}

}  // namespace

std::string bytes_to_alphabet(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char byte : bytes) text += alphabet().characters[static_cast<unsigned char>(byte)];
    return text;
}

std::optional<std::string> alphabet_to_bytes(std::string_view text) {
    std::string bytes;
    for (std::size_t pos = 0; pos < text.size();) {
        const char32_t point = next_code_point(text, pos);
        if (point >= alphabet_end || alphabet().bytes[point] < 0) return std::nullopt;
        bytes += static_cast<char>(alphabet().bytes[point]);
    }
    return bytes;
}

}  // namespace driftscope
