// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/token_axis.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QFontInfo>

#include "ui/text/token_text.h"

namespace driftscope {

namespace {

constexpr char32_t kBlank = 0x00b7, kCut = 0x2026, kCutDown = 0x22ee;

bool isSquare(char32_t code) {
    switch (QChar::script(code)) {
        case QChar::Script_Han:
        case QChar::Script_Hiragana:
        case QChar::Script_Katakana:
        case QChar::Script_Hangul:
        case QChar::Script_Bopomofo: return true;
        default:  // 、。「」 and the full-width forms of ASCII
            return (code >= 0x3001 && code <= 0x303f) || (code >= 0xff01 && code <= 0xff60);
    }
}

/// Pixels of one character of a stack downwards: ideographs would touch at their own size.
double pitch(char32_t code, const QFontMetricsF& metrics) {
    constexpr double kSpaced = 1.15;
    const double width = metrics.horizontalAdvance(QString::fromUcs4(&code, 1));
    return isSquare(code) ? std::ceil(kSpaced * width) : width;
}

}  // namespace

void TokenAxis::install(QCustomPlot& plot) {
    QCPAxisRect* rect = plot.axisRect();
    rect->removeAxis(plot.xAxis);
    auto* axis = new TokenAxis(rect);
    rect->addAxis(atBottom, axis);
    axis->setLayer(QStringLiteral("axes"));
    axis->grid()->setLayer(QStringLiteral("grid"));
}

bool TokenAxis::stacks(const QString& label) {
    const auto codes = label.toUcs4();
    return std::any_of(codes.begin(), codes.end(), isSquare) &&
           std::all_of(codes.begin(), codes.end(), [](char32_t code) {
               return isSquare(code) || code == kBlank || code == kCut;
           });
}

double TokenAxis::depth(const QString& label, const QFontMetricsF& metrics) {
    if (!stacks(label)) return metrics.horizontalAdvance(label);
    double all = 0;
    for (const char32_t code : label.toUcs4()) all += pitch(code, metrics);
    return all;
}

QString TokenAxis::fitted(const QString& label, const QFontMetricsF& metrics, double room) {
    if (!stacks(label)) return elided(label, metrics, room);
    if (depth(label, metrics) <= room) return label;
    QString kept;
    double taken = pitch(kCut, metrics);
    for (const char32_t code : label.toUcs4()) {
        taken += pitch(code, metrics);
        if (taken > room) break;
        kept += QString::fromUcs4(&code, 1);
    }
    return kept + QChar(kCut);
}

int TokenAxis::calculateMargin() {
    int margin = QCPAxis::calculateMargin();
    if (tickLabelRotation() == 0 || !mTickLabels || !mTicks) return margin;
    const QFontMetricsF metrics(tickLabelFont());
    for (const QString& label : std::as_const(mTickVectorLabels)) {
        if (!stacks(label)) continue;
        const int stack = static_cast<int>(std::ceil(depth(label, metrics)));
        margin = std::max(margin, tickLengthOut() + tickLabelPadding() + stack + padding());
    }
    return margin;
}

void TokenAxis::draw(QCPPainter* painter) {
    if (tickLabelRotation() == 0 || !mTickLabels || !mTicks) return QCPAxis::draw(painter);
    const QVector<QString> labels = mTickVectorLabels;
    for (QString& label : mTickVectorLabels)
        if (stacks(label)) label.clear();
    QCPAxis::draw(painter);
    mTickVectorLabels = labels;
    painter->setFont(tickLabelFont());
    painter->setPen(QPen(tickLabelColor()));
    for (qsizetype i = 0; i < labels.size(); ++i)
        if (stacks(labels[i])) drawStack(*painter, coordToPixel(mTickVector[i]), labels[i]);
}

void TokenAxis::drawStack(QCPPainter& painter, double x, const QString& label) const {
    const QFontMetricsF metrics(tickLabelFont());
    // The middle of an ideograph, of a blank's mark and of ⋮ above the base line, in em.
    constexpr double kMiddle = 0.38;
    const double middle = kMiddle * QFontInfo(tickLabelFont()).pixelSize();
    double top = axisRect()->bottom() + offset() + tickLengthOut() + tickLabelPadding();
    for (char32_t code : label.toUcs4()) {
        if (code == kCut) code = kCutDown;
        const QString one = QString::fromUcs4(&code, 1);
        const double width = metrics.horizontalAdvance(one), down = pitch(code, metrics);
        // On whole pixels: strokes of one pixel stay sharp.
        painter.drawText(QPointF(std::round(x - width / 2), std::round(top + down / 2 + middle)),
                         one);
        top += down;
    }
}

}  // namespace driftscope
