// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/families/families.h"
#include "core/model/families/rows.h"

namespace driftscope {

/// GPT-NeoX, Pythia (transformers 4.57 models/gpt_neox/{configuration,modeling}_gpt_neox.py): part
/// of each head rotated, attention and MLP side by side, q, k, v packed head by head.
FamilySpec gpt_neox_family() {
    using F = ConfigField;
    FamilySpec spec;
    spec.id = "gpt_neox";
    spec.title = "GPT-NeoX / Pythia";
    spec.model_types = {"gpt_neox"};
    spec.architectures = {"GPTNeoXForCausalLM"};
    spec.keys = {
        {{"vocab_size"}, F::d_vocab, "50432"},
        {{"hidden_size"}, F::d_model, "6144"},
        {{"num_hidden_layers"}, F::n_layers, "44"},
        {{"num_attention_heads"}, F::n_heads, "64"},
        {{"intermediate_size"}, F::d_mlp, "24576"},
        {{"hidden_act"}, F::activation, "\"gelu\""},
        {{"rotary_pct", "partial_rotary_factor"}, F::partial_rotary, "0.25"},
        {{"rotary_emb_base", "rope_theta"}, F::rope_base, "10000"},
        {{"max_position_embeddings"}, F::n_ctx, "2048"},
        {{"layer_norm_eps"}, F::norm_eps, "1e-5"},
        {{"use_parallel_residual"}, F::parallel_residual, "true"},
        {{"attention_bias"}, F::attention_bias, "true"},
        {{"tie_word_embeddings"}, F::tied, "false"},
        {{"dtype", "torch_dtype"}, F::stored_dtype, "null"},
        {{"bos_token_id"}, F::bos, "0"},
        {{"eos_token_id"}, F::eos, "2"},
    };
    spec.ignored_keys = common_ignored_keys();
    for (const char* key : {"hidden_dropout", "classifier_dropout"})
        spec.ignored_keys.emplace_back(key);
    const std::string layer = "~layers.{L}.";
    spec.ignored_tensors = {layer + "attention.bias", layer + "attention.masked_bias",
                            layer + "attention.rotary_emb.inv_freq"};
    spec.activations = {"gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "relu", "silu"};
    spec.prefixes = {"gpt_neox.", ""};
    spec.weights = {required_row("embed.W_E", "~embed_in.weight", {"d_vocab", "d_model"})};
    append_rows(spec.weights, layer_norm_rows("blocks.{L}.ln1", layer + "input_layernorm"));
    append_rows(spec.weights, packed_qkv_rows(layer + "attention.query_key_value",
                                              QkvStore::by_head, "attention_bias"));
    append_rows(spec.weights, projection_rows({"blocks.{L}.attn.W_O", "blocks.{L}.attn.b_O",
                                               layer + "attention.dense", "d_model",
                                               "n_heads*d_head", "attention_bias"}));
    append_rows(spec.weights,
                layer_norm_rows("blocks.{L}.ln2", layer + "post_attention_layernorm"));
    append_rows(spec.weights, projection_rows({"blocks.{L}.mlp.W_up", "blocks.{L}.mlp.b_up",
                                               layer + "mlp.dense_h_to_4h", "d_mlp", "d_model"}));
    append_rows(spec.weights, projection_rows({"blocks.{L}.mlp.W_down", "blocks.{L}.mlp.b_down",
                                               layer + "mlp.dense_4h_to_h", "d_model", "d_mlp"}));
    append_rows(spec.weights, layer_norm_rows("ln_final", "~final_layer_norm"));
    append_rows(spec.weights, head_rows("embed_out.weight"));
    spec.block.norm = NormKind::layer;
    spec.block.ffn = FfnKind::plain;
    spec.block.residual = ResidualKind::parallel;
    spec.block.qkv = QkvStore::by_head;
    spec.block.partial_rotary = true;
    return spec;
}

}  // namespace driftscope
