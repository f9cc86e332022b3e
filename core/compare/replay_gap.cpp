// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/replay_gap.h"

namespace driftscope {

namespace {

at::Tensor log_probabilities(Runner& run, const LockstepJob& job, int64_t start, int64_t length) {
    NullTap blind;
    const at::Tensor logits =
        run.step(job.tokens, start, length, run.num().prefill_chunk, blind, job.stop);
    return at::log_softmax(logits.to(at::kDouble), -1);  // [pos, d_vocab]
}

/// Both runs stretch by stretch, so that never more than one stretch's logits are held.
double mean_kl(const RunPlan& a, const RunPlan& b, const LockstepJob& job) {
    Runner run_a(a.model, a.config, Exec(a.numerics, false));
    Runner run_b(b.model, b.config, Exec(b.numerics, false));
    const auto total = static_cast<int64_t>(job.tokens.size());
    double sum = 0;
    for (int64_t start = 0; start < total;) {
        const int64_t length = start == 0 ? job.first_stretch : 1;
        const at::Tensor p = log_probabilities(run_a, job, start, length);
        const at::Tensor q = log_probabilities(run_b, job, start, length);
        sum += (p.exp() * (p - q)).sum().item<double>();
        start += length;
    }
    return sum / static_cast<double>(total);
}

RunPlan with_experts(RunPlan plan, const std::shared_ptr<const RouteStore>& routes) {
    plan.numerics.replay = true;
    plan.numerics.routes = routes;
    return plan;
}

}  // namespace

ReplayGap replay_gap(const LockstepJob& job) {
    return {mean_kl(job.a, with_experts(job.b, job.routes_a), job),
            mean_kl(with_experts(job.a, job.routes_b), job.b, job)};
}

}  // namespace driftscope
