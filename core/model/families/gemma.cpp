// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/families/families.h"
#include "core/model/families/llama_like.h"

namespace driftscope {
namespace {

/// What Gemma 1, 2 and 3 share: norms with 1 + w, a scaled embedding, a tied head.
FamilySpec base(const char* id, const char* title, std::vector<std::string> architectures,
                const LlamaLikeDefaults& defaults) {
    FamilySpec spec;
    spec.id = id;
    spec.title = title;
    spec.model_types = {id};
    spec.architectures = std::move(architectures);
    spec.keys = llama_like_keys(defaults);
    spec.keys.push_back({{"attention_bias"}, ConfigField::attention_bias, "false"});
    spec.ignored_keys = llama_like_ignored_keys();
    for (const char* key : {"cache_implementation", "use_bidirectional_attention"})
        spec.ignored_keys.emplace_back(key);
    spec.ignored_tensors = {"~model.layers.{L}.self_attn.rotary_emb.inv_freq"};
    spec.weights = llama_like_attention_rows(LlamaLikeBiases::by_config);
    spec.block.norm = NormKind::rms_plus_one;
    spec.block.scaled_embed = true;
    return spec;
}

/// Gemma 2 and 3: hidden_activation instead of hidden_act, caps, the scale of the scores.
void add_second_generation(FamilySpec& spec, const char* attn_cap, const char* final_cap) {
    for (KeyRow& row : spec.keys)
        if (row.field == ConfigField::activation)
            row = {{"hidden_activation"}, ConfigField::activation, "\"gelu_pytorch_tanh\""};
    spec.activations = {"gelu_pytorch_tanh", "silu", "gelu"};
    spec.ignored_keys.emplace_back("hidden_act");
    spec.keys.push_back({{"query_pre_attn_scalar"}, ConfigField::query_scalar, "256"});
    spec.keys.push_back({{"attn_logit_softcapping"}, ConfigField::attn_softcap, attn_cap});
    spec.keys.push_back({{"final_logit_softcapping"}, ConfigField::final_softcap, final_cap});
    spec.keys.push_back({{"sliding_window"}, ConfigField::sliding_window, "4096"});
    spec.block.post_norms = true;
    // post_attention_layernorm follows attention here; the norm before the MLP has its own name.
    const std::string layer = "~model.layers.{L}.";
    for (WeightRow& row : spec.weights)
        if (row.canonical == "blocks.{L}.ln2.w")
            row.pattern = layer + "pre_feedforward_layernorm.weight";
    spec.weights.push_back(required_row("blocks.{L}.ln1_post.w",
                                        layer + "post_attention_layernorm.weight", {"d_model"}));
    spec.weights.push_back(required_row("blocks.{L}.ln2_post.w",
                                        layer + "post_feedforward_layernorm.weight", {"d_model"}));
}

void close(FamilySpec& spec) {
    append_rows(spec.weights, llama_like_mlp_rows(false));
    append_rows(spec.weights, llama_like_head_rows());
}

}  // namespace

/// Gemma 1 (transformers 4.57 models/gemma).
FamilySpec gemma_family() {
    FamilySpec spec = base("gemma", "Gemma", {"GemmaForCausalLM"},
                           {.d_mlp = "24576",
                            .n_kv_heads = "16",
                            .n_ctx = "8192",
                            .norm_eps = "1e-6",
                            .rope_base = "10000.0",
                            .d_vocab = "256000",
                            .bos = "2",
                            .eos = "1",
                            .d_model = "3072",
                            .n_layers = "28",
                            .n_heads = "16",
                            .d_head = "256",
                            .tied = "true"});
    // GemmaMLP of 4.57 reads hidden_act; files of early 2024 say "gelu" there, which is the exact
    // one, and hidden_activation beside it, which nothing reads any more.
    for (KeyRow& row : spec.keys)
        if (row.field == ConfigField::activation) row.default_json = "\"gelu_pytorch_tanh\"";
    spec.ignored_keys.emplace_back("hidden_activation");
    spec.activations = {"gelu_pytorch_tanh", "silu", "gelu"};
    close(spec);
    return spec;
}

/// Gemma 2 (transformers 4.57 models/gemma2): norms around both halves, soft caps, every other
/// layer a window.
FamilySpec gemma2_family() {
    FamilySpec spec = base("gemma2", "Gemma 2", {"Gemma2ForCausalLM"},
                           {.d_mlp = "9216",
                            .n_kv_heads = "4",
                            .n_ctx = "8192",
                            .norm_eps = "1e-6",
                            .rope_base = "10000.0",
                            .d_vocab = "256000",
                            .bos = "2",
                            .eos = "1",
                            .d_model = "2304",
                            .n_layers = "26",
                            .n_heads = "8",
                            .d_head = "256",
                            .tied = "true"});
    add_second_generation(spec, "50.0", "30.0");
    spec.block.window = WindowRule::even;
    close(spec);
    return spec;
}

/// Gemma 3, text (transformers 4.57 models/gemma3, Gemma3TextConfig): Gemma 2 without caps, queries
/// and keys normed, windows in all but every sixth layer, a rotary base for windows.
FamilySpec gemma3_family() {
    FamilySpec spec = base("gemma3_text", "Gemma 3", {"Gemma3ForCausalLM"},
                           {.d_mlp = "9216",
                            .n_kv_heads = "4",
                            .n_ctx = "131072",
                            .norm_eps = "1e-6",
                            .rope_base = "1000000.0",
                            .d_vocab = "262208",
                            .bos = "2",
                            .eos = "1",
                            .d_model = "2304",
                            .n_layers = "26",
                            .n_heads = "8",
                            .d_head = "256",
                            .tied = "true"});
    add_second_generation(spec, "null", "null");
    spec.keys.push_back(
        {{"sliding_window_pattern", "_sliding_window_pattern"}, ConfigField::window_pattern, "6"});
    spec.keys.push_back({{"rope_local_base_freq"}, ConfigField::local_rope_base, "10000.0"});
    const std::string attn = "~model.layers.{L}.self_attn.";
    spec.weights.push_back(
        required_row("blocks.{L}.attn.q_norm.w", attn + "q_norm.weight", {"d_head"}));
    spec.weights.push_back(
        required_row("blocks.{L}.attn.k_norm.w", attn + "k_norm.weight", {"d_head"}));
    spec.prefixes = {"", "language_model."};
    spec.block.qk_norm = QkNorm::per_head;
    spec.block.window = WindowRule::pattern;
    spec.block.local_rope = true;
    close(spec);
    return spec;
}

}  // namespace driftscope
