// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/family.h"

#include <string>
#include <vector>

namespace driftscope {

/// Class defaults in which the Llama-like families differ, as JSON text
/// (transformers 4.57 configuration_{llama,mistral,mixtral}.py).
struct LlamaLikeDefaults {
    std::string d_mlp, n_kv_heads, n_ctx, norm_eps, rope_base;
};

/// Keys that all Llama-like configs share: sizes, norm, rotary base, tokens, stored type.
std::vector<KeyRow> llama_like_keys(const LlamaLikeDefaults& defaults);

/// Keys that all of them write and that do not change the forward pass.
std::vector<std::string> llama_like_ignored_keys();

/// embed, then per layer ln1, attention (biases on condition attention_bias if `biases`), ln2.
std::vector<WeightRow> llama_like_attention_rows(bool biases);

/// The dense gated MLP: W_gate, W_up, W_down (biases on condition mlp_bias if `biases`).
std::vector<WeightRow> llama_like_mlp_rows(bool biases);

/// ln_final and unembed: a matrix of its own, or tied to embed.
std::vector<WeightRow> llama_like_head_rows();

/// Appends rows to rows.
void append_rows(std::vector<WeightRow>& rows, std::vector<WeightRow> more);

}  // namespace driftscope
