// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/model_diff.h"
#include "core/data/progress.h"

#include <filesystem>
#include <functional>
#include <stop_token>

namespace driftscope {

/// Reads both models whole and compares their configs and weights; of the same family or not: an
/// InternLM2 and the Llama made of it have the same weights under the same canonical names.
/// Errors: as Checkpoint::open, parse_config, WeightTable::bind; cancelled.
ModelDiff diff_checkpoints(const std::filesystem::path& a, const std::filesystem::path& b,
                           const std::function<void(const Progress&)>& progress = {},
                           std::stop_token stop = {});

/// Reads a model's weights whole, so that ModelInfo::problems says everything (see verify.h).
/// Errors: as above.
void verify_checkpoint(const std::filesystem::path& path,
                       const std::function<void(const Progress&)>& progress = {},
                       std::stop_token stop = {});

}  // namespace driftscope
