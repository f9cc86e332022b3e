// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <QRect>
#include <QStringList>

#include "core/data/grid.h"
#include "ui/plots/plot.h"
#include "ui/theme.h"

class QCPColorMap;

namespace driftscope {

/// A grid of numbers as cells centred on integers: row 0 on top. NaN cells have the masked ground.
class Heatmap : public Plot {
    Q_OBJECT
public:
    enum class Shape { ring, diamond, dot, hatch };  ///< hatch: a place without a value
    /// A mark on one cell.
    struct Mark {
        int row = 0, column = 0;
        Shape shape = Shape::ring;
        Role role = Role::b;
    };

    explicit Heatmap(QWidget* parent = nullptr);
    ~Heatmap() override;

    void setGrid(Grid grid);
    /// Shares the numbers with their owner: a large map is never copied.
    void setGrid(std::shared_ptr<const Grid> grid);
    const Grid& grid() const { return *m_grid; }
    /// sequential: from 0; diverging: centred on 0; error: from 0. Default sequential.
    void setGradient(Gradient gradient);
    /// Limits of the colour scale; without: the data's own (diverging: ±largest, else 0..largest).
    void setRange(double low, double high);
    void clearRange();
    std::pair<double, double> range() const;
    /// Least and largest finite value of the grid; {0, 0}: none.
    std::pair<double, double> dataRange() const;
    /// Logarithmic colours from `floor` up; not for diverging.
    void setLog(bool on, double floor = 1e-8);
    /// Colour grows with the square root of the value, so that small weights can be seen; for
    /// sequential maps.
    void setRoot(bool on);
    /// The rows of both maps stand beside each other: as much room below in both. Null: alone.
    void shareBottom(Heatmap* other);
    /// Labels of rows and columns; thinned and elided to what fits. Empty: numbers.
    void setRowLabels(const QStringList& labels);
    void setColumnLabels(const QStringList& labels);
    /// Rows are site names (monospace, never thinned while they fit) or tokens; default tokens.
    void setLabelsVisible(bool rows, bool columns);
    void setMarks(std::vector<Mark> marks);
    /// The bar below with its limits; `unit` stands beside ("weight", "× band"). Default on.
    void setScaleBar(bool on, const QString& unit = {});
    /// Same width and height of a cell. Default off: the map fills its place.
    void setSquare(bool on);
    /// Text of a cell for tool tip and screen reader; default: labels and the number.
    void setCellText(std::function<QString(int row, int column)> text);
    /// Line between columns or rows ("prompt | generated"), before this index; −1: none.
    void setDividers(int row, int column);

    /// The part in sight: first row and column, and how many. Ctrl+wheel, + and − zoom around the
    /// cell under the pointer or the cursor, the wheel moves a zoomed map, 0 shows all.
    QRect window() const { return {m_column0, m_row0, m_columnsSeen, m_rowsSeen}; }
    bool isZoomed() const { return m_rowsSeen < m_grid->rows || m_columnsSeen < m_grid->cols; }

    /// Pixels that these row labels take in a map that is wide enough for them.
    static int labelWidth(const QStringList& labels);

    int cursorRow() const { return m_row; }
    int cursorColumn() const { return m_column; }
    /// The cell at a canvas pixel, if any.
    std::optional<std::pair<int, int>> cellAt(const QPoint& pos) const;
    /// The colour that a cell is drawn in.
    QColor cellColor(int row, int column) const;
    /// The picture is that of the numbers: a large map is pooled on another thread, and until then
    /// it shows what it showed of them before, or nothing. Figures are always exact.
    bool isDrawn() const;
    /// Centre of a cell in this widget's pixels.
    QPoint cellCenter(int row, int column) const;

    Table table() const override;
    QString describe() const override;

public Q_SLOTS:
    /// Moves the cursor without telling anyone; −1, −1 hides it.
    void setCursorCell(int row, int column);
    /// Shows this part (x: columns, y: rows), brought into the grid's bounds; tells no one.
    void setWindow(const QRect& part);

Q_SIGNALS:
    /// The user zoomed or moved: other maps of the same cells follow.
    void windowChanged(const QRect& part);
    void cellHovered(int row, int column);
    /// By click or by arrow keys.
    void cellChosen(int row, int column);

protected:
    void applyTheme() override;
    void applyLayout() override;
    bool moveCursor(int dx, int dy, Qt::KeyboardModifiers modifiers) override;
    bool moveCursorTo(bool start) override;
    void mouseAt(const QPoint& pos) override;
    void clickAt(const QPoint& pos) override;
    bool wheelAt(const QPoint& pos, const QPoint& turn, Qt::KeyboardModifiers modifiers) override;
    bool otherKey(int key) override;

private:
    void fill();
    double unitValue(double value) const;
    QString cellText(int row, int column) const;
    void placeMarks();
    void placeCursor();
    void applyLabels();
    void nameMarkedRows(int step, int room);
    void zoom(double factor, int row, int column);
    void userWindow(const QRect& part);
    void bringIntoSight();

    struct Items;
    std::shared_ptr<const Grid> m_grid;                            ///< never null
    mutable std::optional<std::pair<double, double>> m_dataRange;  ///< found once for a grid
    Gradient m_gradient = Gradient::sequential;
    std::optional<std::pair<double, double>> m_range;
    std::pair<double, double> m_limits{0, 0};  ///< range() of what is drawn
    bool m_log = false, m_square = false, m_rowsShown = true, m_columnsShown = true;
    bool m_scaleBar = true, m_root = false;
    double m_floor = 1e-8;
    Heatmap* m_beside = nullptr;
    int m_below = 0;       ///< pixels that the column labels need
    int m_columnRoom = 0;  ///< pixels that a turned column label may be long
    QString m_unit;
    QStringList m_rowLabels, m_columnLabels;
    std::vector<Mark> m_marks;
    std::function<QString(int, int)> m_cellText;
    int m_row0 = 0, m_column0 = 0, m_rowsSeen = 0, m_columnsSeen = 0;
    int m_row = -1, m_column = -1, m_rowDivider = -1, m_columnDivider = -1;
    std::unique_ptr<Items> m_items;
};

}  // namespace driftscope
