// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/exec.h"

#include <optional>

namespace driftscope {

/// What attention reads. Keys and values span absolute positions key_start .. key_start + T − 1.
struct AttentionInput {
    at::Tensor q;            ///< [1, n_heads, pos, d_head]
    at::Tensor k, v;         ///< [1, n_kv_heads, key_pos, d_head]
    int64_t start = 0;       ///< absolute position of the first query
    int64_t key_start = 0;
    std::optional<int64_t> window;  ///< keys visible to a query, its own included
};

struct AttentionResult {
    at::Tensor z;            ///< [1, n_heads, pos, d_head], the run's dtype
    at::Tensor scores;       ///< [n_heads, pos, key_pos]; undefined under sdpa
    at::Tensor pattern;      ///< the same
};

/// True where the query may not look: [pos, key_pos].
at::Tensor forbidden_keys(const AttentionInput& in);

/// Eager: q·kᵀ (one rounding), times or divided by the scale (second), plus the mask (third),
/// softmax in float32, cast, times v; as eager_attention_forward of transformers 4.57.
/// Sdpa: at::scaled_dot_product_attention; scores and pattern are never made.
AttentionResult attention(const Exec& exec, const AttentionInput& in);

/// Scores and pattern of given heads, by the eager steps. For showing a fused kernel's heads.
AttentionResult attention_pattern(const Exec& exec, const AttentionInput& in);

}  // namespace driftscope
