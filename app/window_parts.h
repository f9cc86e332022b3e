// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

#include "core/data/comparison.h"
#include "ui/setup/setup_types.h"

namespace driftscope {

/// The built-in examples as the window's buttons.
std::vector<Example> exampleButtons();
/// What a request asks, in few words: "float32 | bfloat16", "D-MOE-SCATTER", "dtype, qkv".
QString runTitle(const CompareRequest& request);

}  // namespace driftscope
