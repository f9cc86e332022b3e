// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/cause.h"

#include <algorithm>
#include <set>

#include "core/options/effects.h"

namespace driftscope {

namespace {

std::set<std::string> defect_set(const OptionValues& options) {
    const auto ids = parse_defects(value_of(options, "defects"));
    return {ids.begin(), ids.end()};
}

/// Defects on in one run only.
std::vector<std::string> differing_defects(const CauseInput& in) {
    const auto a = defect_set(in.options_a), b = defect_set(in.options_b);
    std::vector<std::string> ids;
    std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(ids));
    return ids;
}

Cause option_cause(const CauseInput& in, const std::string& id) {
    return {
        "option", id,
        option(id).label + ": " + value_of(in.options_a, id) + " | " + value_of(in.options_b, id)};
}

Cause weights_cause(const CauseInput& in) {
    if (in.rounded_copy)
        return {"weights", "rounded copy", "B's weights are A's, rounded to B's type"};
    std::string text = std::to_string(in.differing_tensors.size()) + " tensors differ, first " +
                       in.differing_tensors.front();
    return {"weights", in.differing_tensors.front(), text};
}

/// The first key of the two configs that the forward pass reads and that differs.
std::optional<Cause> config_cause(const CauseInput& in) {
    if (!in.config_a || !in.config_b || in.same_model) return std::nullopt;
    for (const ConfigValue& value : in.config_a->values) {
        const ConfigValue* other = in.config_b->value(value.key);
        if (!value.used || (other && other->value == value.value)) continue;
        return Cause{"config", value.key,
                     value.key + ": " + value.value + " | " + (other ? other->value : "absent")};
    }
    return std::nullopt;
}

}  // namespace

std::optional<Cause> name_cause(const Verdict& verdict, const CauseInput& in) {
    if (in.tokens_differ) {
        for (const std::string& id : differing_defects(in))
            if (find_defect(id)->kind == "tokens")
                return Cause{"tokens", id, find_defect(id)->label};
        return Cause{"tokens", "tokens", "the two tokenizers give different ids for this prompt"};
    }
    if (verdict.kind == VerdictKind::identical || verdict.kind == VerdictKind::none) return {};
    if (!in.differing_tensors.empty()) return weights_cause(in);
    if (const auto cause = config_cause(in)) return cause;
    const std::vector<std::string> ids = differing_options(in.options_a, in.options_b);
    const std::vector<std::string> defects = differing_defects(in);
    if (verdict.kind == VerdictKind::semantic && verdict.site) {
        // Several settings differ: the one that can first act where the function parts.
        for (const std::string& id : defects) {
            const std::string family = in.config_a ? in.config_a->family : "";
            const SiteKind first = find_defect(id)->first_site_in(family);
            if (first == verdict.site->kind || (ids.size() == 1 && defects.size() == 1)) {
                return Cause{"defect", id, find_defect(id)->label};
            }
        }
        for (const std::string& id : ids) {
            if (option(id).first_site == verdict.site->kind) return option_cause(in, id);
        }
    }
    if (ids.size() == 1 && ids.front() == "defects" && defects.size() == 1) {
        return Cause{"defect", defects.front(), find_defect(defects.front())->label};
    }
    if (ids.size() == 1) return option_cause(in, ids.front());
    return std::nullopt;
}

namespace {

/// A defect that differs and leaves every bit as it was.
void defects_not_seen(const CauseInput& in, std::vector<std::string>& out) {
    if (!in.identical) return;
    for (const std::string& id : differing_defects(in))
        if (!in.texts_differ || !changes_text_only(*find_defect(id)))
            out.push_back(id + ": nothing here reaches it; it shows with " +
                          find_defect(id)->shown_if);
}

}  // namespace

std::vector<std::string> not_exercised(const CauseInput& in) {
    std::vector<std::string> out;
    defects_not_seen(in, out);
    if (!in.config_a || !in.config_b) return out;
    const auto& window_a = in.config_a->sliding_window;
    const auto& window_b = in.config_b->sliding_window;
    if (window_a != window_b) {
        const int64_t least = std::min(window_a.value_or(INT64_MAX), window_b.value_or(INT64_MAX));
        if (least >= in.positions) {
            out.push_back("the window of " + std::to_string(least) +
                          " keys is not shorter than the text of " + std::to_string(in.positions));
        }
    }
    const RopeConfig &a = in.config_a->rope, &b = in.config_b->rope;
    if (a.kind != b.kind && (a.kind == RopeKind::dynamic || b.kind == RopeKind::dynamic) &&
        in.positions <= in.config_a->n_ctx) {
        out.push_back("dynamic rope scaling is inactive up to " +
                      std::to_string(in.config_a->n_ctx) + " positions");
    }
    if (in.identical && value_of(in.options_a, "context") != value_of(in.options_b, "context")) {
        out.push_back(
            "the context bounds nothing here: no learned positions end and no rope scaling "
            "begins within these tokens");
    }
    for (const char* id : {"kv_cache.dtype", "accumulate"}) {
        if (value_of(in.options_a, id) == value_of(in.options_b, id)) continue;
        const bool idle = std::string(id) == "accumulate" &&
                          value_of(in.options_a, "matmul.order") == "library" &&
                          value_of(in.options_b, "matmul.order") == "library";
        if (idle) out.push_back("accumulate acts only where matmul.order is not library");
    }
    return out;
}

}  // namespace driftscope
