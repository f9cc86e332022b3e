// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/data/comparison.h"

namespace driftscope {

/// One word for a POSIX shell; quoted only where it has to be.
std::string shellWord(std::string_view text);
/// The command line that repeats a comparison: "driftscope compare --model …"; a step of a case and
/// a built-in example go by their names ("--case llama31/short"), which hold on any machine.
std::string compareCommand(const CompareRequest& request);
/// The words of a command, quoted.
std::string shellCommand(const std::vector<std::string>& words);

}  // namespace driftscope
