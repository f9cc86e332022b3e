// SPDX-License-Identifier: GPL-3.0-or-later
// The course of a comparison: what runs after what, the proof that looking changed nothing, and the
// parts of the distance.
#include "core/compare/comparer.h"

#include "core/compare/attribution.h"
#include "core/compare/replay_gap.h"
#include "core/data/error.h"
#include "core/data/sha256.h"
#include "core/options/effects.h"

namespace driftscope {

namespace {
// In plain runs, as the meter counts what is left.
constexpr double kCompareWork = 3, kJudgeWork = 6, kBandWork = 14;
}  // namespace

CompareOutcome Comparer::run() {
    prepare();
    state_memory();
    generate();
    const LockstepJob job = make_job();
    meter_.stage("compare", kCompareWork);
    LockstepResult r = run_lockstep(job);
    out_->heads = r.patterns->thumbs();
    fill(r, job);
    if (r.positions == 0 && r.failed.empty()) cancelled();
    const bool judged = r.failed.empty() && out_->request.judge &&
                        apart_ != VerdictKind::identical && apart_ != VerdictKind::non_finite;
    if (judged && context_.callbacks->partial) {
        show();  // the picture first: verdict, proof and band follow
        judge_until(Judged::function, job, r);
        show();
    }
    observe(job, r);
    if (judged) judge_until(Judged::whole, job, r);
    replay_experts(job, r);
    take_apart(job, r);
    finish(job, r);
    return {out_, r.patterns, recipe(job, r)};
}

void Comparer::show() {
    if (context_.stop.stop_requested()) return;
    context_.callbacks->partial(std::make_shared<const Comparison>(*out_));
}

void Comparer::judge_until(Judged until, const LockstepJob& job, LockstepResult& r) {
    if (context_.stop.stop_requested()) return;
    const bool verdict = r.judged == Judged::no, band = until == Judged::whole;
    meter_.stage(verdict ? "judge" : "band", (verdict ? kJudgeWork : 0) + (band ? kBandWork : 0));
    if (judge_runs(job, r, until)) fill(r, job);
}

ValueRecipe Comparer::recipe(const LockstepJob& job, const LockstepResult& r) const {
    ValueRecipe out{out_->request, job.tokens, job.first_stretch, {}, job.routes_a, job.routes_b};
    out.tokens.resize(std::min(out.tokens.size(), static_cast<size_t>(r.positions)));
    out.files = file_keys(*context_.model_a, *context_.model_b);
    return out;
}

double Comparer::work(const CompareRequest& request) {
    return kCompareWork + 2 + (request.judge ? kJudgeWork + kBandWork : 0) +
           (request.max_new_tokens > 0 ? 2 : 0) + (request.attribute ? 40 : 0) + 0.5;
}

void Comparer::cancelled() {
    throw Error(ErrorCode::cancelled, "compare", "stopped before anything was compared");
}

void Comparer::replay_experts(const LockstepJob& job, const LockstepResult& r) {
    const bool flipped = out_->routing && out_->routing->tokens_with_a_flip > 0;
    const bool whole = r.positions == static_cast<int64_t>(job.tokens.size());
    if (!flipped || !whole || !r.failed.empty() || context_.stop.stop_requested()) return;
    meter_.stage("replay", 2);
    try {
        const ReplayGap gap = replay_gap(job);
        out_->routing->a_experts_in_b = gap.a_experts_in_b;
        out_->routing->b_experts_in_a = gap.b_experts_in_a;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::cancelled) throw;
    }
}

PlainRun Comparer::plain(const RunPlan& plan, const LockstepJob& job, const RunSummary& summary) {
    if (plan.numerics.replay) return run_plain(plan, job);  // the other run decides its bits too
    std::string key = summary.model + '|' + format_options(summary.options) + '|' +
                      std::to_string(job.first_stretch);
    for (const auto& file : plan.model->checkpoint().files()) key += '|' + file->cache_key();
    key += '|' + sha256_hex(plan.model->config_text());
    for (int32_t id : job.tokens) key += ',' + std::to_string(id);
    auto& known = *context_.plain_runs;
    if (const auto found = known.find(key); found != known.end()) return found->second;
    return known[key] = run_plain(plan, job);
}

void Comparer::take_apart(const LockstepJob& job, const LockstepResult& r) {
    const bool same = out_->verdict.kind == VerdictKind::identical;
    if (!out_->request.attribute || same || !r.failed.empty() || tokens_differ_) return;
    if (context_.stop.stop_requested()) return;
    meter_.stage("attribute", 40);
    AttributionJob parts{job,
                         out_->request.options_a,
                         out_->request.options_b,
                         one_model(),
                         {},
                         [this](double done, double total) { meter_.tell(done, total); }};
    if (out_->generation && out_->generation->first_split) {
        const auto at = static_cast<int64_t>(prompt_.size()) - 1 + *out_->generation->first_split;
        if (at < r.positions) parts.split = at;
    }
    try {
        AttributionResult result = attribute(parts);
        if (out_->generation) {
            for (const Share& step : result.parts.steps)
                if (parts.split && step.undoes_split)
                    out_->generation->undone_by.push_back(step.id);
        }
        out_->attribution = std::move(result.parts);
        out_->components = std::move(result.components);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::cancelled) throw;
    }
}

void Comparer::observe(const LockstepJob& job, const LockstepResult& r) {
    if (context_.stop.stop_requested() || !r.failed.empty()) return;
    meter_.stage("observer", 2);
    ObserverProof& proof = out_->observer;
    try {
        const PlainRun a = plain(a_, job, out_->a), b = plain(b_, job, out_->b);
        proof = {true,
                 a.hash == r.hash_a && b.hash == r.hash_b,
                 r.hash_a,
                 r.hash_b,
                 a.hash,
                 b.hash,
                 a.seconds + b.seconds};
        const auto n = static_cast<double>(job.tokens.size());
        out_->a.seconds = a.seconds, out_->b.seconds = b.seconds;
        out_->a.tokens_per_s = a.seconds > 0 ? n / a.seconds : 0;
        out_->b.tokens_per_s = b.seconds > 0 ? n / b.seconds : 0;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::cancelled) throw;
    }
}

void Comparer::finish(const LockstepJob& job, const LockstepResult& r) {
    if (!context_.stop.stop_requested()) {
        meter_.stage("hash", 0.5);
        out_->a.hash = a_.model->hash();
        out_->b.hash = one_model() ? out_->a.hash : b_.model->hash();
    } else {
        out_->cancelled = true;
    }
    const bool acts = !one_model() || differ_in_forward(out_->a.options, out_->b.options);
    if (r.same_logits && !out_->differing.empty() && acts &&
        out_->verdict.kind == VerdictKind::identical) {
        out_->verdict.remarks.push_back(
            "These settings are bit-identical on this machine; matmul.order shows what another "
            "kernel would do");
    }
    if (job.same_function && out_->verdict.kind == VerdictKind::rounding) {
        out_->verdict.remarks.push_back(
            "the same function by construction: only types differ; "
            "the evidence is the band");
    }
    if (!base_rate_.empty()) out_->verdict.remarks.push_back(base_rate_);
    out_->complete = !out_->cancelled;
}

}  // namespace driftscope
