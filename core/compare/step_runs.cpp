// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/step_runs.h"

#include <algorithm>
#include <cstring>

#include "core/data/error.h"

namespace driftscope {

namespace {

/// Kept streams may take so much.
constexpr int64_t kStateBudget = int64_t{1} << 30;
constexpr size_t kKeptPaths = 3;

/// Type, shape and every bit: −0 is not 0.
bool same_bits(const at::Tensor& x, const at::Tensor& y) {
    if (x.defined() != y.defined()) return false;
    if (!x.defined()) return true;
    if (x.scalar_type() != y.scalar_type() || x.sizes() != y.sizes()) return false;
    const at::Tensor cx = x.contiguous(), cy = y.contiguous();
    return std::memcmp(cx.data_ptr(), cy.data_ptr(), cx.nbytes()) == 0;
}

bool same_bits(const StepRuns::State& x, const StepRuns::State& y) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const auto& p, const auto& q) {
        return same_bits(p.x, q.x) && same_bits(p.pending, q.pending);
    });
}

int64_t bytes_of(const StepRuns::State& state) {
    size_t bytes = 0;
    for (const Runner::Stream& stream : state) {
        bytes += stream.x.nbytes();
        if (stream.pending.defined()) bytes += stream.pending.nbytes();
    }
    return static_cast<int64_t>(bytes);
}

}  // namespace

Runner StepRuns::runner(bool as_in_a) const {
    const RunPlan& plan = as_in_a ? job_.a : job_.b;
    return {plan.model, plan.config, Exec(plan.numerics, false)};
}

/// `work(i)` after each stretch began; i: calls before it.
template <typename Work>
void StepRuns::each_stretch(Runner& run, Work work) const {
    NullTap blind;
    run.use_threads();
    const auto total = static_cast<int64_t>(job_.tokens.size());
    size_t calls = 0;
    for (int64_t start = 0; start < total;) {
        const int64_t length = start == 0 ? job_.first_stretch : 1;
        run.begin(job_.tokens, start, length, run.num().prefill_chunk, blind);
        work(calls);
        calls += run.stretch_calls();
        start += length;
    }
}

StepRuns::State StepRuns::advance(bool as_in_a, size_t step, const State& in) const {
    Runner run = runner(as_in_a);
    NullTap blind;
    State out;
    each_stretch(run, [&](size_t calls) {
        const int layer = (static_cast<int>(step) - 1) / 2;
        for (size_t i = 0; step > 0 && i < run.stretch_calls(); ++i)
            run.set_stream(i, in.at(calls + i));
        if (step > 0 && step % 2 == 1) run.attention_half(layer, blind);
        if (step > 0 && step % 2 == 0) run.mlp_half(layer, blind);
        for (size_t i = 0; i < run.stretch_calls(); ++i) out.push_back(run.stream(i));
    });
    return out;
}

at::Tensor StepRuns::logits(bool as_in_a, const State& in) const {
    Runner run = runner(as_in_a);
    NullTap blind;
    std::vector<at::Tensor> parts;
    each_stretch(run, [&](size_t calls) {
        for (size_t i = 0; i < run.stretch_calls(); ++i) run.set_stream(i, in.at(calls + i));
        parts.push_back(run.finish(blind).to(at::kDouble));
    });
    return parts.size() == 1 ? parts.front() : at::cat(parts, 0);
}

MixRunner::MixRunner(const LockstepJob& job, std::optional<int64_t> split)
    : job_(job), steps_(job), split_(split) {
    for (const bool as_in_a : {true, false}) {
        const Mix mix(steps_.count(), as_in_a);
        kept_.push_back(walk(mix));
        known_[mix] = kept_.back().outcome;
    }
}

const MixOutcome& MixRunner::run(const Mix& mix) {
    if (const auto found = known_.find(mix); found != known_.end()) return found->second;
    Path path = walk(mix);
    const MixOutcome& outcome = known_[mix] = path.outcome;
    kept_.resize(kKeptPaths);
    kept_.back() = std::move(path);
    if (on_run) on_run();
    return outcome;
}

int64_t MixRunner::most_kept(int64_t steps, int64_t bytes_of_stream) {
    const int64_t all = bytes_of_stream * steps * static_cast<int64_t>(kKeptPaths + 1);
    // The path in the making is the one more, and a step's input and output.
    return std::min(all, kStateBudget * 4 / 3) + 2 * bytes_of_stream;
}

void MixRunner::choose_stride(const StepRuns::State& state) {
    const int64_t all = bytes_of(state) * static_cast<int64_t>(steps_.count() * kKeptPaths);
    stride_ = static_cast<size_t>(1 + all / kStateBudget);
}

/// A kept run that goes on from `step` as this one does, from the same stream; or null.
const MixRunner::Path* MixRunner::joined(const Path& path, size_t step) const {
    for (const Path& other : kept_) {
        if (other.mix.empty() || other.states[step].empty()) continue;
        const auto from = static_cast<std::ptrdiff_t>(step) + 1;
        if (!std::equal(path.mix.begin() + from, path.mix.end(), other.mix.begin() + from))
            continue;
        if (same_bits(path.states[step], other.states[step])) return &other;
    }
    return nullptr;
}

MixRunner::Path MixRunner::walk(const Mix& mix) {
    const size_t last = steps_.count() - 1;
    Path path{mix, std::vector<StepRuns::State>(last), {}};
    StepRuns::State state;
    size_t next = 0;  // first step that has to be run
    for (const Path& other : kept_) {
        if (other.mix.empty()) continue;
        const auto parts = std::mismatch(mix.begin(), mix.end(), other.mix.begin()).first;
        auto shared = static_cast<size_t>(parts - mix.begin());
        shared = std::min(shared, last);
        while (shared > next && other.states[shared - 1].empty()) --shared;
        if (shared <= next) continue;
        next = shared;
        state = other.states[shared - 1];
        std::copy_n(other.states.begin(), shared, path.states.begin());
    }
    // Asked here too: of some runs nothing but the last step is left.
    if (job_.stop.stop_requested()) throw Error(ErrorCode::cancelled, "attribute", "stopped");
    for (size_t step = next; step < last; ++step) {
        if (job_.stop.stop_requested()) throw Error(ErrorCode::cancelled, "attribute", "stopped");
        state = steps_.advance(mix[step], step, state);
        ++steps_run_;
        if (step == 0 && kept_.empty()) choose_stride(state);
        if (!keeps(step)) continue;
        path.states[step] = state;
        if (const Path* other = joined(path, step)) {
            path.outcome = other->outcome;
            const auto from = static_cast<std::ptrdiff_t>(step);
            std::copy(other->states.begin() + from, other->states.end(),
                      path.states.begin() + from);
            return path;
        }
    }
    ++steps_run_;
    path.outcome = measure(steps_.logits(mix[last], state));
    return path;
}

/// In float64.
MixOutcome MixRunner::measure(const at::Tensor& y) {
    if (!a_.defined()) {  // the first run is A
        a_ = y;
        log_a_ = at::log_softmax(a_, -1);
        prob_a_ = log_a_.exp();
    }
    MixOutcome outcome;
    outcome.kl = (prob_a_ * (log_a_ - at::log_softmax(y, -1))).sum(-1).mean().item<double>();
    outcome.distance =
        distance_by_pos(SiteKind::logits, flat_rows(a_), flat_rows(y)).max().item<double>();
    if (split_) {
        outcome.token_of_a =
            y[*split_].argmax().item<int64_t>() == a_[*split_].argmax().item<int64_t>();
    }
    return outcome;
}

}  // namespace driftscope
