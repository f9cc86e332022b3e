// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/symptoms.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "core/data/error.h"
#include "core/judge/symptoms_text.h"

namespace driftscope {

namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;
using Value = std::variant<std::monostate, std::string, double, bool>;

enum class FactType { word, number, flag };

/// One fact: how rules name it, its type and where it stands.
struct Fact {
    std::string name;
    FactType type;
    Value (*read)(const Measured&);
};

template <typename T>
Value value_of_fact(const std::optional<T>& value) {
    return value ? Value(*value) : Value();
}

#define DRIFTSCOPE_FACT(type, name) \
    {#name, FactType::type, [](const Measured& m) { return value_of_fact(m.name); }}

const std::vector<Fact>& facts() {
    static const std::vector<Fact> table = {
        {"kind", FactType::word, [](const Measured& m) { return Value(m.kind); }},
        DRIFTSCOPE_FACT(word, site),
        DRIFTSCOPE_FACT(word, excess),
        DRIFTSCOPE_FACT(word, shape),
        DRIFTSCOPE_FACT(number, layer),
        DRIFTSCOPE_FACT(number, positions),
        DRIFTSCOPE_FACT(number, first_position),
        DRIFTSCOPE_FACT(number, exponent),
        DRIFTSCOPE_FACT(number, slope),
        DRIFTSCOPE_FACT(number, r2),
        DRIFTSCOPE_FACT(number, cosine),
        DRIFTSCOPE_FACT(number, exact),
        DRIFTSCOPE_FACT(number, distance),
        DRIFTSCOPE_FACT(number, share),
        DRIFTSCOPE_FACT(number, kv_heads),
        DRIFTSCOPE_FACT(number, error_ratio),
        DRIFTSCOPE_FACT(number, flips),
        DRIFTSCOPE_FACT(number, unexplained),
        DRIFTSCOPE_FACT(number, top1),
        DRIFTSCOPE_FACT(number, loss_gap),
        DRIFTSCOPE_FACT(number, split_margin),
        DRIFTSCOPE_FACT(number, noise),
        DRIFTSCOPE_FACT(flag, position_0_equal),
        DRIFTSCOPE_FACT(flag, at_call),
        DRIFTSCOPE_FACT(flag, calls_differ),
        DRIFTSCOPE_FACT(flag, routes_agree),
        DRIFTSCOPE_FACT(flag, masks_differ),
        DRIFTSCOPE_FACT(flag, constant_in_logits),
        DRIFTSCOPE_FACT(flag, scores_hidden),
        DRIFTSCOPE_FACT(flag, representation),
        DRIFTSCOPE_FACT(flag, two_texts),
    };
    return table;
}

#undef DRIFTSCOPE_FACT

const Fact* find_fact(const std::string& name) {
    for (const Fact& fact : facts())
        if (fact.name == name) return &fact;
    return nullptr;
}

/// Words that a fact can have; a rule that waits for another waits for ever.
const std::set<std::string>& words_of(const std::string& fact) {
    static const std::map<std::string, std::set<std::string>> all = [] {
        std::map<std::string, std::set<std::string>> words;
        for (const VerdictKind kind :
             {VerdictKind::none, VerdictKind::identical, VerdictKind::rounding,
              VerdictKind::semantic, VerdictKind::unclear, VerdictKind::non_finite,
              VerdictKind::failed})
            words["kind"].insert(to_string(kind));
        words["shape"] = {"growth", "step", "flat", "none"};
        for (const SiteInfo& info : sites()) words["site"].insert(std::string(info.name));
        words["excess"] = words["site"];
        return words;
    }();
    return all.at(fact);
}

class Parser {
public:
    explicit Parser(const std::string& where) : where_(where) {}

    std::vector<SymptomRule> run(std::string_view text) {
        const Json json = Json::parse(text, nullptr, false);
        if (json.is_discarded()) fail("is not JSON");
        if (!json.is_object() || !json.contains("rules") || !json["rules"].is_array())
            fail("has no list \"rules\"");
        std::vector<SymptomRule> rules;
        for (const Json& entry : json["rules"]) {
            place_ = "rule " + std::to_string(rules.size() + 1) + ": ";
            SymptomRule rule = one(entry);
            for (const SymptomRule& other : rules)
                if (other.id == rule.id) fail("the id is used twice");
            rules.push_back(std::move(rule));
        }
        return rules;
    }

private:
    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ErrorCode::format, where_, place_ + what,
                    "see the rules beside it for the form");
    }

    std::string words(const Json& entry, const char* key) {
        if (!entry.contains(key) || !entry[key].is_string() ||
            entry[key].get<std::string>().empty())
            fail(std::string("needs a text \"") + key + "\"");
        return entry[key].get<std::string>();
    }

    SymptomRule one(const Json& entry) {
        if (!entry.is_object()) fail("is no object");
        SymptomRule rule;
        rule.id = words(entry, "id");
        place_ = "rule \"" + rule.id + "\": ";
        rule.text = words(entry, "text");
        rule.check = words(entry, "check");
        for (const auto& [key, value] : entry.items()) {
            if (key != "id" && key != "text" && key != "check" && key != "when")
                fail("\"" + key + "\" is no key of a rule");
        }
        if (!entry.contains("when") || !entry["when"].is_object() || entry["when"].empty())
            fail("needs conditions in \"when\"");
        for (const auto& [name, value] : entry["when"].items())
            rule.when[name] = wanted(name, value);
        return rule;
    }

    SymptomRule::Wanted wanted(const std::string& name, const Json& value) {
        const Fact* fact = find_fact(name);
        if (!fact) fail("\"" + name + "\" is nothing that is measured");
        if (fact->type == FactType::flag) {
            if (!value.is_boolean()) fail("\"" + name + "\" takes true or false");
            return value.get<bool>();
        }
        if (fact->type == FactType::number) return range(name, value);
        const Json list = value.is_array() ? value : Json::array({value});
        Words all;
        for (const Json& word : list) {
            if (!word.is_string()) fail("\"" + name + "\" takes a word or a list of words");
            if (words_of(name).count(word.get<std::string>()) == 0)
                fail("\"" + name + "\" is never \"" + word.get<std::string>() + "\"");
            all.push_back(word.get<std::string>());
        }
        if (all.empty()) fail("\"" + name + "\" lists no word");
        return all;
    }

    SymptomRule::Range range(const std::string& name, const Json& value) {
        SymptomRule::Range range{-std::numeric_limits<double>::infinity(),
                                 std::numeric_limits<double>::infinity()};
        if (value.is_number()) return {value.get<double>(), value.get<double>()};
        if (!value.is_object() || value.empty())
            fail("\"" + name + R"(" takes a number or {"min": X, "max": Y})");
        for (const auto& [end, number] : value.items()) {
            if ((end != "min" && end != "max") || !number.is_number())
                fail("\"" + name + R"(" takes a number or {"min": X, "max": Y})");
            (end == "min" ? range.least : range.most) = number.get<double>();
        }
        if (range.least > range.most) fail("\"" + name + "\": min is above max");
        return range;
    }

    std::string where_, place_;
};

bool holds(const Value& value, const SymptomRule::Wanted& wanted) {
    if (std::holds_alternative<std::monostate>(value)) return false;
    if (const auto* flag = std::get_if<bool>(&wanted)) return std::get<bool>(value) == *flag;
    if (const auto* range = std::get_if<SymptomRule::Range>(&wanted)) {
        const double number = std::get<double>(value);
        return number >= range->least && number <= range->most;
    }
    const auto& list = std::get<Words>(wanted);
    return std::find(list.begin(), list.end(), std::get<std::string>(value)) != list.end();
}

}  // namespace

std::vector<std::string> symptom_facts() {
    std::vector<std::string> names;
    for (const Fact& fact : facts()) names.push_back(fact.name);
    return names;
}

std::vector<SymptomRule> parse_symptoms(std::string_view text, const std::string& where) {
    return Parser(where).run(text);
}

const std::vector<SymptomRule>& symptom_rules() {
    static const std::vector<SymptomRule> rules =
        parse_symptoms(kSymptomsText, "resources/symptoms.json");
    return rules;
}

std::vector<Symptom> fitting_symptoms(const std::vector<SymptomRule>& rules,
                                      const Measured& measured) {
    std::vector<const SymptomRule*> fit;
    for (const SymptomRule& rule : rules) {
        const bool all =
            std::all_of(rule.when.begin(), rule.when.end(), [&](const auto& condition) {
                return holds(find_fact(condition.first)->read(measured), condition.second);
            });
        if (all) fit.push_back(&rule);
    }
    std::stable_sort(fit.begin(), fit.end(), [](const SymptomRule* x, const SymptomRule* y) {
        return x->when.size() > y->when.size();
    });
    std::vector<Symptom> out;
    for (const SymptomRule* rule : fit) out.push_back({rule->id, rule->text, rule->check});
    return out;
}

}  // namespace driftscope
