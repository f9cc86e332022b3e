// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/compare/lockstep.h"

namespace driftscope {

/// What a mixed run is asked for: step i computed as in A (true) or as in B.
using Mix = std::vector<bool>;

/// The steps of a run, each computed alone in A's or B's arithmetic: embedding, attention and MLP
/// of every block, final norm with unembedding.
///
/// All calls of the text pass through a step before any of them enters the next. A step reads of
/// an earlier call nothing but the cache that it wrote itself, so the bits are those of call after
/// call, and the stream after step k depends on the first k + 1 entries of the mix alone: runs with
/// the same beginning share it.
class StepRuns {
public:
    explicit StepRuns(const LockstepJob& job) : job_(job) {}

    /// Streams between two steps, by call over all stretches, in the type of the step that made
    /// them.
    using State = std::vector<Runner::Stream>;

    size_t count() const { return 2 * static_cast<size_t>(job_.a.config.n_layers) + 2; }

    /// Step `step` of run A or B over all calls; `in` is not read by step 0. Not the last step.
    State advance(bool as_in_a, size_t step, const State& in) const;
    /// The last step: logits [pos, d_vocab] float64.
    at::Tensor logits(bool as_in_a, const State& in) const;

private:
    Runner runner(bool as_in_a) const;
    template <typename Work>
    void each_stretch(Runner& run, Work work) const;

    const LockstepJob& job_;
};

/// One mixed run's distance from A and what it would have said at the split.
struct MixOutcome {
    double kl = 0;            ///< mean KL(A ‖ run) over the positions, nats
    double distance = 0;      ///< relative L2 of the logits, worst position
    bool token_of_a = false;  ///< the position of the split predicts A's token
};

/// Runs mixes with as few steps as can be: a run begins where it parts from the kept run that it
/// shares most with, and ends where its stream is, bit for bit, the stream of a kept run that goes
/// on alike. Results are those of the whole run, bit for bit.
class MixRunner {
public:
    /// `split`: compared position that predicts the first split token.
    MixRunner(const LockstepJob& job, std::optional<int64_t> split);

    /// Each mix is run once. Errors: cancelled.
    const MixOutcome& run(const Mix& mix);
    int runs() const { return static_cast<int>(known_.size()); }
    int64_t steps_run() const { return steps_run_; }
    /// Most bytes of streams that are kept, for runs of so many steps with streams of so many
    /// bytes.
    static int64_t most_kept(int64_t steps, int64_t bytes_of_stream);
    std::function<void()> on_run;  ///< after each run

private:
    struct Path {
        Mix mix;
        std::vector<StepRuns::State> states;  ///< [step]; empty where it is not kept
        MixOutcome outcome;
    };
    Path walk(const Mix& mix);
    const Path* joined(const Path& path, size_t step) const;
    MixOutcome measure(const at::Tensor& logits);
    bool keeps(size_t step) const { return step % stride_ == 0; }
    void choose_stride(const StepRuns::State& state);

    const LockstepJob& job_;
    StepRuns steps_;
    std::optional<int64_t> split_;
    std::vector<Path> kept_;  ///< all as in A, all as in B, the latest
    std::map<Mix, MixOutcome> known_;
    at::Tensor a_, log_a_, prob_a_;  ///< logits of A, their log-softmax and its exponential
    size_t stride_ = 1;              ///< every so many states are kept
    int64_t steps_run_ = 0;
};

}  // namespace driftscope
