// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/lanes.h"

namespace driftscope {

namespace {

Lane* add(Lanes& lanes, const RunPlan& plan, Exec exec, const Lane* routes = nullptr,
          bool records = true) {
    auto lane = std::make_unique<Lane>();
    lane->runner = std::make_unique<Runner>(plan.model, plan.config, std::move(exec));
    lane->records = records;
    lane->routes_from = routes;
    lanes.own.push_back(std::move(lane));
    return lanes.own.back().get();
}

/// The same steps, every type float32.
Numerics all_float32(Numerics n) {
    n.dtype = n.norm = n.softmax = n.rope = n.logits = n.router = n.router_softmax = at::kFloat;
    n.combine = n.cache = n.accumulate = at::kFloat;
    return n;
}

std::vector<Lane*> noise_lanes(Lanes& lanes, const RunPlan& plan, const Lane* routes,
                               uint64_t seed) {
    std::vector<Lane*> passes;
    for (uint64_t k = 0; k < kNoisePasses; ++k) {
        passes.push_back(add(lanes, plan, Exec(plan.numerics, true, Noise::contract, seed + k),
                             routes));
    }
    return passes;
}

}  // namespace

Lanes make_lanes(const LockstepJob& job) {
    Lanes lanes;
    lanes.a = add(lanes, job.a, Exec(job.a.numerics, false));
    lanes.b = add(lanes, job.b, Exec(job.b.numerics, false));
    if (!job.judged) return lanes;
    const bool moe_a = job.a.config.n_experts > 0, moe_b = job.b.config.n_experts > 0;
    const Lane* held_a = moe_a ? lanes.a : nullptr;
    const Lane* held_b = moe_b ? lanes.b : nullptr;
    const Exec judge_a(job.a.numerics, true), judge_b(job.b.numerics, true);
    lanes.a64 = add(lanes, job.a, judge_a);
    lanes.b64 = job.same_function ? lanes.a64 : add(lanes, job.b, judge_b);
    lanes.a64_held = moe_a ? add(lanes, job.a, judge_a, held_a) : lanes.a64;
    lanes.b64_held = moe_b ? add(lanes, job.b, judge_b, held_b) : lanes.b64;
    lanes.a32 = add(lanes, job.a, Exec(all_float32(job.a.numerics), false), held_a, false);
    lanes.tiny = add(lanes, job.a, Exec(job.a.numerics, true, Noise::tiny, 7), held_a, false);
    lanes.noise_a = noise_lanes(lanes, job.a, held_a, 101);
    lanes.noise_b = noise_lanes(lanes, job.b, held_b, 202);
    return lanes;
}

}  // namespace driftscope
