// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// For sources of ui/plots alone: it brings qcustomplot.h in.
#include "ui/plots/custom_plot.h"

#include <QFutureWatcher>

#include <functional>
#include <memory>
#include <vector>

#include "core/data/grid.h"
#include "ui/theme.h"

namespace driftscope {

/// The cells of a heatmap with their marks and the cursor. On screen a colour map without
/// interpolation; on paper one rectangle per run of equal cells, so that it stays sharp. A view
/// over many cells is pooled by a thread of the pool: until it is there the last picture of the
/// same numbers stands in its place, or none. On paper it is always there.
class CellLayer : public QCPColorMap {
public:
    struct Sign {
        int row, column, shape;
        Role role;
    };

    /// The part of the grid that is in sight.
    struct Window {
        int row = 0, column = 0, rows = 0, columns = 0;
        bool operator==(const Window&) const = default;
    };

    /// `ready`: the picture came, the plot should be drawn again.
    CellLayer(QCPAxis* x, QCPAxis* y, std::function<void()> ready);
    ~CellLayer() override;

    /// `unit` maps a value to the gradient's domain. The picture is made when it is drawn.
    void setCells(std::shared_ptr<const Grid> grid, Gradient gradient,
                  std::function<double(double)> unit);
    /// Whole again with every setCells of another size.
    void setWindow(const Window& window);
    /// Pixels there are; more cells than that are pooled, the largest magnitude wins.
    void setResolution(int width, int height);
    void setSigns(std::vector<Sign> signs, int rowDivider, int columnDivider);
    void setCursor(int row, int column);
    /// Nothing of what was asked for is missing in the picture.
    bool isReady() const { return !m_stale && !m_working; }

protected:
    void draw(QCPPainter* painter) override;

private:
    /// A part of a grid pooled to cells of the screen.
    struct Pooled {
        std::shared_ptr<const Grid> of;  ///< null: nothing yet
        Window part;
        Grid cells;  ///< empty: the part itself, cell by cell
    };

    void fill(bool atOnce);
    void start(int rows, int columns);
    void take();
    void show();
    QRectF cellRect(int row, int column) const;
    void drawVector(QCPPainter* painter);
    void drawSigns(QCPPainter* painter);
    void drawPoints(QCPPainter* painter);
    /// Half of what a diamond in this cell measures.
    static double pointHalf(const QRectF& cell);
    void drawCursor(QCPPainter* painter);

    std::shared_ptr<const Grid> m_grid = std::make_shared<const Grid>();
    bool m_stale = false;  ///< what was set has not been pooled and coloured yet
    bool m_working = false;
    Pooled m_pooled;
    QFutureWatcher<Pooled> m_job;
    std::function<void()> m_ready;
    Window m_window;
    Gradient m_shades = Gradient::sequential;
    std::function<double(double)> m_unit;
    std::vector<Sign> m_signs;
    int m_pixelWidth = 0, m_pixelHeight = 0;  ///< 0: not laid out yet, nothing is drawn
    int m_row = -1, m_column = -1, m_rowDivider = -1, m_columnDivider = -1;
};

}  // namespace driftscope
