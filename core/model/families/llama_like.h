// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/families/rows.h"

#include <string>
#include <vector>

namespace driftscope {

/// Class defaults in which the Llama-like families differ, as JSON text
/// (transformers 4.57 configuration_{llama,mistral,mixtral}.py).
struct LlamaLikeDefaults {
    std::string d_mlp, n_kv_heads, n_ctx, norm_eps, rope_base;
    std::string d_vocab = "32000", bos = "1", eos = "2";
    std::string d_model = "4096", n_layers = "32", n_heads = "32", d_head = "null";
    std::string tied = "false";
};

/// Keys that all Llama-like configs share: sizes, norm, rotary base, tokens, stored type.
std::vector<KeyRow> llama_like_keys(const LlamaLikeDefaults& defaults);

/// Keys that all of them write and that do not change the forward pass.
std::vector<std::string> llama_like_ignored_keys();

enum class LlamaLikeBiases {
    none,
    by_config,  ///< of all four projections, on condition attention_bias
    qkv         ///< of queries, keys and values, always
};

/// embed, then per layer ln1, attention, ln2.
std::vector<WeightRow> llama_like_attention_rows(LlamaLikeBiases biases);

/// The dense gated MLP: W_gate, W_up, W_down (biases on condition mlp_bias if `biases`).
std::vector<WeightRow> llama_like_mlp_rows(bool biases);

/// ln_final and unembed: a matrix of its own, or tied to embed.
std::vector<WeightRow> llama_like_head_rows();

/// Router and experts under Hugging Face's names of Qwen 3 MoE and OLMoE, one tensor for each
/// expert or stacked.
std::vector<WeightRow> llama_like_expert_rows();

}  // namespace driftscope
