// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <functional>

#include "core/data/comparison.h"

namespace driftscope {

struct Sampling {
    bool greedy = true;
    double temperature = 1, top_p = 1;
    int64_t top_k = 0;  ///< 0 = all
    uint64_t seed = 0;
};
Sampling sampling_from(const OptionValues& options);

using PieceOf = std::function<std::string(int32_t)>;

/// The token to take from logits [d_vocab], with its alternatives. Greedy: the largest logit in
/// float32, the lowest id on ties (as generate() of transformers). Sampling: argmax of
/// logit / temperature + Gumbel noise, a function of (seed, position, id) alone, so that two runs
/// draw alike wherever their distributions are alike (Gumbel-max trick).
/// `step_type`: the type whose ulp the margin is counted in.
GenerationStep pick_token(const at::Tensor& logits, const Sampling& sampling, int64_t position,
                          at::ScalarType step_type, const PieceOf& piece);

/// ulp of `type` at |value|: the distance to the next larger magnitude.
double ulp_at(double value, at::ScalarType type);

}  // namespace driftscope
