// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <vector>

#include <QFontMetricsF>
#include <QPaintEngine>
#include <QPainter>
#include <QPicture>
#include <QWidget>

#include "ui/plots/plot.h"

namespace driftscope {

/// A text as it was painted: where its ink lies, in pixels of the widget.
struct PaintedText {
    QString text;
    QRectF ink;
};

/// Takes texts and nothing else.
class TextTaker : public QPaintEngine {
public:
    TextTaker() : QPaintEngine(AllFeatures) {}
    bool begin(QPaintDevice*) override { return true; }
    bool end() override { return true; }
    void updateState(const QPaintEngineState& now) override {
        if (now.state() & DirtyTransform) m_transform = now.transform();
    }
    void drawPixmap(const QRectF&, const QPixmap&, const QRectF&) override {}
    void drawImage(const QRectF&, const QImage&, const QRectF&, Qt::ImageConversionFlags) override {
    }
    void drawPath(const QPainterPath&) override {}
    void drawPolygon(const QPointF*, int, PolygonDrawMode) override {}
    void drawTextItem(const QPointF& at, const QTextItem& item) override {
        const QString text = item.text();
        const auto isInk = [](QChar c) { return c.category() != QChar::Other_Format; };
        if (std::none_of(text.begin(), text.end(), isInk)) return;  // direction marks alone
        const QRectF ink = QFontMetricsF(item.font()).tightBoundingRect(item.text());
        texts.push_back({item.text(), m_transform.mapRect(ink.translated(at))});
    }
    Type type() const override { return User; }

    std::vector<PaintedText> texts;

private:
    QTransform m_transform;
};

class TextPaper : public QPaintDevice {
public:
    explicit TextPaper(QSize size) : m_size(size) {}
    QPaintEngine* paintEngine() const override { return &m_taker; }
    std::vector<PaintedText> texts() const { return m_taker.texts; }

protected:
    int metric(PaintDeviceMetric metric) const override {
        switch (metric) {
            case PdmWidth:
            case PdmWidthMM: return m_size.width();
            case PdmHeight:
            case PdmHeightMM: return m_size.height();
            case PdmDevicePixelRatioScaled: return static_cast<int>(devicePixelRatioFScale());
            case PdmNumColors: return 1 << 24;
            case PdmDepth: return 32;
            case PdmDevicePixelRatio: return 1;
            default: return 96;  // dots per inch
        }
    }

private:
    QSize m_size;
    mutable TextTaker m_taker;
};

/// What the widget itself writes, without its children.
inline std::vector<PaintedText> paintedTexts(QWidget& widget) {
    TextPaper paper(widget.size());
    QPainter painter(&paper);
    const auto* plot = qobject_cast<Plot*>(widget.parentWidget());
    if (plot && widget.geometry() == plot->canvasRect()) {
        plot->paintCanvas(painter, widget.rect());
    } else {
        QPicture picture;
        QPainter recorder(&picture);
        widget.render(&recorder, QPoint(), QRegion(), QWidget::RenderFlags());
        recorder.end();
        painter.drawPicture(0, 0, picture);
    }
    painter.end();
    return paper.texts();
}

}  // namespace driftscope
