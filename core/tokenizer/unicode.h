// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace driftscope {

/// What the Unicode tables (ICU) answer; texts are valid UTF-8.

enum class NormalForm { nfc, nfd, nfkc, nfkd };

/// `text` in a normal form (UAX #15).
std::string normalize(std::string_view text, NormalForm form);

/// Each character's lower case on its own, without regard to its neighbours or the language.
std::string lowercase(std::string_view text);

bool is_white_space(char32_t point);
/// Letters, marks, decimal digits, connectors: "\w" of UTS #18.
bool is_word(char32_t point);
/// General category N.
bool is_number(char32_t point);

}  // namespace driftscope
