// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/labels.h"

#include <QStyle>
#include <QVariant>

namespace driftscope {

namespace {
constexpr const char* kLooks[] = {"text",  "dim",  "caption", "captionA", "captionB", "heading",
                                  "title", "mono", "monoDim", "monoBold", "monoBad",  "captionMono",
                                  "a",     "b",    "bad",     "good"};
}

void giveLook(QLabel* label, Look look) {
    label->setProperty("look", QLatin1String(kLooks[static_cast<int>(look)]));
}

QLabel* makeLabel(const QString& text, Look look, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    giveLook(label, look);
    return label;
}

void setLook(QLabel* label, Look look) {
    const QString name = QLatin1String(kLooks[static_cast<int>(look)]);
    if (label->property("look").toString() == name) return;
    label->setProperty("look", name);
    repolish(label);
}

void repolish(QWidget* widget) {
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

}  // namespace driftscope
