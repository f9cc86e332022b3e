// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/run/loaded_model.h"

namespace driftscope {

/// Which weights of two models differ, by their bytes.
struct WeightDiff {
    std::vector<std::string> differing;  ///< canonical names, forward order
    bool rounded_copy = false;           ///< every differing one is A's rounded to B's stored type
};
WeightDiff diff_weights(LoadedModel& a, LoadedModel& b);

}  // namespace driftscope
