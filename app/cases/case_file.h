// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/data/case.h"

namespace driftscope {

/// The folder of the case files: DRIFTSCOPE_CASES, else share/driftscope/cases beside the
/// executable's folder, else the source tree's.
std::string casesFolder();
/// Reads a case file. Models are folders below `models`; a step whose model is not there says so.
/// Edited configs are written below `scratch`. Throws Error (format, not_found): what, where.
Case readCase(const std::string& path, const std::string& models, const std::string& scratch);
/// All cases in the order of their file names; read once. Throws Error.
const std::vector<Case>& allCases();
/// Throws Error (usage) with the names there are.
const Case& caseNamed(const std::string& id);

}  // namespace driftscope
