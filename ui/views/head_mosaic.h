// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QImage>

#include "core/data/comparison.h"
#include "ui/selection.h"
#include "ui/views/cell_widget.h"

namespace driftscope {

/// Every head of a model as a thumbnail, layer down and head across, or by largest change.
class HeadMosaic : public CellWidget {
    Q_OBJECT
public:
    enum class Order { index, change, entropy };
    static constexpr int kOrders = 3;

    explicit HeadMosaic(QWidget* parent = nullptr);

    void setComparison(ComparisonPtr comparison);
    /// `all` shows A.
    void setFace(Face face);
    void setOrder(Order order);
    Order order() const { return m_order; }
    void setSelected(int layer, int head);
    /// Dim words right under the thumbnails.
    void setNote(const QString& note);

    /// Where a head's thumbnail stands; empty when there is no such head.
    QRectF cellRect(int layer, int head) const;
    /// Heads with the largest |A−B|, largest first; at most `count`, none that did not change.
    std::vector<int> mostChanged(int count) const;
    /// Queries whose strongest key is another one in B; −1: one of the patterns is not there.
    int movedRows(int layer, int head) const;
    /// Too many heads for pictures: each is one colour, its largest |A−B|.
    bool isPlain() const;
    /// End of the colour scale: 1 for weights, the largest difference for A−B.
    double scale() const;
    /// "layer 2 head 5: largest |A−B| 0.38".
    QString headText(int layer, int head) const;
    QString describe() const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void chosen(int layer, int head);
    void headHovered(int layer, int head);
    /// The heads became too small for thumbnails, or large enough again.
    void plainChanged();

protected:
    bool moveCursor(int dx, int dy) override;
    void themeChanged() override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    void sortHeads();
    std::vector<int> byEntropy() const;
    void arrange();
    void drawThumbs();
    QImage thumb(const HeadThumb& head) const;
    QRectF rectAt(int place) const;
    int placeAt(const QPointF& pos) const;
    /// Row and column of cells, and back; −1: no head stands there.
    QPoint cellOf(int place) const;
    int placeOf(const QPoint& cell) const;
    /// Rows of cells that a layer takes, for cells as large as can be.
    int rowsPerLayer() const;
    const HeadThumb* headAt(int place) const;
    void drawLabels(QPainter& painter) const;
    void drawCell(QPainter& painter, int place) const;

    ComparisonPtr m_comparison;
    Face m_face = Face::all;
    Order m_order = Order::index;
    QString m_note;
    int m_layer = 0, m_head = 0;
    std::vector<int> m_places;     ///< place → index into Comparison::heads
    std::vector<int> m_placeOf;    ///< index into Comparison::heads → place
    std::vector<QImage> m_thumbs;  ///< by index into Comparison::heads; drawn when first painted
    std::vector<int> m_marked;
    std::vector<QRgb> m_colors;  ///< the gradient in 256 steps
    double m_diffScale = 0, m_changeScale = 0;
    int m_columns = 1, m_rows = 1;
    int m_wrap = 1;  ///< rows of cells that a layer takes: many heads stand in several
    QRectF m_area;
    double m_cellWidth = 1, m_cellHeight = 1;
};

}  // namespace driftscope
