// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "core/compare/lockstep.h"
#include "core/compare/recorder.h"

namespace driftscope {

/// One of the runs that advance together.
struct Lane {
    std::unique_ptr<Runner> runner;
    Recorder recorder;
    NullTap blind;
    bool records = true;
    const Trail* held = nullptr;  ///< the expert choices to take
    /// The same run with choices of its own. As long as those are the held ones, both compute the
    /// same bits and this lane takes over what that one made; null from the first other choice on.
    const Lane* twin = nullptr;
    at::Tensor logits;  ///< of the current stretch, [pos, d_vocab]

    Tap& tap() { return records ? static_cast<Tap&>(recorder) : blind; }
};

/// All runs of one pass, in the order they were made. Those that it does not need are null; two
/// that are one run point to the same.
struct Lanes {
    std::vector<std::unique_ptr<Lane>> own;
    Lane *a = nullptr, *b = nullptr;
    Lane *a64 = nullptr, *b64 = nullptr;            ///< float64, own routes
    Lane *a64_held = nullptr, *b64_held = nullptr;  ///< float64, routes of A and B held
    Lane *a32 = nullptr, *tiny = nullptr;           ///< for the amplification, routes of A held
    std::vector<Lane*> noise_a, noise_b;            ///< Monte-Carlo passes, routes held
};

/// A and B themselves.
Lanes pair_lanes(const LockstepJob& job);
/// What says whether both are one function: A64, B64, and how much A amplifies (`a32` is null where
/// A itself is all float32); with `band` what the band is made of: A, B, float64 and the
/// Monte-Carlo passes. Routes of A and B as `first` holds them.
Lanes judge_lanes(const LockstepJob& job, const LockstepResult& first, bool function, bool band);

}  // namespace driftscope
