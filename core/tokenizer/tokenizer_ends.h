// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/tokenizer.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace driftscope {

/// Gives the id of a special token by its text, nothing if there is none.
using FindSpecial = std::function<std::optional<std::int32_t>(const std::string&)>;

/// The customary token that begins a text, for files that do not say which it is.
std::optional<std::int32_t> usual_bos(const FindSpecial& find);

/// The customary tokens that end a text or a turn, ascending.
std::vector<std::int32_t> usual_eos(const FindSpecial& find);

/// True if the ids begin with the beginning-of-sequence token twice: written in the text (by a chat
/// template) and added by the tokenizer (cases.md §6, D-DOUBLE-BOS).
bool doubled_bos(const Tokenizer& tokenizer, std::span<const std::int32_t> ids);

}  // namespace driftscope
