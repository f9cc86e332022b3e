// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/families/llama_like.h"

namespace driftscope {
std::vector<KeyRow> llama_like_keys(const LlamaLikeDefaults& defaults) {
    using F = ConfigField;
    return {
        {{"vocab_size"}, F::d_vocab, defaults.d_vocab},
        {{"hidden_size"}, F::d_model, defaults.d_model},
        {{"intermediate_size"}, F::d_mlp, defaults.d_mlp},
        {{"num_hidden_layers"}, F::n_layers, defaults.n_layers},
        {{"num_attention_heads"}, F::n_heads, defaults.n_heads},
        {{"num_key_value_heads"}, F::n_kv_heads, defaults.n_kv_heads},
        {{"head_dim"}, F::d_head, defaults.d_head},
        {{"hidden_act"}, F::activation, "\"silu\""},
        {{"max_position_embeddings"}, F::n_ctx, defaults.n_ctx},
        {{"rms_norm_eps"}, F::norm_eps, defaults.norm_eps},
        {{"rope_theta"}, F::rope_base, defaults.rope_base},
        {{"partial_rotary_factor"}, F::partial_rotary, "1.0"},
        {{"tie_word_embeddings"}, F::tied, defaults.tied},
        {{"dtype", "torch_dtype"}, F::stored_dtype, "null"},
        {{"bos_token_id"}, F::bos, defaults.bos},
        {{"eos_token_id"}, F::eos, defaults.eos},
    };
}

std::vector<std::string> llama_like_ignored_keys() {
    std::vector<std::string> keys = common_ignored_keys();
    keys.emplace_back("pretraining_tp");
    return keys;
}

std::vector<WeightRow> llama_like_attention_rows(LlamaLikeBiases biases) {
    const std::string layer = "~model.layers.{L}.";
    std::vector<WeightRow> rows;
    rows.push_back(required_row("embed.W_E", "~model.embed_tokens.weight", {"d_vocab", "d_model"}));
    rows.push_back(required_row("blocks.{L}.ln1.w", layer + "input_layernorm.weight", {"d_model"}));
    const auto projection = [&](const char* letter, const char* name,
                                std::vector<std::string> shape) {
        rows.push_back(required_row(std::string("blocks.{L}.attn.W_") + letter,
                                    layer + "self_attn." + name + ".weight", std::move(shape)));
        const bool always = biases == LlamaLikeBiases::qkv && *letter != 'O';
        if (always || biases == LlamaLikeBiases::by_config)
            rows.push_back(bias_row(rows.back(), std::string("blocks.{L}.attn.b_") + letter,
                                    always ? "" : "attention_bias"));
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
                                    "~model.layers.{L}.mlp." + part + "_proj.weight", shape));
        if (biases) rows.push_back(bias_row(rows.back(), "blocks.{L}.mlp.b_" + part, "mlp_bias"));
    }
    return rows;
}

std::vector<WeightRow> llama_like_head_rows() {
    std::vector<WeightRow> rows = {required_row("ln_final.w", "~model.norm.weight", {"d_model"})};
    append_rows(rows, head_rows("lm_head.weight"));
    return rows;
}

std::vector<WeightRow> llama_like_expert_rows() {
    const std::string moe = "~model.layers.{L}.mlp.";
    std::vector<WeightRow> rows = {
        required_row("blocks.{L}.moe.W_router", moe + "gate.weight", {"n_experts", "d_model"})};
    for (const std::string part : {"gate", "up", "down"}) {
        const std::vector<std::string> shape = part == "down"
                                                   ? std::vector<std::string>{"d_model", "d_mlp"}
                                                   : std::vector<std::string>{"d_mlp", "d_model"};
        WeightRow row = required_row("blocks.{L}.moe.{E}.W_" + part,
                                     moe + "experts.{E}." + part + "_proj.weight", shape);
        // transformers 5 stacks them, the gate's rows before those of up.
        if (part == "down") {
            row.alternatives = {
                {moe + "experts.down_proj", {"n_experts", "d_model", "d_mlp"}, true, "0"}};
        } else {
            row.alternatives = {{moe + "experts.gate_up_proj",
                                 {"n_experts", "2*d_mlp", "d_model"},
                                 true,
                                 part == "up" ? "d_mlp" : "0"}};
        }
        rows.push_back(row);
    }
    for (WeightRow& row : rows) row.condition = "moe_layer";
    return rows;
}

}  // namespace driftscope
