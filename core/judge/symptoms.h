// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/data/comparison.h"

namespace driftscope {

/// What a rule may ask about: measured on tensors, calls and shapes. No option, defect, name of a
/// model or path is in here, so that no rule can depend on one. Empty: not measured, and no
/// condition on it holds.
struct Measured {
    std::string kind;                   ///< verdict kind
    std::optional<std::string> site;    ///< first other function, or where B failed: "attn.q"
    std::optional<std::string> excess;  ///< first site where a run leaves its own noise band
    std::optional<std::string> shape;   ///< "growth", "step", "flat", "none"
    std::optional<double> layer;        ///< of `site`, or of `excess`
    std::optional<double> positions;    ///< compared
    std::optional<double>
        first_position;              ///< first that differs at `site`; without one, in the logits
    std::optional<double> exponent;  ///< of growth
    std::optional<double> slope, r2, cosine;  ///< B on A at `site`
    std::optional<double> exact;              ///< share of equal elements at `site`
    std::optional<double> distance;           ///< A | B at `site`, worst position
    std::optional<double> share;              ///< of the function in what is seen
    std::optional<double> kv_heads;           ///< key/value heads for each head
    std::optional<double> error_ratio;        ///< |B−B64| / |A−A64| at the log-softmax
    std::optional<double> flips,
        unexplained;                 ///< share of positions with a flip; flips beyond rounding
    std::optional<double> top1;      ///< share of positions with the same best token
    std::optional<double> loss_gap;  ///< loss of B − loss of A, nats
    std::optional<double>
        split_margin;             ///< error of the two best logits / their margin, at the split
    std::optional<double> noise;  ///< distance of the log-softmax / its noise band
    std::optional<bool> position_0_equal;  ///< at `site`; without one, in the logits
    std::optional<bool> at_call;           ///< the first position that differs begins a later call
    std::optional<bool> calls_differ;      ///< the runs were called otherwise
    std::optional<bool> routes_agree;      ///< at `site`'s block the same experts are chosen
    std::optional<bool> masks_differ;      ///< an entry is masked in one run only
    std::optional<bool> constant_in_logits;  ///< logits differ by one constant at each position
    std::optional<bool> scores_hidden;       ///< one run never makes attention scores
    std::optional<bool> representation;  ///< some site is another function while the whole is not
    std::optional<bool> two_texts;       ///< the same tokens were written and read as two texts
};

/// A rule: every condition must hold.
struct SymptomRule {
    struct Range {
        double least, most;
    };
    using Wanted = std::variant<std::vector<std::string>, Range, bool>;
    std::string id, text, check;
    std::map<std::string, Wanted> when;  ///< by the name of a field of Measured
};

/// Rules from JSON text; `where` names it in errors.
/// Errors: format, with the rule's id and what is wrong: no JSON, a missing or unknown key, a fact
/// that does not exist, a condition of another type, an empty range, a kind, shape or site that
/// does not exist, a second rule of the same id, a rule without condition.
std::vector<SymptomRule> parse_symptoms(std::string_view text, const std::string& where);

/// The program's own rules, resources/symptoms.json.
const std::vector<SymptomRule>& symptom_rules();

/// Names of the facts, as rules spell them.
std::vector<std::string> symptom_facts();

/// Rules that the measurements meet: those with more conditions first, then in the file's order.
/// Empty: no rule fits.
std::vector<Symptom> fitting_symptoms(const std::vector<SymptomRule>& rules, const Measured& facts);

/// The facts of a comparison; `masks_differ` is no part of it.
Measured measure(const Comparison& comparison, std::optional<bool> masks_differ);

}  // namespace driftscope
