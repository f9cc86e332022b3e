// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/compare/lockstep.h"

namespace driftscope {

/// Isolated and propagated error of every step of A | B, forward order: embedding, attention and
/// MLP of each block, logits. Four runs advance together: A, B, B's arithmetic on A's input of each
/// step and A's arithmetic on B's. `injected` is left at 0. Needs the same calls in both runs.
/// Errors: cancelled.
std::vector<ComponentError> component_errors(const LockstepJob& job);

}  // namespace driftscope
