// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/view.h"

class QBoxLayout;
class QComboBox;
class QLabel;
class QScrollArea;

namespace driftscope {

class BarChart;
class ExpertGrid;
class LineChart;

/// Which experts each token went to in A and in B, how near a tie was, and where it flips.
class RoutingView : public View {
    Q_OBJECT
public:
    explicit RoutingView(QWidget* parent = nullptr);
    ~RoutingView() override;

    Table table() const override;
    QString describe() const override;

protected:
    void comparisonChanged() override;
    void selectionChanged() override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* buildGrid();
    QWidget* buildCharts();
    void connectCharts();
    void fillLayerPicker();
    void showLayer();
    void showCharts();
    void showWords();
    void arrange();
    void makeRowVisible();
    void hoverCell(int pos, int expert);
    void hoverLayer(int index);
    /// Index into Routing::layers of the selected layer; −1: that block has no experts.
    int layerIndex() const;
    const RoutingLayer* layer() const;

    QBoxLayout* m_split = nullptr;
    QBoxLayout* m_chartRow = nullptr;
    QWidget* m_charts = nullptr;
    QScrollArea* m_scroll = nullptr;
    ExpertGrid* m_grid = nullptr;
    QLabel* m_caption = nullptr;
    QLabel* m_legend = nullptr;
    QComboBox* m_picker = nullptr;
    BarChart* m_disagreement = nullptr;
    LineChart* m_cumulative = nullptr;
    BarChart* m_load = nullptr;
    int m_shownIndex = -2;
    ComparisonPtr m_shownOf;
};

}  // namespace driftscope
