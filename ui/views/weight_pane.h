// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/data/question.h"
#include "ui/export.h"

namespace driftscope {

class ElidedLabel;
class LineChart;

/// One weight's values in A and B as histograms, and their difference element by element.
class WeightPane : public QWidget {
    Q_OBJECT
public:
    explicit WeightPane(QWidget* parent = nullptr);

    void setWeights(const WeightQuestion& of, const WeightPair& weights);
    /// In place of the numbers: what is going on, or why there are none.
    void setReason(const QString& text);
    bool hasWeights() const { return m_weights.a.count + m_weights.b.count > 0; }
    /// Range, mean, deviation of each; largest and mean difference, share of equal elements.
    QString summary() const;
    Table table() const;

private:
    LineChart* makeChart(const QString& name);
    /// `whole`: with everything that is known, for the tool tip.
    QString differenceText(bool whole) const;
    QString statsTexts(bool whole) const;

    WeightQuestion m_of;
    WeightPair m_weights;
    QString m_reason;
    ElidedLabel *m_caption, *m_stats;
    QWidget* m_charts;
    LineChart *m_values, *m_delta;
};

}  // namespace driftscope
