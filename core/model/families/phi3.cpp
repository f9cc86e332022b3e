// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/families/families.h"
#include "core/model/families/llama_like.h"

namespace driftscope {

/// Phi-3, 3.5, 4-mini (transformers 4.57 models/phi3/{configuration,modeling}_phi3.py): Llama with
/// q, k, v stacked in one tensor, gate and up in another, and LongRoPE.
FamilySpec phi3_family() {
    FamilySpec spec;
    spec.id = "phi3";
    spec.title = "Phi-3";
    spec.model_types = {"phi3"};
    spec.architectures = {"Phi3ForCausalLM"};
    spec.keys = llama_like_keys({.d_mlp = "8192",
                                 .n_kv_heads = "null",
                                 .n_ctx = "4096",
                                 .norm_eps = "1e-5",
                                 .rope_base = "10000.0",
                                 .d_vocab = "32064",
                                 .bos = "1",
                                 .eos = "32000",
                                 .d_model = "3072"});
    spec.keys.push_back({{"sliding_window"}, ConfigField::sliding_window, "null"});
    spec.keys.push_back(
        {{"original_max_position_embeddings"}, ConfigField::original_context, "4096"});
    spec.ignored_keys = llama_like_ignored_keys();
    for (const char* key : {"embd_pdrop", "resid_pdrop", "attention_bias", "full_attn_mod",
                            "interpolate_factor", "lm_head_bias", "mlp_bias"})
        spec.ignored_keys.emplace_back(key);
    spec.ignored_tensors = {"model.layers.{L}.self_attn.rotary_emb.inv_freq"};
    spec.activations = {"silu", "swish"};
    const std::string layer = "model.layers.{L}.";
    spec.weights = {
        required_row("embed.W_E", "model.embed_tokens.weight", {"d_vocab", "d_model"}),
        required_row("blocks.{L}.ln1.w", layer + "input_layernorm.weight", {"d_model"})};
    append_rows(spec.weights,
                packed_qkv_rows(layer + "self_attn.qkv_proj", QkvStore::stacked, "-"));
    append_rows(spec.weights,
                projection_rows({"blocks.{L}.attn.W_O", "", layer + "self_attn.o_proj", "d_model",
                                 "n_heads*d_head"}));
    spec.weights.push_back(
        required_row("blocks.{L}.ln2.w", layer + "post_attention_layernorm.weight", {"d_model"}));
    WeightRow both = required_row("blocks.{L}.mlp.W_gate_up", layer + "mlp.gate_up_proj.weight",
                                  {"2*d_mlp", "d_model"});
    both.kind = WeightKind::fused;
    spec.weights.push_back(both);
    for (const std::string part : {"gate", "up"}) {
        WeightRow row = required_row("blocks.{L}.mlp.W_" + part, layer + "mlp.gate_up_proj.weight",
                                     {"d_mlp", "d_model"});
        row.stored = {"2*d_mlp", "d_model"};
        row.rows = {part == "up" ? "d_mlp" : "0", "d_mlp", "0", "1"};
        spec.weights.push_back(row);
    }
    spec.weights.push_back(required_row("blocks.{L}.mlp.W_down", layer + "mlp.down_proj.weight",
                                        {"d_model", "d_mlp"}));
    append_rows(spec.weights, llama_like_head_rows());
    spec.block.qkv = QkvStore::stacked;
    spec.block.partial_rotary = true;
    return spec;
}

}  // namespace driftscope
