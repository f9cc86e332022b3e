// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include "core/engine.h"

namespace driftscope {

/// Makes the engine in the thread that will own it; tests give their own.
using EngineFactory = std::function<std::unique_ptr<Engine>()>;

}  // namespace driftscope
