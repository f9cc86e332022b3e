// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cases/case_run.h"

#include <chrono>

#include "app/cases/case_checks.h"
#include "app/cases/case_model.h"
#include "app/sweep/run_sweep.h"

namespace driftscope {

bool StepOutcome::met() const { return allMet(checks); }

StepOutcome runStep(Engine& engine, const CaseStep& step,
                    const std::function<void(const Progress&)>& progress, std::stop_token stop) {
    if (!step.missing.empty()) {
        throw Error(ErrorCode::not_found, step.id, step.missing,
                    "reinstall the program, or set DRIFTSCOPE_MODELS to the folder that has it");
    }
    const auto begin = std::chrono::steady_clock::now();
    StepOutcome outcome;
    outcome.weights = prepareStep(step, progress, stop);
    bool cancelled = false;
    if (step.axes.empty()) {
        outcome.comparison = engine.compare(step.request, {progress, {}, {}}, stop);
        cancelled = outcome.comparison->cancelled;
        if (!cancelled) {
            outcome.checks =
                checkComparison(step.expect, *outcome.comparison, outcome.weights.get());
        }
    } else {
        outcome.sweep = runSweep(engine, {step.request, step.axes}, {progress, {}}, stop);
        cancelled = outcome.sweep->cancelled;
        if (!cancelled) outcome.checks = checkSweep(step.expect, *outcome.sweep);
    }
    if (cancelled) throw Error(ErrorCode::cancelled, step.id, "stopped");
    const std::chrono::duration<double> gone = std::chrono::steady_clock::now() - begin;
    outcome.seconds = gone.count();
    return outcome;
}

}  // namespace driftscope
