// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/veil.h"

#include <QEvent>
#include <QPainter>

#include "ui/theme.h"

namespace driftscope {

Veil::Veil(QWidget* parent) : QWidget(parent) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    parent->installEventFilter(this);
    hide();
}

void Veil::cover(bool on) {
    if (on) {
        setGeometry(parentWidget()->rect());
        raise();
    }
    setVisible(on);
}

void Veil::paintEvent(QPaintEvent*) {
    QColor panel = Theme::instance().color(Role::panel);
    panel.setAlphaF(0.6F);
    QPainter(this).fillRect(rect(), panel);
}

bool Veil::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parentWidget() && event->type() == QEvent::Resize) {
        setGeometry(parentWidget()->rect());
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace driftscope
