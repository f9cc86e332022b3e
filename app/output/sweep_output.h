// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <string>

#include "app/output/result_json.h"
#include "core/data/sweep.h"
#include "ui/views/sweep_rows.h"

namespace driftscope {

/// driftscope/sweep/1: base, axes, cells with figures and verdict, provenance.
OrderedJson sweepJson(const Sweep& sweep, const std::string& command);
/// A grid for a browser, one file, no network.
QByteArray sweepHtml(const Sweep& sweep, const std::string& command);
/// The grid for a terminal.
std::string sweepSummary(const Sweep& sweep);
/// The command line that repeats it: "driftscope sweep --model …".
std::string sweepCommand(const SweepRequest& request);

}  // namespace driftscope
