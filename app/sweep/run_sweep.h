// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/data/sweep.h"
#include "core/engine.h"

namespace driftscope {

/// Most comparisons in one grid.
inline constexpr std::size_t kMostCells = 400;

/// "dtype=float32|bfloat16", "both.dtype=…", "a.qkv=…", "model=DIR1|DIR2", "length=8|16".
/// Without prefix an axis sets run B. Throws Error (usage): what is wrong, what is allowed.
SweepAxis parseAxis(const std::string& text);
/// Throws Error (usage): no axis, more than two, the same twice, an empty one, too many cells.
void checkAxes(const std::vector<SweepAxis>& axes);

/// What a sweep tells while it works; either may be empty.
struct SweepCallbacks {
    std::function<void(const Progress&)>
        progress;                               ///< in cells, with the stage of the one that runs
    std::function<void(const SweepPtr&)> grid;  ///< the grid so far, after each cell
};

/// Runs every cell in turn on the engine. A cell whose option cannot act on its model, or that
/// fails, says so and the rest goes on. A stop request ends it after the cell's own reaction: the
/// grid so far is returned, marked cancelled. Throws only for wrong axes.
SweepPtr runSweep(Engine& engine, const SweepRequest& request, const SweepCallbacks& callbacks,
                  std::stop_token stop);

}  // namespace driftscope
