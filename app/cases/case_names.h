// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/data/comparison.h"

namespace driftscope {

/// "llama31/short" where the request is that step of a case, attribution aside; empty: of none.
std::string caseStepOf(const CompareRequest& request);
/// The built-in example the request is, attribution aside; empty: none.
std::string exampleOf(const CompareRequest& request);

}  // namespace driftscope
