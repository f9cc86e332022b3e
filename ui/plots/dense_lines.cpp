// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/dense_lines.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace driftscope {

std::vector<double> runningMedian(const std::vector<double>& values, int window) {
    const auto n = std::ssize(values);
    const std::ptrdiff_t half = std::max(0, window / 2);
    std::vector<double> medians, sorted;  // of the values in the window
    medians.reserve(values.size());
    const auto finite = [&](std::ptrdiff_t i) {
        return i >= 0 && i < n && std::isfinite(values[static_cast<size_t>(i)]);
    };
    const auto place = [&](std::ptrdiff_t i) {
        return std::lower_bound(sorted.begin(), sorted.end(), values[static_cast<size_t>(i)]);
    };
    for (std::ptrdiff_t i = 0; i < half; ++i)
        if (finite(i)) sorted.insert(place(i), values[static_cast<size_t>(i)]);
    for (std::ptrdiff_t i = 0; i < n; ++i) {
        if (finite(i + half)) sorted.insert(place(i + half), values[static_cast<size_t>(i + half)]);
        if (finite(i - half - 1)) sorted.erase(place(i - half - 1));
        medians.push_back(sorted.empty() ? std::numeric_limits<double>::quiet_NaN()
                                         : sorted[sorted.size() / 2]);
    }
    return medians;
}

Envelope envelope(const std::vector<double>& values, int bins) {
    Envelope made;
    const size_t n = values.size(), count = std::min(n, static_cast<size_t>(std::max(1, bins)));
    for (size_t bin = 0; bin < count; ++bin) {
        const size_t from = bin * n / count, to = (bin + 1) * n / count;
        double low = std::numeric_limits<double>::quiet_NaN(), high = low;
        for (size_t i = from; i < to; ++i) {
            if (!std::isfinite(values[i])) continue;
            low = std::fmin(low, values[i]);  // of a number and NaN the number
            high = std::fmax(high, values[i]);
        }
        made.index.push_back(static_cast<double>(from + to - 1) / 2);
        made.low.push_back(low);
        made.high.push_back(high);
    }
    return made;
}

}  // namespace driftscope
