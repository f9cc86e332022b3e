// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace driftscope {

/// What scaling does to a rotary frequency: nothing, all of it, or part of it.
enum class RopeZone { kept, blended, scaled };

/// The rotary embedding of a model, by its formulas in double, for the whole context.
struct RopeFacts {
    std::string kind;              ///< "default", "linear", "dynamic", "llama3", "yarn", "longrope"
    double base = 0;               ///< rope_theta
    double attention_scaling = 1;  ///< multiplies cos and sin (yarn, longrope)
    int64_t context = 0;           ///< max_position_embeddings
    int64_t original_context = 0;  ///< before extension; 0: not named
    std::vector<double> inv_freq;  ///< [pair] radians per position
    std::vector<double> plain;     ///< [pair] the same base without scaling
    std::vector<RopeZone> zones;   ///< [pair]
    std::string note;              ///< what the figures leave out; empty: nothing
};
using RopeFactsPtr = std::shared_ptr<const RopeFacts>;

/// A's and B's; null where a model does not rotate or could not be read.
struct RopePair {
    RopeFactsPtr a, b;
};

}  // namespace driftscope
