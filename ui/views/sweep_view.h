// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "core/data/sweep.h"
#include "ui/view.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;

namespace driftscope {

/// A grid of comparisons along one or two axes: any option, model or prompt length. Grows cell by
/// cell; a click opens that pair.
class SweepView : public View {
    Q_OBJECT
public:
    explicit SweepView(QWidget* parent = nullptr);
    ~SweepView() override;

    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    Table table() const override;
    QString describe() const override;
    /// Nothing to draw yet.
    bool waits() const override { return !m_sweep; }

    /// The grid so far; null: none.
    void setSweep(SweepPtr sweep);
    SweepPtr sweep() const { return m_sweep; }
    /// While cells are still computed.
    void setRunning(bool running);
    /// One line above the grid: what is wrong with the axes; empty takes it away.
    void setProblem(const QString& text);
    /// Shows these axes in the controls.
    void setAxes(const std::vector<SweepAxis>& axes);

Q_SIGNALS:
    /// "both.dtype=float32|bfloat16", one or two.
    void sweepRequested(const QStringList& axes);
    void sweepCancelled();
    /// This cell's pair is wanted.
    void cellOpened(const driftscope::CompareRequest& request);

protected:
    void comparisonChanged() override {}
    void selectionChanged() override {}
    QString unmetNeed() const override { return {}; }
    void feed(View& twin) const override;

private:
    struct AxisRow {
        QComboBox *key = nullptr, *side = nullptr;
        QLineEdit* values = nullptr;
    };
    QWidget* buildAxes();
    AxisRow buildAxis(int number);
    void keyChanged(int number);
    QString axisText(const AxisRow& row) const;
    QStringList axisTexts() const;
    void showGrid();
    void showCell(int row, int column);
    void openCell(int row, int column);
    const SweepCell* cellAt(int row, int column) const;

    SweepPtr m_sweep;
    bool m_running = false;
    std::array<AxisRow, 2> m_axes;
    QPushButton* m_run = nullptr;
    QLabel* m_words = nullptr;
    QTableWidget* m_grid = nullptr;
    QString m_problem;
};

}  // namespace driftscope
