// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/foldout.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QKeyEvent>

#include "ui/theme.h"

namespace driftscope {

namespace {
constexpr int kLeastHeight = 40;  // where the window ends just below the anchor
}

Foldout::Foldout(QWidget* anchor, QWidget* toggle)
    : QTextEdit(anchor), m_anchor(anchor), m_toggle(toggle) {
    setObjectName(QStringLiteral("whole"));
    setProperty("foldout", true);
    setReadOnly(true);
    setTabChangesFocus(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    document()->setDocumentMargin(Theme::space(3));
    hide();
    // It becomes the window's child when it opens, and goes with its anchor all the same.
    connect(anchor, &QObject::destroyed, this, &QObject::deleteLater);
    anchor->installEventFilter(this);
}

void Foldout::setText(const QString& text) {
    if (text == toPlainText()) return;
    setPlainText(text);
    if (isVisible()) place();
}

void Foldout::setOpen(bool open) {
    if (open == !isHidden()) return;
    if (open) {
        setParent(m_anchor->window());
        place();
        show();
        raise();
        QCoreApplication::instance()->installEventFilter(this);
        return;
    }
    QCoreApplication::instance()->removeEventFilter(this);
    if (hasFocus() && m_toggle) m_toggle->setFocus(Qt::OtherFocusReason);
    hide();
    Q_EMIT closed();
}

void Foldout::place() {
    const QWidget* window = m_anchor->window();
    const QPoint corner = m_anchor->mapTo(window, QPoint(0, m_anchor->height()));
    ensurePolished();
    resize(m_anchor->width(), kLeastHeight);
    document()->setTextWidth(viewport()->width());
    const int wanted =
        static_cast<int>(std::ceil(document()->size().height())) + height() - viewport()->height();
    const int room = std::max(kLeastHeight, window->height() - corner.y());
    setGeometry(corner.x(), corner.y(), m_anchor->width(), std::min(wanted, room));
}

bool Foldout::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_anchor) {
        if (event->type() == QEvent::Hide) setOpen(false);
        if (event->type() == QEvent::Resize && isVisible()) place();
    }
    if (!isVisible() || !watched->isWidgetType()) return QTextEdit::eventFilter(watched, event);
    const auto* widget = static_cast<QWidget*>(watched);
    const auto inside = [widget](const QWidget* part) {
        return part && (widget == part || part->isAncestorOf(widget));
    };
    const auto isEscape = [event] {
        return static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape;
    };
    if (event->type() == QEvent::MouseButtonPress && !inside(this) && !inside(m_toggle))
        setOpen(false);
    if (event->type() == QEvent::ShortcutOverride && isEscape()) {
        event->accept();  // else the window's own Esc would take it
        return true;
    }
    if (event->type() == QEvent::KeyPress && isEscape()) {
        setOpen(false);
        return true;
    }
    return QTextEdit::eventFilter(watched, event);
}

}  // namespace driftscope
