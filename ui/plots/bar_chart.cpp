// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/bar_chart.h"

#include "ui/plots/custom_plot.h"

#include <algorithm>
#include <cmath>

#include <QToolTip>

#include "ui/plots/axis_labels.h"
#include "ui/plots/legend.h"
#include "ui/text/number_format.h"

namespace driftscope {

namespace {
constexpr int kBesides = 30;  // pixels of a chart's width that are its value axis
constexpr int kRight = 1;     // pixels at its right
}  // namespace

struct BarChart::Items {
    QSharedPointer<QCPAxisTickerText> categories{new QCPAxisTickerText};
    QCPItemRect* cursor = nullptr;
    Legend* legend = nullptr;
};

BarChart::BarChart(QWidget* parent) : Plot(parent), m_items(std::make_unique<Items>()) {
    QCustomPlot* plot = canvas();
    plot->xAxis->setTicker(m_items->categories);
    plot->setPlottingHint(QCP::phFastPolylines, true);  // as in a line chart
    plot->xAxis->grid()->setVisible(false);
    plot->xAxis->setTickLength(0, 0);
    m_items->cursor = new QCPItemRect(plot);
    m_items->cursor->setLayer(QStringLiteral("grid"));
    m_items->cursor->setVisible(false);
    m_items->cursor->bottomRight->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_items->cursor->topLeft->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_items->legend = new Legend(this);
    m_items->legend->hide();
    addFoot(m_items->legend);
}

BarChart::~BarChart() = default;

int BarChart::count() const {
    size_t n = 0;
    for (const Series& series : m_series) n = std::max(n, series.values.size());
    return static_cast<int>(n);
}

QString BarChart::label(int category) const {
    return m_labels.isEmpty() ? QString::number(m_firstIndex + category) : m_labels.value(category);
}

void BarChart::setSeries(std::vector<Series> series) {
    m_series = std::move(series);
    if (m_cursor >= count()) m_cursor = -1;
    rebuild();
}

void BarChart::setCategories(const QStringList& labels, int firstIndex) {
    m_labels = labels;
    m_firstIndex = firstIndex;
    applyLayout();
    refresh();
}

void BarChart::setUnit(const QString& unit) {
    m_unit = unit;
    rebuild();
}

void BarChart::setThreshold(std::optional<double> value, const QString& name) {
    setThresholds(value ? std::vector<double>{*value} : std::vector<double>{}, name);
}

void BarChart::setThresholds(std::vector<double> values, const QString& name) {
    m_thresholds = std::move(values);
    m_thresholdName = name;
    rebuild();
}

void BarChart::setHighlight(int category, Role role) {
    m_highlight = category;
    m_highlightRole = role;
    rebuild();
}

void BarChart::setMarks(std::vector<Mark> marks) {
    m_marks = std::move(marks);
    rebuild();
}

void BarChart::setNamesInOrder(bool on) {
    m_names = on;
    applyLayout();
}

void BarChart::setShare(bool on) {
    m_share = on;
    rebuild();
}

void BarChart::setLegendShown(bool on) {
    m_legendShown = on;
    rebuild();
}

void BarChart::setLog(bool on) {
    m_log = on;
    rebuild();
}

void BarChart::setMaximum(std::optional<double> maximum) {
    m_maximum = maximum;
    rebuild();
}

void BarChart::setValueAxis(bool on) {
    m_valueAxis = on;
    rebuild();
}

void BarChart::drawWhiskers(const Series& series, double shift) {
    if (series.half.empty()) return;
    auto* under = canvas()->addGraph();
    auto* whiskers = new QCPErrorBars(canvas()->xAxis, canvas()->yAxis);
    under->setPen(Qt::NoPen);
    under->setLineStyle(QCPGraph::lsNone);
    for (size_t i = 0; i < series.values.size() && i < series.half.size(); ++i) {
        if (!std::isfinite(series.values[i]) || !std::isfinite(series.half[i])) continue;
        under->addData(static_cast<double>(i) + shift, series.values[i]);
        whiskers->addData(std::fabs(series.half[i]));
    }
    whiskers->setDataPlottable(under);
    whiskers->setErrorType(QCPErrorBars::etValueError);
    whiskers->setPen(QPen(Theme::instance().color(Role::text), 1.2));
    whiskers->setWhiskerWidth(5);
    whiskers->setSymbolGap(0);
}

/// Rows of diamonds under the upper edge: they are seen whatever the bars do.
void BarChart::drawMarks(double lower, double upper) {
    double share = 0.03;
    for (const Mark& mark : m_marks) {
        auto* graph = canvas()->addGraph();
        const QColor color = Theme::instance().color(mark.role);
        graph->setLineStyle(QCPGraph::lsNone);
        graph->setScatterStyle(
            QCPScatterStyle(QCPScatterStyle::ssDiamond, QPen(color, 1), QBrush(color), 7));
        const double y =
            m_log ? upper * std::pow(lower / upper, share) : upper - (upper - lower) * share;
        for (const int category : mark.categories) {
            if (category >= 0 && category < count()) graph->addData(category, y);
        }
        share += 0.08;
    }
}

bool BarChart::isThin() const {
    const size_t bars = static_cast<size_t>(count()) * m_series.size();
    return m_series.size() > 1 && bars > 0 && (canvas()->width() - kBesides) / double(bars) < 1.5;
}

void BarChart::drawSteps(const Series& series, double thick) {
    QCPGraph* graph = canvas()->addGraph();
    graph->setLineStyle(QCPGraph::lsStepCenter);
    graph->setPen(QPen(Theme::instance().color(series.role), thick));
    for (size_t i = 0; i < series.values.size(); ++i)
        graph->addData(static_cast<double>(i), series.values[i]);
}

void BarChart::rebuild() {
    QCustomPlot* plot = canvas();
    plot->clearPlottables();
    m_thin = isThin();
    const Theme& theme = Theme::instance();
    const double width = 0.8 / std::max<size_t>(1, m_series.size());
    std::vector<Legend::Entry> entries;
    double top = 0, bottom = 0, least = std::numeric_limits<double>::infinity();
    for (size_t s = 0; s < m_series.size(); ++s) {
        const Series& series = m_series[s];
        auto* bars = new QCPBars(plot->xAxis, plot->yAxis);
        auto* chosen = new QCPBars(plot->xAxis, plot->yAxis);
        for (QCPBars* layer : {bars, chosen}) {
            layer->setWidth(width * 0.94);
            layer->setPen(Qt::NoPen);
            layer->setAntialiased(false);
        }
        bars->setBrush(theme.color(series.role));
        chosen->setBrush(theme.color(series.role));
        chosen->setPen(QPen(theme.color(m_highlightRole), 1.6));
        if (m_thin) drawSteps(series, s == 0 ? 3.2 : 1.4);
        const double shift =
            (static_cast<double>(s) - 0.5 * (static_cast<double>(m_series.size()) - 1)) * width;
        for (size_t i = 0; i < series.values.size(); ++i) {
            const double value = series.values[i];
            if (!std::isfinite(value)) continue;
            const bool highlight = static_cast<int>(i) == m_highlight;
            if (!m_thin || highlight)
                (highlight ? chosen : bars)->addData(static_cast<double>(i) + shift, value);
            const double half = i < series.half.size() && std::isfinite(series.half[i])
                                    ? std::fabs(series.half[i])
                                    : 0;
            top = std::max(top, value + half);
            bottom = std::min(bottom, value - half);
            if (value > 0) least = std::min(least, value);
        }
        drawWhiskers(series, shift);
        if (m_series.size() > 1) entries.push_back({series.name, series.role});
    }
    if (!m_thresholds.empty()) {
        auto* line = plot->addGraph();
        line->setPen(QPen(theme.color(Role::text), 1.2));
        line->setLineStyle(QCPGraph::lsStepCenter);
        const bool one = m_thresholds.size() == 1;
        const int n = count();
        for (int i = -1; i <= n; ++i) {
            const int at = std::clamp(i, 0, n - 1);
            const double value =
                m_thresholds[one ? 0
                                 : std::min<size_t>(static_cast<size_t>(std::max(0, at)),
                                                    m_thresholds.size() - 1)];
            line->addData(i, value);
            if (std::isfinite(value)) top = std::max(top, value);
        }
        if (!m_thresholdName.isEmpty()) entries.push_back({m_thresholdName, Role::text, true});
    }
    for (const Mark& mark : m_marks) {
        if (!mark.categories.empty()) entries.push_back({mark.name, mark.role, false, false, true});
    }
    m_items->legend->setEntries(m_legendShown ? std::move(entries) : std::vector<Legend::Entry>(),
                                m_unit);
    styleValueAxis(plot->yAxis, m_log, plot->height(), m_share);
    // Room above for the marks.
    const double room = 1.08 + 0.08 * static_cast<double>(m_marks.size());
    const double upper =
        m_maximum.value_or(top > 0 ? (m_log && !m_marks.empty() ? top * 3 : top * room)
                                   : (bottom < 0 ? -bottom * 0.2 : 1));
    const double lower = m_log ? std::min(least, upper / 10) / 2 : bottom * 1.08;
    plot->yAxis->setRange(lower, upper);
    drawMarks(lower, upper);
    plot->yAxis->setTicks(m_valueAxis);
    plot->yAxis->setTickLabels(m_valueAxis);
    plot->yAxis->setBasePen(Qt::NoPen);
    plot->yAxis->grid()->setVisible(m_valueAxis);
    plot->xAxis->setRange(-0.6, count() - 0.4);
    applyLayout();
    setCursorCategory(m_cursor);
    refresh();
}

void BarChart::applyTheme() {
    styleAxes();
    // A frame, as around the cell of a map: a ground would be taken for a bar.
    m_items->cursor->setPen(QPen(Theme::instance().color(Role::text), 1, Qt::DotLine));
    m_items->cursor->setBrush(Qt::NoBrush);
    rebuild();
}

void BarChart::applyLayout() {
    if (isThin() != m_thin) return rebuild();
    QCustomPlot* plot = canvas();
    styleValueAxis(plot->yAxis, m_log, plot->height(), m_share);
    plot->xAxis->setTickLabels(makeRoom(plot->axisRect(), plot->height(), kRight, m_valueAxis));
    labelAxis(plot->xAxis, *m_items->categories, m_labels, count(), m_firstIndex,
              QSize(plot->width() - kBesides, plot->height()), m_names);
}

void BarChart::setCursorCategory(int category) {
    m_cursor = category >= 0 && category < count() ? category : -1;
    QCPItemRect* item = m_items->cursor;
    item->setVisible(m_cursor >= 0);
    item->topLeft->setCoords(m_cursor - 0.5, 0);
    item->bottomRight->setCoords(m_cursor + 0.5, 1);
    cursorMoved();
}

void BarChart::choose(int category) {
    setCursorCategory(category);
    Q_EMIT categoryHovered(category);
    Q_EMIT categoryChosen(category);
}

bool BarChart::moveCursor(int dx, int, Qt::KeyboardModifiers) {
    if (count() == 0 || dx == 0) return false;
    choose(m_cursor < 0 ? 0 : std::clamp(m_cursor + dx, 0, count() - 1));
    return true;
}

bool BarChart::moveCursorTo(bool start) {
    if (count() == 0) return false;
    choose(start ? 0 : count() - 1);
    return true;
}

int BarChart::categoryAt(const QPoint& pos) const {
    const QRect area = canvas()->axisRect()->rect();
    if (pos.x() < area.left() || pos.x() > area.right() || pos.y() < 0) return -1;
    const int category = static_cast<int>(std::lround(canvas()->xAxis->pixelToCoord(pos.x())));
    return category >= 0 && category < count() ? category : -1;
}

void BarChart::mouseAt(const QPoint& pos) {
    const int category = categoryAt(pos);
    if (category < 0) return QToolTip::hideText();
    QStringList lines{label(category)};
    for (const Series& series : m_series) {
        if (category < static_cast<int>(series.values.size())) {
            const auto at = static_cast<size_t>(category);
            const QString half = at < series.half.size()
                                     ? QStringLiteral(" ± ") + exact(series.half[at])
                                     : QString();
            lines << QStringLiteral("%1  %2%3").arg(series.name, exact(series.values[at]), half);
        }
    }
    QToolTip::showText(canvas()->mapToGlobal(pos + QPoint(12, 12)), lines.join(u'\n'), canvas());
    Q_EMIT categoryHovered(category);
}

void BarChart::clickAt(const QPoint& pos) {
    if (const int category = categoryAt(pos); category >= 0) choose(category);
}

Table BarChart::table() const {
    Table table;
    table.title = caption();
    table.header << QStringLiteral("index") << QStringLiteral("label");
    for (const Series& series : m_series) {
        table.header << (m_unit.isEmpty() ? series.name
                                          : QStringLiteral("%1 (%2)").arg(series.name, m_unit));
        if (!series.half.empty()) table.header << series.name + QStringLiteral(" ±");
    }
    if (!m_thresholds.empty())
        table.header << (m_thresholdName.isEmpty() ? QStringLiteral("threshold") : m_thresholdName);
    for (int i = 0; i < count(); ++i) {
        const auto at = static_cast<size_t>(i);
        QStringList row{QString::number(m_firstIndex + i), label(i)};
        for (const Series& series : m_series) {
            row << (at < series.values.size() ? exact(series.values[at]) : QString());
            if (!series.half.empty()) {
                row << (at < series.half.size() ? exact(series.half[at]) : QString());
            }
        }
        if (!m_thresholds.empty())
            row << exact(m_thresholds[std::min(at, m_thresholds.size() - 1)]);
        table.add(row);
    }
    return table;
}

QString BarChart::describe() const {
    if (count() == 0) return tr("empty");
    if (m_cursor < 0) return tr("%1 bars").arg(count());
    QStringList parts{label(m_cursor)};
    for (const Series& series : m_series) {
        const auto at = static_cast<size_t>(m_cursor);
        if (at >= series.values.size()) continue;
        parts << series.name + u' ' + formatNumber(series.values[at], 4);
        if (at < series.half.size())
            parts.last() += QStringLiteral(" ± ") + formatNumber(series.half[at], 2);
    }
    for (const Mark& mark : m_marks) {
        if (std::find(mark.categories.begin(), mark.categories.end(), m_cursor) !=
            mark.categories.end()) {
            parts << mark.name;
        }
    }
    return parts.join(QStringLiteral(", "));
}

}  // namespace driftscope
