// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/line_chart.h"

#include "ui/plots/custom_plot.h"

#include <algorithm>
#include <cmath>

#include <QToolTip>

#include "ui/plots/axis_labels.h"
#include "ui/plots/dense_lines.h"
#include "ui/plots/legend.h"
#include "ui/plots/value_ticker.h"
#include "ui/text/number_format.h"

namespace driftscope {

struct LineChart::Items {
    QSharedPointer<QCPAxisTickerText> indices{new QCPAxisTickerText};
    QCPItemLine *cursor = nullptr, *divider = nullptr;
    Legend* legend = nullptr;
};

namespace {
constexpr int kBesides = 36;  // pixels of a chart's width that are its value axis
constexpr int kRight = 4;     // pixels at its right

QCPItemLine* makeLine(QCustomPlot* plot) {
    auto* line = new QCPItemLine(plot);
    line->setLayer(QStringLiteral("grid"));
    line->start->setTypeY(QCPItemPosition::ptAxisRectRatio);
    line->end->setTypeY(QCPItemPosition::ptAxisRectRatio);
    line->setVisible(false);
    return line;
}

void placeLine(QCPItemLine* line, double x, bool visible) {
    line->setVisible(visible);
    line->start->setCoords(x, 0);
    line->end->setCoords(x, 1);
}
}  // namespace

LineChart::LineChart(QWidget* parent) : Plot(parent), m_items(std::make_unique<Items>()) {
    QCustomPlot* plot = canvas();
    plot->xAxis->setTicker(m_items->indices);
    // A thick line of many corners as one outline takes Qt seconds.
    plot->setPlottingHint(QCP::phFastPolylines, true);
    plot->xAxis->grid()->setVisible(false);
    plot->xAxis->setTickLength(0, 0);
    m_items->cursor = makeLine(plot);
    m_items->divider = makeLine(plot);
    m_items->legend = new Legend(this);
    m_items->legend->hide();
    addFoot(m_items->legend);
}

LineChart::~LineChart() = default;

int LineChart::count() const {
    size_t n = 0;
    for (const Series& series : m_series) n = std::max(n, series.values.size());
    return static_cast<int>(n);
}

void LineChart::setSeries(std::vector<Series> series) {
    m_series = std::move(series);
    if (m_cursor >= count()) m_cursor = -1;
    rebuild();
}

void LineChart::setLabels(const QStringList& labels) {
    m_labels = labels;
    applyLayout();
    refresh();
}

void LineChart::setUnit(const QString& unit) {
    m_unit = unit;
    rebuild();
}

void LineChart::setLog(bool on, double floor) {
    m_log = on;
    m_floor = floor;
    rebuild();
}

void LineChart::setRange(std::optional<double> low, std::optional<double> high) {
    m_low = low;
    m_high = high;
    rebuild();
}

void LineChart::setDivider(int index) {
    m_divider = index;
    placeLine(m_items->divider, index - 0.5, index > 0);
    refresh();
}

void LineChart::setValueAxis(bool on) {
    m_valueAxis = on;
    rebuild();
}

void LineChart::setShare(bool on) {
    m_share = on;
    rebuild();
}

void LineChart::setLegendShown(bool on) {
    m_legendShown = on;
    rebuild();
}

void LineChart::setSmooths(bool on) {
    m_smooths = on;
    rebuild();
}

int LineChart::wantedWindow() const {
    constexpr int kPixels = 12;  // that one value of the median stands for
    return m_smooths && count() > 2 * across() ? kPixels * count() / across() | 1 : 0;
}

int LineChart::across() const { return std::max(1, canvas()->width() - kBesides); }

bool LineChart::isDense(const Series& series) const {
    return m_window > 0 && !series.points && !series.dashed;
}

void LineChart::put(QCPGraph* graph, double x, double value) const {
    if (m_log && value < m_floor) value = m_floor;
    graph->addData(x, std::isinf(value) ? std::nan("") : value);
}

void LineChart::drawGround(const Series& series) {
    const Envelope edges = envelope(series.values, across());
    QCPGraph *foot = canvas()->addGraph(), *head = canvas()->addGraph();
    for (size_t i = 0; i < edges.index.size(); ++i) {
        put(foot, edges.index[i], edges.low[i]);
        put(head, edges.index[i], edges.high[i]);
    }
    for (QCPGraph* edge : {foot, head}) edge->setPen(Qt::NoPen);
    QColor quiet = Theme::instance().color(series.role);
    quiet.setAlphaF(0.25F);
    head->setBrush(quiet);
    head->setChannelFillGraph(foot);
}

void LineChart::drawSeries(const Series& series, double width) {
    const QColor color = Theme::instance().color(series.role);
    QCPGraph* graph = canvas()->addGraph();
    graph->setPen(QPen(color, width, series.dashed ? Qt::DashLine : Qt::SolidLine));
    if (isDense(series)) {
        const std::vector<double> medians = runningMedian(series.values, m_window);
        for (const double index : envelope(series.values, across() / 2).index)
            put(graph, index, medians[static_cast<size_t>(index)]);
        return;
    }
    for (size_t i = 0; i < series.values.size(); ++i)
        put(graph, static_cast<double>(i), series.values[i]);
    if (series.filled) {
        QColor quiet = color;
        quiet.setAlphaF(0.15F);
        graph->setBrush(quiet);
    }
    if (series.points) {
        graph->setLineStyle(QCPGraph::lsNone);
        graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDiamond, color, color, 6));
    } else if (series.values.size() <= 24 && !series.dashed) {  // few points stay visible as points
        const bool disc = series.role == Role::b;
        graph->setScatterStyle(QCPScatterStyle(
            disc ? QCPScatterStyle::ssDisc : QCPScatterStyle::ssSquare, color, color, 4));
    }
}

void LineChart::drawRug(const Series& series, double low, double high) {
    QPainterPath stroke;
    stroke.moveTo(0, -3);
    stroke.lineTo(0, 3);
    QColor color = Theme::instance().color(series.role);
    color.setAlphaF(0.6F);
    QCPGraph* rug = canvas()->addGraph();
    rug->setLineStyle(QCPGraph::lsNone);
    rug->setScatterStyle(QCPScatterStyle(stroke, QPen(color, 1)));
    constexpr double kFromTop = 0.03;
    const double y = m_log ? high * std::pow(low / high, kFromTop) : high - (high - low) * kFromTop;
    for (size_t i = 0; i < series.values.size(); ++i)
        if (std::isfinite(series.values[i])) rug->addData(static_cast<double>(i), y);
}

void LineChart::rebuild() {
    QCustomPlot* plot = canvas();
    plot->clearPlottables();
    m_window = wantedWindow();
    std::vector<Legend::Entry> entries;
    double top = -std::numeric_limits<double>::infinity(), bottom = -top;
    const auto hasLine = [this](Role role) {
        return std::any_of(m_series.begin(), m_series.end(),
                           [&](const Series& one) { return one.role == role && !one.points; });
    };
    const bool pair = hasLine(Role::a) && hasLine(Role::b);
    // One line and marks of it: the caption names the line.
    const auto lines = std::count_if(m_series.begin(), m_series.end(),
                                     [](const Series& one) { return !one.points; });
    for (const Series& series : m_series)
        if (isDense(series)) drawGround(series);
    for (const Series& series : m_series) {
        if (series.points && m_window > 0) {  // a rug once the range is known
            entries.push_back({series.name, series.role, true});
            continue;
        }
        // B lies upon A: where both run together A shows on either side of it.
        drawSeries(series, !pair                    ? 1.8
                           : series.role == Role::a ? 3.6
                           : series.role == Role::b ? 1.4
                                                    : 1.8);
        for (const double value : series.values) {
            if (!std::isfinite(value)) continue;
            top = std::max(top, m_log ? std::max(value, m_floor) : value);
            // What is below the floor (an exact 0) leaves the chart at its foot: decades that
            // nothing is in are no reason to press the others flat.
            if (!m_log || value >= m_floor) bottom = std::min(bottom, value);
        }
        if (m_series.size() > 1 && !(lines == 1 && !series.points))
            entries.push_back(
                {series.name, series.role, !series.points, series.dashed, series.points});
    }
    if (m_log && top >= m_floor && bottom > top) bottom = m_floor;
    if (top < bottom) top = 1, bottom = 0;
    QStringList words;
    if (!m_unit.isEmpty()) words << m_unit;
    if (m_window > 0) words << tr("median of %1").arg(m_window);
    m_items->legend->setEntries(m_legendShown ? std::move(entries) : std::vector<Legend::Entry>(),
                                words.join(QStringLiteral(" · ")));
    styleValueAxis(plot->yAxis, m_log, plot->height(), m_share);
    const double low = m_low.value_or(m_log        ? std::max(m_floor, bottom) / 2
                                      : bottom < 0 ? bottom - 0.08 * (std::max(0.0, top) - bottom)
                                                   : 0.0);
    double high = m_high.value_or(m_log ? top * 2 : top + 0.08 * (top - low));
    // Values that are all at the floor are a line at the foot of whole powers.
    if (m_log && top <= m_floor && !m_high) high = m_floor * 100;
    if (!(high > low)) high = m_log ? low * 10 : low + 1;
    if (m_log && !m_high) high = highForTwo(low, high);
    plot->yAxis->setRange(low, high);
    for (const Series& series : m_series)
        if (series.points && m_window > 0) drawRug(series, low, high);
    plot->yAxis->setTicks(m_valueAxis);
    plot->yAxis->setTickLabels(m_valueAxis);
    plot->yAxis->setBasePen(Qt::NoPen);
    plot->yAxis->grid()->setVisible(m_valueAxis);
    plot->xAxis->setRange(-0.5, std::max(0.5, count() - 0.5));
    applyLayout();
    setCursorIndex(m_cursor);
}

void LineChart::applyTheme() {
    styleAxes();
    m_items->cursor->setPen(QPen(Theme::instance().color(Role::text), 1.2));
    m_items->divider->setPen(QPen(Theme::instance().color(Role::dimText), 1, Qt::DashLine));
    rebuild();
}

void LineChart::applyLayout() {
    if (wantedWindow() != m_window) return rebuild();
    QCustomPlot* plot = canvas();
    styleValueAxis(plot->yAxis, m_log, plot->height(), m_share);
    plot->xAxis->setTickLabels(makeRoom(plot->axisRect(), plot->height(), kRight, m_valueAxis));
    labelAxis(plot->xAxis, *m_items->indices, m_labels, count(), 0,
              QSize(across(), plot->height()));
}

void LineChart::setCursorIndex(int index) {
    m_cursor = index >= 0 && index < count() ? index : -1;
    placeLine(m_items->cursor, m_cursor, m_cursor >= 0);
    cursorMoved();
}

void LineChart::choose(int index) {
    setCursorIndex(index);
    Q_EMIT indexHovered(index);
    Q_EMIT indexChosen(index);
}

bool LineChart::moveCursor(int dx, int, Qt::KeyboardModifiers) {
    if (count() == 0 || dx == 0) return false;
    choose(m_cursor < 0 ? 0 : std::clamp(m_cursor + dx, 0, count() - 1));
    return true;
}

bool LineChart::moveCursorTo(bool start) {
    if (count() == 0) return false;
    choose(start ? 0 : count() - 1);
    return true;
}

void LineChart::mouseAt(const QPoint& pos) {
    const QRect area = canvas()->axisRect()->rect();
    if (count() == 0 || !area.contains(pos)) return QToolTip::hideText();
    const int index = std::clamp(
        static_cast<int>(std::lround(canvas()->xAxis->pixelToCoord(pos.x()))), 0, count() - 1);
    QStringList lines{m_labels.isEmpty()
                          ? QString::number(index)
                          : QStringLiteral("%1  %2").arg(index).arg(m_labels.value(index))};
    for (const Series& series : m_series) {
        if (index < static_cast<int>(series.values.size())) {
            lines << QStringLiteral("%1  %2").arg(series.name,
                                                  exact(series.values[static_cast<size_t>(index)]));
        }
    }
    QToolTip::showText(canvas()->mapToGlobal(pos + QPoint(12, 12)), lines.join(u'\n'), canvas());
    Q_EMIT indexHovered(index);
}

void LineChart::clickAt(const QPoint& pos) {
    if (count() == 0 || !canvas()->axisRect()->rect().contains(pos)) return;
    choose(std::clamp(static_cast<int>(std::lround(canvas()->xAxis->pixelToCoord(pos.x()))), 0,
                      count() - 1));
}

Table LineChart::table() const {
    Table table;
    table.title = caption();
    table.header << QStringLiteral("index");
    if (!m_labels.isEmpty()) table.header << QStringLiteral("label");
    for (const Series& series : m_series) {
        table.header << (m_unit.isEmpty() ? series.name
                                          : QStringLiteral("%1 (%2)").arg(series.name, m_unit));
    }
    for (int i = 0; i < count(); ++i) {
        const auto at = static_cast<size_t>(i);
        QStringList row{QString::number(i)};
        if (!m_labels.isEmpty()) row << m_labels.value(i);
        for (const Series& series : m_series)
            row << (at < series.values.size() ? exact(series.values[at]) : QString());
        table.add(row);
    }
    return table;
}

QString LineChart::describe() const {
    if (count() == 0) return tr("empty");
    if (m_cursor < 0) return tr("%1 points").arg(count());
    QStringList parts{m_labels.isEmpty() ? QString::number(m_cursor) : m_labels.value(m_cursor)};
    for (const Series& series : m_series) {
        const auto at = static_cast<size_t>(m_cursor);
        if (at < series.values.size())
            parts << series.name + u' ' + formatNumber(series.values[at], 4);
    }
    return parts.join(QStringLiteral(", "));
}

}  // namespace driftscope
