// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/config.h"

#include <string>
#include <vector>

namespace driftscope {

/// Defects that consist in a config read wrongly: changes the config as the switch says. Ids of
/// other defects are passed over (see DefectSwitches in core/nn/numerics.h).
/// Errors: usage, where a defect cannot be built on this model.
void apply_defects(ModelConfig& config, const std::vector<std::string>& ids);

}  // namespace driftscope
