// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/data/comparison.h"
#include "core/nn/route_store.h"
#include "core/run/loaded_model.h"

namespace driftscope {

/// What it takes to make the values of a comparison again: nothing of the values themselves.
struct ValueRecipe {
    CompareRequest request;
    std::vector<int32_t> tokens;     ///< compared positions
    int64_t first_stretch = 0;       ///< positions of the first stretch; the rest one by one
    std::vector<std::string> files;  ///< file_keys() of the models then
    std::shared_ptr<const RouteStore> routes_a, routes_b;  ///< choices, for a run that replays them
};

/// What identifies the bytes of both models' weight files: path, size, time, inode.
std::vector<std::string> file_keys(const LoadedModel& a, const LoadedModel& b);

/// Runs both sides again over the same calls and keeps one site. The null test holds the values
/// to those compared, bit for bit. At most two runs' values of the site are in memory.
/// Errors: not_found (files changed), limit (kMostValues), usage (no run makes the site),
/// cancelled.
ValuePair site_values(const ValueRecipe& recipe, const std::shared_ptr<LoadedModel>& model_a,
                      const std::shared_ptr<LoadedModel>& model_b, const Site& site,
                      std::stop_token stop);

}  // namespace driftscope
