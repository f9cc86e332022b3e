// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace driftscope {

/// How far a piece of work is. `done` of `total` in units of the stage; total 0 = unknown.
struct Progress {
    std::string stage;  ///< "open", "generate A", "generate B", "compare", "judge", "observer"
    double done = 0, total = 0;
    double seconds_left = -1;  ///< estimate over all stages; negative = not known yet
    int64_t bytes_needed = 0;  ///< what the work takes at most, this process's; 0 = not stated
};

}  // namespace driftscope
