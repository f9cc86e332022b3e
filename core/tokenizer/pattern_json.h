// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/json_reader.h"
#include "core/tokenizer/pattern.h"

namespace driftscope {

/// Reads {"Regex": "..."} or {"String": "..."}.
Pattern read_pattern(const JsonValue& value);

}  // namespace driftscope
