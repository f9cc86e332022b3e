// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// For sources of ui/plots alone: it brings qcustomplot.h in.
#include "ui/plots/custom_plot.h"

#include <functional>
#include <memory>
#include <vector>

#include "core/data/grid.h"
#include "ui/theme.h"

namespace driftscope {

/// The cells of a heatmap with their marks and the cursor. On screen a colour map without
/// interpolation; on paper one rectangle per run of equal cells, so that it stays sharp.
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

    CellLayer(QCPAxis* x, QCPAxis* y);

    /// `unit` maps a value to the gradient's domain. The picture is made when it is drawn.
    void setCells(std::shared_ptr<const Grid> grid, Gradient gradient, std::function<double(double)> unit);
    /// Whole again with every setCells of another size.
    void setWindow(const Window& window);
    /// Pixels there are; more cells than that are pooled, the largest magnitude wins.
    void setResolution(int width, int height);
    void setSigns(std::vector<Sign> signs, int rowDivider, int columnDivider);
    void setCursor(int row, int column);

protected:
    void draw(QCPPainter* painter) override;

private:
    void fill();
    QRectF cellRect(int row, int column) const;
    void drawVector(QCPPainter* painter);
    void drawSigns(QCPPainter* painter);
    void drawCursor(QCPPainter* painter);

    std::shared_ptr<const Grid> m_grid = std::make_shared<const Grid>();
    bool m_stale = false;  ///< what was set has not been pooled and coloured yet
    Window m_window;
    Gradient m_shades = Gradient::sequential;
    std::function<double(double)> m_unit;
    std::vector<Sign> m_signs;
    int m_pixelWidth = 4096, m_pixelHeight = 4096;
    int m_row = -1, m_column = -1, m_rowDivider = -1, m_columnDivider = -1;
};

}  // namespace driftscope
