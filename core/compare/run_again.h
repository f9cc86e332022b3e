// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <stop_token>

#include "core/compare/lockstep.h"
#include "core/compare/site_values.h"

namespace driftscope {

/// Both runs as they were planned then, each with the other's expert choices at hand. `what`: for
/// the error. Errors: not_found (files changed).
std::array<RunPlan, 2> plans_again(const ValueRecipe& recipe,
                                   const std::shared_ptr<LoadedModel>& model_a,
                                   const std::shared_ptr<LoadedModel>& model_b,
                                   const std::string& what);

/// Where a run that is made again stands.
struct Again {
    Runner& runner;
    int layer;              ///< −1: the embedding; n_layers: final norm and logits
    int64_t start, length;  ///< of the stretch
};
using Watch = std::function<void(const Again&)>;

/// What to run, and who looks.
struct AgainJob {
    int last = 0;            ///< blocks 0 .. last; n_layers: final norm and logits too
    int64_t positions = -1;  ///< stretches up to the one that holds the last of these; −1: all
    Watch before, after;     ///< around each step; may be empty
};

/// Runs one side again over the same calls: the bits of the comparison. Errors: cancelled.
void run_again(const RunPlan& plan, const ValueRecipe& recipe, const AgainJob& job, Tap& tap,
               std::stop_token stop);

}  // namespace driftscope
