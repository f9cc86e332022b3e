// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPainter;

namespace driftscope {

/// Base of the hand-painted widgets of the views: follows the theme, has a focus frame, turns the
/// arrow keys into moves of a cursor and tells screen readers where it is.
class CellWidget : public QWidget {
    Q_OBJECT
public:
    /// `name`: what a screen reader calls it.
    explicit CellWidget(const QString& name, QWidget* parent = nullptr);

    /// What the cursor is on, in words.
    virtual QString describe() const = 0;

Q_SIGNALS:
    /// The pointer went away.
    void left();

protected:
    /// Moves the cursor by cells, far beyond the edge for Home and End; false: not ours.
    virtual bool moveCursor(int dx, int dy) = 0;
    /// Called when colours or fonts changed, before the repaint.
    virtual void themeChanged() {}
    /// Tells screen readers and repaints; call when the cursor moved.
    void cursorMoved();
    /// A thin frame while the keyboard is here.
    void drawFocus(QPainter& painter) const;

    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void leaveEvent(QEvent* event) override;
};

/// Fills with a hatch: here is a place, but no value.
void drawHatch(QPainter& painter, const QRectF& rect);

}  // namespace driftscope
