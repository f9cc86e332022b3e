// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/data/sweep.h"
#include "ui/export.h"

namespace driftscope {

/// "done", "waiting", "not applicable", "failed".
std::string stateText(CellState state);
/// A model's folder by its last part, other values as they are.
std::string shownValue(const SweepAxis& axis, const std::string& value);
/// A cell in words: verdict (or why there is none), loss A | B, KL, first split; empty ones left
/// out.
std::vector<std::string> cellLines(const SweepCell& cell);
/// One row per cell, in full precision.
Table sweepTable(const Sweep& sweep);

}  // namespace driftscope
