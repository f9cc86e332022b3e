// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/data/comparison.h"
#include "core/data/model_info.h"
#include "core/data/site.h"

namespace driftscope {

enum class OptionKind {
    choice,   ///< one of `values`
    integer,  ///< one of `values` (words), or a whole number within [low, high]
    real,     ///< one of `values` (words), or a number within [low, high]
    list      ///< "none", or ids joined by + (defects)
};
enum class OptionEffect { forward, generation, display };

/// One row of the option table. From it come the control in the window, the --a flag, the session
/// entry, the "A and B differ in" line, the fingerprint and the looped tests.
struct OptionSpec {
    std::string id, label, help;
    std::string advice;  ///< when to use it, what it costs, what it excludes
    std::string group;   ///< "Precision", "Attention and cache", ...
    OptionKind kind = OptionKind::choice;
    std::vector<std::string> values;  ///< default first
    std::string fallback;             ///< the default, as text
    OptionEffect effect = OptionEffect::forward;
    bool moe_only = false;
    bool rotary_only = false;
    bool free_key_bias_only = false;     ///< acts on key biases of dimensions that do not rotate
    std::optional<SiteKind> first_site;  ///< first site it can change
    double low = 0, high = 0;            ///< for integer and real
    std::vector<std::string> prefixes;   ///< words that may carry ":N" ("split-k:4")
};

const std::vector<OptionSpec>& all_options();
/// Throws usage and lists near names when there is no such option.
const OptionSpec& option(std::string_view id);

/// Throws usage: which option, what it may be.
void check_value(const OptionSpec& spec, std::string_view value);
/// The value of `id` in `values`, or the default.
std::string value_of(const OptionValues& values, std::string_view id);
/// Checked, defaults filled in, defects sorted: equal meaning, equal text.
OptionValues complete(const OptionValues& values);
/// "id=value,id=value" as --a takes it; throws usage.
OptionValues parse_options(std::string_view text);
/// Only what is not default, as --a takes it.
std::string format_options(const OptionValues& values);
/// Ids whose values differ, in table order.
std::vector<std::string> differing_options(const OptionValues& a, const OptionValues& b);
/// Why the option cannot act on this model; empty = it can.
std::string why_not(const OptionSpec& spec, const ModelInfo& model);

/// One row of the defect table: a deliberate, labelled reproduction of a known bug.
struct DefectSpec {
    std::string id, label;
    std::string text;      ///< exact semantics, one sentence
    std::string origin;    ///< project and versions that had it
    std::string shown_if;  ///< condition under which it can be seen
    std::vector<std::string> families;
    std::string kind;          ///< expected verdict, written from the definition
    SiteKind first_site;       ///< expected first site, written from the definition
    std::string alias_of;      ///< "rope.base=10000" where the switch equals an option's value
    bool later_calls = false;  ///< shows only in a call that reads a cache
    /// Families in which another site is the first.
    std::vector<std::pair<std::string, SiteKind>> elsewhere = {};
    SiteKind first_site_in(std::string_view family) const;
};
const std::vector<DefectSpec>& all_defects();
const DefectSpec* find_defect(std::string_view id);
/// Options with every defect that is an alias replaced by the option's value it stands for.
OptionValues expand_aliases(const OptionValues& values);
/// "none" or "D-X+D-Y" to ids; throws usage on an unknown one.
std::vector<std::string> parse_defects(std::string_view value);

}  // namespace driftscope
