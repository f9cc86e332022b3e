// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// For sources of ui/plots alone: it brings qcustomplot.h in.
#include "ui/plots/custom_plot.h"

#include <QStringList>

namespace driftscope {

/// Labels of whole numbers below a chart: thinned evenly and turned upright when they need it.
/// `size`: pixels of the chart; a low one gets numbers where upright labels would fill it.
/// `names`: of things in order, so that some of them say where the others are.
/// Without labels, and where so few of very many have room that they say nothing (thinsOut), the
/// numbers from `first` are written.
void labelAxis(QCPAxis* axis, QCPAxisTickerText& ticker, const QStringList& labels, int count,
               int first, QSize size, bool names = false);
/// The next of 1, 2, 5, 10, 20, 50 ... that is not below `least` (at most 10^9).
int roundStep(int least);
/// Whether one label in `step` of `count` tells less than its number would.
bool thinsOut(int count, int step);
/// Value axis of a chart `height` pixels high: two ticks or a few more, plain numbers or powers of
/// ten.
/// `share`: numbers of 0 to 1 are written in per cent.
void styleValueAxis(QCPAxis* axis, bool log, int height, bool share = false);
/// Room around a chart `height` pixels high, for the halves of numbers at the ends of its value
/// axis where it has `numbers` (an axis leaves out what is cut), `right` pixels at its right; says
/// whether there is room for labels below.
bool makeRoom(QCPAxisRect* rect, int height, int right, bool numbers);

}  // namespace driftscope
