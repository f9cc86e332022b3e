// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace driftscope {

/// The median of the `window` values around each (odd; fewer at the ends), what is not finite left
/// out; NaN where nothing is left. Of an even number the upper of the two in the middle.
std::vector<double> runningMedian(const std::vector<double>& values, int window);

/// The least and the greatest of the values that fall into each of `bins` (at most as many as there
/// are values) along the index, at the middle of each; what is not finite left out, NaN where
/// nothing is left.
struct Envelope {
    std::vector<double> index, low, high;
};
Envelope envelope(const std::vector<double>& values, int bins);

}  // namespace driftscope
