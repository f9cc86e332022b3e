// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/site.h"
#include "core/model/config.h"

namespace driftscope {

/// The sites that runs of this model make (with a cache; without one cache_k and cache_v stay out).
SiteFeatures site_features(const ModelConfig& config);

/// Sites that either of two models makes.
SiteFeatures united(SiteFeatures a, const SiteFeatures& b);

}  // namespace driftscope
