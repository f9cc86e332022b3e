// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/heatmap.h"

#include "ui/plots/custom_plot.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QToolTip>

#include "ui/plots/axis_labels.h"
#include "ui/plots/cell_layer.h"
#include "ui/plots/grid_scan.h"
#include "ui/plots/scale_bar.h"
#include "ui/plots/token_axis.h"
#include "ui/text/number_format.h"
#include "ui/text/token_text.h"

namespace driftscope {

namespace {
/// Widest labels in pixels, at caption size: a whole site name, a token.
constexpr int kRowLimit = 124, kColumnLimit = 84;
constexpr int kEdge = 6;    ///< pixels left of a map without row labels
constexpr int kNamed = 70;  ///< pixels that a map with named rows is high
constexpr int kTop = 3;     ///< pixels above a map at least
constexpr int kTaller = 5;  ///< pixels that a label of another font is taller
constexpr int kFewest = 4;  ///< rows and columns of the closest look
constexpr double kZoomStep = 1.5;

/// In whole pixels, none of them missing: a label that has its own width is not cut. Beside a map
/// or, of turned labels, below it.
int widest(const QStringList& labels, const QFontMetricsF& metrics, bool turned = false) {
    double width = metrics.horizontalAdvance(QString::number(labels.size()));  // thinsOut()
    if (!thinsOut(static_cast<int>(labels.size()), std::numeric_limits<int>::max())) width = 0;
    for (const QString& label : labels) {
        const double own = metrics.horizontalAdvance(label);
        width = std::max(width, turned ? TokenAxis::depth(label, metrics) : own);
    }
    return static_cast<int>(std::ceil(width));
}
}  // namespace

struct Heatmap::Items {
    CellLayer* cells = nullptr;
    ScaleBar* bar = nullptr;
    QSharedPointer<QCPAxisTickerText> rows{new QCPAxisTickerText}, columns{new QCPAxisTickerText};
};

Heatmap::Heatmap(QWidget* parent)
    : Plot(parent), m_grid(std::make_shared<const Grid>()), m_items(std::make_unique<Items>()) {
    QCustomPlot* plot = canvas();
    plot->axisRect()->setAutoMargins(QCP::msNone);
    plot->yAxis->setRangeReversed(true);
    plot->xAxis->setTicker(m_items->columns);
    plot->yAxis->setTicker(m_items->rows);
    for (QCPAxis* axis : {plot->xAxis, plot->yAxis}) {
        axis->setTickLength(0, 0);
        axis->grid()->setVisible(false);
        axis->setBasePen(Qt::NoPen);
    }
    m_items->cells = new CellLayer(plot->xAxis, plot->yAxis, [this] { refresh(); });
    m_items->bar = new ScaleBar(this);
    addFoot(m_items->bar);
}

Heatmap::~Heatmap() = default;

void Heatmap::setGrid(Grid grid) { setGrid(std::make_shared<const Grid>(std::move(grid))); }

void Heatmap::setGrid(std::shared_ptr<const Grid> grid) {
    if (!grid) grid = std::make_shared<const Grid>();
    if (grid->rows != m_grid->rows || grid->cols != m_grid->cols) {
        m_row0 = m_column0 = 0;
        m_rowsSeen = grid->rows;
        m_columnsSeen = grid->cols;
    }
    if (m_row >= grid->rows || m_column >= grid->cols) m_row = m_column = -1;
    m_grid = std::move(grid);
    m_dataRange.reset();
    fill();
    applyLayout();
}

void Heatmap::setGradient(Gradient gradient) {
    if (m_gradient == gradient) return;
    m_gradient = gradient;
    fill();
}

void Heatmap::setRange(double low, double high) {
    m_range = {low, high};
    fill();
}

void Heatmap::clearRange() {
    m_range.reset();
    fill();
}

std::pair<double, double> Heatmap::range() const {
    if (m_range) return *m_range;
    const auto [low, high] = dataRange();
    if (m_gradient == Gradient::diverging) {
        const double largest = std::max(std::fabs(low), std::fabs(high));
        return {-largest, largest};
    }
    return {m_log ? m_floor : std::min(0.0, low), high};
}

std::pair<double, double> Heatmap::dataRange() const {
    if (!m_dataRange) m_dataRange = finiteRange(*m_grid);
    return *m_dataRange;
}

void Heatmap::setLog(bool on, double floor) {
    m_log = on;
    m_floor = floor;
    fill();
}

void Heatmap::setRoot(bool on) {
    m_root = on;
    fill();
}

void Heatmap::shareBottom(Heatmap* other) {
    if (m_beside == other) return;
    if (m_beside) m_beside->m_beside = nullptr;
    m_beside = other;
    if (other) other->m_beside = this;
    applyLayout();
    if (other) other->applyLayout();
}

void Heatmap::setRowLabels(const QStringList& labels) {
    m_rowLabels = labels;
    applyLayout();
    refresh();
}

void Heatmap::setColumnLabels(const QStringList& labels) {
    m_columnLabels = labels;
    applyLayout();
    refresh();
}

void Heatmap::setLabelsVisible(bool rows, bool columns) {
    m_rowsShown = rows;
    m_columnsShown = columns;
    applyLayout();
    refresh();
}

void Heatmap::setMarks(std::vector<Mark> marks) {
    m_marks = std::move(marks);
    placeMarks();
}

void Heatmap::setScaleBar(bool on, const QString& unit) {
    m_scaleBar = on;
    m_unit = unit;
    m_items->bar->setVisible(on);
    m_items->bar->setUnit(unit);
}

void Heatmap::setSquare(bool on) {
    m_square = on;
    applyLayout();
    refresh();
}

void Heatmap::setCellText(std::function<QString(int, int)> text) { m_cellText = std::move(text); }

void Heatmap::setDividers(int row, int column) {
    m_rowDivider = row;
    m_columnDivider = column;
    placeMarks();
}

int Heatmap::labelWidth(const QStringList& labels) {
    const QFontMetrics metrics(Theme::instance().mono(TextSize::caption));
    return std::min(widest(labels, metrics), kRowLimit) + 8 - kEdge;
}

double Heatmap::unitValue(double value) const {
    if (std::isnan(value)) return value;
    const auto [low, high] = m_limits;
    if (m_gradient == Gradient::diverging) {
        const double largest = std::max(std::fabs(low), std::fabs(high));
        const double share = largest > 0 ? std::clamp(value / largest, -1.0, 1.0) : 0;
        return m_root ? std::copysign(std::sqrt(std::fabs(share)), share) : share;
    }
    if (m_log) {
        if (value <= m_floor) return 0;
        const double top = std::max(high, m_floor * 10);
        return std::clamp(std::log(value / m_floor) / std::log(top / m_floor), 0.0, 1.0);
    }
    const double share = high > low ? std::clamp((value - low) / (high - low), 0.0, 1.0) : 0;
    return m_root ? std::sqrt(share) : share;
}

void Heatmap::fill() {
    m_limits = range();
    m_items->cells->setCells(m_grid, m_gradient, [this](double value) { return unitValue(value); });
    m_items->bar->setScale(m_gradient, m_limits.first, m_limits.second, m_log);
    m_items->bar->setVisible(m_scaleBar && !m_grid->empty());
    placeMarks();
}

void Heatmap::placeMarks() {
    std::vector<CellLayer::Sign> signs;
    for (const Mark& mark : m_marks) {
        const int shape = static_cast<int>(mark.shape);
        signs.push_back({mark.row, mark.column, shape, mark.role});
    }
    m_items->cells->setSigns(std::move(signs), m_rowDivider, m_columnDivider);
    if (!m_grid->empty()) applyLabels();
    placeCursor();
}

void Heatmap::placeCursor() {
    m_items->cells->setCursor(m_row, m_column);
    refresh();
}

void Heatmap::applyTheme() {
    styleAxes();
    for (QCPAxis* axis : {canvas()->xAxis, canvas()->yAxis}) {
        axis->setBasePen(Qt::NoPen);
        axis->setTickLabelFont(Theme::instance().mono(TextSize::caption));
    }
    fill();
}

void Heatmap::applyLabels() {
    // Kept in tickers; what does not fit is left out evenly, never drawn over its neighbour.
    const QFontMetrics metrics(Theme::instance().mono(TextSize::caption));
    const auto fillTicker = [&](QCPAxisTickerText& ticker, const QStringList& labels, int first,
                                int count, double cell, double need, int room, bool turned) {
        ticker.clear();
        int step = std::max(1, static_cast<int>(std::ceil(need / std::max(cell, 0.01))));
        const bool numbers = labels.isEmpty() || thinsOut(count, step);
        if (numbers)
            step = roundStep(static_cast<int>(std::ceil(1.6 * need / std::max(cell, 0.01))));
        const int start = numbers ? (first + step - 1) / step * step : first;
        const int last = first + count - 1;
        for (int i = start; i <= last; i += step) {
            // The end has its name ("out", the newest token), whichever before it go without.
            const int at = !numbers && i + step > last ? last : i;
            const QString text = numbers ? QString::number(at) : labels.value(at);
            ticker.addTick(at, leftToRight(turned ? TokenAxis::fitted(text, metrics, room)
                                                  : elided(text, metrics, room)));
        }
    };
    const QRect area = canvas()->axisRect()->rect();
    const double cellWidth = m_columnsSeen ? double(area.width()) / m_columnsSeen : 1;
    const double cellHeight = m_rowsSeen ? double(area.height()) / m_rowsSeen : 1;
    const QMargins margins = canvas()->axisRect()->margins();
    fillTicker(*m_items->rows, m_rowLabels, m_row0, m_rowsSeen, cellHeight, metrics.height() - 2,
               std::min(kRowLimit, margins.left() - 6), false);
    nameMarkedRows(static_cast<int>(std::ceil((metrics.height() - 2) / std::max(cellHeight, 0.01))),
                   std::min(kRowLimit, margins.left() - 6));
    const bool upright = canvas()->xAxis->tickLabelRotation() == 0;
    const double need =
        upright ? metrics.horizontalAdvance(QStringLiteral("000")) : metrics.height() - 2;
    fillTicker(*m_items->columns, m_columnLabels, m_column0, m_columnsSeen, cellWidth, need,
               upright ? kColumnLimit : std::min(kColumnLimit, m_columnRoom), !upright);
}

/// A row that a mark points at has its name, whichever of its neighbours have to go without.
void Heatmap::nameMarkedRows(int step, int room) {
    if (step <= 1 || m_rowLabels.isEmpty() || thinsOut(m_rowsSeen, step)) return;
    const QFontMetrics metrics(Theme::instance().mono(TextSize::caption));
    QMap<double, QString>& ticks = m_items->rows->ticks();
    for (const Mark& mark : m_marks) {
        if (mark.shape != Shape::diamond || mark.row < m_row0 || mark.row >= m_row0 + m_rowsSeen)
            continue;
        for (auto tick = ticks.begin(); tick != ticks.end();)
            tick = std::abs(tick.key() - mark.row) < step ? ticks.erase(tick) : std::next(tick);
        ticks.insert(mark.row, leftToRight(elided(m_rowLabels.value(mark.row), metrics, room)));
    }
}

void Heatmap::applyLayout() {
    if (m_grid->empty()) return;
    QCustomPlot* plot = canvas();
    const QFontMetrics metrics(Theme::instance().mono(TextSize::caption));
    const QSize size = plot->size();
    // A small map does without labels: the read-out has them.
    const bool rows = m_rowsShown && size.width() >= 130 && size.height() >= kNamed;
    const bool columns = m_columnsShown && size.width() >= 90 && size.height() >= 110;
    const int rowWidth = m_rowLabels.isEmpty()
                             ? metrics.horizontalAdvance(QString::number(m_grid->rows))
                             : widest(m_rowLabels, metrics);
    const int columnWidth = std::min(widest(m_columnLabels, metrics), kColumnLimit);
    const int columnDepth = std::min(widest(m_columnLabels, metrics, true), kColumnLimit);
    const auto isUpright = [&](int beside) {
        const double roughCell = double(size.width() - beside) / std::max(1, m_columnsSeen);
        return m_columnLabels.isEmpty() || columnWidth + 4 <= roughCell;
    };
    // Half of the first column's name, turned, lies left of a narrow column.
    const int edge = columns && !isUpright(1) ? kEdge : 1;
    const int left = rows ? std::min({rowWidth, kRowLimit, size.width() * 2 / 5}) + 8 : edge;
    const bool upright = isUpright(left);
    const int need = !columns  ? 1
                     : upright ? metrics.height() + 6
                               : std::min(columnDepth, size.height() / 3) + 8;
    const int below = std::max(need, m_beside ? m_beside->m_below : 0);
    const bool grown = need != m_below;
    m_below = need;
    // What a label is taller than its small cell lies outside of the map by half; an axis leaves
    // out a label that does not lie within the picture.
    const auto outside = [&](double cell) {
        return static_cast<int>(std::ceil((metrics.height() + kTaller - cell) / 2));
    };
    const double acrossAll = size.width() - left, downAll = size.height() - below;
    const int right = columns && !upright
                          ? std::max(1, outside((acrossAll - 1) / std::max(1, m_columnsSeen)))
                          : 1;
    // The same beside a map with names: their rows are to stay in line.
    const int over = outside((downAll - kTop) / std::max(1, m_rowsSeen));
    const int top = size.height() >= kNamed ? std::max(kTop, over) : kTop;
    const int bottom = columns ? 0 : std::max(0, top - below);
    double cellWidth = (acrossAll - right) / std::max(1, m_columnsSeen);
    double cellHeight = (downAll - bottom - top) / std::max(1, m_rowsSeen);
    if (m_square) cellWidth = cellHeight = std::min(cellWidth, cellHeight);
    // Whole pixels: every cell is as wide as its neighbour.
    // Small cells would lose too much of the place by that.
    if (cellWidth >= 16) cellWidth = std::floor(cellWidth);
    if (cellHeight >= 16) cellHeight = std::floor(cellHeight);
    const int width = std::max(1, static_cast<int>(cellWidth * m_columnsSeen));
    const int height = std::max(1, static_cast<int>(cellHeight * m_rowsSeen));
    plot->axisRect()->setMargins(QMargins(left, top, std::max(0, size.width() - left - width),
                                          std::max(0, size.height() - top - height)));
    plot->xAxis->setRange(m_column0 - 0.5, m_column0 + m_columnsSeen - 0.5);
    plot->yAxis->setRange(m_row0 - 0.5, m_row0 + m_rowsSeen - 0.5);
    plot->xAxis->setTickLabels(columns);
    plot->yAxis->setTickLabels(rows);
    plot->xAxis->setTickLabelRotation(upright ? 0 : -90);
    m_columnRoom = need - 8;
    plot->plotLayout()->update(QCPLayoutElement::upMargins);
    plot->plotLayout()->update(QCPLayoutElement::upLayout);
    m_items->cells->setWindow({m_row0, m_column0, m_rowsSeen, m_columnsSeen});
    m_items->cells->setResolution(width, height);
    applyLabels();
    if (grown && m_beside) m_beside->applyLayout();
}

bool Heatmap::moveCursor(int dx, int dy, Qt::KeyboardModifiers) {
    if (m_grid->empty()) return false;
    const bool hidden = m_row < 0;
    const int row = hidden ? 0 : std::clamp(m_row + dy, 0, m_grid->rows - 1);
    const int column = hidden ? 0 : std::clamp(m_column + dx, 0, m_grid->cols - 1);
    setCursorCell(row, column);
    bringIntoSight();
    Q_EMIT cellHovered(row, column);
    Q_EMIT cellChosen(row, column);
    return true;
}

void Heatmap::setWindow(const QRect& part) {
    if (m_grid->empty()) return;
    const int rows = std::clamp(part.height(), std::min(kFewest, m_grid->rows), m_grid->rows);
    const int columns = std::clamp(part.width(), std::min(kFewest, m_grid->cols), m_grid->cols);
    const int row = std::clamp(part.y(), 0, m_grid->rows - rows);
    const int column = std::clamp(part.x(), 0, m_grid->cols - columns);
    if (window() == QRect(column, row, columns, rows)) return;
    m_row0 = row;
    m_column0 = column;
    m_rowsSeen = rows;
    m_columnsSeen = columns;
    applyLayout();
    refresh();
}

void Heatmap::userWindow(const QRect& part) {
    const QRect before = window();
    setWindow(part);
    if (window() != before) Q_EMIT windowChanged(window());
}

/// The cell stays where it is on screen.
void Heatmap::zoom(double factor, int row, int column) {
    const double rows = std::clamp(m_rowsSeen / factor, 1.0, double(m_grid->rows));
    const double columns = std::clamp(m_columnsSeen / factor, 1.0, double(m_grid->cols));
    const double atRow = (row - m_row0 + 0.5) / std::max(1, m_rowsSeen);
    const double atColumn = (column - m_column0 + 0.5) / std::max(1, m_columnsSeen);
    userWindow(QRect(static_cast<int>(std::lround(column + 0.5 - atColumn * columns)),
                     static_cast<int>(std::lround(row + 0.5 - atRow * rows)),
                     static_cast<int>(std::lround(columns)), static_cast<int>(std::lround(rows))));
}

bool Heatmap::wheelAt(const QPoint& pos, const QPoint& turn, Qt::KeyboardModifiers modifiers) {
    const auto cell = cellAt(pos);
    if (!cell) return false;
    if (modifiers & Qt::ControlModifier) {
        zoom(std::pow(kZoomStep, turn.y() / 120.0), cell->first, cell->second);
        return true;
    }
    if (!isZoomed()) return false;
    const bool across = modifiers & Qt::ShiftModifier;
    const QPointF share(across ? turn.y() + turn.x() : turn.x(), across ? 0 : turn.y());
    QRect part = window();
    part.translate(-static_cast<int>(std::lround(share.x() / 120 * m_columnsSeen / 8)),
                   -static_cast<int>(std::lround(share.y() / 120 * m_rowsSeen / 8)));
    userWindow(part);
    return true;
}

bool Heatmap::otherKey(int key) {
    if (m_grid->empty()) return false;
    const int row = m_row >= 0 ? m_row : m_row0 + m_rowsSeen / 2;
    const int column = m_column >= 0 ? m_column : m_column0 + m_columnsSeen / 2;
    switch (key) {
        case Qt::Key_Plus:
        case Qt::Key_Equal: zoom(kZoomStep, row, column); return true;
        case Qt::Key_Minus: zoom(1 / kZoomStep, row, column); return true;
        case Qt::Key_0: userWindow(QRect(0, 0, m_grid->cols, m_grid->rows)); return true;
        default: return false;
    }
}

/// The cursor leads a zoomed map.
void Heatmap::bringIntoSight() {
    if (!isZoomed() || m_row < 0) return;
    QRect part = window();
    if (m_row < part.top()) part.moveTop(m_row);
    if (m_row > part.bottom()) part.moveBottom(m_row);
    if (m_column < part.left()) part.moveLeft(m_column);
    if (m_column > part.right()) part.moveRight(m_column);
    userWindow(part);
}

bool Heatmap::moveCursorTo(bool start) {
    if (m_grid->empty()) return false;
    const int row = std::max(0, m_row), column = start ? 0 : m_grid->cols - 1;
    setCursorCell(row, column);
    bringIntoSight();
    Q_EMIT cellChosen(row, column);
    return true;
}

std::optional<std::pair<int, int>> Heatmap::cellAt(const QPoint& pos) const {
    if (m_grid->empty() || !canvas()->axisRect()->rect().contains(pos)) return std::nullopt;
    const int column = static_cast<int>(std::lround(canvas()->xAxis->pixelToCoord(pos.x())));
    const int row = static_cast<int>(std::lround(canvas()->yAxis->pixelToCoord(pos.y())));
    if (row < 0 || column < 0 || row >= m_grid->rows || column >= m_grid->cols) return std::nullopt;
    return std::pair{row, column};
}

QColor Heatmap::cellColor(int row, int column) const {
    return Theme::instance().color(m_gradient, unitValue(m_grid->at(row, column)));
}

bool Heatmap::isDrawn() const { return m_items->cells->isReady(); }

QPoint Heatmap::cellCenter(int row, int column) const {
    const QPointF inCanvas(canvas()->xAxis->coordToPixel(column),
                           canvas()->yAxis->coordToPixel(row));
    return canvas()->mapTo(this, inCanvas.toPoint());
}

void Heatmap::mouseAt(const QPoint& pos) {
    const auto cell = cellAt(pos);
    if (!cell) {
        QToolTip::hideText();
        return;
    }
    const auto [row, column] = *cell;
    const QRect area(QPoint(static_cast<int>(canvas()->xAxis->coordToPixel(column - 0.5)),
                            static_cast<int>(canvas()->yAxis->coordToPixel(row - 0.5))),
                     QPoint(static_cast<int>(canvas()->xAxis->coordToPixel(column + 0.5)),
                            static_cast<int>(canvas()->yAxis->coordToPixel(row + 0.5))));
    QToolTip::showText(canvas()->mapToGlobal(pos + QPoint(12, 12)), cellText(row, column), canvas(),
                       area);
    Q_EMIT cellHovered(row, column);
}

void Heatmap::clickAt(const QPoint& pos) {
    const auto cell = cellAt(pos);
    if (!cell) return;
    setCursorCell(cell->first, cell->second);
    Q_EMIT cellChosen(cell->first, cell->second);
}

void Heatmap::setCursorCell(int row, int column) {
    const bool inside = row >= 0 && column >= 0 && row < m_grid->rows && column < m_grid->cols;
    const int newRow = inside ? row : -1, newColumn = inside ? column : -1;
    if (newRow == m_row && newColumn == m_column) return;
    m_row = newRow;
    m_column = newColumn;
    placeCursor();
    cursorMoved();
}

QString Heatmap::cellText(int row, int column) const {
    if (m_cellText) return m_cellText(row, column);
    const auto label = [](const QStringList& labels, int i) {
        return labels.isEmpty() ? QString::number(i)
                                : QStringLiteral("%1 %2").arg(labels.value(i)).arg(i);
    };
    const double value = m_grid->at(row, column);
    return QStringLiteral("%1 · %2: %3")
        .arg(label(m_rowLabels, row), label(m_columnLabels, column),
             std::isnan(value) ? tr("masked") : exact(value));
}

Table Heatmap::table() const { return tableOf(*m_grid, caption(), m_rowLabels, m_columnLabels); }

QString Heatmap::describe() const {
    if (m_grid->empty()) return tr("empty");
    if (m_row >= 0) return cellText(m_row, m_column);
    const auto [low, high] = dataRange();
    return tr("%1 by %2 cells, from %3 to %4")
        .arg(QString::number(m_grid->rows), QString::number(m_grid->cols), formatNumber(low),
             formatNumber(high));
}

}  // namespace driftscope
