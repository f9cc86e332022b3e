// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/run_again.h"

#include <algorithm>

#include "core/compare/compare_models.h"
#include "core/data/error.h"

namespace driftscope {

std::array<RunPlan, 2> plans_again(const ValueRecipe& recipe,
                                   const std::shared_ptr<LoadedModel>& model_a,
                                   const std::shared_ptr<LoadedModel>& model_b,
                                   const std::string& what) {
    if (file_keys(*model_a, *model_b) != recipe.files) {
        throw Error(ErrorCode::not_found, what, "the model's files changed since this comparison",
                    "run it again");
    }
    std::array<RunPlan, 2> plans{make_plan(model_a, recipe.request.options_a),
                                 make_plan(model_b, recipe.request.options_b)};
    plans[0].numerics.routes = recipe.routes_b;
    plans[1].numerics.routes = recipe.routes_a;
    return plans;
}

void run_again(const RunPlan& plan, const ValueRecipe& recipe, const AgainJob& job, Tap& tap,
               std::stop_token stop) {
    Runner runner(plan.model, plan.config, Exec(plan.numerics, false));
    runner.use_threads();
    const int blocks = static_cast<int>(plan.config.n_layers);
    const auto total = static_cast<int64_t>(recipe.tokens.size());
    const int64_t until = job.positions < 0 ? total : std::min(job.positions, total);
    for (int64_t start = 0; start < until;) {
        const int64_t length = start == 0 ? std::min(recipe.first_stretch, total) : 1;
        for (int layer = -1; layer <= std::min(job.last, blocks); ++layer) {
            if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "values", "stopped");
            const Again at{runner, layer, start, length};
            if (job.before) job.before(at);
            if (layer < 0) {
                runner.begin(recipe.tokens, start, length, plan.numerics.prefill_chunk, tap);
            } else if (layer < blocks) {
                runner.block(layer, tap);
            } else {
                runner.finish(tap);
            }
            if (job.after) job.after(at);
        }
        start += length;
    }
}

}  // namespace driftscope
