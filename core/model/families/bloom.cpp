// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/families/families.h"
#include "core/model/families/rows.h"

#include <algorithm>

namespace driftscope {

/// BLOOM (transformers 4.57 models/bloom/{configuration,modeling}_bloom.py): ALiBi instead of
/// positions, a norm after the embedding, a GELU of its own, q, k, v packed head by head.
FamilySpec bloom_family() {
    using F = ConfigField;
    FamilySpec spec;
    spec.id = "bloom";
    spec.title = "BLOOM";
    spec.model_types = {"bloom"};
    spec.architectures = {"BloomForCausalLM"};
    spec.keys = {
        {{"vocab_size"}, F::d_vocab, "250880"},
        {{"n_embed", "hidden_size"}, F::d_model, "64"},
        {{"n_layer", "num_hidden_layers"}, F::n_layers, "2"},
        {{"n_head", "num_attention_heads"}, F::n_heads, "8"},
        {{"seq_length"}, F::n_ctx, "2048"},
        {{"layer_norm_epsilon"}, F::norm_eps, "1e-5"},
        {{"apply_residual_connection_post_layernorm"}, F::residual_from_norm, "false"},
        {{"pretraining_tp"}, F::row_slices, "1"},
        {{"slow_but_exact"}, F::slow_but_exact, "false"},
        {{"tie_word_embeddings"}, F::tied, "true"},
        {{"dtype", "torch_dtype"}, F::stored_dtype, "null"},
        {{"bos_token_id"}, F::bos, "1"},
        {{"eos_token_id"}, F::eos, "2"},
    };
    spec.ignored_keys = common_ignored_keys();
    for (const char* key : {"hidden_dropout", "attention_softmax_in_fp32", "bias_dropout_fusion",
                            "masked_softmax_fusion", "n_inner", "offset_alibi", "skip_bias_add",
                            "skip_bias_add_qkv", "unk_token_id", "multi_query_attention"})
        if (std::find(spec.ignored_keys.begin(), spec.ignored_keys.end(), key) ==
            spec.ignored_keys.end())
            spec.ignored_keys.emplace_back(key);
    spec.activations = {"bloom_gelu"};
    spec.prefixes = {"transformer.", ""};
    const std::string layer = "~h.{L}.";
    spec.weights = {required_row("embed.W_E", "~word_embeddings.weight", {"d_vocab", "d_model"})};
    append_rows(spec.weights, layer_norm_rows("embed_ln", "~word_embeddings_layernorm"));
    append_rows(spec.weights, layer_norm_rows("blocks.{L}.ln1", layer + "input_layernorm"));
    append_rows(spec.weights,
                packed_qkv_rows(layer + "self_attention.query_key_value", QkvStore::by_head, ""));
    append_rows(spec.weights,
                projection_rows({"blocks.{L}.attn.W_O", "blocks.{L}.attn.b_O",
                                 layer + "self_attention.dense", "d_model", "n_heads*d_head"}));
    append_rows(spec.weights,
                layer_norm_rows("blocks.{L}.ln2", layer + "post_attention_layernorm"));
    append_rows(spec.weights, projection_rows({"blocks.{L}.mlp.W_up", "blocks.{L}.mlp.b_up",
                                               layer + "mlp.dense_h_to_4h", "d_mlp", "d_model"}));
    append_rows(spec.weights, projection_rows({"blocks.{L}.mlp.W_down", "blocks.{L}.mlp.b_down",
                                               layer + "mlp.dense_4h_to_h", "d_model", "d_mlp"}));
    append_rows(spec.weights, layer_norm_rows("ln_final", "~ln_f"));
    append_rows(spec.weights, head_rows("lm_head.weight"));
    spec.block.norm = NormKind::layer;
    spec.block.positions = PositionKind::alibi;
    spec.block.ffn = FfnKind::plain;
    spec.block.score = ScoreRule::fused;
    spec.block.qkv = QkvStore::by_head;
    spec.block.embed_norm = true;
    spec.fixed_activation = "bloom_gelu";
    return spec;
}

}  // namespace driftscope
