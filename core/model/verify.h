// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/data/progress.h"
#include "core/model/config.h"
#include "core/model/family.h"
#include "core/model/weights.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace driftscope {

/// What is checked: one model's files as they are bound.
struct BoundModel {
    const FamilySpec& family;
    const ModelConfig& config;
    const Checkpoint& checkpoint;
    const WeightTable& weights;
};

/// Reads every tensor once: hashes, non-finite values, and the statistics of model_problems().
/// What was read before in this process is not read again.
/// Errors: cancelled.
void read_weights(const BoundModel& model,
                  const std::function<void(const Progress&)>& progress = {},
                  std::stop_token stop = {});

/// What is odd about the weights, a sentence each: from the headers, and from the values as far as
/// read_weights() or a run has read them; the rest is named as not checked yet. Reads nothing.
///  - tensors that nobody uses, and layers beyond those of the config;
///  - a head of its own although the config ties it, or one equal to the embedding although not;
///  - NaN and infinities;
///  - norm weights that look like w in a family of 1 + w, or the reverse;
///  - query and key rows that look interleaved where halves are rotated together.
std::vector<std::string> model_problems(const BoundModel& model);

}  // namespace driftscope
