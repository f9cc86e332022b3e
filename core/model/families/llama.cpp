// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/families/families.h"
#include "core/model/families/llama_like.h"

namespace driftscope {

/// Llama 2, 3, 3.1, 3.2 text (transformers 4.57 models/llama/{configuration,modeling}_llama.py).
FamilySpec llama_family() {
    FamilySpec spec;
    spec.id = "llama";
    spec.title = "Llama 2 / 3";
    spec.model_types = {"llama"};
    spec.architectures = {"LlamaForCausalLM", "LLaMAForCausalLM"};
    spec.keys = llama_like_keys({.d_mlp = "11008",
                                 .n_kv_heads = "null",
                                 .n_ctx = "2048",
                                 .norm_eps = "1e-6",
                                 .rope_base = "10000.0"});
    spec.keys.push_back({{"attention_bias"}, ConfigField::attention_bias, "false"});
    spec.keys.push_back({{"mlp_bias"}, ConfigField::mlp_bias, "false"});
    spec.ignored_keys = llama_like_ignored_keys();
    spec.ignored_tensors = {"~model.layers.{L}.self_attn.rotary_emb.inv_freq"};
    spec.activations = {"silu", "swish"};
    spec.weights = llama_like_attention_rows(LlamaLikeBiases::by_config);
    append_rows(spec.weights, llama_like_mlp_rows(true));
    append_rows(spec.weights, llama_like_head_rows());
    return spec;
}

}  // namespace driftscope
