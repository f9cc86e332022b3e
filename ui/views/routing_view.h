// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include "ui/view.h"

class QBoxLayout;
class QComboBox;
class QLabel;
class QScrollArea;

namespace driftscope {

class BarChart;
class ExpertGrid;
class LineChart;
class Segmented;

/// Mean KL in nats; 0 where it is nothing but the rounding of float64, whatever its sign.
QString natsText(double nats);

/// What each chosen expert adds at a position, [pos * top_k] as in RoutingLayer: the norm of its
/// weighted output over the norm of the sum of all of them, which is mlp_out. Above 1 where they
/// cancel each other. Empty: the values of this run are not there or have another shape.
std::vector<double> expertContributions(const ValuePair& outputs, const RoutingLayer& layer,
                                        int perToken, Side side);

/// Which experts each token went to in A and in B, how near a tie was, and where it flips.
class RoutingView : public View {
    Q_OBJECT
public:
    explicit RoutingView(QWidget* parent = nullptr);
    ~RoutingView() override;

    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    void setValues(ValuesPtr values) override;
    void setValuesFailed(const QString& message, const QString& hint) override;
    bool waits() const override;
    Table table() const override;
    QString describe() const override;

protected:
    void comparisonChanged() override;
    void selectionChanged() override;
    void resizeEvent(QResizeEvent* event) override;
    void feed(View& twin) const override;
    bool event(QEvent* event) override;

private:
    QWidget* buildGrid();
    QWidget* buildCharts();
    QWidget* buildReplay();
    void connectCharts();
    void fillLayerPicker();
    void showLayer();
    void showCharts();
    void showWords();
    void arrange();
    void makeRowVisible();
    void setOutput(bool output);
    Site outputSite() const;
    bool hasOutput() const;
    void ask();
    void showOutput();
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
    Segmented *m_shade = nullptr, *m_experts = nullptr;
    QLabel* m_replay = nullptr;
    ValuesPtr m_values;  ///< outputs of the chosen experts in the chosen block
    bool m_output = false;
    Site m_asked;
    uint64_t m_askedId = 0;
    QString m_failure;
    QTimer m_askSoon;
};

}  // namespace driftscope
