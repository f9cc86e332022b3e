// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QPainter;
class QWidget;

namespace driftscope {

/// A widget with this property set to true is a control: it is left out of pictures.
inline constexpr const char* kControlProperty = "driftscopeControl";
/// A scrolled table that an exported picture shows whole.
inline constexpr const char* kWholeProperty = "driftscopeWhole";

/// Paints `root` and what is visible in it at the painter's origin. Plots are replayed as
/// vectors, everything else by its own paintEvent; covers and controls (buttons, switches, lists to
/// choose from, scroll bars) are left out.
void paintTree(const QWidget& root, QPainter& painter);

}  // namespace driftscope
