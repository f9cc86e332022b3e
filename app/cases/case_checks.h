// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/data/case.h"

namespace driftscope {

/// Every expectation against a finished comparison; the proof that looking changed nothing is
/// always among them.
std::vector<CaseCheck> checkComparison(const Expectation& expected, const Comparison& found);
/// The same of a grid: the verdict of every cell that could be computed.
std::vector<CaseCheck> checkSweep(const Expectation& expected, const Sweep& found);
bool allMet(const std::vector<CaseCheck>& checks);

}  // namespace driftscope
