// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/convert_config.h"

#include "core/checkpoint/json_text.h"
#include "core/checkpoint/problems.h"
#include "core/data/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace driftscope {
namespace {

using Json = nlohmann::json;

bool has_field(const FamilySpec& family, ConfigField field) {
    return std::any_of(family.keys.begin(), family.keys.end(),
                       [field](const KeyRow& row) { return row.field == field; });
}

/// What the field is called in the family's config.json.
const KeyRow* row_of(const FamilySpec& family, ConfigField field) {
    for (const KeyRow& row : family.keys)
        if (row.field == field) return &row;
    return nullptr;
}

/// What InternLM2's code cannot do (configuration_internlm2.py, modeling_internlm2.py).
void refuse_for_internlm2(const ModelConfig& config, const std::string& where) {
    Problems problems;
    const auto refuse = [&](const std::string& text) {
        problems.add(ErrorCode::unsupported, text);
    };
    if (config.mlp_bias) refuse("mlp_bias is true, and InternLM2's MLP has no biases");
    if (config.d_head * config.n_heads != config.d_model)
        refuse("head_dim is " + std::to_string(config.d_head) +
               ", and InternLM2's is always hidden_size / num_attention_heads");
    if (config.rope.partial != 1.0)
        refuse("partial_rotary_factor is not 1, and InternLM2 rotates whole heads");
    const RopeKind kind = config.rope.kind;
    if (kind != RopeKind::none && kind != RopeKind::linear && kind != RopeKind::dynamic)
        refuse("the rope scaling is " + std::string(rope_kind_name(kind)) +
               ", and InternLM2 knows linear and dynamic only");
    if (kind == RopeKind::dynamic || kind == RopeKind::linear)
        if (config.rope.factor < 1.0)
            refuse("the rope scaling's factor is below 1, which InternLM2 refuses");
    problems.raise_if_any(where);
}

/// Rewrites one config, noting every key that is not simply taken over.
class ConfigConverter {
public:
    ConfigConverter(Json root, const ModelConfig& config, const FamilySpec& from,
                    const FamilySpec& to)
        : root_(std::move(root)), config_(config), from_(from), to_(to) {}

    ConvertedConfig convert() {
        set("model_type", Json(to_.model_types.front()), "the family");
        set("architectures", Json::array({to_.architectures.front()}), "the family");
        drop("auto_map", "it names code of the old family");
        rename_fields();
        rewrite_rope();
        fill_defaults();
        say_what_others_drop();
        add_notes();
        out_.text = root_.dump(2) + "\n";
        return std::move(out_);
    }

private:
    void say(const std::string& key, const char* what, const Json* from, const Json* to,
             const std::string& note) {
        out_.keys.push_back({key, what, from ? from->dump() : "", to ? to->dump() : "", note});
    }

    void set(const std::string& key, const Json& value, const std::string& note) {
        const auto found = root_.find(key);
        // As text: 2 and 2.0 are equal numbers, and InternLM2's code refuses a factor of 2.
        if (found != root_.end() && found->dump() == value.dump()) return;
        if (found == root_.end()) {
            say(key, "made explicit", nullptr, &value, note);
        } else {
            const Json& old = *found;
            say(key, "changed", &old, &value, note);
        }
        root_[key] = value;
    }

    void drop(const std::string& key, const std::string& note) {
        const auto found = root_.find(key);
        if (found == root_.end()) return;
        const Json& old = *found;
        say(key, "dropped", &old, nullptr, note);
        root_.erase(found);
    }

    /// Keys whose name the target does not know: renamed where it has the field, else dropped (the
    /// value was checked to be what the target computes anyway).
    void rename_fields() {
        for (const KeyRow& row : from_.keys) {
            const KeyRow* target = row_of(to_, row.field);
            for (const std::string& key : row.keys) {
                const auto found = root_.find(key);
                if (found == root_.end()) continue;
                if (!target) {
                    drop(key, to_.title + " has no such key; this value is what it computes");
                } else if (std::find(target->keys.begin(), target->keys.end(), key) ==
                           target->keys.end()) {
                    const std::string& name = target->keys.front();
                    Json value = std::move(*found);
                    root_.erase(key);
                    say(key, "renamed", &value, &value, "called " + name + " there");
                    root_[name] = std::move(value);
                }
            }
        }
    }

    /// InternLM2's code reads rope_theta and a rope_scaling of exactly "type" and a float "factor".
    void rewrite_rope() {
        if (to_.block.qkv == QkvStore::separate) return;
        const bool nested = root_.contains("rope_parameters");
        if (nested) {
            set("rope_theta", Json(config_.rope.base), "taken out of rope_parameters");
            drop("rope_parameters", "this form is of transformers 5; written as rope_scaling");
        }
        Json scaling;  // null
        if (config_.rope.kind != RopeKind::none)
            scaling = {{"type", std::string(rope_kind_name(config_.rope.kind))},
                       {"factor", config_.rope.factor}};
        const bool absent = !root_.contains("rope_scaling") && scaling.is_null();
        if (!absent) set("rope_scaling", scaling, "as InternLM2's code accepts it");
    }

    /// Values that the source left to its class default and the target would default otherwise.
    void fill_defaults() {
        for (const KeyRow& row : to_.keys) {
            const KeyRow* source = row_of(from_, row.field);
            if (!source || !source->default_json || row.default_json == source->default_json)
                continue;
            const bool there = std::any_of(row.keys.begin(), row.keys.end(),
                                           [&](const auto& key) { return root_.contains(key); });
            // rope_theta of a nested section stays there.
            const bool nested =
                row.field == ConfigField::rope_base && root_.contains("rope_parameters");
            if (!there && !nested)
                set(row.keys.front(), Json::parse(*source->default_json),
                    from_.title + "'s class default, which is not " + to_.title + "'s");
        }
    }

    /// The keys that InternLM's own tools/convert2llama.py leaves out (cases.md §4.2).
    void say_what_others_drop() {
        const std::pair<const char*, const char*> rows[] = {
            {"attn_implementation",
             "convert2llama.py drops it; transformers 4.57 overwrites it in either case "
             "(configuration_utils.py, from_dict) and takes sdpa: ask for it when loading, to "
             "compute what the original computes"},
            {"tokenizer_class",
             "convert2llama.py drops it and saves a LlamaTokenizer, which "
             "decodes otherwise; here the tokenizer's files are copied"},
            {"transformers_version", "convert2llama.py drops it"},
            {"_name_or_path", "convert2llama.py drops it"},
        };
        for (const auto& [key, note] : rows) {
            const auto found = root_.find(key);
            if (found != root_.end()) say(key, "kept", &*found, &*found, note);
        }
    }

    void add_notes() {
        const bool to_llama = to_.block.qkv == QkvStore::separate;
        if (from_.block.score != to_.block.score)
            out_.notes.push_back(
                std::string("the same function with other roundings: scores are ") +
                (to_llama ? "multiplied by d_head^-0.5 instead of divided by √d_head"
                          : "divided by √d_head instead of multiplied by d_head^-0.5") +
                ", queries, keys and values come from " +
                (to_llama ? "three products instead of one" : "one product instead of three"));
        if (config_.rope.kind == RopeKind::linear)
            out_.notes.emplace_back(to_llama
                                        ? "linear rope scaling divides the frequencies instead of "
                                          "the positions: the same angles, rounded elsewhere"
                                        : "linear rope scaling divides the positions instead of "
                                          "the frequencies: the same angles, rounded elsewhere");
        if (config_.rope.kind == RopeKind::dynamic)
            out_.notes.emplace_back(
                "dynamic rope scaling: InternLM2's code keeps the larger base after a long text, "
                "Llama's goes back to the first");
        if (!to_llama)
            out_.notes.emplace_back(
                "transformers loads an InternLM2 only with its remote code "
                "(configuration_internlm2.py, modeling_internlm2.py and an auto_map), which is "
                "not part of this");
    }

    Json root_;
    const ModelConfig& config_;
    const FamilySpec& from_;
    const FamilySpec& to_;
    ConvertedConfig out_;
};

/// Proof that the rewritten text means the same: every field both families have is equal.
void require_same_meaning(const ModelConfig& a, const ModelConfig& b, const std::string& where) {
    std::string wrong;
    const auto same = [&wrong](const char* name, const auto& x, const auto& y) {
        if (!(x == y)) wrong += (wrong.empty() ? "" : ", ") + std::string(name);
    };
    same("layers", a.n_layers, b.n_layers);
    same("width", a.d_model, b.d_model);
    same("heads", a.n_heads, b.n_heads);
    same("key/value heads", a.n_kv_heads, b.n_kv_heads);
    same("head width", a.d_head, b.d_head);
    same("MLP width", a.d_mlp, b.d_mlp);
    same("vocabulary", a.d_vocab, b.d_vocab);
    same("context", a.n_ctx, b.n_ctx);
    same("eps", a.norm_eps, b.norm_eps);
    same("rotary base", a.rope.base, b.rope.base);
    same("rope kind", a.rope.kind, b.rope.kind);
    same("rope factor", a.rope.factor, b.rope.factor);
    same("rotated share", a.rope.partial, b.rope.partial);
    same("tie", a.tied, b.tied);
    same("attention bias", a.attention_bias, b.attention_bias);
    same("MLP bias", a.mlp_bias, b.mlp_bias);
    same("activation", a.activation, b.activation);
    same("stored type", a.stored_dtype, b.stored_dtype);
    same("bos", a.bos, b.bos);
    same("eos", a.eos, b.eos);
    if (!wrong.empty())
        throw Error(ErrorCode::internal, where,
                    "the rewritten config means something else: " + wrong);
}

}  // namespace

ConvertedConfig convert_config(const std::string& json_text, const std::string& where,
                               const ModelConfig& config, const FamilySpec& from,
                               const FamilySpec& to) {
    if (!has_field(to, ConfigField::mlp_bias)) refuse_for_internlm2(config, where);
    Json root = parse_json(json_text, where, {.max_depth = max_json_depth});
    ConvertedConfig out = ConfigConverter(std::move(root), config, from, to).convert();
    out.config = parse_config(out.text, where + " (rewritten)");
    require_same_meaning(config, out.config, where);
    return out;
}

}  // namespace driftscope
