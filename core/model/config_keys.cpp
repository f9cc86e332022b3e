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
    {ConfigField::d_mlp, &ModelConfig::d_mlp, max_dimension, false},
    {ConfigField::n_experts, &ModelConfig::n_experts, max_experts, false},
    {ConfigField::top_k, &ModelConfig::top_k, max_experts, false},
    {ConfigField::d_vocab, &ModelConfig::d_vocab, max_dimension, false},
    {ConfigField::n_ctx, &ModelConfig::n_ctx, max_dimension, false},
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

void read_value(ConfigDraft& draft, ConfigField field, const std::string& key, const Json& value) {
    ModelConfig& out = draft.out();
    const auto flag = [&](bool& member) { member = draft.truth(key, value).value_or(false); };
    switch (field) {
        case ConfigField::tied: return flag(out.tied);
        case ConfigField::attention_bias: return flag(out.attention_bias);
        case ConfigField::mlp_bias: return flag(out.mlp_bias);
        case ConfigField::norm_topk_prob: return flag(out.norm_topk_prob);
        case ConfigField::norm_eps: return read_norm_eps(draft, key, value);
        case ConfigField::activation: return read_activation(draft, key, value);
        case ConfigField::stored_dtype: return read_stored_dtype(draft, key, value);
        case ConfigField::sliding_window: return read_window(draft, key, value);
        case ConfigField::eos: return read_tokens(draft, key, value, out.eos);
        case ConfigField::bos:
            if (!value.is_null()) out.bos = draft.whole(key, value, -max_dimension, max_dimension);
            return;
        default: break;
    }
    for (const SizeField& size : size_fields) {
        if (size.field != field || (size.nullable && value.is_null())) continue;
        out.*size.member = draft.whole(key, value, 1, size.high).value_or(0);
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
    if (out.d_head % 2 != 0)
        draft.problem(ErrorCode::format, "the head width (head_dim) is " +
                                             std::to_string(out.d_head) +
                                             ", the rotary embedding needs an even one");
    if (out.rope.kind == RopeKind::dynamic && out.d_head <= 2)
        draft.problem(ErrorCode::format, "dynamic rope scaling needs a head_dim above 2");
}

/// layer_types (transformers 5): one window for all layers is what these families compute.
void check_layer_types(ConfigDraft& draft) {
    const auto found = draft.root().find("layer_types");
    const bool windowed =
        std::any_of(draft.family().keys.begin(), draft.family().keys.end(),
                    [](const KeyRow& row) { return row.field == ConfigField::sliding_window; });
    if (!windowed || found == draft.root().end() || found->is_null()) return;
    draft.record("layer_types", *found, Origin::file, true);
    const bool expects_window = draft.out().sliding_window.has_value();
    const char* expected = expects_window ? "sliding_attention" : "full_attention";
    const bool uniform =
        found->is_array() && std::all_of(found->begin(), found->end(),
                                         [expected](const Json& type) { return type == expected; });
    if (!uniform && !draft.flag("attention.window"))
        draft.problem(ErrorCode::unsupported, std::string("layer_types is not ") + expected +
                                                  " in every layer, which sliding_window asks for");
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
    check_layer_types(draft);
    note_tokens(draft);
    if (draft.healthy() && out.parameter_count() > max_parameters)
        draft.problem(ErrorCode::limit,
                      "the sizes multiply to more than 2^60 parameters, beyond any machine");
}

}  // namespace driftscope
