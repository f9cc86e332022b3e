// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <QString>

#include "core/data/comparison.h"

namespace driftscope {

/// Where two texts that parted go on alike: this many tokens are the same from there.
struct Rejoin {
    int a = 0, b = 0, length = 0;
};
/// The first such place after a parting at these steps (least steps of both together), at least
/// `least` tokens long or up to the end of both; looked for within 256 steps. Empty: there is none.
std::optional<Rejoin> findRejoin(const std::vector<int32_t>& a, const std::vector<int32_t>& b,
                                 int splitA, int splitB, int least = 4);

/// A place where two texts part, and where they go on alike after it (empty: they do not).
struct Parting {
    int a = 0, b = 0;
    std::optional<Rejoin> rejoin;
};
/// Every parting of two texts from the step `split` on, in their order: behind a rejoin that does
/// not reach the end of either text stands the next one. split < 0: none.
std::vector<Parting> findPartings(const std::vector<int32_t>& a, const std::vector<int32_t>& b,
                                  int split);
/// Only what holds up to the end: "same again from step 9" after one parting, "parted 3 times,
/// last at step 40", with "same again from …" where the last one has it, and "as far as B goes"
/// where one text ends before the other. Empty: they part once and for all, or never.
QString partingsText(const std::vector<Parting>& partings, int lengthA, int lengthB);

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
