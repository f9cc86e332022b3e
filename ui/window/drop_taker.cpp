// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/drop_taker.h"

#include <QApplication>
#include <QDropEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QUrl>
#include <QWidget>

namespace driftscope {

namespace {

/// Empty: no file of this machine.
QString pathIn(const QDropEvent& event) {
    const QList<QUrl> urls = event.mimeData()->urls();
    return urls.isEmpty() || !urls.front().isLocalFile() ? QString() : urls.front().toLocalFile();
}

}  // namespace

DropTaker::DropTaker(QWidget* window) : QObject(window), m_window(window) {
    window->setAcceptDrops(true);
    qApp->installEventFilter(this);
}

bool DropTaker::isOurs(const QWidget* widget) const {
    if (qobject_cast<const QLineEdit*>(widget)) return false;
    for (; widget; widget = widget->parentWidget()) {
        if (widget == m_window) return true;
    }
    return false;
}

bool DropTaker::eventFilter(QObject* watched, QEvent* event) {
    const QEvent::Type type = event->type();
    if (type != QEvent::DragEnter && type != QEvent::DragMove && type != QEvent::Drop) return false;
    const auto* widget = qobject_cast<QWidget*>(watched);
    auto* drop = static_cast<QDropEvent*>(event);
    const QString path = widget && isOurs(widget) ? pathIn(*drop) : QString();
    if (path.isEmpty()) return false;
    drop->acceptProposedAction();
    if (type == QEvent::Drop) Q_EMIT dropped(path);
    return true;
}

}  // namespace driftscope
