// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include "ui/view.h"
#include "ui/views/value_stats.h"

class QComboBox;
class QLabel;
class QSplitter;

namespace driftscope {

class BarChart;
class DataTable;
class ScatterPlot;
class Segmented;

/// Any site's values as a table, with the distribution of their ulp distances and B over A.
/// The values are asked for when the view is in sight; they are computed again, never kept.
class NumbersView : public View {
    Q_OBJECT
public:
    explicit NumbersView(QWidget* parent = nullptr);
    ~NumbersView() override;

    void setValues(ValuesPtr values) override;
    void setValuesFailed(const QString& message, const QString& hint) override;
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    Table table() const override;
    std::vector<NpzArray> arrays() const override;
    QString describe() const override;
    bool waits() const override { return !isCurrent(); }

protected:
    void comparisonChanged() override;
    void selectionChanged() override;
    void feed(View& twin) const override;
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* buildPlots();
    Site site() const;
    bool isCurrent() const;
    void ask();
    void fillPicker();
    void fillOther();
    void applySlice();
    void showTable();
    void showStats(const ValueStats& stats);
    void takeStats(quint64 number, const ValueStats& stats);
    void showWords();
    QString cell(const ValueSlice& slice, int64_t row, int column) const;
    QString indexText(int64_t row) const;
    void hoverRow(int64_t row);
    void chooseRow(int row);
    /// Rows that table and CSV hold; more are said to be left out.
    int shownRows() const;

    ValuesPtr m_values;
    ValueSlice m_slice;
    ValueStats m_stats;
    QString m_failure, m_failureHint;
    quint64 m_statsNumber = 0;  ///< newest wins
    uint64_t m_askedId = 0;
    Site m_askedSite;
    bool m_allPositions = false;
    int m_other = -1;  ///< index on the second axis; −1: all
    QTimer m_askSoon;
    QComboBox *m_picker = nullptr, *m_otherPicker = nullptr;
    Segmented* m_range = nullptr;
    QLabel* m_caption = nullptr;
    QSplitter* m_split = nullptr;
    DataTable* m_table = nullptr;
    BarChart* m_histogram = nullptr;
    ScatterPlot* m_scatter = nullptr;
};

}  // namespace driftscope
