// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/comparison.h"

namespace driftscope {

std::string to_string(VerdictKind kind) {
    switch (kind) {
        case VerdictKind::none: return "none";
        case VerdictKind::identical: return "identical";
        case VerdictKind::rounding: return "rounding";
        case VerdictKind::semantic: return "semantic";
        case VerdictKind::unclear: return "unclear";
        case VerdictKind::non_finite: return "non-finite";
        case VerdictKind::failed: return "failed";
    }
    return "none";
}

namespace {

/// Length first: no value can be mistaken for a separator.
void add(std::string& text, const std::string& value) {
    text += std::to_string(value.size()) + ":" + value + ";";
}

}  // namespace

std::string CompareRequest::fingerprint() const {
    std::string text;
    add(text, model_a);
    add(text, model_b);
    add(text, config_b);
    if (attribute) text += "attribute;";
    if (!against.empty()) add(text, "against " + against);
    add(text, tokens.empty() ? prompt : std::string());
    for (int32_t id : tokens) text += std::to_string(id) + ",";
    text += ";" + std::to_string(max_new_tokens) + (judge ? ";judge;" : ";plain;");
    for (const OptionValues* values : {&options_a, &options_b}) {
        for (const auto& [id, value] : *values) {
            add(text, id);
            add(text, value);
        }
        text += "|";
    }
    return text;
}

}  // namespace driftscope
