// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/cell_layer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QPromise>
#include <QThreadPool>

#include "ui/plots/grid_scan.h"

namespace driftscope {

namespace {

/// Cells that are pooled while the picture is drawn: some milliseconds.
constexpr int64_t kAtOnce = int64_t{1} << 20;

QCPColorGradient gradientOf(Gradient shades) {
    const Theme& theme = Theme::instance();
    const bool signedDomain = shades == Gradient::diverging;
    QCPColorGradient gradient;
    gradient.clearColorStops();
    constexpr int kStops = 64;
    for (int i = 0; i <= kStops; ++i) {
        const double t = static_cast<double>(i) / kStops;
        gradient.setColorStopAt(t, theme.color(shades, signedDomain ? 2 * t - 1 : t));
    }
    gradient.setLevelCount(511);
    gradient.setNanHandling(QCPColorGradient::nhNanColor);
    gradient.setNanColor(theme.masked());
    return gradient;
}

}  // namespace

CellLayer::CellLayer(QCPAxis* x, QCPAxis* y, std::function<void()> ready)
    : QCPColorMap(x, y), m_ready(std::move(ready)) {
    QObject::connect(&m_job, &QFutureWatcherBase::finished, &m_job, [this] { take(); });
    setInterpolate(false);
    setTightBoundary(false);
    setAntialiased(false);
    setSelectable(QCP::stNone);
}

CellLayer::~CellLayer() { m_job.cancel(); }

void CellLayer::setCells(std::shared_ptr<const Grid> grid, Gradient gradient,
                         std::function<double(double)> unit) {
    if (grid->rows != m_grid->rows || grid->cols != m_grid->cols) {
        m_window = {0, 0, grid->rows, grid->cols};
    }
    m_grid = std::move(grid);
    m_shades = gradient;
    m_unit = std::move(unit);
    m_stale = true;
}

void CellLayer::setWindow(const Window& window) {
    if (window == m_window) return;
    m_window = window;
    m_stale = true;
}

void CellLayer::setResolution(int width, int height) {
    const bool before = m_window.columns > m_pixelWidth || m_window.rows > m_pixelHeight;
    if (width == m_pixelWidth && height == m_pixelHeight) return;
    m_pixelWidth = width;
    m_pixelHeight = height;
    if (before || m_window.columns > width || m_window.rows > height) m_stale = true;
}

/// Pools what is in sight, unless the last pooling is of the same, and colours it.
void CellLayer::fill(bool atOnce) {
    m_stale = false;
    if (m_grid->empty()) {
        m_pooled = {};
        data()->clear();
        return;
    }
    const int rows = std::min(m_window.rows, std::max(1, m_pixelHeight));
    const int columns = std::min(m_window.columns, std::max(1, m_pixelWidth));
    const bool whole = rows == m_grid->rows && columns == m_grid->cols;
    const Grid& last = m_pooled.cells;
    const bool same = m_pooled.of == m_grid && m_pooled.part == m_window &&
                      (whole ? last.empty() : last.rows == rows && last.cols == columns);
    const bool large = static_cast<int64_t>(m_window.rows) * m_window.columns > kAtOnce;
    if (!same && !whole && large && !atOnce) return start(rows, columns);
    m_working = false;
    m_job.cancel();
    if (!same) {
        const GridPart part{m_window.row, m_window.column, m_window.rows, m_window.columns};
        m_pooled = {m_grid, m_window, whole ? Grid() : pooled(*m_grid, part, rows, columns)};
    }
    show();
}

void CellLayer::start(int rows, int columns) {
    m_job.cancel();
    m_working = true;
    if (m_pooled.of == m_grid) {
        show();  // as near as it comes, in the colours of now
    } else {
        m_pooled = {};
        data()->clear();
    }
    auto promise = std::make_shared<QPromise<Pooled>>();
    m_job.setFuture(promise->future());
    promise->start();
    QThreadPool::globalInstance()->start(
        [promise, grid = m_grid, window = m_window, rows, columns] {
            if (!promise->isCanceled()) {
                const GridPart part{window.row, window.column, window.rows, window.columns};
                promise->addResult(Pooled{grid, window, pooled(*grid, part, rows, columns)});
            }
            promise->finish();
        });
}

void CellLayer::take() {
    if (m_job.isCanceled() || !m_working || m_job.future().resultCount() == 0) return;
    m_working = false;
    m_pooled = m_job.result();
    show();
    m_ready();
}

/// Colours the pooled cells.
void CellLayer::show() {
    const Window& part = m_pooled.part;
    const Grid& grid = m_pooled.cells.empty() ? *m_pooled.of : m_pooled.cells;
    const int rows = grid.rows, columns = grid.cols;
    // Centres of the outermost cells: those of pooled cells lie further in.
    const double halfX = 0.5 * part.columns / columns, halfY = 0.5 * part.rows / rows;
    data()->setSize(columns, rows);
    data()->setRange(QCPRange(part.column - 0.5 + halfX, part.column + part.columns - 0.5 - halfX),
                     QCPRange(part.row - 0.5 + halfY, part.row + part.rows - 0.5 - halfY));
    for (int r = 0; r < rows; ++r) {
        for (int c = 0; c < columns; ++c) data()->setCell(c, r, m_unit(grid.at(r, c)));
    }
    setGradient(gradientOf(m_shades));
    setDataRange(m_shades == Gradient::diverging ? QCPRange(-1, 1) : QCPRange(0, 1));
    mMapImageInvalidated = true;
}

void CellLayer::setSigns(std::vector<Sign> signs, int rowDivider, int columnDivider) {
    m_signs = std::move(signs);
    m_rowDivider = rowDivider;
    m_columnDivider = columnDivider;
}

void CellLayer::setCursor(int row, int column) {
    m_row = row;
    m_column = column;
}

QRectF CellLayer::cellRect(int row, int column) const {
    const QPointF from = coordsToPixels(column - 0.5, row - 0.5),
                  to = coordsToPixels(column + 0.5, row + 0.5);
    return QRectF(from, to).normalized();
}

void CellLayer::draw(QCPPainter* painter) {
    // A resize replots before the layout of a new grid: millions of cells would be coloured in
    // vain.
    if (m_pixelWidth == 0 || m_pixelHeight == 0) return;
    const bool paper = painter->modes().testFlag(QCPPainter::pmVectorized);
    if (m_stale || (paper && m_working)) fill(paper);
    if (m_grid->empty()) return;
    // A map of one row or column has no extent of its own in QCPColorMap.
    const bool thin = m_window.rows == 1 || m_window.columns == 1;
    // Of cells below a pixel the greatest is seen, on paper as on the screen, not the last one.
    const bool few = static_cast<int64_t>(m_window.rows) * m_window.columns <= 40000 &&
                     m_window.rows <= m_pixelHeight && m_window.columns <= m_pixelWidth;
    if (thin || (painter->modes().testFlag(QCPPainter::pmVectorized) && few)) {
        drawVector(painter);
    } else if (m_pooled.of) {
        QCPColorMap::draw(painter);
    }
    drawSigns(painter);
    drawCursor(painter);
    drawPoints(painter);
}

void CellLayer::drawVector(QCPPainter* painter) {
    painter->setAntialiasing(false);
    painter->setPen(Qt::NoPen);
    const int right = m_window.column + m_window.columns;
    for (int r = m_window.row; r < m_window.row + m_window.rows; ++r) {
        for (int c = m_window.column; c < right;) {
            const QColor color = Theme::instance().color(m_shades, m_unit(m_grid->at(r, c)));
            int end = c + 1;
            while (end < right &&
                   Theme::instance().color(m_shades, m_unit(m_grid->at(r, end))) == color) {
                ++end;
            }
            painter->fillRect(cellRect(r, c).united(cellRect(r, end - 1)), color);
            c = end;
        }
    }
}

void CellLayer::drawSigns(QCPPainter* painter) {
    painter->setAntialiasing(true);
    for (const Sign& sign : m_signs) {
        const QRectF cell = cellRect(sign.row, sign.column);
        const QColor color = Theme::instance().color(sign.role);
        const double inset = std::min(cell.width(), cell.height()) > 8 ? 1.5 : 0.5;
        painter->setBrush(Qt::NoBrush);
        if (sign.shape == 3) {
            painter->fillRect(cell, QBrush(color, Qt::BDiagPattern));
            continue;
        }
        painter->setPen(QPen(color, 1.6));
        if (sign.shape == 0) painter->drawRect(cell.adjusted(inset, inset, -inset, -inset));
    }
    painter->setPen(QPen(Theme::instance().color(Role::faintText), 1));
    const QRectF all = cellRect(0, 0).united(cellRect(m_grid->rows - 1, m_grid->cols - 1));
    // A hairline around: cells in the panel's own colour have an edge too.
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(Theme::instance().color(Role::line), 1));
    painter->drawRect(all);
    painter->setPen(QPen(Theme::instance().color(Role::faintText), 1));
    if (m_rowDivider > 0 && m_rowDivider < m_grid->rows) {
        const double y = cellRect(m_rowDivider, 0).top();
        painter->drawLine(QLineF(all.left(), y, all.right(), y));
    }
    if (m_columnDivider > 0 && m_columnDivider < m_grid->cols) {
        const double x = cellRect(0, m_columnDivider).left();
        painter->drawLine(QLineF(x, all.top(), x, all.bottom()));
    }
}

double CellLayer::pointHalf(const QRectF& cell) {
    return std::clamp(std::min(cell.width(), cell.height()), 6.0, 11.0) / 2;
}

/// Diamonds and discs, over the frame of a neighbour.
void CellLayer::drawPoints(QCPPainter* painter) {
    painter->setAntialiasing(true);
    // A thin edge in the panel's colour: the mark is seen on any cell.
    painter->setPen(QPen(Theme::instance().color(Role::panel), 1.2));
    for (const Sign& sign : m_signs) {
        if (sign.shape != 1 && sign.shape != 2) continue;
        const QRectF cell = cellRect(sign.row, sign.column);
        const QPointF center = cell.center();
        const double half = pointHalf(cell);
        painter->setBrush(Theme::instance().color(sign.role));
        if (sign.shape == 1) {
            painter->drawPolygon(
                QPolygonF({center + QPointF(0, -half), center + QPointF(half, 0),
                           center + QPointF(0, half), center + QPointF(-half, 0)}));
        } else {
            painter->drawEllipse(center, half * 0.6, half * 0.6);
        }
    }
}

void CellLayer::drawCursor(QCPPainter* painter) {
    if (m_row < m_window.row || m_column < m_window.column ||
        m_row >= m_window.row + m_window.rows || m_column >= m_window.column + m_window.columns) {
        return;
    }
    QRectF cell = cellRect(m_row, m_column);
    // A cell of few pixels still gets a frame that can be seen, around a mark in it.
    const bool marked = std::any_of(m_signs.begin(), m_signs.end(), [&](const Sign& sign) {
        const bool point = sign.shape == 1 || sign.shape == 2;
        return point && sign.row == m_row && sign.column == m_column;
    });
    const double least = marked ? 2 * pointHalf(cell) + 6 : 8;
    const double growX = std::max(1.0, (least - cell.width()) / 2),
                 growY = std::max(1.0, (least - cell.height()) / 2);
    cell.adjust(-growX, -growY, growX, growY);
    // At an edge of the picture it is moved in, never cut.
    const QRectF room = QRectF(mParentPlot->rect()).adjusted(2, 2, -2, -2);
    cell.moveLeft(std::max(cell.left(), room.left()));
    cell.moveTop(std::max(cell.top(), room.top()));
    cell.moveRight(std::min(cell.right(), room.right()));
    cell.moveBottom(std::min(cell.bottom(), room.bottom()));
    painter->setAntialiasing(true);
    painter->setBrush(Qt::NoBrush);
    painter->save();
    painter->setClipping(false);
    painter->setPen(QPen(Theme::instance().color(Role::panel), 3.4));
    painter->drawRoundedRect(cell, 1.5, 1.5);
    painter->setPen(QPen(Theme::instance().color(Role::text), 1.8));
    painter->drawRoundedRect(cell, 1.5, 1.5);
    painter->restore();
}

}  // namespace driftscope
