// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QStyle>
#include <QStyleOptionComboBox>

namespace driftscope {

/// Layout requests climb one parent at a time.
inline void settle() {
    for (int i = 0; i < 20; ++i) QApplication::processEvents();
}

/// Text of a label or button that its widget is too small for; empty when it fits.
inline QString clipped(const QWidget* widget) {
    if (const auto* label = qobject_cast<const QLabel*>(widget)) {
        if (label->text().isEmpty() || label->pixmap().isNull() == false) return {};
        if (label->wordWrap())
            return label->height() + 1 < label->heightForWidth(label->width()) ? label->text()
                                                                               : QString();
        return label->width() + 1 < label->sizeHint().width() ? label->text() : QString();
    }
    if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) {
        const int need = button->fontMetrics().horizontalAdvance(button->text().remove(u'&'));
        return button->width() < need ? button->text() : QString();
    }
    if (const auto* combo = qobject_cast<const QComboBox*>(widget)) {
        QStyleOptionComboBox option;
        option.initFrom(combo);
        const QRect room = combo->style()->subControlRect(QStyle::CC_ComboBox, &option,
                                                          QStyle::SC_ComboBoxEditField, combo);
        return room.width() < combo->fontMetrics().horizontalAdvance(combo->currentText())
                   ? combo->currentText()
                   : QString();
    }
    return {};
}

}  // namespace driftscope
