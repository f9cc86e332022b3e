// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QString>

namespace driftscope {

/// Looks of a label, set as the property "look" that the style sheet reads.
enum class Look {
    text,
    dim,
    caption,
    captionA,
    captionB,
    heading,
    title,
    mono,
    monoDim,
    monoBold,
    monoBad,
    captionMono,
    a,
    b,
    bad,
    good
};

/// A label whose font and colour follow the theme; plain text, never rich.
QLabel* makeLabel(const QString& text, Look look, QWidget* parent = nullptr);
/// For a label that was not shown yet: polished now it would keep the colours of this theme, also
/// where it is shown first in another.
void giveLook(QLabel* label, Look look);
void setLook(QLabel* label, Look look);
/// Re-reads the style sheet's property rules after a property changed.
void repolish(QWidget* widget);

}  // namespace driftscope
