// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/data/case.h"
#include "core/data/model_diff.h"

namespace driftscope {

/// Every expectation against a finished comparison; the proof that looking changed nothing is
/// always among them.
/// `weights`: of a step that converts its model, both files weight by weight; null: of no other.
std::vector<CaseCheck> checkComparison(const Expectation& expected, const Comparison& found,
                                       const ModelDiff* weights = nullptr);
/// The same of a grid: the verdict of every cell that could be computed.
std::vector<CaseCheck> checkSweep(const Expectation& expected, const Sweep& found);
bool allMet(const std::vector<CaseCheck>& checks);

}  // namespace driftscope
