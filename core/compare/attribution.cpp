// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/attribution.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <iterator>
#include <map>
#include <numeric>
#include <set>

#include "core/compare/compare_models.h"
#include "core/compare/component_errors.h"
#include "core/compare/step_runs.h"
#include "core/data/error.h"
#include "core/options/option.h"
#include "core/options/steps.h"

namespace driftscope {

namespace {

const std::string kDefects = "defects";

/// Mean over positions of KL(a ‖ b), nats, in float64; both [pos, d_vocab].
double mean_kl(const at::Tensor& a, const at::Tensor& b) {
    const at::Tensor la = at::log_softmax(a.to(at::kDouble), -1);
    const at::Tensor lb = at::log_softmax(b.to(at::kDouble), -1);
    return (la.exp() * (la - lb)).sum(-1).mean().item<double>();
}

/// `defects` of B with `id` on or off as in A.
std::string with_defect_of(const std::string& a, const std::string& b, const std::string& id) {
    const std::vector<std::string> in_a = parse_defects(a), in_b = parse_defects(b);
    std::set<std::string> on(in_b.begin(), in_b.end());
    on.erase(id);
    if (std::find(in_a.begin(), in_a.end(), id) != in_a.end()) on.insert(id);
    std::string joined;
    for (const std::string& one : on) joined += (joined.empty() ? "" : "+") + one;
    return joined.empty() ? "none" : joined;
}

/// Runs with options of A and B mixed, each once. A part is an option, or one defect of several.
class OptionMixer {
public:
    OptionMixer(const AttributionJob& job, std::vector<std::string> ids, const at::Tensor& a)
        : job_(job), ids_(std::move(ids)), a_(a) {}

    const MixOutcome& run(const Mix& mix) {
        if (const auto found = known_.find(mix); found != known_.end()) return found->second;
        if (job_.run.stop.stop_requested())
            throw Error(ErrorCode::cancelled, "attribute", "stopped");
        OptionValues options = complete(job_.options_b);
        const OptionValues a = complete(job_.options_a);
        for (size_t i = 0; i < ids_.size(); ++i) {
            if (!mix[i]) continue;
            const bool defect = find_defect(ids_[i]) != nullptr;
            const std::string& option = defect ? kDefects : ids_[i];
            options[option] =
                defect ? with_defect_of(a.at(option), options.at(option), ids_[i]) : a.at(option);
        }
        RunPlan plan = make_plan(job_.run.b.model, options);
        plan.numerics.routes = job_.run.b.numerics.routes;  // for experts=replay
        const at::Tensor y = plain_logits(plan, job_.run);
        MixOutcome outcome{mean_kl(a_, y), 0, false};
        if (job_.split) {
            outcome.token_of_a =
                y[*job_.split].argmax().item<int64_t>() == a_[*job_.split].argmax().item<int64_t>();
        }
        if (on_run) on_run();
        return known_[mix] = outcome;
    }
    int runs() const { return static_cast<int>(known_.size()); }
    std::function<void()> on_run;

private:
    const AttributionJob& job_;
    std::vector<std::string> ids_;
    at::Tensor a_;
    std::map<Mix, MixOutcome> known_;
};

/// Contributions in one order: part after part becomes A's.
template <typename Mixer>
std::vector<double> in_order(Mixer& mixer, const std::vector<size_t>& order) {
    std::vector<double> shares(order.size());
    Mix mix(order.size(), false);
    double before = mixer.run(mix).kl;
    for (size_t part : order) {
        mix[part] = true;
        const double after = mixer.run(mix).kl;
        shares[part] = before - after;
        before = after;
    }
    return shares;
}

/// Mean over all orders of n parts: the Shapley value, from the 2^n subsets.
template <typename Mixer>
std::vector<double> over_all_orders(Mixer& mixer, size_t n) {
    std::vector<double> factorial(n + 1, 1.0);
    for (size_t i = 1; i <= n; ++i) factorial[i] = factorial[i - 1] * static_cast<double>(i);
    std::vector<double> shares(n, 0.0);
    for (uint32_t subset = 0; subset < (1u << n); ++subset) {
        Mix mix(n);
        for (size_t i = 0; i < n; ++i) mix[i] = (subset >> i & 1) != 0;
        const auto size = static_cast<size_t>(std::popcount(subset));
        for (size_t i = 0; i < n; ++i) {
            if (mix[i]) continue;
            Mix with = mix;
            with[i] = true;
            const double weight = factorial[size] * factorial[n - size - 1] / factorial[n];
            shares[i] += weight * (mixer.run(mix).kl - mixer.run(with).kl);
        }
    }
    return shares;
}

template <typename Mixer>
std::vector<Share> shares_of(Mixer& mixer, const std::vector<std::string>& names) {
    const size_t n = names.size();
    std::vector<size_t> order(n);
    std::iota(order.begin(), order.end(), size_t{0});
    const std::vector<double> forward = in_order(mixer, order);
    std::reverse(order.begin(), order.end());
    const std::vector<double> reverse = in_order(mixer, order);
    const std::vector<double> exact =
        n >= 3 && n <= 4 ? over_all_orders(mixer, n) : std::vector<double>();
    std::vector<Share> shares;
    for (size_t i = 0; i < n; ++i) {
        Mix alone(n, false);
        alone[i] = true;
        const MixOutcome repaired = mixer.run(alone);
        Share share;
        share.id = names[i];
        share.mean = exact.empty() ? (forward[i] + reverse[i]) / 2 : exact[i];
        share.half_gap = std::abs(forward[i] - reverse[i]) / 2;
        share.repaired = repaired.kl;
        share.undoes_split = repaired.token_of_a;
        shares.push_back(share);
    }
    return shares;
}

/// A step that the search gave up, and what was left of the distance before it did.
struct Dropped {
    size_t step;
    double kl_before;
};

/// Distance against steps as in A: the plan's members one after another, largest share first, then
/// what the search dropped, last first.
void draw_curve(MixRunner& mixer, const std::vector<size_t>& by_share, const Mix& plan,
                const std::vector<Dropped>& dropped, Attribution& out) {
    Mix mix(plan.size(), false);
    int steps = 0;
    out.curve.push_back({0, mixer.run(mix).kl, {}});
    for (auto step = by_share.rbegin(); step != by_share.rend(); ++step) {
        if (!plan[*step]) continue;
        mix[*step] = true;
        out.curve.push_back({++steps, mixer.run(mix).kl, out.steps[*step].id});
    }
    for (auto drop = dropped.rbegin(); drop != dropped.rend(); ++drop)
        out.curve.push_back({++steps, drop->kl_before, out.steps[drop->step].id});
}

/// Steps that must stay as in A for a tenth of the distance. Greedy removal, smallest share first,
/// until no member can be dropped.
void make_plan_of_steps(MixRunner& mixer, Attribution& out) {
    out.plan_target = out.whole / 10;
    std::vector<size_t> order(out.steps.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t x, size_t y) {
        return std::abs(out.steps[x].mean) < std::abs(out.steps[y].mean);
    });
    Mix raised(out.steps.size(), true);
    out.plan_kl = mixer.run(raised).kl;
    std::vector<Dropped> given_up;
    for (bool dropped = true; dropped;) {
        dropped = false;
        for (size_t step : order) {
            if (!raised[step]) continue;
            raised[step] = false;
            const double kl = mixer.run(raised).kl;
            if (kl <= out.plan_target) {
                given_up.push_back({step, out.plan_kl});
                out.plan_kl = kl;
                dropped = true;
            } else {
                raised[step] = true;
            }
        }
    }
    for (size_t step = 0; step < raised.size(); ++step)
        if (raised[step]) out.plan.push_back(out.steps[step].id);
    draw_curve(mixer, order, raised, given_up, out);
}

/// Options that act on the forward pass and differ. Where several defects do, each by itself: they
/// share one option and are as many causes.
std::vector<std::string> acting_options(const AttributionJob& job) {
    std::vector<std::string> ids = differing_options(job.options_a, job.options_b);
    std::erase_if(ids,
                  [](const std::string& id) { return option(id).effect != OptionEffect::forward; });
    const auto at = std::find(ids.begin(), ids.end(), kDefects);
    if (at == ids.end()) return ids;
    const auto a = parse_defects(complete(job.options_a).at(kDefects));
    const auto b = parse_defects(complete(job.options_b).at(kDefects));
    std::vector<std::string> differing;
    std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(),
                                  std::back_inserter(differing));
    if (differing.size() > 1) ids.insert(ids.erase(at), differing.begin(), differing.end());
    return ids;
}

/// Why steps cannot be mixed; empty: they can.
std::string no_steps(const AttributionJob& job) {
    if (!same_rows(job.run.a.numerics, job.run.b.numerics))
        return "the runs make other calls, so that no step of one fits into the other";
    return {};
}

/// The distance at the logits when one step alone is computed as in B.
std::vector<double> injected_errors(MixRunner& mixer, size_t steps) {
    std::vector<double> out;
    for (size_t step = 0; step < steps; ++step) {
        Mix mix(steps, true);
        mix[step] = false;
        out.push_back(mixer.run(mix).distance);
    }
    return out;
}

}  // namespace

AttributionResult attribute(const AttributionJob& job) {
    const auto begin = std::chrono::steady_clock::now();
    AttributionResult result;
    Attribution& out = result.parts;
    const at::Tensor a = plain_logits(job.run.a, job.run), b = plain_logits(job.run.b, job.run);
    out.whole = mean_kl(a, b);
    out.runs = 2;
    const std::vector<std::string> ids = acting_options(job);
    const std::vector<std::string> steps = step_names(job.run.a.config.n_layers);
    const bool by_option = job.one_model && ids.size() >= 2;
    // Runs of both orders, of each part alone in either run, of the plan's search and of its curve,
    // about.
    const double total = 6.0 * static_cast<double>(steps.size() + (by_option ? ids.size() : 0));
    double done = 0;
    const auto tell = [&] {
        if (job.progress) job.progress(std::min(++done, total), total);
    };
    if (by_option) {
        OptionMixer mixer(job, ids, a);
        mixer.on_run = tell;
        out.options = shares_of(mixer, ids);
        out.runs += mixer.runs();
    }
    out.note = no_steps(job);
    if (out.note.empty()) {
        MixRunner mixer(job.run, job.split);
        mixer.on_run = tell;
        out.steps = shares_of(mixer, steps);
        make_plan_of_steps(mixer, out);
        result.components = component_errors(job.run);
        const std::vector<double> injected = injected_errors(mixer, steps.size());
        for (size_t i = 0; i < injected.size(); ++i) result.components[i].injected = injected[i];
        out.runs += mixer.runs();
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    out.seconds = spent.count();
    return result;
}

}  // namespace driftscope
