// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/options/steps.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <optional>

#include "core/data/error.h"
#include "core/options/option.h"

namespace driftscope {

namespace {

constexpr int64_t kLast = std::numeric_limits<int64_t>::max();

/// Place in forward order; the head stands behind every block.
std::optional<int64_t> place(std::string_view step) {
    if (step == "embed") return 0;
    if (step == "unembed") return kLast;
    constexpr std::string_view blocks = "blocks.";
    if (!step.starts_with(blocks)) return std::nullopt;
    step.remove_prefix(blocks.size());
    int layer = 0;
    const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), layer);
    const auto digits = static_cast<size_t>(end - step.data());
    if (error != std::errc{} || layer < 0 || std::to_string(layer) != step.substr(0, digits))
        return std::nullopt;
    step.remove_prefix(digits);
    if (step == ".attn") return 2 * int64_t{layer} + 1;
    if (step == ".mlp") return 2 * int64_t{layer} + 2;
    return std::nullopt;
}

}  // namespace

std::vector<std::string> step_names(int64_t n_layers) {
    std::vector<std::string> names = {"embed"};
    for (int64_t layer = 0; layer < n_layers; ++layer) {
        names.push_back("blocks." + std::to_string(layer) + ".attn");
        names.push_back("blocks." + std::to_string(layer) + ".mlp");
    }
    names.emplace_back("unembed");
    return names;
}

std::vector<std::string> parse_steps(std::string_view value) {
    if (value == "none" || value.empty()) return {};
    std::map<int64_t, std::string> steps;
    for (bool more = true; more;) {
        const size_t plus = value.find('+');
        const std::string_view step = value.substr(0, plus);
        more = plus != std::string_view::npos;
        value = more ? value.substr(plus + 1) : std::string_view{};
        const auto at = place(step);
        if (!at) {
            throw Error(
                ErrorCode::usage, "option raised", "'" + std::string(step) + "' is no step",
                "it takes none, or some of embed, blocks.L.attn, blocks.L.mlp, unembed joined "
                "by +, such as embed+blocks.0.mlp");
        }
        steps[*at] = step;
    }
    std::vector<std::string> names;
    for (auto& [at, name] : steps) names.push_back(std::move(name));
    return names;
}

std::vector<bool> chosen_steps(std::string_view value, int64_t n_layers, const std::string& where) {
    std::vector<bool> chosen(static_cast<size_t>(2 * n_layers + 2), false);
    for (const std::string& step : parse_steps(value)) {
        const int64_t at = *place(step);
        if (at != kLast && at > 2 * n_layers) {
            throw Error(ErrorCode::usage, where,
                        "there is no step " + step + ": the model has " + std::to_string(n_layers) +
                            " blocks",
                        "blocks are counted from 0");
        }
        chosen[at == kLast ? chosen.size() - 1 : static_cast<size_t>(at)] = true;
    }
    return chosen;
}

std::string plan_options(const Comparison& c) {
    if (!c.attribution || c.attribution->plan.empty()) return {};
    for (const std::string& id : c.differing) {
        const bool writes = id != "model" && option(id).effect != OptionEffect::forward;
        if (id != "dtype" && !writes) return {};
    }
    OptionValues options = c.request.options_b;
    if (value_of(options, "raised") != "none")
        return {};  // the plan would have to keep these as they are
    std::string steps;
    for (const std::string& step : c.attribution->plan) steps += (steps.empty() ? "" : "+") + step;
    options["raised"] = steps;
    options["raised.dtype"] = c.a.dtype;
    std::string text = format_options(options);
    // The default is said too: what is pasted must mean the same to who reads it.
    if (text.find("raised.dtype=") == std::string::npos) text += ",raised.dtype=" + c.a.dtype;
    return text;
}

}  // namespace driftscope
