// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/data/model_diff.h"

namespace driftscope {

/// "driftscope/diff/1", see resources/schema/diff.json.
nlohmann::ordered_json diffJson(const ModelDiff& diff);

}  // namespace driftscope
