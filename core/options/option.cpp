// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/options/option.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "core/data/error.h"
#include "core/options/steps.h"

namespace driftscope {

namespace {

std::string joined(const std::vector<std::string>& words, const char* glue) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : glue) + word;
    return text;
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<double> to_number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
        return std::nullopt;
    }
    return value;
}

std::string short_number(double value) {
    char text[32];
    const auto result = std::to_chars(text, text + sizeof text, value);
    return {text, result.ptr};
}

std::string allowed(const OptionSpec& spec) {
    if (spec.id == "raised") return "none, or steps joined by +, such as embed+blocks.0.mlp";
    if (spec.kind == OptionKind::list) {
        return "none, or some of " + std::to_string(all_defects().size()) +
               " ids joined by +, such as " + all_defects().front().id +
               "; 'driftscope options' lists them";
    }
    std::string text = joined(spec.values, ", ");
    if (spec.kind != OptionKind::choice) {
        text +=
            spec.kind == OptionKind::integer ? ", or a whole number from " : ", or a number from ";
        text += short_number(spec.low) + " to " + short_number(spec.high);
    }
    for (const std::string& prefix : spec.prefixes) text += ", " + prefix + ":N";
    return text;
}

bool number_fits(const OptionSpec& spec, std::string_view text, bool whole) {
    const auto value = to_number(text);
    return value && *value >= spec.low && *value <= spec.high &&
           (!whole || *value == std::floor(*value));
}

bool value_fits(const OptionSpec& spec, std::string_view value) {
    if (contains(spec.values, value)) return true;
    if (spec.kind == OptionKind::integer) return number_fits(spec, value, true);
    if (spec.kind == OptionKind::real) return number_fits(spec, value, false);
    for (const std::string& prefix : spec.prefixes) {
        if (value.starts_with(prefix + ":")) {
            return number_fits(spec, value.substr(prefix.size() + 1), true);
        }
    }
    return false;
}

}  // namespace

const OptionSpec& option(std::string_view id) {
    for (const OptionSpec& spec : all_options()) {
        if (spec.id == id) return spec;
    }
    std::vector<std::string> near;
    for (const OptionSpec& spec : all_options()) {
        const bool part = !id.empty() && (spec.id.find(id) != std::string::npos ||
                                          id.find(spec.id) != std::string_view::npos);
        if (part) near.push_back(spec.id);
    }
    throw Error(ErrorCode::usage, "options", "there is no option '" + std::string(id) + "'",
                near.empty() ? "'driftscope options' lists them"
                             : "did you mean " + joined(near, ", ") + "?");
}

namespace {

std::vector<std::string> list_of(const OptionSpec& spec, std::string_view value) {
    return spec.id == "defects" ? parse_defects(value) : parse_steps(value);
}

}  // namespace

void check_value(const OptionSpec& spec, std::string_view value) {
    if (spec.kind == OptionKind::list) {
        list_of(spec, value);
        return;
    }
    if (!value_fits(spec, value)) {
        throw Error(ErrorCode::usage, "option " + spec.id,
                    "'" + std::string(value) + "' is not a value it takes",
                    "it takes " + allowed(spec));
    }
}

std::string value_of(const OptionValues& values, std::string_view id) {
    const auto found = values.find(std::string(id));
    return found != values.end() ? found->second : option(id).fallback;
}

namespace {

/// Equal meaning, equal text: defects and steps sorted, numbers in their shortest form, "split-k"
/// as ":4".
std::string canonical_value(const OptionSpec& spec, const std::string& value) {
    if (spec.kind == OptionKind::list) {
        const std::vector<std::string> ids = list_of(spec, value);
        return ids.empty() ? "none" : joined(ids, "+");
    }
    if (contains(spec.prefixes, value)) return value + (value == "split-k" ? ":4" : ":32");
    if (spec.kind != OptionKind::choice) {
        if (const auto parsed = to_number(value)) return short_number(*parsed);
    }
    return value;
}

}  // namespace

OptionValues complete(const OptionValues& values) {
    OptionValues all;
    for (const auto& [id, value] : values) check_value(option(id), value);
    for (const OptionSpec& spec : all_options()) {
        all[spec.id] = canonical_value(spec, value_of(values, spec.id));
    }
    return all;
}

OptionValues parse_options(std::string_view text) {
    OptionValues values;
    while (!text.empty()) {
        const size_t comma = text.find(',');
        std::string_view item = text.substr(0, comma);
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
        if (item.empty()) continue;
        const size_t equals = item.find('=');
        if (equals == std::string_view::npos) {
            throw Error(ErrorCode::usage, "options", "'" + std::string(item) + "' has no '='",
                        "write option=value, several joined by commas");
        }
        const OptionSpec& spec = option(item.substr(0, equals));
        check_value(spec, item.substr(equals + 1));
        values[spec.id] = std::string(item.substr(equals + 1));
    }
    return values;
}

std::string format_options(const OptionValues& values) {
    const OptionValues all = complete(values);
    std::string text;
    for (const OptionSpec& spec : all_options()) {
        const std::string& value = all.at(spec.id);
        if (value == canonical_value(spec, spec.fallback)) continue;
        text += (text.empty() ? "" : ",") + spec.id + "=" + value;
    }
    return text;
}

std::vector<std::string> differing_options(const OptionValues& a, const OptionValues& b) {
    const OptionValues all_a = complete(a), all_b = complete(b);
    std::vector<std::string> ids;
    for (const OptionSpec& spec : all_options()) {
        if (all_a.at(spec.id) != all_b.at(spec.id)) ids.push_back(spec.id);
    }
    return ids;
}

std::string why_not(const OptionSpec& spec, const ModelInfo& model) {
    if (spec.moe_only && !model.moe()) return "this model has no experts";
    if (spec.rotary_only && !model.rotary) return "this model rotates nothing";
    if (spec.free_key_bias_only && !model.free_key_bias)
        return "this model's keys have no biases in dimensions that do not rotate";
    if (spec.id == "layout" && model.family != "internlm2")
        return "only InternLM2 packs weights that Llama keeps apart";
    if (spec.id == "attention" && model.soft_cap)
        return "this model's scores are capped, which the fused kernel cannot do";
    if (spec.id == "decode" && !model.tokenizer.starts_with("sentencepiece"))
        return "only a sentencepiece tokenizer (tokenizer.model) is read by these classes";
    return {};
}

SiteKind DefectSpec::first_site_in(std::string_view family) const {
    for (const auto& [name, site] : elsewhere)
        if (name == family) return site;
    return first_site;
}

OptionValues expand_aliases(const OptionValues& values) {
    OptionValues out = values;
    std::string left;
    for (const std::string& id : parse_defects(value_of(values, "defects"))) {
        const std::string& alias = find_defect(id)->alias_of;
        const size_t equals = alias.find('=');
        if (equals == std::string::npos)
            left += (left.empty() ? "" : "+") + id;
        else
            out[alias.substr(0, equals)] = alias.substr(equals + 1);
    }
    out["defects"] = left.empty() ? "none" : left;
    return out;
}

const DefectSpec* find_defect(std::string_view id) {
    for (const DefectSpec& defect : all_defects()) {
        if (defect.id == id) return &defect;
    }
    return nullptr;
}

std::vector<std::string> parse_defects(std::string_view value) {
    std::set<std::string> ids;
    if (value == "none" || value.empty()) return {};
    while (!value.empty()) {
        const size_t plus = value.find('+');
        const std::string id(value.substr(0, plus));
        value = plus == std::string_view::npos ? std::string_view{} : value.substr(plus + 1);
        if (!find_defect(id)) {
            throw Error(ErrorCode::usage, "option defects", "there is no defect '" + id + "'",
                        "it takes " + allowed(option("defects")));
        }
        ids.insert(id);
    }
    return {ids.begin(), ids.end()};
}

}  // namespace driftscope
