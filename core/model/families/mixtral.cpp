// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/families/families.h"
#include "core/model/families/llama_like.h"

namespace driftscope {
namespace {

/// Router and experts. transformers 4.x stores one tensor per expert (w1 gate, w3 up, w2 down);
/// version 5 may store them stacked: gate_up_proj [expert, 2*d_mlp, d_model] with the gate's rows
/// first, down_proj [expert, d_model, d_mlp] (transformers 5 conversion_mapping.py).
std::vector<WeightRow> expert_rows() {
    const std::string moe = "model.layers.{L}.block_sparse_moe.";
    const std::string stacked = "model.layers.{L}.mlp.";
    WeightRow router;
    router.canonical = "blocks.{L}.moe.W_router";
    router.pattern = moe + "gate.weight";
    router.shape = {"n_experts", "d_model"};
    router.alternatives = {{stacked + "gate.weight", router.shape, false, "0"}};
    std::vector<WeightRow> rows = {router};
    const auto expert = [&](const char* part, const char* name, std::vector<std::string> shape,
                            const AltSource& alternative) {
        WeightRow row;
        row.canonical = std::string("blocks.{L}.moe.{E}.W_") + part;
        row.pattern = moe + "experts.{E}." + name + ".weight";
        row.shape = std::move(shape);
        row.alternatives = {alternative};
        rows.push_back(row);
    };
    const std::string gate_up = stacked + "experts.gate_up_proj";
    const std::vector<std::string> gate_up_shape = {"n_experts", "2*d_mlp", "d_model"};
    expert("gate", "w1", {"d_mlp", "d_model"}, {gate_up, gate_up_shape, true, "0"});
    expert("up", "w3", {"d_mlp", "d_model"}, {gate_up, gate_up_shape, true, "d_mlp"});
    expert("down", "w2", {"d_model", "d_mlp"},
           {stacked + "experts.down_proj", {"n_experts", "d_model", "d_mlp"}, true, "0"});
    return rows;
}

}  // namespace

/// Mixtral 8x7B, 8x22B (transformers 4.57 models/mixtral/{configuration,modeling}_mixtral.py):
/// Mistral's attention, a mix of experts in every layer; the chosen weights are renormalised.
FamilySpec mixtral_family() {
    FamilySpec spec;
    spec.id = "mixtral";
    spec.title = "Mixtral";
    spec.model_types = {"mixtral"};
    spec.architectures = {"MixtralForCausalLM"};
    spec.keys = llama_like_keys({.d_mlp = "14336",
                                 .n_kv_heads = "8",
                                 .n_ctx = "131072",
                                 .norm_eps = "1e-5",
                                 .rope_base = "1000000.0"});
    spec.keys.push_back({{"sliding_window"}, ConfigField::sliding_window, "null"});
    spec.keys.push_back({{"num_local_experts", "num_experts"}, ConfigField::n_experts, "8"});
    spec.keys.push_back({{"num_experts_per_tok"}, ConfigField::top_k, "2"});
    spec.ignored_keys = llama_like_ignored_keys();
    for (const char* key : {"output_router_logits", "router_aux_loss_coef", "router_jitter_noise"})
        spec.ignored_keys.emplace_back(key);
    spec.ignored_tensors = {"~model.layers.{L}.self_attn.rotary_emb.inv_freq"};
    spec.activations = {"silu", "swish"};
    spec.weights = llama_like_attention_rows(LlamaLikeBiases::none);
    append_rows(spec.weights, expert_rows());
    append_rows(spec.weights, llama_like_head_rows());
    spec.block.ffn = FfnKind::experts;
    spec.norm_topk_prob = true;
    return spec;
}

}  // namespace driftscope
