// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "app/command_line/commands.h"

namespace driftscope {

/// The flags that say what to compare; every command that compares takes the same ones.
std::vector<FlagSpec> requestFlags();

/// What the flags ask for: a session, an example or a model of one's own; the other flags change
/// what a session or example says. `fallback`: when none of them names a model.
/// Throws Error: usage, or what a session file brings.
CompareRequest requestOf(const CommandCall& call,
                         const std::optional<CompareRequest>& fallback = std::nullopt);

}  // namespace driftscope
