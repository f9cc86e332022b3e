// SPDX-License-Identifier: GPL-3.0-or-later
// GGUF names: gguf 0.19 constants.py (TENSOR_NAMES). What is changed on the way: llama.cpp
// convert_hf_to_gguf.py, `modify_tensors` of each model class.
#include "core/checkpoint/gguf_names.h"

#include "core/checkpoint/problems.h"

#include <algorithm>
#include <iterator>

namespace driftscope {
namespace {

using Names = std::vector<GgufName>;
using Change = GgufChange;

Names operator+(Names a, const Names& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

Names ends() {
    return {
        {"token_embd", "model.embed_tokens"}, {"output_norm", "model.norm"}, {"output", "lm_head"}};
}

Names attention(Change q = Change::none, Change k = Change::none) {
    return {{"blk.{L}.attn_norm", "model.layers.{L}.input_layernorm"},
            {"blk.{L}.attn_q", "model.layers.{L}.self_attn.q_proj", q},
            {"blk.{L}.attn_k", "model.layers.{L}.self_attn.k_proj", k},
            {"blk.{L}.attn_v", "model.layers.{L}.self_attn.v_proj"},
            {"blk.{L}.attn_output", "model.layers.{L}.self_attn.o_proj"},
            {"blk.{L}.ffn_norm", "model.layers.{L}.post_attention_layernorm"}};
}

Names head_norms() {
    return {{"blk.{L}.attn_q_norm", "model.layers.{L}.self_attn.q_norm"},
            {"blk.{L}.attn_k_norm", "model.layers.{L}.self_attn.k_norm"}};
}

Names mlp() {
    return {{"blk.{L}.ffn_gate", "model.layers.{L}.mlp.gate_proj"},
            {"blk.{L}.ffn_up", "model.layers.{L}.mlp.up_proj"},
            {"blk.{L}.ffn_down", "model.layers.{L}.mlp.down_proj"}};
}

Names experts() {
    return {{"blk.{L}.ffn_gate_inp", "model.layers.{L}.mlp.gate"},
            {"blk.{L}.ffn_gate_exps", "model.layers.{L}.mlp.experts.{E}.gate_proj"},
            {"blk.{L}.ffn_up_exps", "model.layers.{L}.mlp.experts.{E}.up_proj"},
            {"blk.{L}.ffn_down_exps", "model.layers.{L}.mlp.experts.{E}.down_proj"}};
}

/// Mixtral; files of before April 2024 have one tensor for each expert.
Names mixtral_experts() {
    return {{"blk.{L}.ffn_gate_inp", "model.layers.{L}.block_sparse_moe.gate"},
            {"blk.{L}.ffn_gate_exps", "model.layers.{L}.block_sparse_moe.experts.{E}.w1"},
            {"blk.{L}.ffn_down_exps", "model.layers.{L}.block_sparse_moe.experts.{E}.w2"},
            {"blk.{L}.ffn_up_exps", "model.layers.{L}.block_sparse_moe.experts.{E}.w3"},
            {"blk.{L}.ffn_gate.{E}", "model.layers.{L}.block_sparse_moe.experts.{E}.w1"},
            {"blk.{L}.ffn_down.{E}", "model.layers.{L}.block_sparse_moe.experts.{E}.w2"},
            {"blk.{L}.ffn_up.{E}", "model.layers.{L}.block_sparse_moe.experts.{E}.w3"}};
}

Names post_norms() {
    return {{"blk.{L}.post_attention_norm", "model.layers.{L}.post_attention_layernorm"},
            {"blk.{L}.post_ffw_norm", "model.layers.{L}.post_feedforward_layernorm"}};
}

/// Gemma: every norm had 1 added. In Gemma 2 and 3 ffn_norm is the norm before the MLP.
Names gemma(int generation) {
    Names names = ends() + attention() + mlp();
    if (generation > 1) {
        for (GgufName& row : names)
            if (row.stem == "blk.{L}.ffn_norm")
                row.theirs = "model.layers.{L}.pre_feedforward_layernorm";
        names = names + post_norms();
    }
    if (generation > 2) names = names + head_norms();
    for (GgufName& row : names)
        if (row.stem.ends_with("norm")) row.change = Change::minus_one;
    return names;
}

Names gpt2() {
    return {{"token_embd", "transformer.wte"},
            {"position_embd", "transformer.wpe"},
            {"blk.{L}.attn_norm", "transformer.h.{L}.ln_1"},
            {"blk.{L}.attn_qkv", "transformer.h.{L}.attn.c_attn", Change::transpose},
            {"blk.{L}.attn_output", "transformer.h.{L}.attn.c_proj", Change::transpose},
            {"blk.{L}.ffn_norm", "transformer.h.{L}.ln_2"},
            {"blk.{L}.ffn_up", "transformer.h.{L}.mlp.c_fc", Change::transpose},
            {"blk.{L}.ffn_down", "transformer.h.{L}.mlp.c_proj", Change::transpose},
            {"output_norm", "transformer.ln_f"},
            {"output", "lm_head"}};
}

Names gpt_neox() {
    return {
        {"token_embd", "gpt_neox.embed_in"},
        {"blk.{L}.attn_norm", "gpt_neox.layers.{L}.input_layernorm"},
        {"blk.{L}.attn_qkv", "gpt_neox.layers.{L}.attention.query_key_value", Change::qkv_by_head},
        {"blk.{L}.attn_output", "gpt_neox.layers.{L}.attention.dense"},
        {"blk.{L}.ffn_norm", "gpt_neox.layers.{L}.post_attention_layernorm"},
        {"blk.{L}.ffn_up", "gpt_neox.layers.{L}.mlp.dense_h_to_4h"},
        {"blk.{L}.ffn_down", "gpt_neox.layers.{L}.mlp.dense_4h_to_h"},
        {"output_norm", "gpt_neox.final_layer_norm"},
        {"output", "embed_out"}};
}

Names bloom() {
    return {{"token_embd", "transformer.word_embeddings"},
            {"token_embd_norm", "transformer.word_embeddings_layernorm"},
            {"blk.{L}.attn_norm", "transformer.h.{L}.input_layernorm"},
            {"blk.{L}.attn_qkv", "transformer.h.{L}.self_attention.query_key_value",
             Change::qkv_by_head},
            {"blk.{L}.attn_output", "transformer.h.{L}.self_attention.dense"},
            {"blk.{L}.ffn_norm", "transformer.h.{L}.post_attention_layernorm"},
            {"blk.{L}.ffn_up", "transformer.h.{L}.mlp.dense_h_to_4h"},
            {"blk.{L}.ffn_down", "transformer.h.{L}.mlp.dense_4h_to_h"},
            {"output_norm", "transformer.ln_f"},
            {"output", "lm_head"}};
}

/// attn_k and attn_v follow attn_q into one tensor.
Names internlm2() {
    return {{"token_embd", "model.tok_embeddings"},
            {"blk.{L}.attn_norm", "model.layers.{L}.attention_norm"},
            {"blk.{L}.attn_q", "model.layers.{L}.attention.wqkv", Change::qkv_by_group},
            {"blk.{L}.attn_output", "model.layers.{L}.attention.wo"},
            {"blk.{L}.ffn_norm", "model.layers.{L}.ffn_norm"},
            {"blk.{L}.ffn_gate", "model.layers.{L}.feed_forward.w1"},
            {"blk.{L}.ffn_up", "model.layers.{L}.feed_forward.w3"},
            {"blk.{L}.ffn_down", "model.layers.{L}.feed_forward.w2"},
            {"output_norm", "model.norm"},
            {"output", "output"}};
}

Names phi3() {
    return ends() + Names{{"blk.{L}.attn_norm", "model.layers.{L}.input_layernorm"},
                          {"blk.{L}.attn_qkv", "model.layers.{L}.self_attn.qkv_proj"},
                          {"blk.{L}.attn_output", "model.layers.{L}.self_attn.o_proj"},
                          {"blk.{L}.ffn_norm", "model.layers.{L}.post_attention_layernorm"},
                          {"blk.{L}.ffn_up", "model.layers.{L}.mlp.gate_up_proj"},
                          {"blk.{L}.ffn_down", "model.layers.{L}.mlp.down_proj"}};
}

const std::vector<GgufArchitecture>& architectures() {
    const auto paired = attention(Change::unpair_q, Change::unpair_k);
    static const std::vector<GgufArchitecture> all = {
        {"llama", "llama", "LlamaForCausalLM", ends() + paired + mlp()},
        {"llama with experts", "mixtral", "MixtralForCausalLM",
         ends() + paired + mixtral_experts()},
        {"gpt2", "gpt2", "GPT2LMHeadModel", gpt2()},
        {"gptneox", "gpt_neox", "GPTNeoXForCausalLM", gpt_neox()},
        {"bloom", "bloom", "BloomForCausalLM", bloom()},
        {"internlm2", "internlm2", "InternLM2ForCausalLM", internlm2()},
        {"qwen2", "qwen2", "Qwen2ForCausalLM", ends() + attention() + mlp()},
        {"qwen3", "qwen3", "Qwen3ForCausalLM", ends() + attention() + head_norms() + mlp()},
        {"qwen3moe", "qwen3_moe", "Qwen3MoeForCausalLM",
         ends() + attention() + head_norms() + experts() + mlp()},
        {"olmoe", "olmoe", "OlmoeForCausalLM", ends() + attention() + head_norms() + experts()},
        {"gemma", "gemma", "GemmaForCausalLM", gemma(1)},
        {"gemma2", "gemma2", "Gemma2ForCausalLM", gemma(2)},
        {"gemma3", "gemma3_text", "Gemma3ForCausalLM", gemma(3)},
        {"phi3", "phi3", "Phi3ForCausalLM", phi3()},
    };
    return all;
}

}  // namespace

const GgufArchitecture& gguf_architecture(const GgufContent& content, const std::string& where) {
    auto name = content.text("general.architecture");
    if (!name)
        throw Error(ErrorCode::format, where, "general.architecture is missing from the metadata",
                    "It may be a part of a split model: give the first part");
    if (*name == "llama" && content.whole("llama.expert_count").value_or(0) > 0)
        *name = "llama with experts";
    std::string known;
    for (const GgufArchitecture& each : architectures()) {
        if (each.name == *name) return each;
        known += (known.empty() ? "" : ", ") + std::string(each.name);
    }
    throw Error(ErrorCode::unsupported, where,
                "general.architecture " + in_quotes(*name) + " is none that is read here",
                "Read are " + known);
}

}  // namespace driftscope
