// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "core/compare/pattern_store.h"
#include "core/compare/site_sums.h"
#include "core/judge/verdict.h"
#include "core/run/runner.h"
#include "core/run/sampler.h"

namespace driftscope {

/// One side of a comparison, resolved.
struct RunPlan {
    std::shared_ptr<LoadedModel> model;
    ModelConfig config;  ///< with the run's flags
    Numerics numerics;
};

struct LockstepJob {
    RunPlan a, b;
    std::vector<int32_t> tokens;  ///< compared positions
    int64_t first_stretch = 0;    ///< positions of the first stretch; the rest one by one
    int64_t n_prompt = 0;
    bool same_function = false;  ///< B64 is A64: options equal but for types, same model
    /// Where the expert choices of A and B go; may be null. A plan that replays reads its own from
    /// its numerics, which in a comparison is the other run's store.
    std::shared_ptr<RouteStore> routes_a, routes_b;
    PieceOf piece;
    std::function<void(double done, double total)> progress;
    std::stop_token stop;
};

/// What the judge's passes need of a run that is over.
struct Trail {
    /// [stretch][block][call]: expert choices [rows of the call, top_k].
    std::vector<std::vector<std::vector<at::Tensor>>> routes;
    std::vector<at::Tensor> logits;  ///< by stretch, [pos, d_vocab]
};

/// How far the judge has come.
enum class Judged {
    no,
    function,  ///< whether A and B are one function, and from which site on
    whole      ///< the noise band as well
};

struct LockstepResult {
    Judged judged = Judged::no;
    Trail trail_a, trail_b;
    std::vector<SiteSums> sites;  ///< forward order
    FunctionDistances function;
    LogitMetrics logits;
    std::optional<Routing> routing;
    std::shared_ptr<PatternStore> patterns;
    std::vector<Call> calls_a, calls_b;
    std::string hash_a, hash_b;  ///< sha256 of all logits, in order
    std::vector<GenerationStep> b_forced;
    std::vector<double> error_at_step;
    std::vector<double> fragility;  ///< as Generation::fragility; only with the band
    int64_t activation_bytes_a = 0, activation_bytes_b = 0, cache_bytes_a = 0, cache_bytes_b = 0;
    int64_t positions = 0;  ///< compared; fewer than tokens when cancelled
    double loss_a = 0, loss_b = 0;
    bool same_logits = true;
    std::string failed;  ///< B could not be computed: why
    std::optional<Site> failed_at;
};

/// Advances A and B together, block by block over one stretch after another, so that never more
/// than one block's activations of each run are in memory, and reduces the differences on the fly.
LockstepResult run_lockstep(const LockstepJob& job);

/// A pass of the judge over what run_lockstep() compared, by runs that advance likewise, to `until`
/// from where the result stands.
///
/// *function*: the float64 runs of both; distances of the function and of every site in float64,
/// and the amplification: all that a verdict and its first site need. *whole*: the Monte-Carlo
/// passes too, kNoisePasses for each side; errors and bands of every site, flips that rounding
/// explains, fragile tokens. Both at once cost less than one after the other.
/// False: stopped, `result` as before.
bool judge_runs(const LockstepJob& job, LockstepResult& result, Judged until);
inline constexpr int kNoisePasses = 2;

/// The logits of a run without any tap over the same calls, hashed; the observer test's other side.
struct PlainRun {
    std::string hash;
    double seconds = 0;
};
PlainRun run_plain(const RunPlan& plan, const LockstepJob& job);

/// The logits of a run over the job's calls, [pos, d_vocab], in the run's type.
at::Tensor plain_logits(const RunPlan& plan, const LockstepJob& job);

}  // namespace driftscope
