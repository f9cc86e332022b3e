// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <string>

#include "app/engine_factory.h"

namespace driftscope {

/// Opens the window on `path` (a model folder, a session, or "" for the built-in example) and runs
/// until it is closed or `interrupt` asks to. Returns the program's exit status; throws Error.
int runWindow(const std::string& path, const EngineFactory& factory, std::stop_token interrupt);

}  // namespace driftscope
