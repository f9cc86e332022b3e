// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/compare/lanes.h"

namespace driftscope {

/// Expert choices of A and B, their margins, and which flips rounding explains.
class RoutingSums {
public:
    explicit RoutingSums(const LockstepJob& job);
    void add(int layer, const Lanes& lanes);
    /// Cut to the positions that were finished. Empty for dense models.
    std::optional<Routing> finish(int64_t positions);

private:
    void explain(RoutingLayer& row, const Lanes& lanes, size_t first) const;
    const LockstepJob& job_;
    Routing routing_;
};

}  // namespace driftscope
