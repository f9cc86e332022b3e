// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/data/comparison.h"

namespace driftscope {

/// One --fail-above METRIC=X. A metric of the sites is taken at its worst site; those whose best
/// value is 1 (exact, cosine, slope, r2) count as their distance from 1.
struct Bound {
    std::string metric;
    double limit = 0;
};

/// Each text holds one or more METRIC=X, joined by commas. Throws Error (usage).
std::vector<Bound> parseBounds(const std::vector<std::string>& texts, bool judged);
/// One sentence for each bound that is exceeded; a value that is not a number exceeds all.
std::vector<std::string> exceededBounds(const std::vector<Bound>& bounds,
                                        const Comparison& comparison);
/// "exact, max_abs, …, delta, delta64, kl, loss"
std::string boundNames();

}  // namespace driftscope
