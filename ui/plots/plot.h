// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <QString>
#include <QWidget>

#include "ui/export.h"
#include "ui/theme.h"

class QCPItemText;
class QCustomPlot;
class QHBoxLayout;
class QLabel;

namespace driftscope {

/// Base of every plot: a caption above, the canvas, theming, a keyboard cursor, copy and export,
/// and the text that a screen reader gets. Derived plots draw into canvas().
class Plot : public QWidget {
    Q_OBJECT
public:
    explicit Plot(QWidget* parent = nullptr);
    ~Plot() override;

    /// Small text above; dim unless given a role.
    void setCaption(const QString& text);
    QString caption() const;
    /// The foot (footnote, scale, legend) stands in the caption's row where both fit: more height
    /// for the picture. It also does so where the plot is too low for two rows.
    void setCompact(bool on);
    /// Colour of the caption: Role::aText, Role::bText; default dim text.
    void setCaptionRole(Role role);
    /// Small text below: axes ("query ↓ key →"), hidden rows, scale.
    void setFootnote(const QString& text);

    /// What stands in place of a picture of nothing: that values are on their way, or why there are
    /// none. Empty: there is a picture.
    void setReason(const QString& text);
    QString reason() const { return m_reason; }

    /// The numbers behind the picture.
    virtual Table table() const = 0;
    /// What the cursor is on, in words; also the accessible description.
    virtual QString describe() const = 0;
    /// Paints the canvas at any resolution, as vectors where the device takes them.
    void paintCanvas(QPainter& painter, const QRect& rect) const;
    /// Where the canvas lies in this widget.
    QRect canvasRect() const;
    /// Valid as long as the plot lives.
    Figure figure(const Provenance& provenance) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

public Q_SLOTS:
    void copyImage();
    void copyTable();

Q_SIGNALS:
    void left();

protected:
    QCustomPlot* canvas() const { return m_canvas; }
    /// Colours and fonts of everything drawn; called once before the first paint and on every
    /// change of the theme.
    virtual void applyTheme() = 0;
    /// Margins and label thinning; called when the size changed.
    virtual void applyLayout() {}
    /// Moves the keyboard cursor; false: the key is not ours.
    virtual bool moveCursor(int dx, int dy, Qt::KeyboardModifiers modifiers) = 0;
    virtual bool moveCursorTo(bool start) {
        Q_UNUSED(start)
        return false;
    }
    /// A turn of the wheel on the canvas (eighths of a degree) or a key that moves no cursor;
    /// false: not ours.
    virtual bool wheelAt(const QPoint& pos, const QPoint& turn, Qt::KeyboardModifiers modifiers) {
        Q_UNUSED(pos)
        Q_UNUSED(turn)
        Q_UNUSED(modifiers)
        return false;
    }
    virtual bool otherKey(int key) {
        Q_UNUSED(key)
        return false;
    }
    /// Mouse on the canvas, in its pixels.
    virtual void mouseAt(const QPoint& pos) = 0;
    virtual void clickAt(const QPoint& pos) = 0;
    /// A small widget at the right of the footnote (colour scale, legend); the plot owns it.
    void addFoot(QWidget* widget);
    /// Asks for a repaint soon.
    void refresh();
    /// Tells screen readers and refreshes; call when the cursor moved.
    void cursorMoved();
    /// Axis looks shared by all plots.
    void styleAxes();

    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

private:
    void retheme();
    void placeFoot();
    void placeReason();
    bool pointer(const QMouseEvent* event);

    QCustomPlot* m_canvas;
    QLabel* m_caption;
    QLabel* m_footnote;
    QHBoxLayout* m_head;
    QHBoxLayout* m_foot;
    QCPItemText* m_words = nullptr;  ///< the reason, once there was one
    QString m_reason;
    bool m_themed = false, m_compact = false;
    bool m_stale = true;  ///< drawn anew when next painted
};

}  // namespace driftscope
