// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <string>
#include <vector>

#include "core/data/comparison.h"

namespace driftscope {

/// A view's picture in both colour schemes, as PNG.
struct ReportFigure {
    QString title, description;
    QByteArray light, dark;
};

/// One HTML page that holds everything: opens from a file, without network, in light and dark.
/// @param command  what repeats the comparison
QByteArray reportHtml(const Comparison& comparison, const std::vector<ReportFigure>& figures,
                      const std::string& command);

}  // namespace driftscope
