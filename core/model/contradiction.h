// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/config.h"
#include "core/model/family.h"

#include <cstdint>
#include <string>
#include <vector>

namespace driftscope {

/// Which key of config.json a tensor's shape contradicts, and what would fit: "config.json says
/// num_key_value_heads 2, the rows of … are those of 4". Empty if no one key explains it.
/// @param canonical  the weight, "blocks.0.attn.W_K"
/// @param expected   the shape that the config asks for, as stored
/// @param found      the shape in the file
std::string config_contradiction(const FamilySpec& family, const ModelConfig& config,
                                 const std::string& canonical, const std::vector<int64_t>& expected,
                                 const std::vector<int64_t>& found);

}  // namespace driftscope
