// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <stop_token>
#include <vector>

#include "core/run/runner.h"
#include "core/run/sampler.h"

namespace driftscope {

struct GenerateJob {
    std::vector<int32_t> prompt;
    int max_new_tokens = 0;
    Sampling sampling;
    std::vector<int64_t> eos;
    PieceOf piece;
    std::function<void(int index, const GenerationStep&)> on_step;  ///< may be empty
};

/// Free-running generation: the prompt in calls of prefill.chunk, then a token a call. A stop
/// request ends it between blocks; what was made stays, marked "cancelled".
GeneratedText generate_text(Runner& runner, const GenerateJob& job, std::stop_token stop);

}  // namespace driftscope
