// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace driftscope {

/// A matrix of numbers for a view to draw: row-major, NaN = nothing there (masked, absent).
struct Grid {
    int rows = 0, cols = 0;
    std::vector<double> values;
    std::string row_axis, col_axis;  ///< axis names: "pos", "key_pos", "layer", "head", "expert"
    std::string unit;                ///< "weight", "relative L2", "ulp", ...

    Grid() = default;
    Grid(int n_rows, int n_cols, double fill = std::numeric_limits<double>::quiet_NaN())
        : rows(n_rows), cols(n_cols),
          values(static_cast<size_t>(n_rows) * static_cast<size_t>(n_cols), fill) {}

    double at(int r, int c) const { return values[index(r, c)]; }
    double& at(int r, int c) { return values[index(r, c)]; }
    bool empty() const { return values.empty(); }

    /// Largest and smallest value that is neither NaN nor infinite; {0, 0} when there is none.
    std::pair<double, double> range() const {
        double low = std::numeric_limits<double>::infinity(), high = -low;
        for (double v : values) {
            if (!std::isfinite(v)) continue;
            low = std::min(low, v);
            high = std::max(high, v);
        }
        return low <= high ? std::pair{low, high} : std::pair{0.0, 0.0};
    }

private:
    size_t index(int r, int c) const {
        return static_cast<size_t>(r) * static_cast<size_t>(cols) + static_cast<size_t>(c);
    }
};

}  // namespace driftscope
