// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/families/families.h"
#include "core/model/families/llama_like.h"

namespace driftscope {
namespace {

void add_window_keys(FamilySpec& spec) {
    spec.keys.push_back({{"sliding_window"}, ConfigField::sliding_window, "4096"});
    spec.keys.push_back({{"use_sliding_window"}, ConfigField::use_window, "false"});
}

/// q_norm and k_norm over `size`, before the rotation.
void add_qk_norms(FamilySpec& spec, QkNorm kind, const char* q_size, const char* k_size) {
    spec.block.qk_norm = kind;
    const std::string attn = "~model.layers.{L}.self_attn.";
    spec.weights.push_back(
        required_row("blocks.{L}.attn.q_norm.w", attn + "q_norm.weight", {q_size}));
    spec.weights.push_back(
        required_row("blocks.{L}.attn.k_norm.w", attn + "k_norm.weight", {k_size}));
}

FamilySpec base(const char* id, const char* title, const char* architecture,
                const LlamaLikeDefaults& defaults) {
    FamilySpec spec;
    spec.id = id;
    spec.title = title;
    spec.model_types = {id};
    spec.architectures = {architecture};
    spec.keys = llama_like_keys(defaults);
    spec.ignored_keys = llama_like_ignored_keys();
    spec.ignored_tensors = {"~model.layers.{L}.self_attn.rotary_emb.inv_freq"};
    spec.activations = {"silu", "swish"};
    return spec;
}

void add_expert_keys(FamilySpec& spec, const char* n_experts, const char* width_key) {
    for (KeyRow& row : spec.keys)
        if (row.field == ConfigField::d_mlp && std::string(width_key) != "intermediate_size")
            row.field = ConfigField::d_mlp_dense;
    if (std::string(width_key) != "intermediate_size")
        spec.keys.push_back({{width_key}, ConfigField::d_mlp, "768"});
    spec.keys.push_back({{"num_experts"}, ConfigField::n_experts, n_experts});
    spec.keys.push_back({{"num_experts_per_tok"}, ConfigField::top_k, "8"});
    spec.keys.push_back({{"norm_topk_prob"}, ConfigField::norm_topk_prob, "false"});
    spec.keys.push_back({{"attention_bias"}, ConfigField::attention_bias, "false"});
    for (const char* key : {"output_router_logits", "router_aux_loss_coef"})
        spec.ignored_keys.emplace_back(key);
    spec.block.ffn = FfnKind::experts;
}

}  // namespace

/// Qwen 2, 2.5 (transformers 4.57 models/qwen2): biases on q, k, v; windows in upper layers.
FamilySpec qwen2_family() {
    FamilySpec spec = base("qwen2", "Qwen 2 / 2.5", "Qwen2ForCausalLM",
                           {.d_mlp = "22016",
                            .n_kv_heads = "32",
                            .n_ctx = "32768",
                            .norm_eps = "1e-6",
                            .rope_base = "10000.0",
                            .d_vocab = "151936",
                            .bos = "null",
                            .eos = "null"});
    add_window_keys(spec);
    spec.keys.push_back({{"max_window_layers"}, ConfigField::max_window_layers, "28"});
    spec.weights = llama_like_attention_rows(LlamaLikeBiases::qkv);
    append_rows(spec.weights, llama_like_mlp_rows(false));
    append_rows(spec.weights, llama_like_head_rows());
    spec.block.window = WindowRule::upper;
    return spec;
}

/// Qwen 3 (transformers 4.57 models/qwen3): no biases, queries and keys normed head by head.
FamilySpec qwen3_family() {
    FamilySpec spec = base("qwen3", "Qwen 3", "Qwen3ForCausalLM",
                           {.d_mlp = "22016",
                            .n_kv_heads = "32",
                            .n_ctx = "32768",
                            .norm_eps = "1e-6",
                            .rope_base = "10000.0",
                            .d_vocab = "151936",
                            .bos = "null",
                            .eos = "null",
                            .d_head = "128"});
    add_window_keys(spec);
    spec.keys.push_back({{"max_window_layers"}, ConfigField::max_window_layers, "28"});
    spec.keys.push_back({{"attention_bias"}, ConfigField::attention_bias, "false"});
    spec.weights = llama_like_attention_rows(LlamaLikeBiases::by_config);
    add_qk_norms(spec, QkNorm::per_head, "d_head", "d_head");
    append_rows(spec.weights, llama_like_mlp_rows(false));
    append_rows(spec.weights, llama_like_head_rows());
    spec.block.window = WindowRule::upper;
    return spec;
}

/// Qwen 3 MoE (transformers 4.57 models/qwen3_moe): Qwen 3 with experts, some layers dense.
FamilySpec qwen3_moe_family() {
    FamilySpec spec = base("qwen3_moe", "Qwen 3 MoE", "Qwen3MoeForCausalLM",
                           {.d_mlp = "6144",
                            .n_kv_heads = "4",
                            .n_ctx = "32768",
                            .norm_eps = "1e-6",
                            .rope_base = "10000.0",
                            .d_vocab = "151936",
                            .bos = "null",
                            .eos = "null",
                            .d_model = "2048",
                            .n_layers = "24"});
    add_expert_keys(spec, "128", "moe_intermediate_size");
    add_window_keys(spec);
    spec.keys.push_back({{"mlp_only_layers"}, ConfigField::dense_layers, "null"});
    spec.keys.push_back({{"decoder_sparse_step"}, ConfigField::sparse_step, "1"});
    spec.ignored_keys.emplace_back("max_window_layers");
    spec.weights = llama_like_attention_rows(LlamaLikeBiases::by_config);
    add_qk_norms(spec, QkNorm::per_head, "d_head", "d_head");
    std::vector<WeightRow> dense = llama_like_mlp_rows(false);
    for (WeightRow& row : dense) {
        row.condition = "dense_layer";
        for (std::string& size : row.shape)
            if (size == "d_mlp") size = "d_mlp_dense";
    }
    append_rows(spec.weights, dense);
    append_rows(spec.weights, llama_like_expert_rows());
    append_rows(spec.weights, llama_like_head_rows());
    return spec;
}

/// OLMoE (transformers 4.57 models/olmoe): queries and keys normed over all heads, scores divided,
/// the chosen weights not renormalised.
FamilySpec olmoe_family() {
    FamilySpec spec = base("olmoe", "OLMoE", "OlmoeForCausalLM",
                           {.d_mlp = "2048",
                            .n_kv_heads = "null",
                            .n_ctx = "4096",
                            .norm_eps = "1e-5",
                            .rope_base = "10000.0",
                            .d_vocab = "50304",
                            .bos = "null",
                            .eos = "50279",
                            .d_model = "2048",
                            .n_layers = "16",
                            .n_heads = "16"});
    add_expert_keys(spec, "64", "intermediate_size");
    spec.keys.push_back({{"clip_qkv"}, ConfigField::clip_qkv, "null"});
    spec.weights = llama_like_attention_rows(LlamaLikeBiases::by_config);
    add_qk_norms(spec, QkNorm::whole, "n_heads*d_head", "n_kv_heads*d_head");
    append_rows(spec.weights, llama_like_expert_rows());
    append_rows(spec.weights, llama_like_head_rows());
    spec.block.score = ScoreRule::divide;
    return spec;
}

}  // namespace driftscope
