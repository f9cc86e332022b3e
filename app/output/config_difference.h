// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/data/comparison.h"

namespace driftscope {

/// One key of config.json that the two runs read with another value.
struct ConfigKey {
    std::string key;   ///< dotted: "rope_scaling.factor"
    std::string a, b;  ///< JSON; empty: the key is absent
};

/// The keys in which the config.json of run B is not that of run A, in alphabetical order, read
/// from the files as they are now. Empty: both read one file, no key differs, or a model has none
/// (GGUF).
std::vector<ConfigKey> configDifference(const CompareRequest& request);

}  // namespace driftscope
