// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <stop_token>

#include "core/compare/site_values.h"
#include "core/data/question.h"

namespace driftscope {

/// Runs both sides again and takes one head's scores apart where attention computes them.
/// Errors: as site_values(); limit above kMostValues / 2 pairs of positions.
ScorePartsPair score_parts(const ValueRecipe& recipe, const std::shared_ptr<LoadedModel>& model_a,
                           const std::shared_ptr<LoadedModel>& model_b,
                           const ScorePartsQuestion& question, std::stop_token stop);

}  // namespace driftscope
