// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/block_spec.h"
#include "core/nn/exec.h"

namespace driftscope {

/// Projections of one block. W_Q [n_heads·d_head, d_model], W_K and W_V [n_kv_heads·d_head,
/// d_model]. For QkvLayout::fused only `fused` is needed: all rows, in the order `store` names
/// (separate counts as stacked). Biases may be undefined.
struct QkvWeights {
    at::Tensor q, k, v, fused;
    at::Tensor q_bias, k_bias, v_bias, fused_bias;
    QkvStore store = QkvStore::stacked;
};

/// What each head reads where the norm is computed once for each of them: [head, row·pos, d_model].
struct HeadInputs {
    at::Tensor q, k, v;
};

struct QkvResult {
    at::Tensor q, k, v;  ///< [row, pos, heads·d_head]
};

/// x [row, pos, d_model] to queries, keys and values in the layout that Numerics names:
/// one product; three; one per head; or one batched product over heads to which the bias is added
/// after (a second rounding), as TransformerLens does with use_split_qkv_input.
/// `copies`: inputs of the split layouts in place of x; may be null.
QkvResult project_qkv(const Exec& exec, const at::Tensor& x, const QkvWeights& weights,
                      int64_t n_heads, int64_t n_kv_heads, const HeadInputs* copies = nullptr);

}  // namespace driftscope
