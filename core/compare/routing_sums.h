// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include "core/compare/lanes.h"

namespace driftscope {

/// Expert choices of A and B and their margins.
class RoutingSums {
public:
    explicit RoutingSums(const LockstepJob& job);
    void add(int layer, const Lanes& lanes);
    /// Cut to the positions that were finished. Empty for dense models.
    std::optional<Routing> finish(int64_t positions);

private:
    const LockstepJob& job_;
    Routing routing_;
};

/// Which of the flips rounding explains: where the float64 margin lies within the noise of two
/// router logits, plus what earlier explained flips did to this router's input.
class FlipReasons {
public:
    /// @param routing what was found without them
    explicit FlipReasons(const Routing& routing) : routing_(routing) {}
    void add(int layer, const Lanes& lanes);
    /// With `explained` and `unexplained` of every flip.
    Routing finish();

private:
    Routing routing_;
    std::map<int, std::vector<uint8_t>> within_;  ///< by block and position
};

}  // namespace driftscope
