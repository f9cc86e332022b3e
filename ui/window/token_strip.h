// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QWidget>

#include "core/data/comparison.h"

class QLabel;
class QScrollArea;

namespace driftscope {

class Selection;
class TokenRow;

/// The text that everything is about: one cell per compared position, KL(A‖B) above it.
class TokenStrip : public QWidget {
    Q_OBJECT
public:
    explicit TokenStrip(Selection* selection, QWidget* parent = nullptr);

    void setComparison(ComparisonPtr comparison);

Q_SIGNALS:
    void hovered(int pos);
    void hoverLeft();

private:
    QLabel* m_caption;
    QScrollArea* m_scroll;
    TokenRow* m_row;
};

/// The painted row inside; takes the keyboard.
class TokenRow : public QWidget {
    Q_OBJECT
public:
    TokenRow(Selection* selection, QWidget* parent);

    void setComparison(ComparisonPtr comparison);
    QRect cell(int pos) const;
    QSize sizeHint() const override;

Q_SIGNALS:
    void hovered(int pos);
    void hoverLeft();
    /// Bring this one into sight.
    void moved(int pos);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    void measure();
    int at(const QPoint& pos) const;
    bool outside(int pos) const;
    int count() const { return static_cast<int>(m_texts.size()); }
    void paintToken(QPainter& painter, int pos) const;

    Selection* m_selection;
    ComparisonPtr m_comparison;
    QStringList m_texts;
    std::vector<int> m_left;  ///< left edges, one more than there are tokens
    std::vector<char> m_outside;
};

}  // namespace driftscope
