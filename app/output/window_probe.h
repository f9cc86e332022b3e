// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <vector>

#include "app/engine_factory.h"

namespace driftscope {

/// How the window behaves while the engine works: a real window off screen, the engine in its own
/// thread, the request as a person would ask it.
/// Rows: "event loop" (longest time the window could not answer while a comparison ran, ms),
/// "first picture" (from the request to the first comparison shown, ms), "map frame" (one cursor
/// move with its repaint on a 4096 × 4096 map, ms), "map zoom" (one step of zoom or pan there, ms),
/// "map fill" (taking such a map in, ms that the event loop stands still),
/// "map picture" (until its picture is on screen, ms; made by another thread).
/// Needs a QApplication. Throws Error as Engine::compare does.
std::vector<BenchRow> probeWindow(const EngineFactory& factory, const CompareRequest& request,
                                  std::stop_token stop);

}  // namespace driftscope
