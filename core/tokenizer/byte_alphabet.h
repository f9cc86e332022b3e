// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace driftscope {

/// GPT-2's printable stand-ins for the 256 bytes: 33-126, 161-172 and 174-255 stand for themselves,
/// the other 68 in ascending order for U+0100, U+0101, ... (a space is U+0120, a newline U+010A).

/// Every byte of `bytes` as its stand-in, UTF-8.
std::string bytes_to_alphabet(std::string_view bytes);

/// The bytes that `text` (UTF-8) stands for; nothing if a character of it is no stand-in.
std::optional<std::string> alphabet_to_bytes(std::string_view text);

}  // namespace driftscope
