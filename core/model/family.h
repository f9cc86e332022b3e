// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/block_spec.h"
#include "core/model/config.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope {

/// The field of ModelConfig that a key of config.json sets.
enum class ConfigField {
    n_layers,
    d_model,
    n_heads,
    n_kv_heads,
    d_head,
    d_mlp,
    n_experts,
    top_k,
    d_vocab,
    n_ctx,
    norm_eps,
    rope_base,
    partial_rotary,
    sliding_window,
    tied,
    attention_bias,
    mlp_bias,
    norm_topk_prob,
    d_mlp_dense,
    attn_softcap,
    final_softcap,
    query_scalar,
    clip_qkv,
    scale_scores,
    scale_by_layer,
    upcast_scores,
    parallel_residual,
    residual_from_norm,
    use_window,
    max_window_layers,
    window_pattern,
    local_rope_base,
    dense_layers,
    sparse_step,
    row_slices,
    slow_but_exact,
    original_context,
    activation,
    stored_dtype,
    bos,
    eos
};

/// One row of a family's key map.
struct KeyRow {
    std::vector<std::string> keys;  ///< spellings, the first present wins
    ConfigField field = ConfigField::n_layers;
    std::optional<std::string> default_json;  ///< class default as JSON text; none: required
};

/// Rows of a stored tensor that make one weight: `blocks` runs of `count` rows, the first at
/// `first`, each `step` further on. Size expressions.
struct RowSlice {
    std::string first = "0", count, step = "0", blocks = "1";
    bool whole() const { return count.empty(); }
};

/// Another place in which checkpoints keep the same weight.
struct AltSource {
    std::string pattern;             ///< as WeightRow::pattern
    std::vector<std::string> shape;  ///< of the stored tensor
    bool per_expert = false;         ///< stored [expert, rows, cols]: take slice {E}, then the rows
    std::string first_row = "0";     ///< size expression: first row of this weight in the slice
};

enum class WeightKind {
    required,
    optional,
    tied,
    fused  ///< the stored tensor as it is, beside the rows that are cut out of it
};

/// One weight of a family: {L} stands for the layer, {E} for the expert, a leading ~ for the
/// family's prefix, which files may leave out.
struct WeightRow {
    std::string canonical;           ///< "blocks.{L}.attn.W_Q"
    std::string pattern;             ///< "model.layers.{L}.self_attn.q_proj.weight"
    std::vector<std::string> shape;  ///< size names joined by '*': "n_heads*d_head", "d_model"
    WeightKind kind = WeightKind::required;
    std::string tied_to;    ///< canonical name, for kind tied
    std::string condition;  ///< "attention_bias", "!tied", ...; empty: always
    std::vector<AltSource> alternatives;
    std::vector<std::string> stored;  ///< shape in the file where it differs, before transposing
    bool transposed = false;          ///< stored [in, out]
    RowSlice rows;                    ///< which rows, after transposing
};

/// All facts about one family. Adding a family: one file, one line in families.cpp, one test row.
struct FamilySpec {
    std::string id, title;                   ///< "llama", "Llama 2 / 3"
    std::vector<std::string> model_types;    ///< config.json model_type
    std::vector<std::string> architectures;  ///< config.json architectures[0]
    std::vector<KeyRow> keys;
    std::vector<std::string> ignored_keys;     ///< known, without effect on the forward pass
    std::vector<std::string> ignored_tensors;  ///< patterns of buffers that need not be read
    std::vector<std::string> activations;      ///< accepted names of the activation
    std::string fixed_activation;              ///< where no key says so
    std::vector<std::string> prefixes;         ///< what ~ stands for: the first that fits
    std::vector<WeightRow> weights;
    BlockSpec block;
    bool norm_topk_prob = true;  ///< where no key says so
};

/// Every family, in the order in which they are listed to the user.
const std::vector<FamilySpec>& all_families();

/// The family by model_type, else by architectures[0].
/// Errors: unsupported, naming both and listing what is known.
const FamilySpec& family_for(std::string_view model_type,
                             const std::vector<std::string>& architectures,
                             const std::string& where);
/// The family by its id (ModelConfig::family). Errors: internal.
const FamilySpec& family_by_id(std::string_view id);

/// Value of a size expression such as "n_heads*d_head" or "3".
/// Errors: internal (unknown size name), limit (overflow).
int64_t eval_size(const std::string& expression, const ModelConfig& config);
/// Value of a condition such as "attention_bias", "!tied" or "dense_layer"; empty is true.
/// Errors: internal.
bool eval_condition(const std::string& condition, const ModelConfig& config, int64_t layer = -1);
/// The pattern with {L} and {E} filled in and `prefix` for a leading ~.
std::string fill_pattern(const std::string& pattern, int64_t layer, int64_t expert = -1,
                         const std::string& prefix = {});

}  // namespace driftscope
