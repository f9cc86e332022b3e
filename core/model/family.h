// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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

/// Another place in which checkpoints keep the same weight.
struct AltSource {
    std::string pattern;             ///< as WeightRow::pattern
    std::vector<std::string> shape;  ///< of the stored tensor
    bool per_expert = false;         ///< stored [expert, rows, cols]: take slice {E}, then the rows
    std::string first_row = "0";     ///< size expression: first row of this weight in the slice
};

enum class WeightKind { required, optional, tied };

/// One weight of a family: {L} stands for the layer, {E} for the expert.
struct WeightRow {
    std::string canonical;           ///< "blocks.{L}.attn.W_Q"
    std::string pattern;             ///< "model.layers.{L}.self_attn.q_proj.weight"
    std::vector<std::string> shape;  ///< size names joined by '*': "n_heads*d_head", "d_model"
    WeightKind kind = WeightKind::required;
    std::string tied_to;    ///< canonical name, for kind tied
    std::string condition;  ///< "attention_bias", "!tied", ...; empty: always
    std::vector<AltSource> alternatives;
};

enum class NormKind { rms };            ///< float32 normalise, cast, times weight
enum class RopeStyle { half_split };    ///< pairs (i, i + d/2)
enum class FfnKind { gated, experts };  ///< down(act(gate x) * up x); a mix of such
enum class RouterRule { none, softmax_then_topk };

/// All facts about one family. Adding a family: one file, one line in families.cpp, one test row.
struct FamilySpec {
    std::string id, title;                   ///< "llama", "Llama 2 / 3"
    std::vector<std::string> model_types;    ///< config.json model_type
    std::vector<std::string> architectures;  ///< config.json architectures[0]
    std::vector<KeyRow> keys;
    std::vector<std::string> ignored_keys;     ///< known, without effect on the forward pass
    std::vector<std::string> ignored_tensors;  ///< patterns of buffers that need not be read
    std::vector<std::string> activations;      ///< accepted names of the activation
    std::vector<WeightRow> weights;
    NormKind norm = NormKind::rms;
    RopeStyle rope = RopeStyle::half_split;
    FfnKind ffn = FfnKind::gated;
    RouterRule router = RouterRule::none;
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
/// Value of a condition such as "attention_bias" or "!tied"; empty is true. Errors: internal.
bool eval_condition(const std::string& condition, const ModelConfig& config);
/// The pattern with {L} and {E} filled in.
std::string fill_pattern(const std::string& pattern, int64_t layer, int64_t expert = -1);

}  // namespace driftscope
