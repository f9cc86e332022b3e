// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/view.h"
#include "ui/views/error_table.h"

namespace driftscope {

class AttributionPane;
class ElidedLabel;
class Heatmap;
class Panes;
class Segmented;

/// The error map: every site in every block, and every site at every position of one block; or the
/// comparison taken apart: components, options and steps with their shares.
class OverviewView : public View {
    Q_OBJECT
public:
    explicit OverviewView(QWidget* parent = nullptr);
    ~OverviewView() override;

    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    Table table() const override;
    QString describe() const override;

protected:
    void comparisonChanged() override;
    void selectionChanged() override;

private:
    void buildControls();
    Heatmap* makeMap(const QString& name);
    void setUnit(ErrorUnit unit);
    void setAllSites(bool all);
    void setApart(bool apart);
    void buildApart(QWidget* page);
    /// What is shown: the chosen unit, or relative L2 where the chosen one is not known.
    ErrorUnit shownUnit() const;
    ErrorUnit positionUnit() const;
    void rebuild();
    void showLayerMap();
    void showPositionMap();
    void showMarks();
    void showCursor();
    void showWords();
    QString unitLegend() const;
    void setScale(Heatmap* map, ErrorUnit unit) const;
    QString foundText() const;
    void choose(const Site& site, int pos);
    void hover(const Site& site, int pos);
    int shownLayer() const;

    ErrorTable m_table;
    ErrorUnit m_unit = ErrorUnit::band;
    bool m_allSites = false, m_apart = false;
    int m_positionLayer = -1;  ///< the layer that the position map was made of
    Panes* m_panes = nullptr;
    Heatmap* m_layers = nullptr;
    Heatmap* m_positions = nullptr;
    Segmented* m_unitSwitch = nullptr;
    Segmented* m_siteSwitch = nullptr;
    Segmented* m_faceSwitch = nullptr;
    ElidedLabel* m_legend = nullptr;  ///< what the unit means
    AttributionPane* m_attribution = nullptr;
};

}  // namespace driftscope
