// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/data/comparison.h"

namespace driftscope {

/// Text that is equal when a comparison would be: the request with defaults filled in, and the
/// names, sizes and times of the files in both model folders.
std::string resultKey(const CompareRequest& request);

}  // namespace driftscope
