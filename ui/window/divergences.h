// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "core/data/comparison.h"

namespace driftscope {

/// Every site whose error leaves its noise band, in forward order, each at the first position
/// where it does; with the verdict's own site. Without a band: the first divergence alone.
std::vector<Divergence> divergences(const Comparison& comparison);

/// The one after (before) `from` in forward order; round the end. Empty when there is none.
std::optional<Divergence> nextDivergence(const Comparison& comparison, const Site& from,
                                         bool forward);

}  // namespace driftscope
