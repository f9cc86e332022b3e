// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace driftscope {

/// Bytes of the character that begins with `lead`, 1 to 4; 1 for a byte that cannot lead.
std::size_t utf8_width(char lead) noexcept;

/// Reads the character at `pos` of *valid* UTF-8 and moves `pos` behind it.
char32_t next_code_point(std::string_view text, std::size_t& pos) noexcept;

/// Start of the character that ends just before `end` (> 0) in valid UTF-8.
std::size_t previous_start(std::string_view text, std::size_t end) noexcept;

void append_utf8(std::string& text, char32_t code_point);

/// Length of the longest prefix of `bytes` that does not end inside a character which more bytes
/// could still complete; bytes that can never become valid count as complete.
std::size_t complete_length(std::string_view bytes) noexcept;

bool is_valid_utf8(std::string_view bytes) noexcept;

/// `bytes` with every maximal ill-formed part replaced by U+FFFD (Unicode 16, §3.9, "U+FFFD
/// Substitution of Maximal Subparts").
std::string to_valid_utf8(std::string_view bytes);

}  // namespace driftscope
