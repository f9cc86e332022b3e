// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/options/option.h"
#include "tests/support/tiny_checkpoint.h"

namespace driftscope::test {

/// A model and options under which a defect shows; what is wanted besides stands in front of
/// "defects=ID" in options_b.
struct DefectStage {
    TinyModel model;
    std::string options_a, options_b;
};
DefectStage stage_for(const DefectSpec& defect, const std::string& family);

/// Whether the right answer for this defect is known on these tokens: false for those that change
/// the tokens themselves.
bool keeps_tokens(const DefectSpec& defect);

}  // namespace driftscope::test
