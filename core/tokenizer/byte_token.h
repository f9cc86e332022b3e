// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace driftscope {

/// The name of the token that stands for one byte in vocabularies with byte fallback: "<0x0A>".
std::string byte_token(char byte);

/// The byte such a name stands for; nothing for any other text. Either case of digit is read.
std::optional<char> byte_of_token(std::string_view token);

}  // namespace driftscope
