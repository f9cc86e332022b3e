// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/data/comparison.h"

namespace driftscope {

/// What makes B another function, as sentences without the last full stop, escaped for rich text:
/// the cause that was named, and everything else that is on and can do the same. Known bugs of one
/// run are counted in one sentence. Empty: no cause is known.
QString causeText(const Comparison& comparison);
/// How much of the distance each differing option makes ("Of the distance: rope base 62 %, defects
/// 38 %."), and which step most of it comes in by. Empty: not taken apart, or only one differs.
QString shareText(const Comparison& comparison);
/// "blocks.0.mlp" in plain words: "expert mix of block 0", or "MLP of block 0" without experts.
QString stepWords(const std::string& step, bool experts);

}  // namespace driftscope
