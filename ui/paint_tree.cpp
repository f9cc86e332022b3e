// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/paint_tree.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPainter>
#include <QPicture>
#include <QScrollBar>
#include <QWidget>

#include "ui/plots/plot.h"
#include "ui/widgets/segmented.h"
#include "ui/widgets/view_cover.h"

namespace driftscope {

namespace {

/// Nobody can press a picture.
bool isControl(const QWidget& widget) {
    return widget.property(kControlProperty).toBool() || qobject_cast<const Segmented*>(&widget) ||
           qobject_cast<const QScrollBar*>(&widget) ||
           qobject_cast<const QAbstractButton*>(&widget) ||
           qobject_cast<const QComboBox*>(&widget) || qobject_cast<const QLineEdit*>(&widget) ||
           qobject_cast<const QAbstractSpinBox*>(&widget);
}

void paintOwn(QWidget& widget, QPainter& painter) {
    if (auto* plot = qobject_cast<Plot*>(widget.parentWidget());
        plot && widget.geometry() == plot->canvasRect()) {
        plot->paintCanvas(painter, widget.rect());
        return;
    }
    // Through a picture: a widget renders at its device's own pixels, a picture keeps commands.
    QPicture picture;
    QPainter recorder(&picture);
    recorder.setRenderHint(QPainter::Antialiasing);
    widget.render(&recorder, QPoint(), QRegion(), QWidget::RenderFlags());
    recorder.end();
    painter.drawPicture(0, 0, picture);
}

void paintInto(QWidget& widget, const QWidget& root, QPainter& painter) {
    paintOwn(widget, painter);
    if (const auto* plot = qobject_cast<Plot*>(widget.parentWidget());
        plot && widget.geometry() == plot->canvasRect()) {
        return;
    }
    for (QObject* object : widget.children()) {
        auto* child = qobject_cast<QWidget*>(object);
        if (!child || child->isWindow() || !child->isVisibleTo(&root)) continue;
        if (qobject_cast<ViewCover*>(child) || isControl(*child)) continue;
        if (child->width() <= 0 || child->height() <= 0) continue;
        painter.save();
        painter.translate(child->pos());
        // What lies outside its parent (a scrolled list) is not on screen either.
        const QRect visible = child->rect().intersected(widget.rect().translated(-child->pos()));
        painter.setClipRect(visible, Qt::IntersectClip);
        paintInto(*child, root, painter);
        painter.restore();
    }
}

}  // namespace

void paintTree(const QWidget& root, QPainter& painter) {
    paintInto(const_cast<QWidget&>(root), root, painter);
}

}  // namespace driftscope
