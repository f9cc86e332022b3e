// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/compare/lanes.h"

namespace driftscope {

/// What is measured on the logits of A and B, stretch by stretch.
class LogitSums {
public:
    explicit LogitSums(const LockstepJob& job) : job_(job) {}

    /// Both [pos, d_vocab], of the stretch that begins at absolute position `start`.
    void add(const at::Tensor& a, const at::Tensor& b, int64_t start, LockstepResult& result);
    void finish(LockstepResult& result) const;

private:
    // Each of these fills members of its own: they are called side by side.
    static void add_divergences(const at::Tensor& a, const at::Tensor& b, LogitMetrics& m);
    void add_top(const at::Tensor& a, const at::Tensor& b);
    void add_ranks(const at::Tensor& a, const at::Tensor& b, int64_t start, LogitMetrics& m) const;
    void add_steps(const at::Tensor& a, const at::Tensor& b, int64_t start, LockstepResult& result);
    const LockstepJob& job_;
    double top5_ = 0;
};

/// Distances of the function between float64 runs, A and B, and what the amplification is made of;
/// `a` and `b` are the logits of A and B for the lanes' stretch.
void add_function(const Lanes& lanes, const at::Tensor& a, const at::Tensor& b,
                  FunctionDistances& function);
/// The function's band of A | B over the lanes' stretch, by position.
void add_function_band(const Lanes& lanes, std::vector<double>& band);
/// A's own noise at its two best logits, 3 · √2 · root mean square over both and the noise passes
/// (a margin is a difference of two), against their margin, at positions that chose a token of A's
/// text. Nothing of run B is read.
void add_fragility(const LockstepJob& job, const Lanes& lanes, int64_t start,
                   std::vector<double>& fragility);

}  // namespace driftscope
