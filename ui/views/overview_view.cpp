// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/overview_view.h"

#include <algorithm>
#include <cmath>

#include <QFontMetrics>
#include <QVBoxLayout>

#include "ui/plots/heatmap.h"
#include "ui/text/number_format.h"
#include "ui/text/token_text.h"
#include "ui/theme.h"
#include "ui/views/attribution_pane.h"
#include "ui/views/panes.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/segmented.h"

namespace driftscope {

namespace {

constexpr ErrorUnit kUnits[] = {ErrorUnit::band, ErrorUnit::ulp, ErrorUnit::relative};
constexpr double kRelativeFloor = 1e-8;  // of the logarithmic scale
const char* const kUnitIds[] = {"band", "ulp", "relative"};

}  // namespace

OverviewView::OverviewView(QWidget* parent) : View(QStringLiteral("overview"), parent) {
    buildControls();
    m_panes = new Panes;
    m_layers = makeMap(QStringLiteral("siteByLayer"));
    m_positions = makeMap(QStringLiteral("siteByPosition"));
    connect(m_layers, &Heatmap::cellChosen, this,
            [this](int row, int column) { choose(m_table.siteAt(row, column), -1); });
    connect(m_positions, &Heatmap::cellChosen, this,
            [this](int row, int column) { choose(m_table.siteAt(row, shownLayer() + 1), column); });
    connect(m_layers, &Heatmap::cellHovered, this, [this](int row, int column) {
        if (m_table.at(row, column)) hover(m_table.siteAt(row, column), -1);
    });
    connect(m_positions, &Heatmap::cellHovered, this,
            [this](int row, int column) { hover(m_table.siteAt(row, shownLayer() + 1), column); });
    m_layers->setCellText([this](int row, int column) {
        return m_table.at(row, column) ? m_table.text(m_table.siteAt(row, column), -1)
                                       : tr("this site is not made here");
    });
    m_positions->setCellText([this](int row, int column) {
        return m_table.text(m_table.siteAt(row, shownLayer() + 1), column);
    });
    connect(m_panes, &Panes::columnsChanged, this, [this](int columns) {
        m_positions->setLabelsVisible(columns == 1, true);
        m_positions->shareBottom(columns == 1 ? nullptr : m_layers);
    });

    auto* page = new QWidget;
    auto* rows = new QVBoxLayout(page);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(m_panes, 1);
    m_legend = new ElidedLabel(Look::caption);
    m_legend->setObjectName(QStringLiteral("unitLegend"));
    rows->addWidget(m_legend);
    buildApart(page);
    setContent(page);
    setApart(false);
}

OverviewView::~OverviewView() = default;

void OverviewView::buildApart(QWidget* page) {
    m_attribution = new AttributionPane;
    page->layout()->addWidget(m_attribution);
    connect(m_attribution, &AttributionPane::takeApartPressed, this,
            [this] { Q_EMIT actionRequested(QStringLiteral("run.takeApart")); });
    connect(m_attribution, &AttributionPane::siteChosen, this,
            [this](const Site& site) { selection()->setSite(site); });
    connect(m_attribution, &AttributionPane::hovered, this, &View::hovered);
    connect(m_attribution, &AttributionPane::left, this, &View::hoverLeft);
}

void OverviewView::buildControls() {
    m_faceSwitch = new Segmented({tr("maps"), tr("apart")});
    m_faceSwitch->setProperty("part", QStringLiteral("face"));
    m_faceSwitch->setItemTip(0, tr("error at every site, by block and by position"));
    m_faceSwitch->setItemTip(1, tr("taken apart: isolated, propagated and injected error of each "
                                   "component, and the share of each option and step"));
    addControl(m_faceSwitch);
    connect(m_faceSwitch, &Segmented::chosen, this, [this](int i) { setApart(i == 1); });
    m_unitSwitch = new Segmented({tr("× band"), tr("ulp"), tr("relative")});
    m_unitSwitch->setProperty("part", QStringLiteral("unit"));
    m_unitSwitch->setItemTip(0, tr("relative L2 over the noise band of the site and position: up "
                                   "to 1 it is rounding"));
    m_unitSwitch->setItemTip(1,
                             tr("largest |A−B| in units in the last place of the coarser dtype"));
    m_unitSwitch->setItemTip(2, tr("relative L2: ‖A−B‖ / max(‖A‖, ‖B‖), worst position"));
    m_siteSwitch = new Segmented({tr("main"), tr("all")});
    m_siteSwitch->setProperty("part", QStringLiteral("sites"));
    m_siteSwitch->setItemTip(0, tr("one site for each step of a block"));
    m_siteSwitch->setItemTip(1, tr("every site that was compared"));
    addControl(m_unitSwitch);
    addControl(m_siteSwitch);
    connect(m_unitSwitch, &Segmented::chosen, this, [this](int i) { setUnit(kUnits[i]); });
    connect(m_siteSwitch, &Segmented::chosen, this, [this](int i) { setAllSites(i == 1); });
}

Heatmap* OverviewView::makeMap(const QString& name) {
    auto* map = new Heatmap;
    map->setObjectName(name);
    map->setGradient(Gradient::error);
    map->setCompact(true);
    connect(map, &Plot::left, this, &View::hoverLeft);
    m_panes->add(map);
    return map;
}

QJsonObject OverviewView::saveState() const {
    return {{QStringLiteral("unit"), QLatin1String(kUnitIds[static_cast<size_t>(m_unit)])},
            {QStringLiteral("allSites"), m_allSites},
            {QStringLiteral("apart"), m_apart}};
}

void OverviewView::restoreState(const QJsonObject& state) {
    const QString id = state.value(QStringLiteral("unit")).toString();
    for (size_t i = 0; i < std::size(kUnits); ++i) {
        if (id == QLatin1String(kUnitIds[i])) setUnit(kUnits[i]);
    }
    setAllSites(state.value(QStringLiteral("allSites")).toBool());
    setApart(state.value(QStringLiteral("apart")).toBool());
}

void OverviewView::setUnit(ErrorUnit unit) {
    m_unit = unit;
    rebuild();
}

void OverviewView::setAllSites(bool all) {
    m_allSites = all;
    rebuild();
}

void OverviewView::setApart(bool apart) {
    m_apart = apart;
    m_faceSwitch->setCurrent(apart ? 1 : 0);
    setControlShown(m_unitSwitch, !apart);
    setControlShown(m_siteSwitch, !apart);
    m_panes->setVisible(!apart);
    m_legend->setVisible(!apart);
    m_attribution->setVisible(apart);
    if (comparison() && !m_table.rows().empty()) showWords();
}

ErrorUnit OverviewView::shownUnit() const {
    return m_unit == ErrorUnit::band && !m_table.judged() ? ErrorUnit::relative : m_unit;
}

ErrorUnit OverviewView::positionUnit() const {
    return shownUnit() == ErrorUnit::ulp ? ErrorUnit::relative : shownUnit();
}

int OverviewView::shownLayer() const {
    const int last = comparison() ? comparison()->n_layers - 1 : 0;
    return std::clamp(selection()->layer(), 0, std::max(0, last));
}

void OverviewView::comparisonChanged() {
    if (comparison()->sites.empty()) {
        setEmpty(tr("No site has been compared yet."));
        m_table = {};
        return;
    }
    setEmpty({});
    m_attribution->setComparison(comparison());
    rebuild();
}

void OverviewView::rebuild() {
    m_table = ErrorTable(comparison(), m_allSites);
    m_positionLayer = -1;
    const bool judged = !comparison() || m_table.judged();
    m_unitSwitch->setItemDisabled(0, judged ? QString()
                                            : tr("this comparison was not judged: there is no "
                                                 "noise band to measure by"));
    const auto* at = std::find(std::begin(kUnits), std::end(kUnits), shownUnit());
    m_unitSwitch->setCurrent(static_cast<int>(at - std::begin(kUnits)));
    m_siteSwitch->setCurrent(m_allSites ? 1 : 0);
    if (!comparison()) return;
    // Every row keeps its name when all are shown; the panes scroll then.
    const int row = QFontMetrics(Theme::instance().mono(TextSize::caption)).height();
    m_panes->setPaneHeight(m_allSites ? static_cast<int>(m_table.rows().size()) * row + 90 : 0);
    showLayerMap();
    selectionChanged();
}

void OverviewView::setScale(Heatmap* map, ErrorUnit unit) const {
    const double high = map->dataRange().second;
    double floor = kRelativeFloor;
    if (unit != ErrorUnit::relative) floor = 1;  // the band's edge; one unit in the last place
    map->setScaleBar(true, shortUnit(unit));
    map->setLog(true, floor);
    map->setRange(floor, std::max(high, 10 * floor));
}

void OverviewView::showLayerMap() {
    m_layers->setRowLabels(m_table.rowLabels());
    m_layers->setColumnLabels(m_table.columnLabels());
    m_panes->setLead(m_layers, Heatmap::labelWidth(m_table.rowLabels()));
    m_panes->arrange();
    m_layers->setGrid(m_table.byLayer(shownUnit()));
    setScale(m_layers, shownUnit());
}

void OverviewView::showPositionMap() {
    if (m_positionLayer == shownLayer()) return;
    m_positionLayer = shownLayer();
    const Comparison& now = *comparison();
    const bool generated = now.n_prompt < static_cast<int>(now.tokens.size());
    m_positions->setRowLabels(m_table.rowLabels());
    m_positions->setColumnLabels(tokenTexts(now));
    m_positions->setDividers(-1, generated ? now.n_prompt : -1);
    m_positions->setGrid(m_table.byPosition(shownUnit(), m_positionLayer));
    setScale(m_positions, positionUnit());
    if (positionUnit() == shownUnit()) {  // one colour, one value, in both maps
        const double high = std::max(m_layers->range().second, m_positions->range().second);
        m_layers->setRange(m_layers->range().first, high);
        m_positions->setRange(m_positions->range().first, high);
    }
}

void OverviewView::selectionChanged() {
    if (!comparison() || m_table.rows().empty()) return;
    showPositionMap();
    showMarks();
    showCursor();
    m_attribution->setSelected(selection()->site());
    showWords();
}

void OverviewView::showMarks() {
    std::vector<Heatmap::Mark> layers, positions;
    for (int r = 0; r < static_cast<int>(m_table.rows().size()); ++r) {
        for (int c = 0; c < m_table.columns(); ++c) {
            const SiteMetrics* metrics = m_table.at(r, c);
            if (metrics && ErrorTable::isAbsent(*metrics)) {
                layers.push_back({r, c, Heatmap::Shape::hatch, Role::line});
            }
        }
        const SiteMetrics* here = m_table.inLayer(r, m_positionLayer);
        if (!here || !ErrorTable::isAbsent(*here)) continue;
        for (int c = 0; c < m_positions->grid().cols; ++c) {
            positions.push_back({r, c, Heatmap::Shape::hatch, Role::line});
        }
    }
    const auto& first = comparison()->first_divergence;
    const auto& verdict = comparison()->verdict.site;
    if (first) {
        const auto cell = m_table.cellOf(first->site);
        if (cell) layers.push_back({cell->first, cell->second, Heatmap::Shape::diamond, Role::bad});
        const bool here = first->site.layer < 0 || first->site.layer == m_positionLayer;
        if (cell && here && first->pos < m_positions->grid().cols) {
            positions.push_back({cell->first, first->pos, Heatmap::Shape::diamond, Role::bad});
        }
    }
    if (verdict && (!first || first->site != *verdict)) {
        const auto cell = m_table.cellOf(*verdict);
        if (cell) layers.push_back({cell->first, cell->second, Heatmap::Shape::diamond, Role::bad});
    }
    m_layers->setMarks(std::move(layers));
    m_positions->setMarks(std::move(positions));
}

void OverviewView::showCursor() {
    const auto cell = m_table.cellOf(selection()->site());
    const bool found = cell && m_table.at(cell->first, cell->second);
    m_layers->setCursorCell(found ? cell->first : -1, found ? cell->second : -1);
    m_positions->setCursorCell(found ? cell->first : -1, found ? selection()->pos() : -1);
}

QString OverviewView::foundText() const {
    const double highest = m_layers->dataRange().second;
    const bool apart = comparison()->verdict.site || comparison()->first_divergence;
    if (shownUnit() == ErrorUnit::band && highest <= 1 && !apart)
        return tr("   ✓ all shown within the band, ≤ %1 ×").arg(formatNumber(highest, 2));
    const auto& first = comparison()->first_divergence;
    const auto& verdict = comparison()->verdict.site;
    if (verdict && (!first || first->site != *verdict)) {
        return first ? tr("   ◆ first over band, other function") : tr("   ◆ other function");
    }
    return first ? tr("   ◆ first over band") : QString();
}

/// The unit in words, for those who read it here first.
QString OverviewView::unitLegend() const {
    switch (shownUnit()) {
        case ErrorUnit::band:
            return tr(
                "1 × band: as far as rounding alone may bring A and B apart; no colour: "
                "within it");
        case ErrorUnit::ulp: return tr("1 ulp: one unit in the last place of the coarser dtype");
        case ErrorUnit::relative: break;
    }
    return tr("relative L2: ‖A−B‖ / max(‖A‖, ‖B‖)");
}

void OverviewView::showWords() {
    m_legend->setText(unitLegend());
    QStringList notes;
    const QString fallback = shownUnit() != m_unit ? tr("   not judged: relative L2") : QString();
    if (!m_apart && m_table.hiddenRows() > 0) {
        notes << tr("%1 of %2 sites")
                     .arg(m_table.rows().size())
                     .arg(static_cast<int>(m_table.rows().size()) + m_table.hiddenRows());
    }
    setNote(notes.join(QStringLiteral(" · ")));
    // Where nothing has a colour the caption says so, and the other map has the scale.
    const double highest = m_layers->dataRange().second;
    const bool calm = shownUnit() == ErrorUnit::band && highest <= 1 &&
                      positionUnit() == shownUnit() && !comparison()->verdict.site;
    if (calm) m_layers->setScaleBar(false);
    m_layers->setCaption(tr("block →") + (fallback.isEmpty() ? foundText() : fallback));
    m_positions->setCaption(positionUnit() == shownUnit()
                                ? tr("block %1, position →").arg(m_positionLayer)
                                : tr("block %1, relative L2").arg(m_positionLayer));
    m_positions->setToolTip(positionUnit() == shownUnit()
                                ? QString()
                                : tr("ulp are known by site only: by position it is relative L2"));
    setAccessibleDescription(describe());
}

void OverviewView::choose(const Site& site, int pos) {
    if (!m_table.find(site)) return showCursor();
    if (pos >= 0) {
        selection()->goTo(site, pos);
    } else {
        selection()->setSite(site);
    }
}

void OverviewView::hover(const Site& site, int pos) {
    const SiteMetrics* metrics = m_table.find(site);
    if (!metrics) return;
    HoverInfo info;
    info.site = QString::fromStdString(to_string(site));
    if (pos >= 0) info.where = tokenAt(*comparison(), pos);
    if (ErrorTable::isAbsent(*metrics)) {
        info.note = m_table.text(site, pos).section(QLatin1Char('\n'), 1);
        Q_EMIT hovered(info);
        return;
    }
    info.relative = pos >= 0 ? errorIn(ErrorUnit::relative, *metrics, pos) : metrics->rel_l2;
    if (pos < 0) info.ulp = metrics->max_ulp;
    if (m_table.judged()) {
        const auto p = static_cast<size_t>(pos);
        info.band = pos < 0                           ? metrics->band
                    : p < metrics->band_by_pos.size() ? metrics->band_by_pos[p]
                                                      : std::nan("");
    }
    info.note = tr("max |A−B| %1, exact %2, slope %3")
                    .arg(formatNumber(metrics->max_abs), formatShare(metrics->exact),
                         formatNumber(metrics->slope, 4));
    Q_EMIT hovered(info);
}

Table OverviewView::table() const {
    return m_apart && m_attribution->hasFigures() ? m_attribution->table() : m_table.table();
}

QString OverviewView::describe() const {
    if (!comparison() || m_table.rows().empty()) return tr("No error map.");
    if (m_apart) return m_attribution->describe();
    const Site site = selection()->site();
    const SiteMetrics* metrics = m_table.find(site);
    if (!metrics) return tr("Error map in %1, no site chosen.").arg(unitText(shownUnit()));
    return tr("Error at %1: %2 %3")
        .arg(QString::fromStdString(to_string(site)), formatNumber(errorIn(shownUnit(), *metrics)),
             unitText(shownUnit()));
}

}  // namespace driftscope
