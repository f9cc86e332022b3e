// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/elided_label.h"

#include <algorithm>

#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <QToolTip>

namespace driftscope {

namespace {
constexpr int kLetters = 6;
}

ElidedLabel::ElidedLabel(Look look, QWidget* parent) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    giveLook(this, look);
}

QSize ElidedLabel::minimumSizeHint() const {
    const QSize whole = QLabel::sizeHint();
    return {std::min(whole.width(), fontMetrics().horizontalAdvance(u'm') * kLetters),
            whole.height()};
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    style()->drawItemText(
        &painter, contentsRect(), static_cast<int>(alignment()), palette(), isEnabled(),
        fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width()), foregroundRole());
}

bool ElidedLabel::event(QEvent* event) {
    const bool cut = fontMetrics().horizontalAdvance(text()) > contentsRect().width();
    if (event->type() == QEvent::ToolTip && cut) {
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text(), this);
        return true;
    }
    return QLabel::event(event);
}

}  // namespace driftscope
