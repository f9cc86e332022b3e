// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/config_keys.h"

#include "core/model/config_draft.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace driftscope {

using Json = nlohmann::json;

namespace {

constexpr int64_t max_layers = 10'000;
constexpr int64_t max_experts = 4'096;
constexpr int64_t max_parameters = int64_t{1} << 60;

/// A field that holds a size: where it goes and what it may be.
struct SizeField {
    ConfigField field;
    int64_t ModelConfig::* member;
    int64_t high;
    bool nullable;  ///< null leaves 0, which check_sizes() fills in
};
constexpr SizeField size_fields[] = {
    {ConfigField::n_layers, &ModelConfig::n_layers, max_layers, false},
    {ConfigField::d_model, &ModelConfig::d_model, max_dimension, false},
    {ConfigField::n_heads, &ModelConfig::n_heads, max_dimension, false},
    {ConfigField::n_kv_heads, &ModelConfig::n_kv_heads, max_dimension, true},
    {ConfigField::d_head, &ModelConfig::d_head, max_dimension, true},
    {ConfigField::d_mlp, &ModelConfig::d_mlp, max_dimension, true},
    {ConfigField::d_mlp_dense, &ModelConfig::d_mlp_dense, max_dimension, false},
    {ConfigField::row_slices, &ModelConfig::row_slices, max_dimension, false},
    {ConfigField::n_experts, &ModelConfig::n_experts, max_experts, false},
    {ConfigField::top_k, &ModelConfig::top_k, max_experts, false},
    {ConfigField::d_vocab, &ModelConfig::d_vocab, max_dimension, false},
    {ConfigField::n_ctx, &ModelConfig::n_ctx, max_dimension, false},
};

/// A field that is true or false.
struct TruthField {
    ConfigField field;
    bool ModelConfig::* member;
};
constexpr TruthField truth_fields[] = {
    {ConfigField::tied, &ModelConfig::tied},
    {ConfigField::attention_bias, &ModelConfig::attention_bias},
    {ConfigField::mlp_bias, &ModelConfig::mlp_bias},
    {ConfigField::norm_topk_prob, &ModelConfig::norm_topk_prob},
    {ConfigField::scale_scores, &ModelConfig::scale_scores},
    {ConfigField::scale_by_layer, &ModelConfig::scale_by_layer},
    {ConfigField::upcast_scores, &ModelConfig::upcast_scores},
};

/// A positive number that may be null.
struct RealField {
    ConfigField field;
    std::optional<double> ModelConfig::* member;
};
constexpr RealField real_fields[] = {
    {ConfigField::attn_softcap, &ModelConfig::attn_softcap},
    {ConfigField::final_softcap, &ModelConfig::final_softcap},
    {ConfigField::clip_qkv, &ModelConfig::clip_qkv},
};

std::optional<int64_t> parse_positive(const std::string& text) {
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 1 ||
        value > max_dimension)
        return std::nullopt;
    return value;
}

void read_tokens(ConfigDraft& draft, const std::string& key, const Json& value,
                 std::vector<int64_t>& ids) {
    if (value.is_null()) return;
    if (!value.is_array()) {
        if (const auto id = draft.whole(key, value, -max_dimension, max_dimension))
            ids.push_back(*id);
        return;
    }
    for (const Json& entry : value)
        if (const auto id = draft.whole(key, entry, -max_dimension, max_dimension))
            ids.push_back(*id);
}

void read_activation(ConfigDraft& draft, const std::string& key, const Json& value) {
    const auto name = draft.text(key, value);
    if (!name) return;
    const auto& known = draft.family().activations;
    if (std::find(known.begin(), known.end(), *name) == known.end()) {
        std::string list;
        for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
        draft.problem(ErrorCode::unsupported,
                      key + " is " + in_quotes(*name) + ", computed is " + list);
        return;
    }
    // "swish" is another name of the same function.
    draft.out().activation = *name == "swish" ? "silu" : *name;
}

void read_stored_dtype(ConfigDraft& draft, const std::string& key, const Json& value) {
    if (value.is_null()) return;
    auto name = draft.text(key, value);
    if (!name) return;
    if (name->starts_with("torch.")) name->erase(0, 6);
    draft.out().stored_dtype = *name;
}

void read_window(ConfigDraft& draft, const std::string& key, const Json& value) {
    if (!value.is_null()) draft.out().sliding_window = draft.whole(key, value, 1, max_dimension);
}

void read_norm_eps(ConfigDraft& draft, const std::string& key, const Json& value) {
    const auto eps = draft.real(key, value);
    if (!eps) return;
    if (*eps < 0.0)
        draft.problem(ErrorCode::format,
                      key + " is " + display_text(value) + ", expected 0 or more");
    draft.out().norm_eps = *eps;
}

/// True if a table above knows the field.
bool read_by_table(ConfigDraft& draft, ConfigField field, const std::string& key,
                   const Json& value) {
    ModelConfig& out = draft.out();
    for (const TruthField& row : truth_fields) {
        if (row.field != field) continue;
        out.*row.member = draft.truth(key, value).value_or(false);
        return true;
    }
    for (const RealField& row : real_fields) {
        if (row.field != field) continue;
        if (!value.is_null()) out.*row.member = draft.positive(key, value);
        return true;
    }
    for (const SizeField& size : size_fields) {
        if (size.field != field) continue;
        if (!size.nullable || !value.is_null())
            out.*size.member = draft.whole(key, value, 1, size.high).value_or(0);
        return true;
    }
    return false;
}

void read_residual(ConfigDraft& draft, const std::string& key, const Json& value,
                   ResidualKind kind) {
    draft.out().block.residual =
        draft.truth(key, value).value_or(false) ? kind : ResidualKind::serial;
}

void read_value(ConfigDraft& draft, ConfigField field, const std::string& key, const Json& value) {
    ModelConfig& out = draft.out();
    if (read_by_table(draft, field, key, value)) return;
    switch (field) {
        case ConfigField::norm_eps: return read_norm_eps(draft, key, value);
        case ConfigField::activation: return read_activation(draft, key, value);
        case ConfigField::stored_dtype: return read_stored_dtype(draft, key, value);
        case ConfigField::sliding_window: return read_window(draft, key, value);
        case ConfigField::eos: return read_tokens(draft, key, value, out.eos);
        case ConfigField::bos:
            if (!value.is_null()) out.bos = draft.whole(key, value, -max_dimension, max_dimension);
            return;
        case ConfigField::query_scalar:
            out.query_scalar = draft.positive(key, value).value_or(0.0);
            return;
        case ConfigField::parallel_residual:
            return read_residual(draft, key, value, ResidualKind::parallel);
        case ConfigField::residual_from_norm:
            return read_residual(draft, key, value, ResidualKind::from_norm);
        case ConfigField::local_rope_base:
            out.local_rope.emplace();
            out.local_rope->base = draft.positive(key, value).value_or(10000.0);
            return;
        default: return;  // read by resolve_layers(), check_sizes() and read_rope()
    }
}

void read_row(ConfigDraft& draft, const KeyRow& row) {
    bool done = false;
    for (const std::string& key : row.keys) {
        const auto found = draft.root().find(key);
        if (found == draft.root().end()) continue;
        draft.record(key, *found, Origin::file, !done,
                     done ? "not used: another spelling comes first" : "");
        if (!done) read_value(draft, row.field, key, *found);
        done = true;
    }
    if (done) return;
    const std::string& key = row.keys.front();
    if (!row.default_json) {
        draft.problem(ErrorCode::format, key + " is missing");
        return;
    }
    const Json value = Json::parse(*row.default_json);
    draft.record(key, value, Origin::default_value, true);
    read_value(draft, row.field, key, value);
}

/// The flag `id` on the key that sets `field`; `apply` returns false if the text is no value.
template <typename Apply>
void apply_flag(ConfigDraft& draft, const char* id, ConfigField field, const char* expected,
                Apply apply) {
    const auto text = draft.flag(id);
    if (!text) return;
    std::string key;
    for (const KeyRow& row : draft.family().keys) {
        if (row.field != field) continue;
        for (const std::string& each : row.keys)
            if (key.empty() && draft.root().contains(each)) key = each;
        if (key.empty()) key = row.keys.front();
    }
    if (key.empty()) key = id;  // e.g. a window on a family that knows none
    if (apply(*text))
        draft.record_flag(key, *text == "off" ? "null" : *text, id);
    else
        draft.problem(ErrorCode::usage,
                      std::string(id) + " is " + in_quotes(*text) + ", expected " + expected);
}

void apply_flags(ConfigDraft& draft) {
    ModelConfig& out = draft.out();
    apply_flag(draft, "context", ConfigField::n_ctx, "config or a whole number above 0",
               [&out](const std::string& text) {
                   const auto number = parse_positive(text);
                   out.n_ctx = number.value_or(out.n_ctx);
                   return number.has_value();
               });
    apply_flag(draft, "attention.window", ConfigField::sliding_window,
               "config, off or a whole number above 0", [&out](const std::string& text) {
                   out.sliding_window = parse_positive(text);
                   return out.sliding_window.has_value() || text == "off";
               });
}

void check_rotary(ConfigDraft& draft) {
    const ModelConfig& out = draft.out();
    const auto rotated = static_cast<int64_t>(static_cast<double>(out.d_head) * out.rope.partial);
    const std::string head = "the head width (head_dim) is " + std::to_string(out.d_head);
    if (rotated < 2 || rotated % 2 != 0 || rotated > out.d_head)
        draft.problem(ErrorCode::format,
                      out.rope.partial == 1.0
                          ? head + ", the rotary embedding needs an even one"
                          : head + " and " + std::to_string(rotated) +
                                " of it is rotated: no even number of at least 2");
    if (out.rope.kind == RopeKind::dynamic && rotated <= 2)
        draft.problem(ErrorCode::format, "dynamic rope scaling needs a head_dim above 2");
    for (const auto& list : {out.rope.short_factor, out.rope.long_factor})
        if (out.rope.kind == RopeKind::longrope && static_cast<int64_t>(list.size()) != rotated / 2)
            draft.problem(ErrorCode::format,
                          "short_factor and long_factor need " + std::to_string(rotated / 2) +
                              " numbers each, one has " + std::to_string(list.size()));
}

void check_heads(ConfigDraft& draft) {
    ModelConfig& out = draft.out();
    if (out.n_kv_heads == 0) out.n_kv_heads = out.n_heads;
    if (out.n_heads % out.n_kv_heads != 0)
        draft.problem(ErrorCode::format, "num_attention_heads is " + std::to_string(out.n_heads) +
                                             ", not a multiple of num_key_value_heads, " +
                                             std::to_string(out.n_kv_heads));
    if (out.d_head == 0) {
        if (out.d_model % out.n_heads != 0) {
            draft.problem(ErrorCode::format, "head_dim is not given and hidden_size, " +
                                                 std::to_string(out.d_model) +
                                                 ", is not a multiple of num_attention_heads, " +
                                                 std::to_string(out.n_heads));
            return;
        }
        out.d_head = out.d_model / out.n_heads;
    }
    if (out.block.positions == PositionKind::rotary) check_rotary(draft);
}

/// The key that sets `field` with its value, from the file or the default; null if the family has
/// no such key.
Json value_of(const ConfigDraft& draft, ConfigField field) {
    for (const KeyRow& row : draft.family().keys) {
        if (row.field != field) continue;
        for (const std::string& key : row.keys)
            if (draft.root().contains(key)) return draft.root()[key];
        return row.default_json ? Json::parse(*row.default_json) : Json();
    }
    return {};
}

bool has_key(const ConfigDraft& draft, ConfigField field) {
    return std::any_of(draft.family().keys.begin(), draft.family().keys.end(),
                       [field](const KeyRow& row) { return row.field == field; });
}

/// A whole number that a key of the family sets, `fallback` where it is none.
int64_t number_of(ConfigDraft& draft, ConfigField field, int64_t low, int64_t fallback) {
    for (const KeyRow& row : draft.family().keys)
        if (row.field == field)
            return draft.whole(row.keys.front(), value_of(draft, field), low, max_dimension)
                .value_or(fallback);
    return fallback;
}

/// True where the rule gives layer `layer` (from 0) a sliding window.
bool slides(WindowRule rule, int64_t layer, int64_t number) {
    switch (rule) {
        case WindowRule::every: return true;
        case WindowRule::even: return layer % 2 == 0;
        case WindowRule::pattern: return (layer + 1) % number != 0;
        case WindowRule::upper: return layer >= number;
    }
    return true;
}

/// layer_types of the file: one of two words for each layer.
std::optional<std::vector<bool>> read_layer_types(ConfigDraft& draft) {
    const auto found = draft.root().find("layer_types");
    if (found == draft.root().end()) return std::nullopt;
    draft.record("layer_types", *found, Origin::file, true);
    if (found->is_null()) return std::nullopt;
    std::vector<bool> sliding;
    if (found->is_array())
        for (const Json& type : *found)
            if (type == "sliding_attention" || type == "full_attention")
                sliding.push_back(type == "sliding_attention");
    if (!found->is_array() || sliding.size() != found->size() ||
        static_cast<int64_t>(sliding.size()) != draft.out().n_layers) {
        draft.problem(ErrorCode::format,
                      "layer_types is not a list of sliding_attention and full_attention, one for "
                      "each of the " +
                          std::to_string(draft.out().n_layers) + " layers");
        return std::nullopt;
    }
    return sliding;
}

/// Which layers have the window.
void resolve_windows(ConfigDraft& draft) {
    ModelConfig& out = draft.out();
    if (!has_key(draft, ConfigField::sliding_window)) return;
    const Json use = value_of(draft, ConfigField::use_window);
    const bool flagged = draft.flag("attention.window").has_value();
    if (use.is_boolean() && !use.get<bool>() && !flagged) out.sliding_window.reset();
    const auto listed = read_layer_types(draft);
    const WindowRule rule = out.block.window;
    int64_t number = 1;
    if (rule == WindowRule::upper) number = number_of(draft, ConfigField::max_window_layers, 0, 0);
    if (rule == WindowRule::pattern) number = number_of(draft, ConfigField::window_pattern, 1, 1);
    if (listed) {
        out.sliding = *listed;
    } else if (rule != WindowRule::every) {
        for (int64_t layer = 0; layer < out.n_layers; ++layer)
            out.sliding.push_back(slides(rule, layer, number));
    }
    // A list of full layers only says what sliding_window = null says.
    const bool any = std::find(out.sliding.begin(), out.sliding.end(), true) != out.sliding.end();
    if (listed && any && !out.sliding_window && !flagged)
        draft.problem(ErrorCode::format, "layer_types names sliding layers and there is no window");
}

/// Which layers of a mixture have a dense MLP (transformers 4.57 modeling_qwen3_moe.py).
void resolve_dense(ConfigDraft& draft) {
    ModelConfig& out = draft.out();
    if (!has_key(draft, ConfigField::dense_layers) || out.n_experts == 0) return;
    const int64_t step = number_of(draft, ConfigField::sparse_step, 1, 1);
    out.dense.assign(static_cast<size_t>(out.n_layers), false);
    for (int64_t layer = 0; layer < out.n_layers; ++layer)
        out.dense[static_cast<size_t>(layer)] = (layer + 1) % step != 0;
    const Json list = value_of(draft, ConfigField::dense_layers);
    if (list.is_null()) return;
    if (!list.is_array()) return draft.problem(ErrorCode::format, "mlp_only_layers is no list");
    for (const Json& entry : list)
        if (const auto layer = draft.whole("mlp_only_layers", entry, 0, max_layers);
            layer && *layer < out.n_layers)
            out.dense[static_cast<size_t>(*layer)] = true;
}

/// BLOOM computes its output projections in pretraining_tp slices if slow_but_exact is set too.
void resolve_slices(ConfigDraft& draft) {
    ModelConfig& out = draft.out();
    if (!has_key(draft, ConfigField::slow_but_exact)) return;
    const Json exact = value_of(draft, ConfigField::slow_but_exact);
    if (!exact.is_boolean() || !exact.get<bool>()) out.row_slices = 1;
    if (out.row_slices > 1 && out.d_model % out.row_slices != 0)
        draft.problem(ErrorCode::unsupported, "pretraining_tp, " + std::to_string(out.row_slices) +
                                                  ", does not divide hidden_size");
}

/// Notes on ids that the vocabulary does not have. They are no error: defaults often are such.
void note_tokens(ConfigDraft& draft) {
    const ModelConfig& out = draft.out();
    const auto outside = [&out](int64_t id) { return id < 0 || id >= out.d_vocab; };
    const auto note = [&draft](ConfigField field) {
        for (const KeyRow& row : draft.family().keys)
            for (ConfigValue& line : draft.out().values)
                if (row.field == field && line.key == row.keys.front())
                    line.note = "outside the vocabulary";
    };
    if (out.bos && outside(*out.bos)) note(ConfigField::bos);
    if (std::any_of(out.eos.begin(), out.eos.end(), outside)) note(ConfigField::eos);
}

}  // namespace

void read_keys(ConfigDraft& draft) {
    for (const KeyRow& row : draft.family().keys)
        if (row.field != ConfigField::rope_base && row.field != ConfigField::partial_rotary)
            read_row(draft, row);
    apply_flags(draft);
}

void check_sizes(ConfigDraft& draft) {
    ModelConfig& out = draft.out();
    if (out.n_heads > 0 && out.d_model > 0) check_heads(draft);
    if (out.top_k > out.n_experts)
        draft.problem(ErrorCode::format, "num_experts_per_tok is " + std::to_string(out.top_k) +
                                             ", more than the " + std::to_string(out.n_experts) +
                                             " experts there are");
    if (out.d_mlp == 0) out.d_mlp = 4 * std::min(out.d_model, max_dimension / 4);
    resolve_windows(draft);
    resolve_dense(draft);
    resolve_slices(draft);
    note_tokens(draft);
    if (draft.healthy() && out.parameter_count() > max_parameters)
        draft.problem(ErrorCode::limit,
                      "the sizes multiply to more than 2^60 parameters, beyond any machine");
}

}  // namespace driftscope
