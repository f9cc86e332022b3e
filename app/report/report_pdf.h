// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <string>
#include <vector>

#include "core/data/comparison.h"
#include "ui/export.h"

namespace driftscope {

/// The report on paper: verdict and figures of merit first, then every picture on a page of its own
/// (lines and letters, with dense maps as images), then the tables. A4, fonts embedded. Needs a
/// QApplication, and the light colours while it runs.
/// @param command  what repeats the comparison
QByteArray reportPdf(const Comparison& comparison, const std::vector<Figure>& figures,
                     const std::string& command);

}  // namespace driftscope
