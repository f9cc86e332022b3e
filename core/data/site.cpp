// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/site.h"

#include <charconv>

namespace driftscope {

namespace {
using K = SiteKind;
using enum SiteScope;
using enum SiteValues;
constexpr std::string_view kStream = "pos d_model";
constexpr std::string_view kStreamShape = "[pos, d_model]";
constexpr std::string_view kQ = "pos head d_head";
constexpr std::string_view kQShape = "[pos, n_heads, d_head]";
constexpr std::string_view kKv = "pos kv_head d_head";
constexpr std::string_view kKvShape = "[pos, n_kv_heads, d_head]";
constexpr std::string_view kScores = "head pos key_pos";
constexpr std::string_view kScoresShape = "[n_heads, pos, key_pos]";
}  // namespace

const std::vector<SiteInfo>& sites() {
    static const std::vector<SiteInfo> table = {
        {K::embed, "embed", model, numbers, kStream, kStreamShape, "hook_embed",
         "model.embed_tokens", "token embedding after any scaling, with learned positions"},
        {K::embed_ln_normalized, "embed_ln.normalized", model, numbers, kStream, kStreamShape,
         "embed_ln.hook_normalized", "word_embeddings_layernorm", "output of the embedding's norm"},
        {K::resid_pre, "resid_pre", layer, numbers, kStream, kStreamShape, "hook_resid_pre", "",
         "residual stream entering the block"},
        {K::ln1_scale, "ln1.scale", layer, numbers, "pos one", "[pos, 1]", "ln1.hook_scale", "",
         "root mean square the first norm divides by"},
        {K::ln1_normalized, "ln1.normalized", layer, numbers, kStream, kStreamShape,
         "ln1.hook_normalized", "input_layernorm", "output of the first norm"},
        {K::q_input, "attn.q_input", layer, numbers, kStream, kStreamShape, "hook_q_input", "",
         "what the query projection reads"},
        {K::k_input, "attn.k_input", layer, numbers, kStream, kStreamShape, "hook_k_input", "",
         "what the key projection reads"},
        {K::v_input, "attn.v_input", layer, numbers, kStream, kStreamShape, "hook_v_input", "",
         "what the value projection reads"},
        {K::q, "attn.q", layer, numbers, kQ, kQShape, "attn.hook_q", "self_attn.q_proj",
         "query projection with bias, before rotation"},
        {K::k, "attn.k", layer, numbers, kKv, kKvShape, "attn.hook_k", "self_attn.k_proj",
         "key projection with bias, before rotation"},
        {K::v, "attn.v", layer, numbers, kKv, kKvShape, "attn.hook_v", "self_attn.v_proj",
         "value projection with bias"},
        {K::q_norm, "attn.q_norm", layer, numbers, kQ, kQShape, "", "self_attn.q_norm",
         "query after its norm, before rotation"},
        {K::k_norm, "attn.k_norm", layer, numbers, kKv, kKvShape, "", "self_attn.k_norm",
         "key after its norm, before rotation"},
        {K::rot_q, "attn.rot_q", layer, numbers, kQ, kQShape, "attn.hook_rot_q", "",
         "query after rotary embedding"},
        {K::rot_k, "attn.rot_k", layer, numbers, kKv, kKvShape, "attn.hook_rot_k", "",
         "key after rotary embedding"},
        {K::cache_k, "attn.cache_k", layer, numbers, kKv, kKvShape, "", "",
         "key as the cache holds it"},
        {K::cache_v, "attn.cache_v", layer, numbers, kKv, kKvShape, "", "",
         "value as the cache holds it"},
        {K::scores, "attn.scores", layer, masked, kScores, kScoresShape, "attn.hook_attn_scores",
         "", "scaled and masked scores, before softmax"},
        {K::pattern, "attn.pattern", layer, masked, kScores, kScoresShape, "attn.hook_pattern", "",
         "attention weights after softmax; each row sums to 1"},
        {K::z, "attn.z", layer, numbers, kQ, kQShape, "attn.hook_z", "",
         "values mixed by the attention weights"},
        {K::attn_out, "attn_out", layer, numbers, kStream, kStreamShape, "hook_attn_out",
         "self_attn.o_proj",
         "what attention adds: output projection, and the norm after it if any"},
        {K::resid_mid, "resid_mid", layer, numbers, kStream, kStreamShape, "hook_resid_mid", "",
         "residual stream after attention"},
        {K::ln2_scale, "ln2.scale", layer, numbers, "pos one", "[pos, 1]", "ln2.hook_scale", "",
         "root mean square the second norm divides by"},
        {K::ln2_normalized, "ln2.normalized", layer, numbers, kStream, kStreamShape,
         "ln2.hook_normalized", "post_attention_layernorm", "output of the second norm"},
        {K::mlp_gate, "mlp.gate", layer, numbers, "pos d_mlp", "[pos, d_mlp]", "mlp.hook_pre",
         "mlp.gate_proj", "gate branch before its activation"},
        {K::mlp_up, "mlp.up", layer, numbers, "pos d_mlp", "[pos, d_mlp]", "mlp.hook_pre_linear",
         "mlp.up_proj", "linear branch; without a gate, what the activation reads"},
        {K::mlp_post, "mlp.post", layer, numbers, "pos d_mlp", "[pos, d_mlp]", "mlp.hook_post", "",
         "what the down projection reads: activation, times the linear branch"},
        {K::router_logits, "moe.router_logits", layer, numbers, "pos expert", "[pos, n_experts]",
         "mlp.hook_router_logits", "block_sparse_moe.gate", "router product, before softmax"},
        {K::expert_weights, "moe.expert_weights", layer, numbers, "pos slot", "[pos, top_k]",
         "mlp.hook_expert_weights", "", "final mixing weights of the chosen experts"},
        {K::expert_indices, "moe.expert_indices", layer, sets, "pos slot", "[pos, top_k]",
         "mlp.hook_expert_indices", "", "chosen experts, largest weight first"},
        {K::expert_out, "moe.expert_out", layer, numbers, "pos slot d_model",
         "[pos, top_k, d_model]", "", "", "output of each chosen expert, before its mixing weight"},
        {K::mlp_out, "mlp_out", layer, numbers, kStream, kStreamShape, "hook_mlp_out", "mlp",
         "what the MLP adds: down projection or expert mix, and the norm after it if any"},
        {K::resid_post, "resid_post", layer, numbers, kStream, kStreamShape, "hook_resid_post", "",
         "residual stream leaving the block"},
        {K::ln_final_normalized, "ln_final.normalized", model, numbers, kStream, kStreamShape,
         "ln_final.hook_normalized", "model.norm", "output of the last norm"},
        {K::logits, "logits", model, numbers, "pos vocab", "[pos, d_vocab]", "", "lm_head",
         "scores of the next token"},
    };
    return table;
}

const SiteInfo& site_info(SiteKind kind) { return sites()[static_cast<size_t>(kind)]; }

std::string to_string(const Site& site) {
    const SiteInfo& info = site_info(site.kind);
    if (info.scope == SiteScope::model) return std::string(info.name);
    return "blocks." + std::to_string(site.layer) + "." + std::string(info.name);
}

namespace {

/// Cuts "PREFIX<number>." off `name`; the number goes to `layer`.
bool cut_layer(std::string_view& name, std::string_view prefix, int& layer) {
    if (!name.starts_with(prefix)) return false;
    const std::string_view rest = name.substr(prefix.size());
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), layer);
    if (error != std::errc{} || layer < 0 || end == rest.data() + rest.size() || *end != '.') {
        return false;
    }
    name = rest.substr(static_cast<size_t>(end - rest.data()) + 1);
    return true;
}

}  // namespace

std::optional<Site> parse_site(std::string_view name) {
    int layer_number = -1;
    const bool in_block =
        cut_layer(name, "blocks.", layer_number) || cut_layer(name, "model.layers.", layer_number);
    if (name.ends_with(".weight")) name.remove_suffix(7);
    for (const SiteInfo& info : sites()) {
        if ((info.scope == SiteScope::layer) != in_block) continue;
        if (name == info.name || (!info.alias_tl.empty() && name == info.alias_tl) ||
            (!info.alias_hf.empty() && name == info.alias_hf)) {
            return Site{info.kind, in_block ? layer_number : -1};
        }
    }
    return std::nullopt;
}

namespace {

bool made(const SiteInfo& info, int layer_number, const SiteFeatures& features) {
    const auto l = static_cast<size_t>(layer_number);
    const bool moe = info.scope == SiteScope::layer && l < features.moe.size() && features.moe[l];
    switch (info.kind) {
        case K::embed_ln_normalized: return features.embed_norm;
        case K::q_norm:
        case K::k_norm: return features.qk_norm;
        case K::rot_q:
        case K::rot_k: return features.rotary;
        case K::cache_k:
        case K::cache_v: return features.cache;
        case K::resid_mid: return features.serial;
        case K::mlp_gate: return features.gated && !moe;
        default: break;
    }
    if (info.name.starts_with("mlp.")) return !moe;
    if (info.name.starts_with("moe.")) return moe;
    return true;
}

}  // namespace

std::vector<Site> forward_order(int n_layers, const SiteFeatures& features) {
    std::vector<Site> order;
    // Sites of the model before the blocks come first in the table, those after them last.
    const std::vector<SiteInfo>& table = sites();
    size_t i = 0;
    for (; table[i].scope == SiteScope::model; ++i)
        if (made(table[i], -1, features)) order.push_back({table[i].kind, -1});
    for (int l = 0; l < n_layers; ++l)
        for (const SiteInfo& info : table)
            if (info.scope == SiteScope::layer && made(info, l, features))
                order.push_back({info.kind, l});
    for (; i < table.size(); ++i)
        if (table[i].scope == SiteScope::model) order.push_back({table[i].kind, -1});
    return order;
}

std::vector<Site> forward_order(int n_layers, bool moe, bool cache) {
    SiteFeatures features;
    features.cache = cache;
    features.moe.assign(static_cast<size_t>(n_layers), moe);
    return forward_order(n_layers, features);
}

bool glob_match(std::string_view pattern, std::string_view text) {
    size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p, ++t;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            mark = t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

}  // namespace driftscope
