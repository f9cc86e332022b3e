// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <string>

#include "core/data/question.h"
#include "core/run/loaded_model.h"

namespace driftscope {

/// Bins of the histograms of a weight and of a difference.
inline constexpr int kWeightBins = 60, kDeltaBins = 61;

/// Values of a weight as stored, of both models; every element once, in float64. `b` null: A alone.
/// Errors: not_found (neither model has it), cancelled (looked at every 2^18 elements).
WeightPair weight_pair(LoadedModel& a, LoadedModel* b, const std::string& name,
                       std::stop_token stop);

}  // namespace driftscope
