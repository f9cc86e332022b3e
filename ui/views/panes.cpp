// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/panes.h"

#include <algorithm>

#include <QScrollBar>

#include "ui/theme.h"

namespace driftscope {

namespace {
constexpr int kSmallest = 96;  // a cell below this is no picture any more: scroll instead
constexpr int kTallest = 320;  // of a cell in the scrolled column
}  // namespace

Panes::Panes(QWidget* parent) : QScrollArea(parent), m_inner(new QWidget) {
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    viewport()->setAutoFillBackground(false);
    m_inner->setAutoFillBackground(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidget(m_inner);
    m_inner->setAutoFillBackground(false);  // setWidget turns it on
}

void Panes::add(QWidget* pane) {
    pane->setParent(m_inner);
    m_items.push_back({pane, 0});
}

void Panes::setLead(QWidget* pane, int pixels) {
    for (Item& item : m_items) {
        if (item.widget == pane) item.lead = pixels;
    }
}

void Panes::setPaneHeight(int pixels) {
    if (pixels == m_paneHeight) return;
    m_paneHeight = pixels;
    arrange();
}

std::vector<Panes::Item> Panes::shown() const {
    std::vector<Item> items;
    std::copy_if(m_items.begin(), m_items.end(), std::back_inserter(items),
                 [](const Item& item) { return !item.widget->isHidden(); });
    return items;
}

int Panes::bestColumns(int count, const QSize& size) const {
    int best = 1, bestSide = -1;
    for (int columns = count; columns >= 1; --columns) {
        const int rows = (count + columns - 1) / columns;
        if (columns > 1 && rows * columns != count) continue;  // no empty corner
        const int side = std::min(size.width() / columns, size.height() / rows);
        if (side > bestSide) {
            bestSide = side;
            best = columns;
        }
    }
    return bestSide < kSmallest ? 1 : best;
}

void Panes::arrange() {
    const std::vector<Item> items = shown();
    if (items.empty()) return;
    const int columns = bestColumns(static_cast<int>(items.size()), maximumViewportSize());
    if (columns != m_columns) {
        m_columns = columns;
        Q_EMIT columnsChanged(columns);
    }
    place(items, maximumViewportSize());
}

void Panes::place(const std::vector<Item>& items, const QSize& size) {
    const int count = static_cast<int>(items.size());
    const int rows = (count + m_columns - 1) / m_columns;
    const int gap = Theme::space(2);
    int width = size.width(), height = (size.height() - gap * (rows - 1)) / rows;
    const int least = std::max(kSmallest, m_paneHeight);
    if (height < least) {  // scroll
        width -= verticalScrollBar()->sizeHint().width();
        height = std::max(least, std::clamp(width / m_columns, kSmallest, kTallest));
    }
    const int room = width - gap * (m_columns - 1);
    const int limit = (2 * room + 40 * m_columns) / (3 * m_columns + 2);
    int leads = 0;
    for (const Item& item : items) leads += rows == 1 ? std::min(item.lead, limit) : 0;
    const int cell = std::max(1, (room - leads) / m_columns);
    for (int i = 0, x = 0; i < count; ++i) {
        if (i % m_columns == 0) x = 0;
        const int lead = rows == 1 ? std::min(items[static_cast<size_t>(i)].lead, limit) : 0;
        const int w = cell + lead;
        const int y = (i / m_columns) * (height + gap);
        items[static_cast<size_t>(i)].widget->setGeometry(x, y, w, height);
        x += w + gap;
    }
    m_inner->resize(width, rows * (height + gap) - gap);
}

void Panes::resizeEvent(QResizeEvent* event) {
    QScrollArea::resizeEvent(event);
    arrange();
}

}  // namespace driftscope
