// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <iosfwd>
#include <stop_token>
#include <string>
#include <vector>

#include "app/engine_factory.h"

namespace driftscope {

/// What the command line runs on; tests bring their own.
struct CommandHost {
    EngineFactory makeEngine;
    std::function<int(const std::string& path)> openWindow;  ///< path: model, session or ""
    std::istream& in;
    std::ostream& out;  ///< the program's output alone
    std::ostream& err;
    std::stop_token stop;
    bool live = false;  ///< err is a terminal: show progress there
};

/// Runs `driftscope WORDS…` and returns its exit status (design §6): 0 done, 1 wrong usage,
/// 2 bad input, 3 a --fail-above bound exceeded, 4 cancelled. Never throws.
int runCommandLine(const std::vector<std::string>& words, const CommandHost& host);

}  // namespace driftscope
