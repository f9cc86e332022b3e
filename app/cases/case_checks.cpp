// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cases/case_checks.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numeric>

#include "app/output/sweep_output.h"

namespace driftscope {

namespace {

constexpr std::size_t kEarly = 16;  // positions that "a short prompt" has

std::string shown(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

std::string joined(const std::vector<std::string>& parts, const char* between) {
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : between) + part;
    return text;
}

std::string siteText(const std::optional<Site>& site) { return site ? to_string(*site) : "none"; }

bool holds(const std::vector<std::string>& list, const std::string& part) {
    return std::any_of(list.begin(), list.end(), [&](const std::string& text) {
        return text.find(part) != std::string::npos;
    });
}

const SiteMetrics* metricsAt(const Comparison& c, const std::string& name) {
    for (const SiteMetrics& metrics : c.sites) {
        if (to_string(metrics.site) == name) return &metrics;
    }
    return nullptr;
}

double mean(const std::vector<double>& values, std::size_t from, std::size_t to) {
    if (to <= from) return std::nan("");
    const auto at = [&](std::size_t i) { return values.begin() + static_cast<std::ptrdiff_t>(i); };
    return std::accumulate(at(from), at(to), 0.0) / static_cast<double>(to - from);
}

/// Expectations of one comparison, one function each for what belongs together.
class Checker {
public:
    Checker(const Expectation& expected, const Comparison& found, const ModelDiff* weights)
        : m_e(expected), m_c(found), m_weights(weights) {}

    std::vector<CaseCheck> all() {
        verdict();
        loss();
        routing();
        positions();
        texts();
        sites();
        files();
        // Of a run that cannot be computed there are no hashes.
        if (m_c.verdict.kind != VerdictKind::failed) {
            add("looking changed nothing", "equal hashes",
                m_c.observer.identical ? "equal hashes"
                : m_c.observer.done    ? "other hashes"
                                       : "not proved",
                m_c.observer.identical);
        }
        return std::move(m_checks);
    }

private:
    void add(const std::string& what, const std::string& expected, const std::string& found,
             bool met) {
        m_checks.push_back({what, expected, found, met});
    }
    void atLeast(const std::string& what, const std::optional<double>& low, double found) {
        if (low) add(what, "at least " + shown(*low), shown(found), found >= *low);
    }
    void atMost(const std::string& what, const std::optional<double>& high, double found) {
        if (high) add(what, "at most " + shown(*high), shown(found), found <= *high);
    }

    void verdict() {
        const Verdict& v = m_c.verdict;
        const std::string kind = to_string(v.kind);
        const auto shownKind = [](const std::string& text) {
            return text == "none" ? std::string("not judged") : text;
        };
        add("verdict", shownKind(joined(m_e.kinds, " or ")), shownKind(kind),
            std::find(m_e.kinds.begin(), m_e.kinds.end(), kind) != m_e.kinds.end());
        if (m_e.site) {
            const std::string wanted = m_e.site->empty() ? "none" : *m_e.site;
            add("first site", wanted, siteText(v.site), siteText(v.site) == wanted);
        }
        if (!m_e.cause_kind.empty()) {
            const std::string wanted =
                m_e.cause_kind + (m_e.cause_id.empty() ? "" : " " + m_e.cause_id);
            const std::string found = v.cause ? v.cause->kind + " " + v.cause->id : "none";
            add("cause", wanted, found,
                v.cause && v.cause->kind == m_e.cause_kind &&
                    (m_e.cause_id.empty() || v.cause->id == m_e.cause_id));
        }
        if (!m_e.not_exercised.empty()) {
            add("not exercised", m_e.not_exercised, joined(v.not_exercised, "; "),
                holds(v.not_exercised, m_e.not_exercised));
        }
        if (!m_e.remark.empty()) {
            std::vector<std::string> said = v.remarks;
            said.insert(said.end(), m_c.warnings.begin(), m_c.warnings.end());
            add("remark", m_e.remark, joined(said, "; "), holds(said, m_e.remark));
        }
    }

    void loss() {
        const double gap = m_c.b.loss - m_c.a.loss;
        atLeast("loss of B above A", m_e.loss_gap_min, gap);
        atMost("losses apart", m_e.loss_gap_max, std::abs(gap));
    }

    void routing() {
        if (m_e.routing_equal_in) {
            const int block = *m_e.routing_equal_in;
            double found = std::nan("");
            if (m_c.routing) {
                for (const RoutingLayer& layer : m_c.routing->layers) {
                    if (layer.layer == block) found = layer.disagreement;
                }
            }
            add("flips in block " + std::to_string(block), "0", shown(found), found == 0);
        }
        atLeast("tokens with a flip", m_e.flips_min,
                m_c.routing ? m_c.routing->tokens_with_a_flip : std::nan(""));
    }

    void positions() {
        const std::vector<double>& kl = m_c.logits.kl_ab;
        if (!m_e.shape.empty()) {
            const std::string found = m_c.positions ? m_c.positions->kind : "not measured";
            add("along the text", m_e.shape, found, found == m_e.shape);
        }
        const std::size_t early = std::min(kEarly, kl.size());
        if (m_e.early_kl_max) {
            const auto end = kl.begin() + static_cast<std::ptrdiff_t>(early);
            const double found = early == 0 ? std::nan("") : *std::max_element(kl.begin(), end);
            atMost("KL at the first 16 positions", m_e.early_kl_max, found);
        }
        if (m_e.late_kl_ratio_min) {
            const std::size_t quarter = kl.size() / 4;
            atLeast("KL of the last quarter over the first", m_e.late_kl_ratio_min,
                    mean(kl, kl.size() - quarter, kl.size()) / mean(kl, 0, quarter));
        }
        if (m_e.from_decode) fromDecode(kl);
    }

    void fromDecode(const std::vector<double>& kl) {
        const auto parts = [](double value) { return value != 0; };
        const auto first = std::find_if(kl.begin(), kl.end(), parts);
        const std::string wanted = std::to_string(m_c.n_prompt);
        const std::string found =
            first == kl.end() ? "none" : std::to_string(std::distance(kl.begin(), first));
        add("first position that differs (the first decoded token)", wanted, found,
            found == wanted);
    }

    void texts() {
        if (m_e.split) {
            const bool apart = m_c.generation && m_c.generation->first_split;
            const std::string found =
                !m_c.generation ? "no text was written"
                : apart ? "after " + std::to_string(*m_c.generation->first_split) + " equal tokens"
                        : "never";
            add("the texts part", *m_e.split ? "yes" : "never", found,
                m_c.generation && apart == *m_e.split);
        }
        atLeast("tokens/s of A over B", m_e.speed_ratio_min,
                m_c.b.tokens_per_s > 0 ? m_c.a.tokens_per_s / m_c.b.tokens_per_s : std::nan(""));
    }

    void sites() {
        if (!m_e.exact_site.empty()) {
            const SiteMetrics* s = metricsAt(m_c, m_e.exact_site);
            atMost("equal values at " + m_e.exact_site, m_e.exact_max, s ? s->exact : std::nan(""));
        }
        for (const SiteBound& bound : m_e.distances) {
            const SiteMetrics* s = metricsAt(m_c, bound.site);
            const double found = s ? s->rel_l2 : std::nan("");
            atLeast("relative distance at " + bound.site, bound.at_least, found);
            atMost("relative distance at " + bound.site, bound.at_most, found);
        }
        if (m_e.error_ratio_min) {
            const SiteMetrics* s = metricsAt(m_c, m_e.error_site);
            atLeast("error of B over A's at " + m_e.error_site, m_e.error_ratio_min,
                    s ? s->error_b / s->error_a : std::nan(""));
        }
        if (m_e.slope) {
            const SiteMetrics* s = metricsAt(m_c, m_e.slope_site);
            const double found = s ? s->slope : std::nan("");
            add("B over A at " + m_e.slope_site, shown(*m_e.slope), shown(found),
                std::abs(found - *m_e.slope) <= m_e.slope_within * std::abs(*m_e.slope));
        }
    }

    void files() {
        if (m_e.same_bytes) {
            const bool equal = !m_c.a.hash.empty() && m_c.a.hash == m_c.b.hash;
            add("files of A and B", "the same hash", equal ? "the same hash" : "other hashes",
                equal);
        }
        if (m_e.same_weights) sameWeights();
        if (!m_e.config_key.empty()) {
            const bool named = holds(m_c.warnings, m_e.config_key);
            add("config key that differs, before anything runs", m_e.config_key,
                named ? m_e.config_key : joined(m_c.warnings, "; "), named);
        }
    }

    void sameWeights() {
        std::string found = "not measured";
        bool equal = false;
        if (m_weights) {
            const auto count = static_cast<std::int64_t>(m_weights->tensors.size());
            const std::int64_t same = m_weights->count(DiffKind::equal);
            equal = count > 0 && same == count;
            if (equal) {
                found = std::to_string(count) + " equal hashes";
            } else {
                const auto first =
                    std::find_if(m_weights->tensors.begin(), m_weights->tensors.end(),
                                 [](const TensorDiff& t) { return t.kind != DiffKind::equal; });
                found = count == 0 ? "no weights"
                                   : std::to_string(count - same) + " tensors differ, first " +
                                         first->name;
            }
        }
        add("weights of A and B, one by one", "equal hashes", found, equal);
    }

    const Expectation& m_e;
    const Comparison& m_c;
    const ModelDiff* m_weights;
    std::vector<CaseCheck> m_checks;
};

std::string cellName(const Sweep& sweep, const SweepCell& cell) {
    std::string name;
    for (std::size_t i = 0; i < cell.values.size(); ++i) {
        name += (i == 0 ? "" : ", ") + sweep.request.axes[i].name() + "=" + cell.values[i];
    }
    return name;
}

}  // namespace

std::vector<CaseCheck> checkComparison(const Expectation& expected, const Comparison& found,
                                       const ModelDiff* weights) {
    return Checker(expected, found, weights).all();
}

std::vector<CaseCheck> checkSweep(const Expectation& expected, const Sweep& found) {
    std::vector<CaseCheck> checks;
    for (const SweepCell& cell : found.cells) {
        const bool done = cell.state == CellState::done;
        const std::string kind =
            done ? to_string(cell.verdict.kind) : stateText(cell.state) + ": " + cell.why;
        const bool met = done ? std::find(expected.kinds.begin(), expected.kinds.end(), kind) !=
                                    expected.kinds.end()
                              : cell.state == CellState::not_applicable;
        checks.push_back({cellName(found, cell), joined(expected.kinds, " or "), kind, met});
    }
    return checks;
}

bool allMet(const std::vector<CaseCheck>& checks) {
    return !checks.empty() && std::all_of(checks.begin(), checks.end(),
                                          [](const CaseCheck& check) { return check.met; });
}

}  // namespace driftscope
