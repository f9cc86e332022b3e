// SPDX-License-Identifier: GPL-3.0-or-later
// From measured sums to metrics, verdict, cause and shape.
#include "core/compare/comparer.h"

#include <algorithm>

#include "core/data/text_difference.h"
#include "core/judge/cause.h"
#include "core/judge/position_shape.h"
#include "core/judge/symptoms.h"

namespace driftscope {

Evidence Comparer::evidence(const LockstepResult& r) {
    Evidence e;
    e.judged = r.judged != Judged::no;
    e.same_logits = r.same_logits;
    e.function = r.function;
    for (const SiteSums& sums : r.sites) {
        if (!sums.compared()) continue;
        SiteEvidence s;
        s.site = sums.site();
        s.equal = sums.all_equal();
        s.non_finite = sums.non_finite();
        s.delta64 = sums.worst_delta64();
        const auto a = sums.noise(Side::a), b = sums.noise(Side::b);
        s.error_a = a.error, s.band_a = a.band, s.error_b = b.error, s.band_b = b.band;
        e.sites.push_back(s);
    }
    return e;
}

void Comparer::fill(const LockstepResult& r, const LockstepJob& job) {
    Comparison& c = *out_;
    c.cancelled = r.positions < static_cast<int64_t>(job.tokens.size()) && r.failed.empty();
    c.sites.clear();
    const auto n = static_cast<size_t>(r.positions);
    for (const SiteSums& sums : r.sites) {
        SiteMetrics m = sums.finish();
        for (auto* list : {&m.by_pos, &m.band_by_pos, &m.delta64_by_pos}) {
            if (list->size() > n) list->resize(n);
        }
        if (m.in_a || m.in_b) c.sites.push_back(std::move(m));
    }
    c.tokens.resize(std::max<size_t>(std::min(c.tokens.size(), n), r.failed.empty() ? 0 : 1));
    c.logits = r.logits;
    c.routing = r.routing;
    c.a.calls = r.calls_a, c.b.calls = r.calls_b;
    c.a.loss = r.loss_a, c.b.loss = r.loss_b;
    c.a.peak_bytes = a_.model->bytes_in(a_.numerics.dtype) + r.cache_bytes_a + r.activation_bytes_a;
    c.b.peak_bytes = b_.model->bytes_in(b_.numerics.dtype) + r.cache_bytes_b + r.activation_bytes_b;
    if (c.generation) {
        c.generation->b_forced = r.b_forced;
        c.generation->error_at_step = r.error_at_step;
        c.generation->fragility = r.fragility;
    }
    c.verdict = r.failed.empty() ? judge(evidence(r)) : failed_verdict(r);
    c.first_divergence = first_divergence();
    shape();
    explain(r);
    c.symptoms = c.verdict.kind == VerdictKind::none
                     ? std::vector<Symptom>()
                     : fitting_symptoms(symptom_rules(), measure(c, masks_differ(r)));
}

void Comparer::shape() {
    Comparison& c = *out_;
    const Verdict& v = c.verdict;
    c.positions.reset();
    if (v.kind == VerdictKind::identical || v.kind == VerdictKind::failed) return;
    const Site site = v.site ? *v.site : Site{SiteKind::logits, -1};
    for (const SiteMetrics& m : c.sites) {
        if (m.site != site) continue;
        const bool function = v.site && !m.delta64_by_pos.empty();
        c.positions = position_shape(site, function ? m.delta64_by_pos : m.by_pos,
                                     function ? same_limit(v) : 0);
    }
}

std::optional<bool> Comparer::masks_differ(const LockstepResult& r) {
    Verdict& v = out_->verdict;
    if (!v.site || v.site->kind != SiteKind::scores) return std::nullopt;
    for (const SiteSums& sums : r.sites) {
        if (sums.site() != *v.site || !sums.compared()) continue;
        const int64_t entries = sums.masked_in_one();
        if (entries > 0) {
            v.remarks.push_back("the mask differs: " + std::to_string(entries) + " entries of " +
                                to_string(*v.site) + " are hidden in one run only");
        }
        return entries > 0;
    }
    return std::nullopt;
}

Verdict Comparer::failed_verdict(const LockstepResult& r) {
    Verdict v;
    v.kind = VerdictKind::failed;
    v.site = r.failed_at;
    v.rule = "B cannot be computed: " + r.failed;
    return v;
}

std::optional<Divergence> Comparer::first_divergence() const {
    const bool unexplained = out_->routing && out_->routing->unexplained > 0;
    if (!out_->verdict.site && !out_->verdict.excess && !unexplained) return std::nullopt;
    for (const SiteMetrics& m : out_->sites) {
        if (!outside(m)) continue;
        for (size_t p = 0; p < std::min(m.by_pos.size(), m.band_by_pos.size()); ++p) {
            if (m.by_pos[p] > m.band_by_pos[p]) {
                return Divergence{m.site, static_cast<int>(p), m.by_pos[p], m.band_by_pos[p]};
            }
        }
    }
    return std::nullopt;
}

bool Comparer::outside(const SiteMetrics& m) const {
    if (out_->verdict.site == m.site) return true;
    double error = 0, band = 0;
    for (size_t p = 0; p < m.band_by_pos.size(); ++p) {
        error += m.by_pos[p] * m.by_pos[p];
        band += m.band_by_pos[p] * m.band_by_pos[p];
    }
    return error > band;
}

void Comparer::explain(const LockstepResult& r) {
    CauseInput in;
    in.options_a = out_->a.options, in.options_b = out_->b.options;
    in.config_a = &a_.config, in.config_b = &b_.config;
    in.same_model = one_model();
    if (!one_model()) {
        if (!weights_) weights_ = diff_weights(*a_.model, *b_.model);
        in.differing_tensors = weights_->differing;
        in.rounded_copy = weights_->rounded_copy;
    }
    in.tokens_differ = tokens_differ_;
    in.positions = r.positions;
    in.texts_differ = out_->generation && text_difference(*out_->generation);
    in.identical = out_->verdict.kind == VerdictKind::identical && !tokens_differ_;
    out_->verdict.cause = name_cause(out_->verdict, in);
    out_->verdict.not_exercised = not_exercised(in);
    apart_ = out_->verdict.kind;
    if (tokens_differ_) tell_apart(out_->verdict);
}

void Comparer::tell_apart(Verdict& v) const {
    if (v.kind == VerdictKind::none) return;
    std::string text = "on A's ids the models are " + to_string(v.kind);
    if (!v.rule.empty()) text += ": " + v.rule;
    if (v.site) text += "; first at " + to_string(*v.site);
    v.remarks.insert(v.remarks.begin(), text);
    v.kind = VerdictKind::semantic;
    v.rule = "the runs read different token ids (" + first_other_id() + ")";
    v.site.reset();
}

}  // namespace driftscope
