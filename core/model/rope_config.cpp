// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/config_draft.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace driftscope {

using Json = nlohmann::json;

namespace {

struct KindRow {
    RopeKind kind;
    std::string_view name;
};
constexpr std::array kind_rows = {
    KindRow{RopeKind::none, "default"},    KindRow{RopeKind::linear, "linear"},
    KindRow{RopeKind::dynamic, "dynamic"}, KindRow{RopeKind::llama3, "llama3"},
    KindRow{RopeKind::yarn, "yarn"},       KindRow{RopeKind::longrope, "longrope"},
    KindRow{RopeKind::longrope, "su"},
};

/// The dictionary that describes the rotary embedding: rope_parameters (transformers 5), else
/// rope_scaling (4.x).
struct Section {
    std::string key;             ///< empty: neither is there
    const Json* json = nullptr;  ///< an object
    bool is_v5 = false;
};

/// Reader of the rotary part of a config.
class RopeReader {
public:
    explicit RopeReader(ConfigDraft& draft) : draft_(draft), rope_(draft.out().rope) {}

    void read() {
        section_ = pick_section();
        read_base();
        read_partial();
        const bool off = draft_.flag("rope.scaling").has_value();
        if (section_.json && !off) read_scaling();
        if (section_.json) record_unread(off);
        apply_flags();
    }

private:
    Section pick_section();
    Section unnest(Section section);
    Section local(Section section);
    void read_base();
    void read_partial();
    void read_scaling();
    void read_kind();
    void read_llama3();
    void read_yarn();
    void read_longrope();
    void record_unread(bool off);
    void apply_flags();

    /// A key of the section; nullptr if it is absent or null. Records it as used.
    const Json* take(const std::string& key);
    /// As take(), required; adds a problem if it is not there.
    const Json* require(const std::string& key);
    std::string full(const std::string& key) const { return section_.key + "." + key; }
    void take_positive(const std::string& key, std::optional<double>& field);
    void read_original_context(bool required);
    const KeyRow* row_of(ConfigField field) const;

    ConfigDraft& draft_;
    RopeConfig& rope_;
    Section section_;
    std::set<std::string> taken_;
};

Section RopeReader::pick_section() {
    Section found;
    for (const char* key : {"rope_parameters", "rope_scaling"}) {
        const auto it = draft_.root().find(key);
        if (it == draft_.root().end()) continue;
        if (it->is_null() || found.json) {
            draft_.record(key, *it, Origin::file, !found.json,
                          found.json ? "not used: rope_parameters wins" : "");
        } else if (!it->is_object()) {
            draft_.problem(ErrorCode::format,
                           std::string(key) + " is " + display_text(*it) + ", expected an object");
            draft_.record(key, *it, Origin::file, false);
        } else {
            found = unnest({key, &*it, std::string_view(key) == "rope_parameters"});
        }
    }
    if (found.key.empty() && !draft_.root().contains("rope_scaling"))
        draft_.record("rope_scaling", nullptr, Origin::default_value, true);
    return found;
}

/// transformers 5 may nest one dictionary per kind of layer; one set for all is what we compute.
Section RopeReader::unnest(Section section) {
    const Json& json = *section.json;
    const bool nested = !json.empty() && std::all_of(json.begin(), json.end(),
                                                     [](const Json& v) { return v.is_object(); });
    if (!nested) return section;
    if (draft_.family().block.local_rope && json.contains("full_attention")) return local(section);
    const Json& first = json.front();
    if (!std::all_of(json.begin(), json.end(), [&](const Json& v) { return v == first; })) {
        draft_.problem(ErrorCode::unsupported,
                       section.key + " differs between kinds of layers, which is not computed");
        return section;
    }
    section.key += "." + json.begin().key();
    section.json = &first;
    return section;
}

/// One set for full and one for sliding layers, of which the latter is a base alone (Gemma 3).
Section RopeReader::local(Section section) {
    const Json& json = *section.json;
    const auto sliding = json.find("sliding_attention");
    if (sliding != json.end() && sliding->contains("rope_theta")) {
        const std::string key = section.key + ".sliding_attention.rope_theta";
        const Json& base = (*sliding)["rope_theta"];
        draft_.out().local_rope.emplace();
        draft_.out().local_rope->base = draft_.positive(key, base).value_or(10000.0);
        draft_.record(key, base, Origin::file, true);
    }
    section.key += ".full_attention";
    section.json = &json["full_attention"];
    return section;
}

const Json* RopeReader::take(const std::string& key) {
    const auto found = section_.json->find(key);
    if (found == section_.json->end()) return nullptr;
    draft_.record(full(key), *found, Origin::file, true);
    taken_.insert(key);
    return found->is_null() ? nullptr : &*found;
}

const Json* RopeReader::require(const std::string& key) {
    const Json* value = take(key);
    if (!value)
        draft_.problem(ErrorCode::format, full(key) + " is missing; rope type " +
                                              std::string(rope_kind_name(rope_.kind)) +
                                              " needs it");
    return value;
}

void RopeReader::take_positive(const std::string& key, std::optional<double>& field) {
    if (const Json* value = take(key)) field = draft_.positive(full(key), *value);
}

const KeyRow* RopeReader::row_of(ConfigField field) const {
    for (const KeyRow& row : draft_.family().keys)
        if (row.field == field) return &row;
    return nullptr;
}

void RopeReader::read_base() {
    const KeyRow* row = row_of(ConfigField::rope_base);
    if (!row) return;
    const std::string& key = row->keys.front();
    const auto top = draft_.root().find(key);
    const bool has_top = top != draft_.root().end();
    const bool has_inner = section_.json && section_.json->contains("rope_theta");
    std::optional<double> base;
    if (has_inner && (section_.is_v5 || !has_top)) {
        if (const Json* inner = take("rope_theta")) base = draft_.positive(full(key), *inner);
        if (has_top)
            draft_.record(key, *top, Origin::file, false, "not used: " + full(key) + " wins");
    } else {
        const Json value = has_top ? *top : Json::parse(row->default_json.value_or("10000.0"));
        base = draft_.positive(key, value);
        draft_.record(key, value, has_top ? Origin::file : Origin::default_value, true);
    }
    if (!base) return;
    if (*base <= 1.0)
        draft_.problem(ErrorCode::format,
                       key + " is " + display_text(*base) + ", expected a number above 1");
    rope_.base = *base;
}

void RopeReader::read_partial() {
    const KeyRow* row = row_of(ConfigField::partial_rotary);
    if (!row) return;
    const std::string& key = row->keys.front();
    const auto top = draft_.root().find(key);
    std::optional<double> partial;
    if (row->default_json) partial = Json::parse(*row->default_json).get<double>();
    if (section_.json && section_.json->contains(key)) {
        if (const Json* inner = take(key)) partial = draft_.positive(full(key), *inner);
    } else if (top != draft_.root().end() && !top->is_null()) {
        partial = draft_.positive(key, *top);
    }
    if (top != draft_.root().end())
        draft_.record(key, *top, Origin::file, true);
    else if (draft_.out().block.partial_rotary && partial)
        draft_.record(key, *partial, Origin::default_value, true);
    if (!partial) return;
    // transformers 4.57 Llama, Mistral and Mixtral rotate whole heads and fail on anything else.
    if (*partial != 1.0 && !draft_.out().block.partial_rotary)
        draft_.problem(ErrorCode::unsupported,
                       key + " is " + display_text(*partial) + ": this family rotates whole heads");
    rope_.partial = *partial;
}

void RopeReader::read_scaling() {
    read_kind();
    if (rope_.kind == RopeKind::none) return;
    if (rope_.kind == RopeKind::longrope) return read_longrope();
    if (const Json* factor = require("factor"))
        rope_.factor = draft_.positive(full("factor"), *factor).value_or(1.0);
    if (rope_.kind == RopeKind::llama3) read_llama3();
    if (rope_.kind == RopeKind::yarn) read_yarn();
}

void RopeReader::read_kind() {
    const Json* current = take("rope_type");
    const Json* old = take("type");
    if (current && old && *current != *old)
        draft_.problem(ErrorCode::format, section_.key + " has the rope_type " +
                                              display_text(*current) + " and the type " +
                                              display_text(*old));
    const Json* given = current ? current : old;
    if (!given) {
        // transformers 5 writes {"rope_theta": ...} alone; a factor without a type is no answer.
        if (section_.json->contains("factor"))
            draft_.problem(ErrorCode::format, section_.key + " has a factor and no rope_type");
        return;
    }
    const auto name = draft_.text(full(current ? "rope_type" : "type"), *given);
    if (!name) return;
    for (const KindRow& row : kind_rows) {
        if (row.name != *name) continue;
        rope_.kind = row.kind;
        // Early Phi-3 files say "su" or "yarn" (configuration_phi3.py, _rope_scaling_adjustment).
        if (section_.json->contains("long_factor")) rope_.kind = RopeKind::longrope;
        return;
    }
    draft_.problem(ErrorCode::unsupported,
                   section_.key + " is of type " + in_quotes(*name) +
                       ", known are default, linear, dynamic, llama3, yarn and longrope");
}

/// The context before extension. In rope_parameters it may be left to the key of the same name
/// beside it (transformers 5 standardize_rope_params); else it is max_position_embeddings.
void RopeReader::read_original_context(bool required) {
    const std::string key = "original_max_position_embeddings";
    rope_.original_context = draft_.out().n_ctx;
    const auto top = draft_.root().find(key);
    if (required && !section_.is_v5) {
        if (const Json* value = require(key))
            rope_.original_context = draft_.whole(full(key), *value, 1, max_dimension).value_or(1);
    } else if (const Json* value = take(key)) {
        rope_.original_context = draft_.whole(full(key), *value, 1, max_dimension).value_or(1);
    } else if (section_.is_v5 && top != draft_.root().end() && !top->is_null()) {
        draft_.record(key, *top, Origin::file, true);
        rope_.original_context = draft_.whole(key, *top, 1, max_dimension).value_or(1);
    } else {
        draft_.record(full(key), draft_.out().n_ctx, Origin::default_value, true,
                      "taken from max_position_embeddings");
    }
}

void RopeReader::read_llama3() {
    if (const Json* low = require("low_freq_factor"))
        rope_.low_freq_factor = draft_.positive(full("low_freq_factor"), *low).value_or(1.0);
    if (const Json* high = require("high_freq_factor"))
        rope_.high_freq_factor = draft_.positive(full("high_freq_factor"), *high).value_or(4.0);
    if (rope_.high_freq_factor <= rope_.low_freq_factor)
        draft_.problem(ErrorCode::format,
                       full("high_freq_factor") + " is not above low_freq_factor");
    read_original_context(true);
}

void RopeReader::read_yarn() {
    // Zero or null means "not given" (transformers 4.57: `get("beta_fast") or 32`).
    const auto at_least_zero = [this](const std::string& key) -> std::optional<double> {
        const Json* value = take(key);
        if (!value) return std::nullopt;
        const auto number = draft_.real(full(key), *value);
        if (number && *number < 0.0)
            draft_.problem(ErrorCode::format,
                           full(key) + " is " + display_text(*value) + ", expected 0 or more");
        return number && *number > 0.0 ? number : std::nullopt;
    };
    rope_.beta_fast = at_least_zero("beta_fast").value_or(32.0);
    rope_.beta_slow = at_least_zero("beta_slow").value_or(1.0);
    rope_.mscale = at_least_zero("mscale");
    rope_.mscale_all_dim = at_least_zero("mscale_all_dim");
    take_positive("attention_factor", rope_.attention_factor);
    if (const Json* truncate = take("truncate"))
        rope_.truncate = draft_.truth(full("truncate"), *truncate).value_or(true);
    read_original_context(false);
}

/// Phi-3: one divisor for each frequency, another set past the original context
/// (modeling_rope_utils.py, _compute_longrope_parameters).
void RopeReader::read_longrope() {
    const auto list = [this](const char* key, std::vector<double>& out) {
        const Json* value = require(key);
        if (!value) return;
        if (!value->is_array())
            return draft_.problem(ErrorCode::format, full(key) + " is no list of numbers");
        for (const Json& entry : *value)
            if (const auto number = draft_.positive(full(key), entry)) out.push_back(*number);
    };
    list("short_factor", rope_.short_factor);
    list("long_factor", rope_.long_factor);
    take_positive("attention_factor", rope_.attention_factor);
    // The context is a key of its own beside the section, as in Phi-3; without one it is n_ctx and
    // the factor is the section's.
    const std::string key = "original_max_position_embeddings";
    const KeyRow* row = row_of(ConfigField::original_context);
    const auto top = draft_.root().find(key);
    rope_.original_context = 0;
    if (top != draft_.root().end() && !top->is_null())
        rope_.original_context = draft_.whole(key, *top, 1, max_dimension).value_or(1);
    else if (row && row->default_json)
        rope_.original_context = Json::parse(*row->default_json).get<int64_t>();
    if (rope_.original_context > 0) {
        rope_.factor =
            static_cast<double>(draft_.out().n_ctx) / static_cast<double>(rope_.original_context);
        if (top != draft_.root().end() && !row) draft_.record(key, *top, Origin::file, true);
        return;
    }
    rope_.original_context = draft_.out().n_ctx;
    if (const Json* factor = require("factor"))
        rope_.factor = draft_.positive(full("factor"), *factor).value_or(1.0);
}

void RopeReader::record_unread(bool off) {
    constexpr std::array known = {"rope_type",        "type",
                                  "factor",           "low_freq_factor",
                                  "high_freq_factor", "original_max_position_embeddings",
                                  "beta_fast",        "beta_slow",
                                  "attention_factor", "mscale",
                                  "mscale_all_dim",   "truncate",
                                  "rope_theta",       "short_factor",
                                  "long_factor",      "short_mscale",
                                  "long_mscale"};
    for (const auto& [key, value] : section_.json->items()) {
        if (taken_.contains(key)) continue;
        const bool is_known = std::find(known.begin(), known.end(), key) != known.end();
        const std::string note =
            !is_known ? "unknown key, not used"
            : off     ? "not used: rope.scaling=off"
                      : "no effect with rope type " + std::string(rope_kind_name(rope_.kind));
        draft_.record(full(key), value, Origin::file, false, note);
        draft_.out().values.back().known = is_known;
    }
    if (section_.json->empty()) draft_.record(section_.key, *section_.json, Origin::file, true);
}

void RopeReader::apply_flags() {
    if (const auto scaling = draft_.flag("rope.scaling")) {
        if (*scaling == "off")
            draft_.record_flag("rope.scaling", "\"off\"", "rope.scaling");
        else
            draft_.problem(ErrorCode::usage,
                           "rope.scaling is " + in_quotes(*scaling) + ", expected config or off");
    }
    const auto base = draft_.flag("rope.base");
    if (!base) return;
    double value = 0.0;
    const auto [end, error] = std::from_chars(base->data(), base->data() + base->size(), value);
    if (error != std::errc() || end != base->data() + base->size() || !std::isfinite(value) ||
        value <= 1.0) {
        draft_.problem(ErrorCode::usage, "rope.base is " + in_quotes(*base) +
                                             ", expected config or a number above 1");
        return;
    }
    rope_.base = value;
    const bool inner = section_.json && taken_.contains("rope_theta");
    draft_.record_flag(inner ? full("rope_theta") : "rope_theta", display_text(value), "rope.base");
}

}  // namespace

std::string_view rope_kind_name(RopeKind kind) {
    return std::find_if(kind_rows.begin(), kind_rows.end(),
                        [kind](const KindRow& row) { return row.kind == kind; })
        ->name;
}

void read_rope(ConfigDraft& draft) { RopeReader(draft).read(); }

}  // namespace driftscope
