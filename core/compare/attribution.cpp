// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/attribution.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <map>
#include <numeric>

#include "core/compare/compare_models.h"
#include "core/data/error.h"
#include "core/options/option.h"

namespace driftscope {

namespace {

/// Mean over positions of KL(a ‖ b), nats, in float64; both [pos, d_vocab].
double mean_kl(const at::Tensor& a, const at::Tensor& b) {
    const at::Tensor la = at::log_softmax(a.to(at::kDouble), -1);
    const at::Tensor lb = at::log_softmax(b.to(at::kDouble), -1);
    return (la.exp() * (la - lb)).sum(-1).mean().item<double>();
}

/// One run's distance from A and what it would have said at the split.
struct Outcome {
    double kl = 0;
    bool token_of_a = false;
};

/// What a mixed run is asked for: part i as in A (true) or as in B.
using Mix = std::vector<bool>;

/// Runs mixes, each once.
class Mixer {
public:
    Mixer(const AttributionJob& job, std::function<at::Tensor(const Mix&)> logits)
        : job_(job), logits_(std::move(logits)) {}

    void set_a(const at::Tensor& a) { a_ = a; }
    const Outcome& operator()(const Mix& mix) {
        if (const auto found = known_.find(mix); found != known_.end()) return found->second;
        if (job_.run.stop.stop_requested()) throw Error(ErrorCode::cancelled, "attribute", "stopped");
        const at::Tensor y = logits_(mix);
        Outcome outcome{mean_kl(a_, y), false};
        if (job_.split) {
            outcome.token_of_a = y[*job_.split].argmax().item<int64_t>() ==
                                 a_[*job_.split].argmax().item<int64_t>();
        }
        return known_[mix] = outcome;
    }
    int runs() const { return static_cast<int>(known_.size()); }

private:
    const AttributionJob& job_;
    std::function<at::Tensor(const Mix&)> logits_;
    at::Tensor a_;
    std::map<Mix, Outcome> known_;
};

/// Contributions in one order: part after part becomes A's.
std::vector<double> in_order(Mixer& run, const std::vector<size_t>& order) {
    std::vector<double> shares(order.size());
    Mix mix(order.size(), false);
    double before = run(mix).kl;
    for (size_t part : order) {
        mix[part] = true;
        const double after = run(mix).kl;
        shares[part] = before - after;
        before = after;
    }
    return shares;
}

/// Mean over all orders of n parts: the Shapley value, from the 2^n subsets.
std::vector<double> over_all_orders(Mixer& run, size_t n) {
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
            shares[i] += weight * (run(mix).kl - run(with).kl);
        }
    }
    return shares;
}

std::vector<Share> shares_of(Mixer& run, const std::vector<std::string>& names) {
    const size_t n = names.size();
    std::vector<size_t> order(n);
    std::iota(order.begin(), order.end(), size_t{0});
    const std::vector<double> forward = in_order(run, order);
    std::reverse(order.begin(), order.end());
    const std::vector<double> reverse = in_order(run, order);
    const std::vector<double> exact =
        n >= 3 && n <= 4 ? over_all_orders(run, n) : std::vector<double>();
    std::vector<Share> shares;
    for (size_t i = 0; i < n; ++i) {
        Mix alone(n, false);
        alone[i] = true;
        const Outcome& repaired = run(alone);
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

/// Steps that must stay as in A for a tenth of the distance. Greedy removal, smallest share first,
/// until no member can be dropped.
void make_plan_of_steps(Mixer& run, Attribution& out) {
    out.plan_target = out.whole / 10;
    std::vector<size_t> order(out.steps.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t x, size_t y) {
        return std::abs(out.steps[x].mean) < std::abs(out.steps[y].mean);
    });
    Mix raised(out.steps.size(), true);
    out.plan_kl = run(raised).kl;
    for (bool dropped = true; dropped;) {
        dropped = false;
        for (size_t step : order) {
            if (!raised[step]) continue;
            raised[step] = false;
            const double kl = run(raised).kl;
            if (kl <= out.plan_target) {
                out.plan_kl = kl;
                dropped = true;
            } else {
                raised[step] = true;
            }
        }
    }
    for (size_t step = 0; step < raised.size(); ++step)
        if (raised[step]) out.plan.push_back(out.steps[step].id);
}

/// Options that act on the forward pass and differ.
std::vector<std::string> acting_options(const AttributionJob& job) {
    std::vector<std::string> ids = differing_options(job.options_a, job.options_b);
    std::erase_if(ids, [](const std::string& id) {
        return option(id).effect != OptionEffect::forward;
    });
    return ids;
}

at::Tensor with_options(const AttributionJob& job, const std::vector<std::string>& ids,
                        const Mix& mix) {
    OptionValues options = complete(job.options_b);
    const OptionValues a = complete(job.options_a);
    for (size_t i = 0; i < ids.size(); ++i)
        if (mix[i]) options[ids[i]] = a.at(ids[i]);
    return plain_logits(make_plan(job.run.b.model, options), job.run);
}

/// A run whose steps take their arithmetic from A or from B. Both runs begin; the stream passes
/// between them in the type of the step that reads it.
class StepMix {
public:
    StepMix(const AttributionJob& job, const Mix& mix)
        : job_(job), mix_(mix),
          runners_{Runner(job.run.a.model, job.run.a.config, Exec(job.run.a.numerics, false)),
                   Runner(job.run.b.model, job.run.b.config, Exec(job.run.b.numerics, false))} {}

    at::Tensor logits() {
        std::vector<at::Tensor> parts;
        const auto total = static_cast<int64_t>(job_.run.tokens.size());
        for (int64_t start = 0; start < total;) {
            const int64_t length = start == 0 ? job_.run.first_stretch : 1;
            parts.push_back(stretch(start, length).to(at::kDouble));
            start += length;
        }
        return at::cat(parts, 0);
    }

    static std::vector<std::string> names(int64_t n_layers) {
        std::vector<std::string> names = {"embed"};
        for (int64_t layer = 0; layer < n_layers; ++layer) {
            names.push_back("blocks." + std::to_string(layer) + ".attn");
            names.push_back("blocks." + std::to_string(layer) + ".mlp");
        }
        names.emplace_back("unembed");
        return names;
    }

private:
    Runner& side(size_t step) { return runners_[mix_[step] ? 0 : 1]; }

    /// Makes `step`'s runner the one that holds the stream.
    Runner& enter(size_t step) {
        Runner& to = side(step);
        if (&to != holder_) {
            for (size_t i = 0; i < to.stretch_calls(); ++i) to.set_stream(i, holder_->stream(i));
            holder_ = &to;
        }
        to.use_threads();
        return to;
    }

    at::Tensor stretch(int64_t start, int64_t length) {
        for (Runner& runner : runners_) {
            runner.use_threads();
            runner.begin(job_.run.tokens, start, length, runner.num().prefill_chunk, tap_);
        }
        holder_ = &side(0);
        size_t step = 1;
        for (int layer = 0; layer < static_cast<int>(job_.run.a.config.n_layers); ++layer) {
            enter(step++).attention_half(layer, tap_);
            enter(step++).mlp_half(layer, tap_);
        }
        return enter(step).finish(tap_);
    }

    const AttributionJob& job_;
    const Mix& mix_;
    std::array<Runner, 2> runners_;
    Runner* holder_ = nullptr;
    NullTap tap_;
};

/// Why steps cannot be mixed; empty: they can.
std::string no_steps(const AttributionJob& job) {
    const Numerics &a = job.run.a.numerics, &b = job.run.b.numerics;
    if (a.use_cache != b.use_cache || a.prefill_chunk != b.prefill_chunk)
        return "the runs make other calls, so that no step of one fits into the other";
    return {};
}

}  // namespace

Attribution attribute(const AttributionJob& job) {
    const auto begin = std::chrono::steady_clock::now();
    Attribution out;
    const at::Tensor a = plain_logits(job.run.a, job.run), b = plain_logits(job.run.b, job.run);
    out.whole = mean_kl(a, b);
    out.runs = 2;
    const std::vector<std::string> ids = acting_options(job);
    const std::vector<std::string> steps = StepMix::names(job.run.a.config.n_layers);
    const bool by_option = job.one_model && ids.size() >= 2;
    // Runs of both orders, of each part alone and of the plan, about.
    const double total = 5.0 * static_cast<double>(steps.size() + (by_option ? ids.size() : 0));
    double done = 0;
    const auto tell = [&] {
        if (job.progress) job.progress(++done, total);
    };
    if (by_option) {
        Mixer mixer(job, [&](const Mix& mix) { return tell(), with_options(job, ids, mix); });
        mixer.set_a(a);
        out.options = shares_of(mixer, ids);
        out.runs += mixer.runs();
    }
    out.note = no_steps(job);
    if (out.note.empty()) {
        Mixer mixer(job, [&](const Mix& mix) { return tell(), StepMix(job, mix).logits(); });
        mixer.set_a(a.to(at::kDouble));
        out.steps = shares_of(mixer, steps);
        make_plan_of_steps(mixer, out);
        out.runs += mixer.runs();
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    out.seconds = spent.count();
    return out;
}

}  // namespace driftscope
