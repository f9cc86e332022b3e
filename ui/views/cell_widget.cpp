// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/cell_widget.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QPainter>

#include "ui/theme.h"

namespace driftscope {

namespace {
constexpr int kFar = 1 << 20;  // Home and End: beyond any edge
constexpr int kPage = 10;
}  // namespace

CellWidget::CellWidget(const QString& name, QWidget* parent) : QWidget(parent) {
    setAccessibleName(name);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        themeChanged();
        updateGeometry();
        update();
    });
}

void CellWidget::cursorMoved() {
    const QString text = describe();
    if (text != accessibleDescription()) {
        setAccessibleDescription(text);
        if (QAccessible::isActive()) {
            QAccessibleEvent event(this, QAccessible::DescriptionChanged);
            QAccessible::updateAccessibility(&event);
        }
    }
    update();
}

void CellWidget::drawFocus(QPainter& painter) const {
    if (!hasFocus()) return;
    QPen pen(Theme::instance().color(Role::dimText), 1);
    pen.setCosmetic(true);
    pen.setStyle(Qt::DotLine);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
}

void CellWidget::keyPressEvent(QKeyEvent* event) {
    bool done = false;
    switch (event->key()) {
        case Qt::Key_Left: done = moveCursor(-1, 0); break;
        case Qt::Key_Right: done = moveCursor(1, 0); break;
        case Qt::Key_Up: done = moveCursor(0, -1); break;
        case Qt::Key_Down: done = moveCursor(0, 1); break;
        case Qt::Key_PageUp: done = moveCursor(0, -kPage); break;
        case Qt::Key_PageDown: done = moveCursor(0, kPage); break;
        case Qt::Key_Home: done = moveCursor(-kFar, 0); break;
        case Qt::Key_End: done = moveCursor(kFar, 0); break;
        default: break;
    }
    if (!done) QWidget::keyPressEvent(event);
}

void CellWidget::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    cursorMoved();
}

void CellWidget::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

void CellWidget::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    Q_EMIT left();
}

void drawHatch(QPainter& painter, const QRectF& rect) {
    painter.fillRect(rect, Theme::instance().masked());
    painter.fillRect(rect, QBrush(Theme::instance().color(Role::line), Qt::BDiagPattern));
}

}  // namespace driftscope
