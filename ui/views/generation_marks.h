// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/data/comparison.h"

namespace driftscope {

/// Where two texts that parted go on alike: this many tokens are the same from there.
struct Rejoin {
    int a = 0, b = 0, length = 0;
};
/// The first such place after the split (least steps of both together), at least `least` tokens
/// long or up to the end of both; looked for within 256 steps. Empty: they never meet again.
std::optional<Rejoin> findRejoin(const std::vector<int32_t>& a, const std::vector<int32_t>& b,
                                 int split, int least = 4);

/// [step] whether rounding alone may turn this token of A: fragility 1 and more.
std::vector<bool> fragileSteps(const Generation& generation);

/// A text to go on from: ids and what they read.
struct Branch {
    std::vector<int32_t> tokens;
    std::string text;
};
/// The prompt, the run's tokens before `step`, then this token. Special tokens are in the ids only.
Branch branchAt(const Comparison& comparison, Side side, int step, int32_t id,
                const std::string& piece);

}  // namespace driftscope
