// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/families/families.h"
#include "core/model/families/rows.h"

namespace driftscope {

/// InternLM 2 and 2.5 (remote code configuration_internlm2.py, modeling_internlm2.py as copied in
/// OpenGVLab/InternVL): Llama with q, k, v packed by key/value head and scores divided by √d_head.
FamilySpec internlm2_family() {
    using F = ConfigField;
    FamilySpec spec;
    spec.id = "internlm2";
    spec.title = "InternLM2";
    spec.model_types = {"internlm2"};
    spec.architectures = {"InternLM2ForCausalLM"};
    spec.keys = {
        {{"vocab_size"}, F::d_vocab, "103168"},
        {{"hidden_size"}, F::d_model, "4096"},
        {{"intermediate_size"}, F::d_mlp, "11008"},
        {{"num_hidden_layers"}, F::n_layers, "32"},
        {{"num_attention_heads"}, F::n_heads, "32"},
        {{"num_key_value_heads"}, F::n_kv_heads, "null"},
        {{"hidden_act"}, F::activation, "\"silu\""},
        {{"max_position_embeddings"}, F::n_ctx, "2048"},
        {{"rms_norm_eps"}, F::norm_eps, "1e-6"},
        {{"bias"}, F::attention_bias, "true"},
        {{"rope_theta"}, F::rope_base, "10000"},
        {{"tie_word_embeddings"}, F::tied, "false"},
        {{"dtype", "torch_dtype"}, F::stored_dtype, "null"},
        {{"bos_token_id"}, F::bos, "1"},
        {{"eos_token_id"}, F::eos, "2"},
    };
    spec.ignored_keys = common_ignored_keys();
    spec.ignored_keys.emplace_back("pretraining_tp");
    const std::string layer = "model.layers.{L}.";
    spec.ignored_tensors = {layer + "attention.rotary_emb.inv_freq"};
    spec.activations = {"silu", "swish"};
    spec.weights = {
        required_row("embed.W_E", "model.tok_embeddings.weight", {"d_vocab", "d_model"}),
        required_row("blocks.{L}.ln1.w", layer + "attention_norm.weight", {"d_model"})};
    append_rows(spec.weights,
                packed_qkv_rows(layer + "attention.wqkv", QkvStore::by_group, "attention_bias"));
    append_rows(spec.weights, projection_rows({"blocks.{L}.attn.W_O", "blocks.{L}.attn.b_O",
                                               layer + "attention.wo", "d_model", "n_heads*d_head",
                                               "attention_bias"}));
    spec.weights.push_back(
        required_row("blocks.{L}.ln2.w", layer + "ffn_norm.weight", {"d_model"}));
    const std::string mlp = layer + "feed_forward.";
    spec.weights.push_back(
        required_row("blocks.{L}.mlp.W_gate", mlp + "w1.weight", {"d_mlp", "d_model"}));
    spec.weights.push_back(
        required_row("blocks.{L}.mlp.W_up", mlp + "w3.weight", {"d_mlp", "d_model"}));
    spec.weights.push_back(
        required_row("blocks.{L}.mlp.W_down", mlp + "w2.weight", {"d_model", "d_mlp"}));
    spec.weights.push_back(required_row("ln_final.w", "model.norm.weight", {"d_model"}));
    append_rows(spec.weights, head_rows("output.weight"));
    spec.block.score = ScoreRule::divide;
    spec.block.qkv = QkvStore::by_group;
    spec.block.scaled_positions = true;
    return spec;
}

}  // namespace driftscope
