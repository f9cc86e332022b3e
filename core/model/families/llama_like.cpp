// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/families/llama_like.h"

#include <iterator>
#include <string_view>
#include <utility>

namespace driftscope {
namespace {

WeightRow required_row(std::string canonical, std::string pattern, std::vector<std::string> shape) {
    WeightRow row;
    row.canonical = std::move(canonical);
    row.pattern = std::move(pattern);
    row.shape = std::move(shape);
    return row;
}

/// The row of the bias that belongs to a weight: pattern in ".bias", the weight's first size.
WeightRow bias_row(const WeightRow& weight, std::string canonical, std::string condition) {
    constexpr std::string_view ending = ".weight";
    WeightRow row = required_row(std::move(canonical), weight.pattern, {weight.shape.front()});
    row.pattern.replace(row.pattern.size() - ending.size(), ending.size(), ".bias");
    row.condition = std::move(condition);
    return row;
}

}  // namespace

std::vector<KeyRow> llama_like_keys(const LlamaLikeDefaults& defaults) {
    using F = ConfigField;
    return {
        {{"vocab_size"}, F::d_vocab, "32000"},
        {{"hidden_size"}, F::d_model, "4096"},
        {{"intermediate_size"}, F::d_mlp, defaults.d_mlp},
        {{"num_hidden_layers"}, F::n_layers, "32"},
        {{"num_attention_heads"}, F::n_heads, "32"},
        {{"num_key_value_heads"}, F::n_kv_heads, defaults.n_kv_heads},
        {{"head_dim"}, F::d_head, "null"},
        {{"hidden_act"}, F::activation, "\"silu\""},
        {{"max_position_embeddings"}, F::n_ctx, defaults.n_ctx},
        {{"rms_norm_eps"}, F::norm_eps, defaults.norm_eps},
        {{"rope_theta"}, F::rope_base, defaults.rope_base},
        {{"partial_rotary_factor"}, F::partial_rotary, "1.0"},
        {{"tie_word_embeddings"}, F::tied, "false"},
        {{"dtype", "torch_dtype"}, F::stored_dtype, "null"},
        {{"bos_token_id"}, F::bos, "1"},
        {{"eos_token_id"}, F::eos, "2"},
    };
}

std::vector<std::string> llama_like_ignored_keys() {
    return {"_name_or_path",     "transformers_version",
            "use_cache",         "initializer_range",
            "attention_dropout", "pad_token_id",
            "auto_map",          "_attn_implementation",
            "pretraining_tp",    "unk_token_id",
            "is_decoder",        "return_dict",
            "output_attentions", "output_hidden_states",
            "max_length",        "chunk_size_feed_forward",
            "id2label",          "label2id",
            "problem_type",      "finetuning_task"};
}

void append_rows(std::vector<WeightRow>& rows, std::vector<WeightRow> more) {
    rows.insert(rows.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

std::vector<WeightRow> llama_like_attention_rows(bool biases) {
    const std::string layer = "model.layers.{L}.";
    std::vector<WeightRow> rows;
    rows.push_back(required_row("embed.W_E", "model.embed_tokens.weight", {"d_vocab", "d_model"}));
    rows.push_back(required_row("blocks.{L}.ln1.w", layer + "input_layernorm.weight", {"d_model"}));
    const auto projection = [&](const char* letter, const char* name,
                                std::vector<std::string> shape) {
        rows.push_back(required_row(std::string("blocks.{L}.attn.W_") + letter,
                                    layer + "self_attn." + name + ".weight", std::move(shape)));
        if (biases)
            rows.push_back(bias_row(rows.back(), std::string("blocks.{L}.attn.b_") + letter,
                                    "attention_bias"));
    };
    projection("Q", "q_proj", {"n_heads*d_head", "d_model"});
    projection("K", "k_proj", {"n_kv_heads*d_head", "d_model"});
    projection("V", "v_proj", {"n_kv_heads*d_head", "d_model"});
    projection("O", "o_proj", {"d_model", "n_heads*d_head"});
    rows.push_back(
        required_row("blocks.{L}.ln2.w", layer + "post_attention_layernorm.weight", {"d_model"}));
    return rows;
}

std::vector<WeightRow> llama_like_mlp_rows(bool biases) {
    std::vector<WeightRow> rows;
    for (const std::string part : {"gate", "up", "down"}) {
        const std::vector<std::string> shape = part == "down"
                                                   ? std::vector<std::string>{"d_model", "d_mlp"}
                                                   : std::vector<std::string>{"d_mlp", "d_model"};
        rows.push_back(required_row("blocks.{L}.mlp.W_" + part,
                                    "model.layers.{L}.mlp." + part + "_proj.weight", shape));
        if (biases) rows.push_back(bias_row(rows.back(), "blocks.{L}.mlp.b_" + part, "mlp_bias"));
    }
    return rows;
}

std::vector<WeightRow> llama_like_head_rows() {
    WeightRow own = required_row("unembed.W_U", "lm_head.weight", {"d_vocab", "d_model"});
    own.condition = "!tied";
    WeightRow tied = required_row("unembed.W_U", "", {"d_vocab", "d_model"});
    tied.kind = WeightKind::tied;
    tied.tied_to = "embed.W_E";
    tied.condition = "tied";
    return {required_row("ln_final.w", "model.norm.weight", {"d_model"}), own, tied};
}

}  // namespace driftscope
