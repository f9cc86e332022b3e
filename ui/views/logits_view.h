// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include "ui/view.h"

namespace driftscope {

class LensPane;
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
    void setAnswer(driftscope::AnswerPtr answer) override;
    void setAnswerFailed(const QString& message, const QString& hint) override;
    bool waits() const override;

protected:
    void comparisonChanged() override;
    void selectionChanged() override;
    void feed(View& twin) const override;
    bool event(QEvent* event) override;

private:
    LineChart* makeChart(const QString& name);
    void setMeasure(Measure measure);
    /// The logit lens of the selected position in place of the curves over all positions.
    void setByLayer(bool on);
    LensQuestion wanted() const { return {selection()->pos()}; }
    bool hasLens() const;
    void askForLens();
    void showLens();
    void hoverLayer(int layer);
    const std::vector<double>& distances() const;
    void showDistance();
    void showLoss();
    void showRanks();
    void hover(int pos);
    QString bestText(int pos) const;

    Measure m_measure = Measure::klAb;
    Segmented *m_switch = nullptr, *m_page = nullptr;
    LensPane* m_lensPane = nullptr;
    bool m_byLayer = false;
    AnswerPtr m_lens;
    LensQuestion m_asked;
    uint64_t m_askedId = 0;  ///< 0: nothing is asked for
    bool m_failed = false;   ///< what was asked for could not be had
    QTimer m_askSoon;
    Panes* m_panes = nullptr;
    LineChart *m_distance = nullptr, *m_loss = nullptr, *m_delta = nullptr, *m_ranks = nullptr;
};

}  // namespace driftscope
