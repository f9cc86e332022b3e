// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/comparison.h"

namespace driftscope {

/// Which of the two runs an axis sets.
enum class AxisSide { a, b, both };

/// One axis of a grid of comparisons.
struct SweepAxis {
    std::string key;  ///< an option's id, "model" (a folder), or "length" (tokens of the prompt)
    AxisSide side = AxisSide::b;  ///< `length` always sets both
    std::vector<std::string> values;
    /// "dtype" (run B), "a.dtype", "both.dtype", "length": as it is typed.
    std::string name() const {
        const char* prefix = side == AxisSide::a ? "a." : side == AxisSide::both ? "both." : "";
        return (key == "length" ? "" : prefix) + key;
    }
};

/// A comparison, and one or two axes that change it.
struct SweepRequest {
    CompareRequest base;
    std::vector<SweepAxis> axes;
};

enum class CellState { waiting, done, not_applicable, failed };

/// One comparison of the grid: its figures; the rest is made again when somebody opens it.
struct SweepCell {
    std::vector<std::string> values;  ///< one per axis
    CompareRequest request;           ///< what was, or will be, compared here
    CellState state = CellState::waiting;
    std::string why;                 ///< why it does not apply, or failed
    int positions = 0;               ///< compared ones
    double loss_a = 0, loss_b = 0;   ///< nats per token
    double kl_mean = 0, kl_max = 0;  ///< KL(A ‖ B) over the compared positions, nats
    double top1_agreement = 0;
    std::optional<int> first_split;  ///< new token where the free texts part
    Verdict verdict;
    double seconds = 0;  ///< wall time of this cell
};

/// The grid, row-major in the axes' order: the last axis runs fastest.
struct Sweep {
    SweepRequest request;
    std::vector<SweepCell> cells;
    bool cancelled = false;
    bool complete() const {
        for (const SweepCell& cell : cells)
            if (cell.state == CellState::waiting) return false;
        return true;
    }
    std::map<std::string, std::string> provenance;
};
using SweepPtr = std::shared_ptr<const Sweep>;

}  // namespace driftscope
