// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <limits>
#include <vector>

#include <QStringList>

#include "core/data/comparison.h"
#include "ui/selection.h"
#include "ui/views/cell_widget.h"

namespace driftscope {

/// Token × expert of one block: A's choices filled by weight, a ring where B chose otherwise, the
/// margin of each choice as a bar, ◆ where a flip is more than rounding explains.
class ExpertGrid : public CellWidget {
    Q_OBJECT
public:
    explicit ExpertGrid(QWidget* parent = nullptr);

    /// `layer`: index into Routing::layers; −1: nothing to show.
    void setRouting(ComparisonPtr comparison, int layer);
    void setFace(Face face);
    /// Colours by these in place of the router's weights, [pos * top_k] in the order of the chosen
    /// experts; both empty: weights.
    void setContributions(std::vector<double> a, std::vector<double> b);
    /// Share of an expert's output in what its block adds at this position; NaN: not known.
    double contribution(Side side, int pos, int expert) const;
    /// Row and, if any, expert of the cursor.
    void setCursorCell(int pos, int expert);
    /// Height that the rows may fill before they have to scroll.
    void setRoom(int height);

    int rows() const;
    QRectF cellRect(int pos, int expert) const;
    QRectF rowRect(int pos) const;
    QColor cellColor(int pos, int expert) const;
    /// Everything known of a row, one thing a line, full precision.
    QString rowText(int pos) const;
    /// The same in one line for the status bar.
    QString rowNote(int pos) const;
    QString describe() const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

    /// Weight of an expert in a run at a position; NaN: not chosen.
    double weight(Side side, int pos, int expert) const;
    bool isFlip(int pos) const;
    bool isUnexplained(int pos) const;

Q_SIGNALS:
    void chosen(int pos, int expert);
    void cellHovered(int pos, int expert);

protected:
    bool moveCursor(int dx, int dy) override;
    void themeChanged() override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    double slotValue(Side side, const std::vector<double>& values, int pos, int expert,
                     double none = std::numeric_limits<double>::quiet_NaN()) const;
    QString parts(Side side, int pos) const;
    void arrange();
    const RoutingLayer* layer() const;
    int experts() const;
    int posAt(double y) const;
    int expertAt(double x) const;
    using NumberText = QString (*)(double);
    QString choices(Side side, int pos, NumberText number) const;
    QString rowText(int pos, NumberText number) const;
    void drawHeader(QPainter& painter) const;
    void drawRow(QPainter& painter, int pos) const;
    void drawMargin(QPainter& painter, int pos) const;

    ComparisonPtr m_comparison;
    QStringList m_labels;
    int m_layer = -1, m_pos = 0, m_expert = -1, m_room = 0;
    std::vector<double> m_partsA, m_partsB;
    Face m_face = Face::all;
    double m_labelWidth = 0, m_cellWidth = 1, m_rowHeight = 14, m_header = 14, m_marginMax = 0;
};

}  // namespace driftscope
