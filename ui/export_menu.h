// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPoint>

namespace driftscope {

class View;

/// Menu of everything a view can be written or copied as; asks for a file where one is needed.
void runExportMenu(View& view, const QPoint& globalPos);

}  // namespace driftscope
