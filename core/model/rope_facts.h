// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/data/rope_facts.h"
#include "core/model/config.h"

namespace driftscope {

/// Frequencies of the model's (global) rotary embedding at its whole context, with the zone of each
/// pair: kept where scaling leaves it as it is, scaled where it is divided by the whole factor
/// (longrope: by its own), blended between. Empty: the model does not rotate.
/// Errors: as rope_frequencies().
std::optional<RopeFacts> rope_facts(const ModelConfig& config);

}  // namespace driftscope
