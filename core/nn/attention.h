// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/config.h"
#include "core/nn/exec.h"

#include <optional>

namespace driftscope {

/// What attention reads. Keys and values span absolute positions key_start .. key_start + T − 1.
struct AttentionInput {
    at::Tensor q;       ///< [row, n_heads, pos, d_head]
    at::Tensor k, v;    ///< [row, n_kv_heads, key_pos, d_head]
    int64_t start = 0;  ///< absolute position of the first query
    int64_t key_start = 0;
    /// Pad tokens among the positions: keys pad_start .. pad_start + pads − 1 are seen by nobody
    /// but each pad itself, whose output nobody reads.
    int64_t pad_start = 0, pads = 0;
    std::optional<int64_t> window;  ///< keys visible to a query, its own included
    ScoreRule rule = ScoreRule::multiply;
    double scale = 1.0;              ///< d_head^-0.5 or what the config says instead
    double layer_divisor = 1.0;      ///< scores divided by it once more (GPT-2), a further rounding
    std::optional<double> soft_cap;  ///< scores become cap · tanh(score / cap) (Gemma 2)
    bool upcast = false;             ///< GPT-2 reorder_and_upcast_attn: one float32 product, scaled
    at::Tensor key_bias;             ///< ALiBi [n_heads, 1 or pos, key_pos], the run's dtype
};

/// The rules of a block by its config; tensors and positions are left to fill in.
AttentionInput attention_setting(const ModelConfig& config, int layer);

struct AttentionResult {
    at::Tensor z;        ///< [row, n_heads, pos, d_head], the run's dtype
    at::Tensor scores;   ///< [n_heads, pos, key_pos] of the first row; undefined under sdpa
    at::Tensor pattern;  ///< the same
};

/// Eager: scores by the rule (multiply: q·kᵀ rounded, scaled and rounded; fused: one product with
/// the bias, rounded once), soft cap, plus the mask (a rounding), softmax in float32, cast, times
/// v; as eager_attention_forward of transformers 4.57 in the families' files. Conventions
/// transformerlens (abstract_attention.py of 3.9): scores divided by √d, the mask −∞;
/// transformerlens-2 (of 2.16): the same in float32 up to the softmax, half types widened before.
/// Sdpa: at::scaled_dot_product_attention; scores and pattern are never made. It knows no soft cap.
AttentionResult attention(const Exec& exec, const AttentionInput& in);

/// What the scores of one head are sums of: scores = qk + bias + cap, then the mask. All
/// [1, pos, key_pos] of the first row.
struct ScoreTerms {
    at::Tensor qk;      ///< scaled, as the run rounds it
    at::Tensor bias;    ///< undefined: none
    at::Tensor cap;     ///< capped − uncapped; undefined: no soft cap
    at::Tensor scores;  ///< before the mask
    at::Tensor seen;    ///< bool: the query may look at the key
    double mask = 0;    ///< what is added elsewhere: the type's lowest number, or −∞
    bool apart = true;  ///< qk is a value of the run; false: its product adds the bias as well
};

/// The terms by the eager steps of attention(). Where one product makes scores and bias in one
/// rounding, qk is that product without the bias. For sdpa by the eager steps, too.
ScoreTerms score_terms(const Exec& exec, const AttentionInput& in, int64_t head);

/// Scores and pattern of given heads, by the eager steps. For showing a fused kernel's heads.
AttentionResult attention_pattern(const Exec& exec, const AttentionInput& in);

}  // namespace driftscope
