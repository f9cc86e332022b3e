// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QPainter;
class QWidget;

namespace driftscope {

/// Paints `root` and what is visible in it at the painter's origin. Plots are replayed as
/// vectors, everything else by its own paintEvent; covers and scroll bars are left out.
void paintTree(const QWidget& root, QPainter& painter);

}  // namespace driftscope
