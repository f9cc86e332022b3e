// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/config.h"

#include <cstdint>
#include <vector>

namespace driftscope {

/// Rotary frequencies. Angle of pair i at position p: p * inv_freq[i], radians.
struct RopeTable {
    std::vector<double> inv_freq_d;  ///< [d/2], formulas in double
    std::vector<float> inv_freq_f;   ///< the same, rounded to float once
    double attention_scaling =
        1.0;  ///< multiplies cos and sin (yarn, longrope); scores get its square
};

/// Frequencies by the formulas of transformers 4.57 modeling_rope_utils.py, evaluated in double:
/// for float64 runs and for display. The float32 path recomputes them as transformers rounds them.
/// @param d_head   width of a head; d = int(d_head * rope.partial) dimensions are rotated
/// @param n_ctx    max_position_embeddings
/// @param seq_len  positions in use, for `dynamic` and `longrope`
/// Errors: format (no even d >= 2), internal.
RopeTable rope_frequencies(const RopeConfig& rope, int64_t d_head, int64_t n_ctx, int64_t seq_len);

/// The base in force for `dynamic` at seq_len positions; rope.base for every other kind.
double dynamic_rope_base(const RopeConfig& rope, int64_t d_head, int64_t n_ctx, int64_t seq_len);

/// attention_scaling alone (yarn, longrope; 1 for every other kind).
double rope_attention_scaling(const RopeConfig& rope);

}  // namespace driftscope
