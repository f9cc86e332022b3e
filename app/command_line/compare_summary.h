// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/data/comparison.h"

namespace driftscope {

/// A comparison for a terminal: verdict first, then its evidence, some twenty lines.
std::string compareSummary(const Comparison& comparison);

}  // namespace driftscope
