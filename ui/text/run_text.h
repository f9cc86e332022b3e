// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/data/comparison.h"

namespace driftscope {

/// "tiny-mixtral", or "tiny-mixtral | other" where B's folder is another one.
QString modelsText(const CompareRequest& request);
/// What differs between the runs: "dtype float32 | bfloat16, D-MOE-SCATTER in B",
/// "config.json edited.json" for B's; "the same twice" when nothing does.
QString differenceText(const CompareRequest& request);
/// How long the text is: "15 tokens + 80 new"; a prompt that is not counted yet is left out.
QString lengthText(const Comparison& comparison);

}  // namespace driftscope
