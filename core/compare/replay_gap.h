// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/compare/lockstep.h"

namespace driftscope {

/// Mean KL(A ‖ B) left over the compared positions, nats, when one run takes the other's experts.
struct ReplayGap {
    double a_experts_in_b = 0, b_experts_in_a = 0;
};

/// Four plain runs over the job's calls. `job.routes_a` and `routes_b` hold the choices of A and B
/// at every compared position, as a finished lockstep run leaves them. Errors: cancelled.
ReplayGap replay_gap(const LockstepJob& job);

}  // namespace driftscope
