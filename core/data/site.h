// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope {

/// Every named place in the forward pass, in forward order: an array index into sites().
enum class SiteKind {
    embed,
    embed_ln_normalized,
    resid_pre,
    ln1_scale,
    ln1_normalized,
    q_input,
    k_input,
    v_input,
    q,
    k,
    v,
    q_norm,
    k_norm,
    rot_q,
    rot_k,
    cache_k,
    cache_v,
    scores,
    pattern,
    z,
    attn_out,
    resid_mid,
    ln2_scale,
    ln2_normalized,
    mlp_gate,
    mlp_up,
    mlp_post,
    router_logits,
    expert_weights,
    expert_indices,
    expert_out,
    mlp_out,
    resid_post,
    ln_final_normalized,
    logits
};

enum class SiteScope { model, layer };
/// How values of the site compare: as numbers, as sets of expert ids, or as numbers of which
/// masked entries are left out.
enum class SiteValues { numbers, sets, masked };

/// One row of the site table.
struct SiteInfo {
    SiteKind kind;
    std::string_view name;  ///< canonical, without "blocks.L." ("attn.q")
    SiteScope scope;
    SiteValues values;
    std::string_view axes;      ///< "pos head d_head"; a leading batch axis of 1 is not written
    std::string_view shape;     ///< in size names, "[pos, n_heads, d_head]"
    std::string_view alias_tl;  ///< TransformerLens hook name within the block
    std::string_view alias_hf;  ///< Hugging Face module path within the layer, may be empty
    std::string_view text;      ///< one line of meaning
};

/// The site table, in forward order.
const std::vector<SiteInfo>& sites();
const SiteInfo& site_info(SiteKind kind);

/// One place: a kind and, for layer scope, the block's number.
struct Site {
    SiteKind kind = SiteKind::embed;
    int layer = -1;
    auto operator<=>(const Site&) const = default;
};

/// "blocks.3.attn.pattern", "logits".
std::string to_string(const Site& site);

/// Reads canonical, TransformerLens ("blocks.0.attn.hook_pattern") and Hugging Face
/// ("model.layers.0.self_attn.q_proj") names. Empty when none fits.
std::optional<Site> parse_site(std::string_view name);

/// Which of the sites a model makes.
struct SiteFeatures {
    bool rotary = true;       ///< rot_q, rot_k
    bool qk_norm = false;     ///< q_norm, k_norm
    bool gated = true;        ///< mlp.gate
    bool serial = true;       ///< resid_mid
    bool embed_norm = false;  ///< embed_ln.normalized
    bool cache = true;        ///< cache_k, cache_v
    std::vector<bool> moe;    ///< [layer] router and experts instead of a dense MLP; empty: none
};

/// All sites of a model in forward order.
std::vector<Site> forward_order(int n_layers, const SiteFeatures& features);
/// The same for a Llama-like model, `moe` in every layer.
std::vector<Site> forward_order(int n_layers, bool moe, bool cache = true);

/// Shell-like match with * and ? over canonical names.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace driftscope
