// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/lanes.h"

namespace driftscope {

namespace {

Lane* add(Lanes& lanes, const RunPlan& plan, Exec exec, const Trail* held = nullptr,
          bool records = true) {
    auto lane = std::make_unique<Lane>();
    lane->runner = std::make_unique<Runner>(plan.model, plan.config, std::move(exec));
    lane->records = records;
    lane->held = held;
    lanes.own.push_back(std::move(lane));
    return lanes.own.back().get();
}

/// The same steps, every type float32.
Numerics all_float32(Numerics n) {
    n.dtype = n.norm = n.softmax = n.rope = n.logits = n.router = n.router_softmax = at::kFloat;
    n.combine = n.cache = n.accumulate = at::kFloat;
    n.raised.reset();
    return n;
}

/// Whether a run is that already: then its own values are those of its float32 run.
bool is_all_float32(const Numerics& n) {
    for (const at::ScalarType type : {n.dtype, n.norm, n.softmax, n.rope, n.logits, n.router,
                                      n.router_softmax, n.combine, n.cache, n.accumulate})
        if (type != at::kFloat) return false;
    return !n.raised;
}

std::vector<Lane*> noise_lanes(Lanes& lanes, const RunPlan& plan, const Trail* held, uint64_t seed,
                               const std::shared_ptr<WeightEnergies>& energies) {
    std::vector<Lane*> passes;
    for (uint64_t k = 0; k < kNoisePasses; ++k) {
        passes.push_back(
            add(lanes, plan, Exec(plan.numerics, true, Noise::contract, seed + k, energies), held));
    }
    return passes;
}

/// A and B as `judge` says, first the one whose experts the other takes: lanes advance in the order
/// they were added. Their choices go to the stores given, those of the other run to who replays.
std::pair<Lane*, Lane*> add_pair(Lanes& lanes, const LockstepJob& job, bool judge,
                                 const std::shared_ptr<RouteStore>& routes_a,
                                 const std::shared_ptr<RouteStore>& routes_b) {
    const auto one = [&](const RunPlan& plan, const auto& own, const auto& others) {
        Numerics n = plan.numerics;
        if (n.replay) n.routes = others;
        Lane* lane = add(lanes, plan, Exec(n, judge));
        lane->runner->record_routes(own);
        return lane;
    };
    if (!job.a.numerics.replay) {
        Lane* a = one(job.a, routes_a, routes_b);
        return {a, one(job.b, routes_b, routes_a)};
    }
    Lane* b = one(job.b, routes_b, routes_a);
    return {one(job.a, routes_a, routes_b), b};
}

/// What a run without experts chose needs no holding.
const Trail* held_of(const RunPlan& plan, const Trail& trail) {
    return plan.config.n_experts > 0 ? &trail : nullptr;
}

/// A64 and B64, with their own routes and with those of A held; of B, and the values at the sites
/// of both so held, where a band is asked.
void add_exact(Lanes& lanes, const LockstepJob& job, const LockstepResult& first, bool band) {
    const Exec judge_a(job.a.numerics, true), judge_b(job.b.numerics, true);
    if (job.same_function) {
        lanes.a64 = lanes.b64 = add(lanes, job.a, judge_a);
    } else {
        std::tie(lanes.a64, lanes.b64) = add_pair(lanes, job, true, std::make_shared<RouteStore>(),
                                                  std::make_shared<RouteStore>());
    }
    const auto held = [&](const RunPlan& plan, const Exec& exec, const Trail& trail, Lane* own) {
        if (!held_of(plan, trail)) return own;
        Lane* lane = add(lanes, plan, exec, &trail, band);
        // A run that replays does not choose for itself; and B's function may be run as A's, whose
        // state is not that of B where B has raised steps.
        const bool runs_this = own->runner->num().raised == plan.numerics.raised;
        if (!plan.numerics.replay && runs_this) lane->twin = own;
        return lane;
    };
    lanes.a64_held = held(job.a, judge_a, first.trail_a, lanes.a64);
    if (band) lanes.b64_held = held(job.b, judge_b, first.trail_b, lanes.b64);
}

std::shared_ptr<RouteStore> store(const std::shared_ptr<RouteStore>& given) {
    return given ? given : std::make_shared<RouteStore>();
}

}  // namespace

Lanes pair_lanes(const LockstepJob& job) {
    Lanes lanes;
    std::tie(lanes.a, lanes.b) =
        add_pair(lanes, job, false, store(job.routes_a), store(job.routes_b));
    return lanes;
}

Lanes judge_lanes(const LockstepJob& job, const LockstepResult& first, bool function, bool band) {
    Lanes lanes = band ? pair_lanes(job) : Lanes();
    const Trail* held_a = held_of(job.a, first.trail_a);
    add_exact(lanes, job, first, band);
    if (function) {
        if (!is_all_float32(job.a.numerics)) {
            lanes.a32 = add(lanes, job.a, Exec(all_float32(job.a.numerics), false), held_a, false);
        }
        lanes.tiny = add(lanes, job.a, Exec(job.a.numerics, true, Noise::tiny, 7), held_a, false);
    }
    if (band) {
        const auto energies = std::make_shared<WeightEnergies>();
        lanes.noise_a = noise_lanes(lanes, job.a, held_a, 101, energies);
        lanes.noise_b = noise_lanes(lanes, job.b, held_of(job.b, first.trail_b), 202, energies);
    }
    return lanes;
}

}  // namespace driftscope
