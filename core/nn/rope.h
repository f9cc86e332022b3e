// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/config.h"
#include "core/nn/exec.h"

namespace driftscope {

/// Inverse frequencies [d/2] and the factor on cos and sin.
struct Frequencies {
    at::Tensor inv_freq;
    double scaling = 1;
    double position_divisor = 1;  ///< InternLM2's linear scaling: positions over the factor
    at::Tensor divisors = {};     ///< what HookedTransformer divides positions by; else undefined
};

/// cos and sin of one call, [1, pos, d_head], in the run's dtype.
struct RopeAngles {
    at::Tensor cos, sin;
};

/// Angles for absolute positions start .. start+length−1.
/// Types as transformers 4.57 LlamaRotaryEmbedding: inverse frequencies, angles, cos and sin in
/// float32, cast to the model's dtype. Conventions transformerlens: positions over base^(2i/d).
RopeAngles rope_angles(const Exec& exec, const Frequencies& frequencies, int64_t start,
                       int64_t length);

/// q·cos + rotate_half(q)·sin in the run's dtype: three roundings (apply_rotary_pos_emb).
/// x [1, head, pos, d_head]. Angles that were left in float32 (D-NEOX-SOFTMAX) take x along.
at::Tensor apply_rope(const Exec& exec, const at::Tensor& x, const RopeAngles& angles);

/// Inverse frequencies of `rope` as the run computes them, for heads of the config's width.
/// `seq_len`: positions in use (for dynamic and longrope).
Frequencies inverse_frequencies(const Exec& exec, const ModelConfig& config, const RopeConfig& rope,
                                int64_t seq_len);

/// ALiBi's bias of keys 0 .. n_keys−1, [n_heads, 1, n_keys], in the run's dtype: slope · key index,
/// slopes as powers in float32, the product in float32, then cast (modeling_bloom.py,
/// build_alibi_tensor). Head counts that are no power of two take every second slope of the next.
/// `queries`: of the call, its last key's position being the last query's; only defects and
/// conventions=transformerlens (slope · min(key − query, 0) in float32) look at it and may make
/// [n_heads, queries, n_keys].
at::Tensor alibi_bias(const Exec& exec, int64_t n_heads, int64_t n_keys, int64_t queries);

}  // namespace driftscope
