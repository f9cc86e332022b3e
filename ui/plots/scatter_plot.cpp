// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/scatter_plot.h"

#include "ui/plots/custom_plot.h"

#include <algorithm>
#include <cmath>

#include <QToolTip>

#include "ui/plots/axis_labels.h"
#include "ui/text/number_format.h"

namespace driftscope {

namespace {
constexpr double kReach = 8;  // pixels from a point that still mean it
}

struct ScatterPlot::Items {
    QCPItemStraightLine *same = nullptr, *fit = nullptr;
    QCPItemTracer* mark = nullptr;
    QCPGraph* points = nullptr;
};

ScatterPlot::ScatterPlot(QWidget* parent) : Plot(parent), m_items(std::make_unique<Items>()) {
    QCustomPlot* plot = canvas();
    m_items->same = new QCPItemStraightLine(plot);
    m_items->fit = new QCPItemStraightLine(plot);
    for (QCPItemStraightLine* line : {m_items->same, m_items->fit}) {
        line->point1->setCoords(0, 0);
        line->point2->setCoords(1, 1);
        line->setLayer(QStringLiteral("grid"));
    }
    m_items->fit->setVisible(false);
    m_items->points = plot->addGraph();
    m_items->points->setLineStyle(QCPGraph::lsNone);
    m_items->mark = new QCPItemTracer(plot);
    m_items->mark->setStyle(QCPItemTracer::tsCircle);
    m_items->mark->setSize(9);
    m_items->mark->setVisible(false);
    plot->xAxis->setNumberFormat(QStringLiteral("gb"));
    plot->axisRect()->setMinimumMargins(QMargins(1, 6, 8, 1));
}

ScatterPlot::~ScatterPlot() = default;

void ScatterPlot::setPoints(std::vector<std::pair<double, double>> points) {
    m_points = std::move(points);
    m_cursor = -1;
    rebuild();
}

void ScatterPlot::setSlope(std::optional<double> slope) {
    m_slope = slope;
    rebuild();
}

void ScatterPlot::rebuild() {
    QVector<double> x, y;
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const auto& [a, b] : m_points) {
        if (!std::isfinite(a) || !std::isfinite(b)) continue;
        x << a;
        y << b;
        low = std::min({low, a, b});
        high = std::max({high, a, b});
    }
    if (!(low < high)) {
        low = std::isfinite(low) ? low - 1 : 0;
        high = low + 2;
    }
    const double edge = 0.05 * (high - low);
    m_items->points->setData(x, y);
    canvas()->xAxis->setRange(low - edge, high + edge);
    canvas()->yAxis->setRange(low - edge, high + edge);
    m_items->fit->setVisible(m_slope && std::isfinite(*m_slope));
    if (m_slope) m_items->fit->point2->setCoords(1, *m_slope);
    applyLayout();
    setCursorPoint(m_cursor);
}

void ScatterPlot::applyTheme() {
    styleAxes();
    const Theme& theme = Theme::instance();
    QColor point = theme.color(Role::text);
    point.setAlphaF(0.45F);
    m_items->points->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, point, point, 3));
    m_items->same->setPen(QPen(theme.color(Role::faintText), 1, Qt::DashLine));
    m_items->fit->setPen(QPen(theme.color(Role::text), 1.4));
    m_items->mark->setPen(QPen(theme.color(Role::text), 1.6));
    rebuild();
}

void ScatterPlot::applyLayout() {
    QCustomPlot* plot = canvas();
    styleValueAxis(plot->yAxis, false, plot->height());
    styleValueAxis(plot->xAxis, false, plot->width());
    plot->xAxis->setTickLabels(plot->height() >= 64);
    plot->xAxis->setTickLabelRotation(0);
}

void ScatterPlot::setCursorPoint(int index) {
    m_cursor = index >= 0 && index < static_cast<int>(m_points.size()) ? index : -1;
    m_items->mark->setVisible(m_cursor >= 0);
    if (m_cursor >= 0) {
        const auto& [a, b] = m_points[static_cast<size_t>(m_cursor)];
        m_items->mark->position->setCoords(a, b);
    }
    cursorMoved();
}

int ScatterPlot::pointAt(const QPoint& pos) const {
    int best = -1;
    double nearest = kReach * kReach;
    for (size_t i = 0; i < m_points.size(); ++i) {
        const double dx = canvas()->xAxis->coordToPixel(m_points[i].first) - pos.x();
        const double dy = canvas()->yAxis->coordToPixel(m_points[i].second) - pos.y();
        if (dx * dx + dy * dy >= nearest) continue;
        nearest = dx * dx + dy * dy;
        best = static_cast<int>(i);
    }
    return best;
}

void ScatterPlot::choose(int index) {
    setCursorPoint(index);
    Q_EMIT pointHovered(index);
    Q_EMIT pointChosen(index);
}

bool ScatterPlot::moveCursor(int dx, int dy, Qt::KeyboardModifiers) {
    const int count = static_cast<int>(m_points.size());
    const int step = dx != 0 ? dx : dy;
    if (count == 0 || step == 0) return false;
    choose(m_cursor < 0 ? 0 : std::clamp(m_cursor + step, 0, count - 1));
    return true;
}

bool ScatterPlot::moveCursorTo(bool start) {
    if (m_points.empty()) return false;
    choose(start ? 0 : static_cast<int>(m_points.size()) - 1);
    return true;
}

void ScatterPlot::mouseAt(const QPoint& pos) {
    const int index = pointAt(pos);
    if (index < 0) return QToolTip::hideText();
    const auto& [a, b] = m_points[static_cast<size_t>(index)];
    QToolTip::showText(canvas()->mapToGlobal(pos + QPoint(12, 12)),
                       tr("A %1\nB %2").arg(exact(a), exact(b)), canvas());
    Q_EMIT pointHovered(index);
}

void ScatterPlot::clickAt(const QPoint& pos) {
    if (const int index = pointAt(pos); index >= 0) choose(index);
}

Table ScatterPlot::table() const {
    Table table;
    table.title = caption();
    table.header = {QStringLiteral("a"), QStringLiteral("b")};
    for (const auto& [a, b] : m_points) table.add({exact(a), exact(b)});
    return table;
}

QString ScatterPlot::describe() const {
    if (m_points.empty()) return tr("empty");
    if (m_cursor < 0) return tr("%1 points").arg(m_points.size());
    const auto& [a, b] = m_points[static_cast<size_t>(m_cursor)];
    return tr("A %1, B %2").arg(formatNumber(a, 4), formatNumber(b, 4));
}

}  // namespace driftscope
