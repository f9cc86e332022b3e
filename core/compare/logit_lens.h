// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <stop_token>

#include "core/compare/site_values.h"
#include "core/data/question.h"
#include "core/run/generate.h"

namespace driftscope {

/// Runs both sides again and reads the stream after every block through the run's own final norm
/// and unembedding (nostalgebraist 2020, "interpreting GPT: the logit lens"), one position at a
/// time; the last layer is what the run itself makes of all its rows, bit for bit.
/// Errors: not_found (files changed), usage (no such position), cancelled.
LogitLens logit_lens(const ValueRecipe& recipe, const std::shared_ptr<LoadedModel>& model_a,
                     const std::shared_ptr<LoadedModel>& model_b, const LensQuestion& question,
                     std::stop_token stop);

}  // namespace driftscope
