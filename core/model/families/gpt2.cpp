// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/families/families.h"
#include "core/model/families/rows.h"

namespace driftscope {

/// GPT-2 (transformers 4.57 models/gpt2/{configuration,modeling}_gpt2.py): matrices stored
/// [in, out] (Conv1D), learned positions, LayerNorm, a tied head.
FamilySpec gpt2_family() {
    using F = ConfigField;
    FamilySpec spec;
    spec.id = "gpt2";
    spec.title = "GPT-2";
    spec.model_types = {"gpt2"};
    spec.architectures = {"GPT2LMHeadModel"};
    spec.keys = {
        {{"vocab_size"}, F::d_vocab, "50257"},
        {{"n_embd", "hidden_size"}, F::d_model, "768"},
        {{"n_layer", "num_hidden_layers"}, F::n_layers, "12"},
        {{"n_head", "num_attention_heads"}, F::n_heads, "12"},
        {{"n_inner"}, F::d_mlp, "null"},
        {{"n_positions", "n_ctx"}, F::n_ctx, "1024"},
        {{"activation_function"}, F::activation, "\"gelu_new\""},
        {{"layer_norm_epsilon"}, F::norm_eps, "1e-5"},
        {{"scale_attn_weights"}, F::scale_scores, "true"},
        {{"scale_attn_by_inverse_layer_idx"}, F::scale_by_layer, "false"},
        {{"reorder_and_upcast_attn"}, F::upcast_scores, "false"},
        {{"tie_word_embeddings"}, F::tied, "true"},
        {{"dtype", "torch_dtype"}, F::stored_dtype, "null"},
        {{"bos_token_id"}, F::bos, "50256"},
        {{"eos_token_id"}, F::eos, "50256"},
    };
    spec.ignored_keys = common_ignored_keys();
    for (const char* key : {"attn_pdrop", "embd_pdrop", "resid_pdrop", "summary_activation",
                            "summary_first_dropout", "summary_proj_to_labels", "summary_type",
                            "summary_use_proj", "task_specific_params", "add_cross_attention"})
        spec.ignored_keys.emplace_back(key);
    spec.ignored_tensors = {"~h.{L}.attn.bias", "~h.{L}.attn.masked_bias"};
    spec.activations = {"gelu_new", "gelu", "gelu_fast", "gelu_pytorch_tanh", "relu", "silu"};
    spec.prefixes = {"transformer.", ""};
    const std::string layer = "~h.{L}.";
    spec.weights = {required_row("embed.W_E", "~wte.weight", {"d_vocab", "d_model"}),
                    required_row("embed.W_pos", "~wpe.weight", {"n_ctx", "d_model"})};
    append_rows(spec.weights, layer_norm_rows("blocks.{L}.ln1", layer + "ln_1"));
    append_rows(spec.weights, packed_qkv_rows(layer + "attn.c_attn", QkvStore::stacked, "", true));
    const auto conv = [&](const char* part, const char* pattern, const char* out, const char* in) {
        const std::string canonical = std::string("blocks.{L}.") + part;
        std::string bias = canonical;
        bias.replace(bias.find("W_"), 2, "b_");
        append_rows(spec.weights,
                    projection_rows({canonical, bias, layer + pattern, out, in, "", true}));
    };
    conv("attn.W_O", "attn.c_proj", "d_model", "n_heads*d_head");
    append_rows(spec.weights, layer_norm_rows("blocks.{L}.ln2", layer + "ln_2"));
    conv("mlp.W_up", "mlp.c_fc", "d_mlp", "d_model");
    conv("mlp.W_down", "mlp.c_proj", "d_model", "d_mlp");
    append_rows(spec.weights, layer_norm_rows("ln_final", "~ln_f"));
    append_rows(spec.weights, head_rows("lm_head.weight"));
    spec.block.norm = NormKind::layer;
    spec.block.positions = PositionKind::learned;
    spec.block.ffn = FfnKind::plain;
    spec.block.score = ScoreRule::divide_rounded;
    spec.block.qkv = QkvStore::stacked;
    return spec;
}

}  // namespace driftscope
