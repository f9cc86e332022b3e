// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/generate.h"

#include <algorithm>

#include "core/data/error.h"

namespace driftscope {

GeneratedText generate_text(Runner& runner, const GenerateJob& job, std::stop_token stop) {
    GeneratedText out;
    out.stopped = "length";
    std::vector<int32_t> tokens = job.prompt;
    auto start = int64_t{0};
    NullTap tap;
    for (int i = 0; i < job.max_new_tokens; ++i) {
        const auto length = static_cast<int64_t>(tokens.size()) - start;
        at::Tensor logits;
        try {
            logits = runner.step(tokens, start, length, i == 0 ? runner.num().prefill_chunk : 0,
                                 tap, stop, true);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::cancelled) throw;
            out.stopped = "cancelled";
            return out;
        }
        start += length;
        GenerationStep step =
            pick_token(logits[0], job.sampling, start, logits_type(runner.num()), job.piece);
        tokens.push_back(step.id);
        out.steps.push_back(step);
        if (job.on_step) job.on_step(i, step);
        if (std::find(job.eos.begin(), job.eos.end(), step.id) != job.eos.end()) {
            out.stopped = "eos";
            break;
        }
    }
    return out;
}

}  // namespace driftscope
