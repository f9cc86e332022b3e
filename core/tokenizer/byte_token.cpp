// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/byte_token.h"

#include <charconv>

namespace driftscope {

std::string byte_token(char byte) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto value = static_cast<unsigned char>(byte);
    return {'<', '0', 'x', digits[value >> 4], digits[value & 15], '>'};
}

std::optional<char> byte_of_token(std::string_view token) {
    if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return std::nullopt;
    unsigned value = 0;
    const auto [end, error] = std::from_chars(token.data() + 3, token.data() + 5, value, 16);
    if (error != std::errc() || end != token.data() + 5) return std::nullopt;
    return static_cast<char>(value);
}

}  // namespace driftscope
