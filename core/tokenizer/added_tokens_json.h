// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/added_tokens.h"
#include "core/tokenizer/json_reader.h"

namespace driftscope {

/// Reads an added token's content and flags; refuses keys it does not know.
AddedToken read_added_token(JsonObject& object, std::int32_t id);

}  // namespace driftscope
