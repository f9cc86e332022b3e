// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/config.h"
#include "core/nn/exec.h"

namespace driftscope {

/// Inverse frequencies [d/2] and the factor on cos and sin.
struct Frequencies {
    at::Tensor inv_freq;
    double scaling = 1;
};

/// cos and sin of one call, [1, pos, d_head], in the run's dtype.
struct RopeAngles {
    at::Tensor cos, sin;
};

/// Angles for absolute positions start .. start+length−1.
/// Types as transformers 4.57 LlamaRotaryEmbedding: inverse frequencies, angles, cos and sin in
/// float32, cast to the model's dtype.
RopeAngles rope_angles(const Exec& exec, const Frequencies& frequencies, int64_t start,
                       int64_t length);

/// q·cos + rotate_half(q)·sin in the run's dtype: three roundings (apply_rotary_pos_emb).
/// x [1, head, pos, d_head].
at::Tensor apply_rope(const Exec& exec, const at::Tensor& x, const RopeAngles& angles);

/// Inverse frequencies as the run computes them. `seq_len`: positions in use (for dynamic).
Frequencies inverse_frequencies(const Exec& exec, const ModelConfig& config, int64_t seq_len);

}  // namespace driftscope
