// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/grid_scan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace driftscope {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// First cell of each of `count` groups that `total` cells fall into, and `total` at the end:
/// cell i belongs to group i · count / total.
std::vector<int> groups(int total, int count) {
    std::vector<int> starts;
    starts.reserve(static_cast<size_t>(count) + 1);
    for (int64_t g = 0; g <= count; ++g) {
        starts.push_back(static_cast<int>((g * total + count - 1) / count));
    }
    return starts;
}

/// The value of larger magnitude of the two ends of an interval; NaN when it is empty.
double farther(double low, double high) {
    if (low > high) return std::numeric_limits<double>::quiet_NaN();
    return -low > high ? low : high;
}

}  // namespace

std::pair<double, double> finiteRange(const Grid& grid) {
    // Four independent chains: one would wait for its own comparison in every step.
    constexpr size_t kChains = 4;
    constexpr double kLargest = std::numeric_limits<double>::max();
    std::array<double, kChains> low, high;
    low.fill(kInfinity);
    high.fill(-kInfinity);
    const auto take = [&](size_t chain, double v) {
        const bool finite = std::fabs(v) <= kLargest;  // false for NaN as well
        const double least = finite ? v : kInfinity, most = finite ? v : -kInfinity;
        low[chain] = least < low[chain] ? least : low[chain];
        high[chain] = most > high[chain] ? most : high[chain];
    };
    const double* values = grid.values.data();
    const size_t count = grid.values.size(), whole = count - count % kChains;
    for (size_t i = 0; i < whole; i += kChains) {
        for (size_t k = 0; k < kChains; ++k) take(k, values[i + k]);
    }
    for (size_t i = whole; i < count; ++i) take(0, values[i]);
    const double least = *std::min_element(low.begin(), low.end());
    const double most = *std::max_element(high.begin(), high.end());
    return least <= most ? std::pair{least, most} : std::pair{0.0, 0.0};
}

Grid pooled(const Grid& grid, const GridPart& part, int rows, int columns) {
    Grid small(rows, columns);
    const std::vector<int> down = groups(part.rows, rows), across = groups(part.columns, columns);
    std::vector<double> low(static_cast<size_t>(columns)), high(low.size());
    for (int r = 0; r < rows; ++r) {
        std::fill(low.begin(), low.end(), kInfinity);
        std::fill(high.begin(), high.end(), -kInfinity);
        for (int y = down[static_cast<size_t>(r)]; y < down[static_cast<size_t>(r) + 1]; ++y) {
            const double* cells =
                grid.values.data() +
                static_cast<size_t>(part.row + y) * static_cast<size_t>(grid.cols) + part.column;
            for (size_t c = 0; c < low.size(); ++c) {
                double least = low[c], most = high[c];
                for (int x = across[c]; x < across[c + 1]; ++x) {
                    const double v = cells[x];  // NaN is in neither order, so it changes nothing
                    least = v < least ? v : least;
                    most = v > most ? v : most;
                }
                low[c] = least;
                high[c] = most;
            }
        }
        for (int c = 0; c < columns; ++c) {
            const auto i = static_cast<size_t>(c);
            small.at(r, c) = farther(low[i], high[i]);
        }
    }
    return small;
}

}  // namespace driftscope
