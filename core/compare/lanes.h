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
    const Lane* routes_from = nullptr;  ///< hold this lane's expert choices
    /// The same run with choices of its own. As long as those are the held ones, both compute the
    /// same bits and this lane takes over what that one made; null from the first other choice on.
    const Lane* twin = nullptr;
    at::Tensor logits;  ///< of the current stretch, [pos, d_vocab]

    Tap& tap() { return records ? static_cast<Tap&>(recorder) : blind; }
};

/// All runs of a comparison. Judge's lanes are null when not judged; shared ones point to the same.
struct Lanes {
    std::vector<std::unique_ptr<Lane>> own;
    Lane *a = nullptr, *b = nullptr;
    Lane *a64 = nullptr, *b64 = nullptr;            ///< float64, own routes
    Lane *a64_held = nullptr, *b64_held = nullptr;  ///< float64, routes of A and B held
    Lane *a32 = nullptr, *tiny = nullptr;           ///< for the amplification, routes of A held
    std::vector<Lane*> noise_a, noise_b;            ///< Monte-Carlo passes, routes held
};
Lanes make_lanes(const LockstepJob& job);

}  // namespace driftscope
