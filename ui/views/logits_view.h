// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/view.h"

namespace driftscope {

class LineChart;
class Panes;
class Segmented;

/// What the logits say, position by position: distance of the two distributions, loss, rank of the
/// token that comes next, and where the best token is another one.
class LogitsView : public View {
    Q_OBJECT
public:
    /// Distances of two distributions, in nats.
    enum class Measure { klAb, klBa, js };

    explicit LogitsView(QWidget* parent = nullptr);
    ~LogitsView() override;

    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    Table table() const override;
    QString describe() const override;

protected:
    void comparisonChanged() override;
    void selectionChanged() override;

private:
    LineChart* makeChart(const QString& name);
    void setMeasure(Measure measure);
    const std::vector<double>& distances() const;
    void showDistance();
    void showLoss();
    void showRanks();
    void hover(int pos);
    QString bestText(int pos) const;

    Measure m_measure = Measure::klAb;
    Segmented* m_switch = nullptr;
    Panes* m_panes = nullptr;
    LineChart *m_distance = nullptr, *m_loss = nullptr, *m_delta = nullptr, *m_ranks = nullptr;
};

}  // namespace driftscope
