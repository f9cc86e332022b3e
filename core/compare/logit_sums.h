// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/compare/lanes.h"

namespace driftscope {

/// What is measured on the logits, stretch by stretch; the logits themselves are never kept.
class LogitSums {
public:
    explicit LogitSums(const LockstepJob& job) : job_(job) {}

    /// The stretch that begins at absolute position `start`.
    void add(const Lanes& lanes, int64_t start, LockstepResult& result);
    void finish(LockstepResult& result) const;

private:
    void add_pair(const at::Tensor& a, const at::Tensor& b, int64_t start, LockstepResult& result);
    void add_ranks(const at::Tensor& a, const at::Tensor& b, const at::Tensor& best_a,
                   const at::Tensor& best_b, int64_t start, LogitMetrics& m) const;
    void add_steps(const at::Tensor& a, const at::Tensor& b, int64_t start, LockstepResult& result);
    void add_fragility(const Lanes& lanes, int64_t start, LockstepResult& result) const;
    bool predicts(int64_t pos) const;
    const LockstepJob& job_;
    double top5_ = 0;
};

}  // namespace driftscope
