// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// For sources of ui/plots alone: it brings qcustomplot.h in.
#include "ui/plots/custom_plot.h"

namespace driftscope {

/// An axis below a chart whose labels are tokens. Where labels are turned, one of Chinese, Japanese
/// or Korean characters alone is stacked instead: a turned character of ten pixels is a blot.
class TokenAxis : public QCPAxis {
public:
    explicit TokenAxis(QCPAxisRect* rect) : QCPAxis(rect, atBottom) {}
    /// Takes the place of the plot's own axis below; call before anything uses that one.
    static void install(QCustomPlot& plot);
    /// Whether a label is written one character under the other where labels are turned:
    /// ideographs, kana and hangul with their punctuation, and what marks a blank or a cut.
    static bool stacks(const QString& label);
    /// Pixels that a label takes downwards where labels are turned.
    static double depth(const QString& label, const QFontMetricsF& metrics);
    /// A label cut for `room` pixels downwards, with … at its end.
    static QString fitted(const QString& label, const QFontMetricsF& metrics, double room);

protected:
    int calculateMargin() override;
    void draw(QCPPainter* painter) override;

private:
    void drawStack(QCPPainter& painter, double x, const QString& label) const;
};

}  // namespace driftscope
