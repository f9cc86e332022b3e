// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/data/conversion.h"

namespace driftscope {

/// "driftscope/convert/1", see resources/schema/convert.json.
nlohmann::ordered_json convertJson(const ConvertResult& result);

}  // namespace driftscope
