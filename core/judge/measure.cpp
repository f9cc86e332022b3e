// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/data/text_difference.h"
#include "core/judge/symptoms.h"
#include "core/judge/verdict.h"

namespace driftscope {

namespace {

const SiteMetrics* find_site(const Comparison& c, const Site& site) {
    for (const SiteMetrics& m : c.sites)
        if (m.site == site && m.in_a && m.in_b) return &m;
    return nullptr;
}

std::optional<double> finite(double value) {
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// Starts of a run's calls after its first, the first of them only.
std::optional<double> first_later_call(const RunSummary& run) {
    if (run.calls.size() < 2 || run.calls[1].start == 0) return std::nullopt;
    return static_cast<double>(run.calls[1].start);
}

bool same_calls(const RunSummary& a, const RunSummary& b) {
    return std::equal(
        a.calls.begin(), a.calls.end(), b.calls.begin(), b.calls.end(),
        [](const Call& x, const Call& y) { return x.start == y.start && x.length == y.length; });
}

/// First position whose distance is more than `clean`.
void first_position(const std::vector<double>& distance, double clean, Measured& m) {
    const auto found =
        std::find_if(distance.begin(), distance.end(), [clean](double d) { return !(d <= clean); });
    if (found == distance.end()) return;
    m.first_position = static_cast<double>(found - distance.begin());
    m.position_0_equal = *m.first_position > 0;
}

void at_the_site(const Comparison& c, const SiteMetrics& site, Measured& m) {
    const bool sets = site_info(site.site.kind).values == SiteValues::sets;
    if (!sets) {
        m.slope = finite(site.slope);
        m.r2 = finite(site.r2);
        m.cosine = finite(site.cosine);
    }
    m.exact = finite(site.exact);
    m.distance = finite(site.rel_l2);
    const bool judged = !site.delta64_by_pos.empty();
    first_position(judged ? site.delta64_by_pos : site.by_pos, judged ? same_limit(c.verdict) : 0,
                   m);
}

void of_routing(const Comparison& c, Measured& m) {
    if (!c.routing) return;
    m.flips = c.routing->tokens_with_a_flip;
    m.unexplained = c.routing->unexplained;
    if (!c.verdict.site) {
        m.routes_agree = c.routing->tokens_with_a_flip == 0;
        return;
    }
    for (const RoutingLayer& layer : c.routing->layers)
        if (layer.layer == c.verdict.site->layer) m.routes_agree = layer.disagreement == 0;
}

void of_the_split(const Comparison& c, Measured& m) {
    if (!c.generation || !c.generation->first_split) return;
    const auto at = static_cast<size_t>(*c.generation->first_split);
    if (at >= c.generation->error_at_step.size() || at >= c.generation->a.steps.size()) return;
    const double margin = c.generation->a.steps[at].margin;
    m.split_margin = margin > 0 ? c.generation->error_at_step[at] / margin
                                : std::numeric_limits<double>::infinity();
}

/// What the float64 runs say beyond the verdict.
void of_the_judge(const Comparison& c, Measured& m) {
    const Verdict& v = c.verdict;
    if (v.floor64 <= 0) return;
    m.share = finite(v.share);
    if (v.error_a > 0 || v.error_b > 0) m.error_ratio = v.error_b / v.error_a;
    if (v.band > 0) m.noise = v.delta / v.band;
    const bool same = v.delta64 <= same_limit(v);
    m.constant_in_logits = false;
    m.representation = false;
    for (const SiteMetrics& site : c.sites) {
        if (!same || site.delta64 <= different_limit(v)) continue;
        // Equal log-softmax of unequal logits: they differ by a constant at each position.
        if (site.site.kind == SiteKind::logits) m.constant_in_logits = true;
        m.representation = true;
    }
}

}  // namespace

Measured measure(const Comparison& c, std::optional<bool> masks_differ) {
    Measured m;
    const Verdict& v = c.verdict;
    m.kind = to_string(v.kind);
    const std::optional<Site>& named = v.site ? v.site : v.excess;
    if (named) m.layer = named->layer;
    if (v.site) m.site = std::string(site_info(v.site->kind).name);
    if (v.excess) m.excess = std::string(site_info(v.excess->kind).name);
    if (c.positions) {
        m.shape = c.positions->kind;
        if (c.positions->kind == "growth") m.exponent = c.positions->figure;
    }
    m.positions = static_cast<double>(c.tokens.size());
    if (c.n_heads > 0) m.kv_heads = static_cast<double>(c.n_kv_heads) / c.n_heads;
    m.calls_differ = !same_calls(c.a, c.b);
    m.two_texts = c.generation && text_difference(*c.generation);
    if (v.kind != VerdictKind::failed) {
        if (v.site) {
            if (const SiteMetrics* site = find_site(c, *v.site)) at_the_site(c, *site, m);
        } else if (const SiteMetrics* logits = find_site(c, {SiteKind::logits, -1})) {
            first_position(logits->by_pos, 0, m);
        }
        m.masks_differ = masks_differ;
        m.scores_hidden = std::any_of(c.sites.begin(), c.sites.end(), [](const SiteMetrics& site) {
            return site.site.kind == SiteKind::scores && site.in_a != site.in_b;
        });
        m.top1 = c.logits.top1_equal.empty() ? std::nullopt : finite(c.logits.top1_agreement);
        m.loss_gap = finite(c.b.loss - c.a.loss);
    }
    if (m.first_position) {
        m.at_call =
            first_later_call(c.a) == m.first_position || first_later_call(c.b) == m.first_position;
    }
    of_routing(c, m);
    of_the_split(c, m);
    of_the_judge(c, m);
    return m;
}

}  // namespace driftscope
