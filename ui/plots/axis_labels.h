// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// For sources of ui/plots alone: it brings qcustomplot.h in.
#include "ui/plots/custom_plot.h"

#include <QStringList>

namespace driftscope {

/// Labels of whole numbers below a chart: thinned evenly and turned upright when they need it.
/// `size`: pixels of the chart; a low one gets numbers where upright labels would fill it.
/// Without labels the numbers from `first` are written.
void labelAxis(QCPAxis* axis, QCPAxisTickerText& ticker, const QStringList& labels, int count,
               int first, QSize size);
/// Value axis of a chart `height` pixels high: few ticks, plain numbers or powers of ten.
void styleValueAxis(QCPAxis* axis, bool log, int height);

}  // namespace driftscope
