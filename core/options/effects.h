// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/options/option.h"

namespace driftscope {

/// Whether two settings can differ in the forward pass: some option that acts there has another
/// value, or some defect that is no alias of an option that acts elsewhere.
bool differ_in_forward(const OptionValues& a, const OptionValues& b);

/// A defect of the text alone: the alias of an option that changes what is shown and no number.
bool changes_text_only(const DefectSpec& defect);

}  // namespace driftscope
