// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/compare/lockstep.h"

namespace driftscope {

struct AttributionJob {
    LockstepJob run;  ///< A, B, tokens, calls
    OptionValues options_a, options_b;
    bool one_model = true;         ///< A and B read the same weights and config file
    std::optional<int64_t> split;  ///< compared position that predicts the first split token
    std::function<void(double done, double total)> progress;
};

struct AttributionResult {
    Attribution parts;
    std::vector<ComponentError> components;  ///< forward order, one for each step
};

/// Takes A | B apart causally. Arithmetic is switched, never a stored value: from B to A one
/// option, or one step, after the other, in forward order and in reverse; the differences of KL(A ‖
/// ·) telescope to the whole in each order. Options: with two to four that differ all subsets are
/// run and the mean is over all orders; with more, over the two. Steps: embedding, attention and
/// MLP of every block, final norm with unembedding. They need the same calls in both runs. With
/// them each step's error isolated, propagated and injected.
AttributionResult attribute(const AttributionJob& job);

}  // namespace driftscope
