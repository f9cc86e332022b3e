// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QScrollArea>

namespace driftscope {

/// Places its visible children in the grid whose cells come out largest, so that a wide dock has
/// them in a row, a square one two by two, and a very narrow one in a column to scroll.
class Panes : public QScrollArea {
    Q_OBJECT
public:
    explicit Panes(QWidget* parent = nullptr);

    void add(QWidget* pane);
    /// Extra width of a pane (axis labels that only it carries) while all stand in one row; at
    /// most what leaves the labels two fifths of that pane, as Heatmap gives them.
    void setLead(QWidget* pane, int pixels);
    /// Panes are at least this tall; what does not fit scrolls.
    void setPaneHeight(int pixels);
    /// Columns of the arrangement chosen last.
    int columns() const { return m_columns; }
    /// Panes that are visible.
    int count() const { return static_cast<int>(shown().size()); }
    /// Looks again which panes are visible.
    void arrange();

Q_SIGNALS:
    /// The number of columns changed; before the children get their places.
    void columnsChanged(int columns);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Item {
        QWidget* widget;
        int lead;
    };
    std::vector<Item> shown() const;
    int bestColumns(int count, const QSize& size) const;
    void place(const std::vector<Item>& items, const QSize& size);

    QWidget* m_inner;
    std::vector<Item> m_items;
    int m_columns = 0, m_paneHeight = 0;
};

}  // namespace driftscope
