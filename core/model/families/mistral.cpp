// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/families/families.h"
#include "core/model/families/llama_like.h"

namespace driftscope {

/// Mistral 7B, Nemo (transformers 4.57 models/mistral/{configuration,modeling}_mistral.py):
/// Llama without biases, with a window of `sliding_window` keys in every layer.
FamilySpec mistral_family() {
    FamilySpec spec;
    spec.id = "mistral";
    spec.title = "Mistral";
    spec.model_types = {"mistral"};
    spec.architectures = {"MistralForCausalLM"};
    spec.keys = llama_like_keys({.d_mlp = "14336",
                                 .n_kv_heads = "8",
                                 .n_ctx = "131072",
                                 .norm_eps = "1e-6",
                                 .rope_base = "10000.0"});
    spec.keys.push_back({{"sliding_window"}, ConfigField::sliding_window, "4096"});
    spec.ignored_keys = llama_like_ignored_keys();
    spec.ignored_tensors = {"~model.layers.{L}.self_attn.rotary_emb.inv_freq"};
    spec.activations = {"silu", "swish"};
    spec.weights = llama_like_attention_rows(LlamaLikeBiases::none);
    append_rows(spec.weights, llama_like_mlp_rows(false));
    append_rows(spec.weights, llama_like_head_rows());
    return spec;
}

}  // namespace driftscope
