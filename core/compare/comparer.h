// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/compare/compare_models.h"
#include "core/compare/meter.h"
#include "core/compare/weight_diff.h"
#include "core/judge/verdict.h"
#include "core/run/generate.h"

namespace driftscope {

/// One comparison of two runs, from the request to everything that is said of it. Used once.
class Comparer {
public:
    Comparer(const CompareRequest& request, const CompareContext& context)
        : context_(context), out_(std::make_shared<Comparison>()),
          meter_(*context.callbacks, work(request)) {
        out_->id = context.id;
        out_->request = request;
        out_->provenance = context.provenance;
    }

    CompareOutcome run();

private:
    bool one_model() const { return context_.model_a == context_.model_b; }

    // The course, in comparer.cpp.
    /// A pass of the judge and what follows from it.
    void judge_until(Judged until, const LockstepJob& job, LockstepResult& r);
    /// What is known so far, to who waits for it.
    void show();
    /// Values can be made again for the positions that were compared.
    ValueRecipe recipe(const LockstepJob& job, const LockstepResult& r) const;
    static double work(const CompareRequest& request);
    [[noreturn]] static void cancelled();
    /// What is left of the distance where one run takes the other's experts: asked where one
    /// flipped.
    void replay_experts(const LockstepJob& job, const LockstepResult& r);
    PlainRun plain(const RunPlan& plan, const LockstepJob& job, const RunSummary& summary);
    /// The parts of A | B, when they were asked for and there is a difference to take apart.
    void take_apart(const LockstepJob& job, const LockstepResult& r);
    void observe(const LockstepJob& job, const LockstepResult& r);
    void finish(const LockstepJob& job, const LockstepResult& r);

    // Before anything runs, in comparer_setup.cpp.
    void prepare();
    /// Before anything runs: what the whole comparison takes at most.
    void state_memory();
    /// Nothing differs but types and what is no matter of the compared positions.
    bool types_only() const;
    /// Experts are taken by block and position from a run that chooses for itself.
    void refuse_replay();
    /// "position 3: 5 | 7", or how many there are where one is the other's beginning.
    std::string first_other_id() const;
    /// B's own config over the same weights: every value in force that differs.
    void warn_of_config();
    static void summary(RunSummary& s, const RunPlan& plan, const OptionValues& options);
    /// The defects that differ are all such as one call over the whole prompt never shows.
    bool only_cache_defects() const;
    /// Token by token from where on: after the prompt; or in its last quarter when only the cache
    /// or the calls differ and nothing is generated.
    int64_t first_stretch();
    LockstepJob make_job();
    void fill_tokens();

    // Texts, in comparer_texts.cpp.
    /// What a side writes freely.
    GenerateJob text_job(Side side, const RunPlan& plan, const OptionValues& options) const;
    GeneratedText write_text(const RunPlan& plan, const GenerateJob& job) const;
    GeneratedText generate_side(Side side, const RunPlan& plan, const OptionValues& options);
    static int draws_of(const OptionValues& options);
    /// How often the two part when both draw with the same noise: said with the verdict, never
    /// judged.
    void draw_texts(const Generation& g);
    void generate();
    /// The tokens are the same, and people see two texts.
    void warn_of_texts(const Generation& g);

    // Metrics and verdict, in comparer_verdict.cpp.
    static Evidence evidence(const LockstepResult& r);
    void fill(const LockstepResult& r, const LockstepJob& job);
    /// How the distance goes along the text: of the function at its first site, else of the logits.
    void shape();
    /// Whether another mask is what makes the scores of the verdict's site another function.
    std::optional<bool> masks_differ(const LockstepResult& r);
    static Verdict failed_verdict(const LockstepResult& r);
    /// The earliest site, and there the first position, whose error leaves the band of A | B. Where
    /// rounding alone is at work and every routing flip is explained, what lies outside is the
    /// consequence of those flips, and the runs part nowhere.
    std::optional<Divergence> first_divergence() const;
    /// A site leaves the band when its root mean square over positions does, or when the verdict
    /// names it: one position beyond three standard deviations is chance.
    bool outside(const SiteMetrics& m) const;
    void explain(const LockstepResult& r);
    /// Different ids are semantic by themselves; the models were judged apart, on A's.
    void tell_apart(Verdict& v) const;

    const CompareContext& context_;
    std::shared_ptr<Comparison> out_;
    Meter meter_;
    RunPlan a_, b_;
    std::vector<int32_t> prompt_, prompt_b_, tokens_;
    VerdictKind apart_ = VerdictKind::none;  ///< of the models, on the same ids
    bool tokens_differ_ = false;
    std::string base_rate_;  ///< of free running; empty: not asked for
    std::optional<WeightDiff> weights_;
};

}  // namespace driftscope
