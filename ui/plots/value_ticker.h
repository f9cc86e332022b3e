// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// For sources of ui/plots alone: it brings qcustomplot.h in.
#include "ui/plots/custom_plot.h"

#include <vector>

namespace driftscope {

/// Where a linear axis from `low` to `high` has its numbers: multiples of 1, 2 or 5 × 10^k, at
/// least two and, where that leaves two, at most `most` (at least 2).
std::vector<double> linearTicks(double low, double high, int most);
/// Where a logarithmic axis from `low` to `high` (0 < low < high) has its numbers: 1, 2 or 5 ×
/// 10^k, powers of ten alone where all of them are more than `most` (at least 2); never fewer than
/// two where highForTwo(low, high) is `high`; without two of them in sight those of a linear axis.
std::vector<double> logTicks(double low, double high, int most);
/// The least upper end, `high` or above, of a logarithmic axis that holds two of 1, 2, 5 × 10^k.
double highForTwo(double low, double high);

/// The two numbers that lie furthest apart on an axis too low for those above: of two digits, or 1,
/// 2, 5 × 10^k on a logarithmic one.
std::vector<double> endTicks(double low, double high, bool log);

/// Numbers of a value axis, of which there are at least two.
class ValueTicker : public QCPAxisTicker {
public:
    /// `axis`: that owns this; on an upright one no number touches another. `share`: of a whole;
    /// written in per cent.
    ValueTicker(const QCPAxis* axis, bool log, int most, bool share = false)
        : m_axis(axis), m_log(log), m_share(share), m_most(most) {}

protected:
    QVector<double> createTickVector(double step, const QCPRange& range) override;
    int getSubTickCount(double) override { return 0; }
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;

private:
    /// Whether numbers at these places lie on each other.
    bool touch(const std::vector<double>& ticks, const QCPRange& range) const;

    const QCPAxis* m_axis;
    bool m_log, m_share;
    int m_most;
    int m_digits = 0;  ///< that tell neighbouring ticks apart
};

}  // namespace driftscope
