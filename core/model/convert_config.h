// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/conversion.h"
#include "core/model/config.h"
#include "core/model/family.h"

#include <string>
#include <vector>

namespace driftscope {

/// A config.json rewritten for another family.
struct ConvertedConfig {
    std::string text;                ///< JSON, keys sorted
    ModelConfig config;              ///< as the target family reads `text`
    std::vector<ConvertedKey> keys;  ///< see ConvertResult::config
    std::vector<std::string> notes;  ///< where the target's code computes otherwise
};

/// Rewrites the config of an InternLM2 for Llama or the reverse. Every value keeps its meaning:
/// sizes, eps, rotary base and scaling, biases, tie, tokens, stored type and keys that nobody
/// reads; values that one family has by default and the other not are written out.
/// Errors: unsupported, with everything that the target family has no way to say (MLP biases,
/// another head width or rope scaling for InternLM2).
ConvertedConfig convert_config(const std::string& json_text, const std::string& where,
                               const ModelConfig& config, const FamilySpec& from,
                               const FamilySpec& to);

}  // namespace driftscope
