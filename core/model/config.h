// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/block_spec.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope {

/// How the rotary frequencies are scaled (transformers 4.57 modeling_rope_utils.py).
/// `none` is spelled "default" in files.
enum class RopeKind { none, linear, dynamic, llama3, yarn, longrope };

/// The name as it stands in a file: "default", "linear", "dynamic", "llama3", "yarn", "longrope".
std::string_view rope_kind_name(RopeKind kind);

/// Parameters of the rotary embedding. Fields that the kind does not use keep their default.
struct RopeConfig {
    double base = 10000.0;  ///< rope_theta
    RopeKind kind = RopeKind::none;
    double factor = 1.0;            ///< all kinds but none; > 0
    double low_freq_factor = 1.0;   ///< llama3
    double high_freq_factor = 4.0;  ///< llama3
    int64_t original_context = 0;   ///< llama3, yarn, longrope: positions before extension
    double beta_fast = 32.0;        ///< yarn
    double beta_slow = 1.0;         ///< yarn
    std::optional<double> attention_factor, mscale, mscale_all_dim;  ///< yarn
    bool truncate = true;                           ///< yarn: floor and ceil the ramp's ends
    std::vector<double> short_factor, long_factor;  ///< longrope: [d/2], up to and past the context
    double partial = 1.0;                           ///< share of d_head that is rotated
};

/// Where a value came from.
enum class Origin { file, default_value, flag };

/// One line of the config panel: a key with the value in force.
struct ConfigValue {
    std::string key;    ///< as in config.json; nested keys with a dot: "rope_scaling.factor"
    std::string value;  ///< JSON text
    Origin origin = Origin::file;
    bool used = false;  ///< the forward pass or the loader depends on it
    std::string note;   ///< e.g. "unknown key, not used", "file says 500000"
    bool known = true;  ///< false: this program has never heard of the key
};

/// A transformer's sizes and kinds (names: style §3.4).
struct ModelConfig {
    std::string family;        ///< FamilySpec::id: "llama", "mistral", "mixtral"
    std::string architecture;  ///< architectures[0] of the file, may be empty
    int64_t n_layers = 0, d_model = 0, n_heads = 0, n_kv_heads = 0, d_head = 0, d_mlp = 0;
    int64_t n_experts = 0, top_k = 0;  ///< 0: dense; else d_mlp is the width of one expert
    int64_t d_vocab = 0, n_ctx = 0;
    double norm_eps = 0.0;
    RopeConfig rope;
    std::optional<RopeConfig> local_rope;   ///< of sliding layers, where they have their own
    std::optional<int64_t> sliding_window;  ///< keys visible, the query's own included
    std::vector<bool> sliding;              ///< [layer] has the window; empty: all layers
    std::vector<bool> dense;                ///< [layer] has a dense MLP among experts; empty: none
    BlockSpec block;                        ///< what a block computes
    int64_t d_mlp_dense = 0;                ///< width of those dense MLPs
    std::optional<double> attn_softcap, final_softcap;  ///< c · tanh(x / c)
    std::optional<double> clip_qkv;  ///< queries, keys and values clamped to ± this
    double query_scalar = 0.0;       ///< scores scaled by its root; 0: d_head
    bool scale_scores = true;        ///< false: no scaling at all (GPT-2 scale_attn_weights)
    bool scale_by_layer = false;     ///< scores divided by layer + 1
    bool upcast_scores = false;      ///< float32 queries and keys, one scaled product (GPT-2)
    int64_t row_slices = 1;          ///< output projections summed from so many slices (BLOOM)
    bool tied = false, attention_bias = false, mlp_bias = false;
    bool norm_topk_prob = true;  ///< chosen experts' weights are divided by their sum
    std::string activation = "silu";
    std::string stored_dtype;  ///< "bfloat16", as config.json says; may be empty
    std::optional<int64_t> bos;
    std::vector<int64_t> eos;
    std::vector<ConfigValue> values;  ///< every key: of the file, defaults taken, flags

    /// The line for `key`, nullptr if there is none.
    const ConfigValue* value(std::string_view key) const;
    /// The window of a layer, nothing where it sees everything.
    std::optional<int64_t> window(int64_t layer) const;
    bool moe_layer(int64_t layer) const;
    /// The rotary embedding of a layer.
    const RopeConfig& layer_rope(int64_t layer) const;
    /// What scores are multiplied by: query_scalar^-0.5, 1 without scaling.
    double score_scale() const;
    /// Parameters that the sizes imply, tied head counted once.
    int64_t parameter_count() const;
};

/// Largest config.json that is read, bytes; deepest nesting of its JSON.
inline constexpr size_t max_config_bytes = 16u << 20;
inline constexpr int max_json_depth = 64;

/// Reads the text of a config.json.
///
/// A missing key means the family's class default; null for num_key_value_heads means n_heads, for
/// head_dim d_model / n_heads. Whole numbers may be written 4.0. `rope_scaling` (with `rope_type`
/// or the older `type`) and `rope_parameters` of transformers 5 are read; the latter wins.
/// @param where      names the file in messages
/// @param overrides  flags: rope.base=N, rope.scaling=config|off, context=N,
///                   attention.window=config|off|N; "config" leaves the file's value
/// Errors, all problems in one Error: format (JSON, types, ranges, sizes that do not divide),
/// unsupported (family, rope type, activation, quantization), limit (sizes beyond any
/// machine), usage (only flags are wrong).
ModelConfig parse_config(std::string_view json_text, const std::string& where,
                         const std::map<std::string, std::string>& overrides = {});

/// Reads `config.json` of a model folder (or of the folder of a model file).
/// Errors: as parse_config; not_found, unreadable, limit.
ModelConfig load_config(const std::filesystem::path& path,
                        const std::map<std::string, std::string>& overrides = {});

}  // namespace driftscope
