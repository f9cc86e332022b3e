// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "core/data/case.h"
#include "core/data/model_diff.h"
#include "core/engine.h"

namespace driftscope {

/// What running one step gave.
struct StepOutcome {
    ComparisonPtr comparison;                  ///< of a step that compares once
    SweepPtr sweep;                            ///< of a step that is a grid
    std::shared_ptr<const ModelDiff> weights;  ///< of a step that converts its model
    std::vector<CaseCheck> checks;
    double seconds = 0;
    bool met() const;
};

/// Runs a step live, what it converts first, and checks it. Throws Error: cancelled, a missing
/// model, what the engine throws.
StepOutcome runStep(Engine& engine, const CaseStep& step,
                    const std::function<void(const Progress&)>& progress, std::stop_token stop);

}  // namespace driftscope
