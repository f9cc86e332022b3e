// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QWidget>

#include "core/data/comparison.h"
#include "ui/export.h"
#include "ui/view.h"

class QLabel;
class QPushButton;

namespace driftscope {

class BarChart;
class Legend;
class LineChart;
class Panes;

/// A comparison taken apart: the error of each component three ways, and the share of each option
/// and of each step in the distance, and the curve of the precision plan: what is left of the
/// distance against steps as in A. Without the figures: a button that asks for them.
class AttributionPane : public QWidget {
    Q_OBJECT
public:
    explicit AttributionPane(QWidget* parent = nullptr);

    /// Null: nothing.
    void setComparison(ComparisonPtr comparison);
    /// Puts the cursors where this site belongs.
    void setSelected(const Site& site);
    /// Whether the comparison has any of the figures.
    bool hasFigures() const;
    Table table() const;
    QString describe() const;

Q_SIGNALS:
    void takeApartPressed();
    void siteChosen(const driftscope::Site& site);
    void hovered(const driftscope::HoverInfo& info);
    void left();

private:
    BarChart* makeChart(const char* name, const QString& caption);
    LineChart* makeCurve();
    void connectCharts();
    void showComponents();
    void showShares();
    void showCurve();
    void showWords();
    void showLegend();
    void choose(const BarChart* chart, int category);
    void hover(const BarChart* chart, int category);
    const std::vector<Share>& options() const;
    const std::vector<Share>& steps() const;
    const std::vector<PlanPoint>& curve() const;
    HoverInfo shareInfo(const Share& share) const;
    HoverInfo pointInfo(const PlanPoint& point) const;

    ComparisonPtr m_comparison;
    Panes* m_panes;
    BarChart *m_components, *m_options, *m_steps;
    LineChart* m_curve;
    Legend* m_legend;
    QLabel *m_summary, *m_invitation;
    QPushButton* m_button;
    QWidget* m_empty;
};

/// The site at the output of a step ("blocks.3.attn" → blocks.3.attn_out); empty: no step's name.
std::optional<Site> siteOfStep(const std::string& step);
/// The step that makes a site's value.
std::string stepOfSite(const Site& site);

}  // namespace driftscope
