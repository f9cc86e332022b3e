// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/scale_bar.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

#include "ui/text/number_format.h"

namespace driftscope {

namespace {
constexpr int kBarWidth = 56, kLeastBar = 8, kBarHeight = 6, kGap = 4;
}

ScaleBar::ScaleBar(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void ScaleBar::setScale(Gradient gradient, double low, double high, bool log) {
    m_gradient = gradient;
    m_low = low;
    m_high = high;
    m_log = log;
    showTip();
    updateGeometry();
    update();
}

void ScaleBar::setUnit(const QString& unit) {
    m_unit = unit;
    showTip();
    updateGeometry();
    update();
}

void ScaleBar::showTip() {
    const QString text = m_log ? tr("colour scale, logarithmic") : tr("colour scale, linear");
    setToolTip(m_unit.isEmpty() ? text : text + QStringLiteral(": ") + m_unit);
}

QString ScaleBar::lowText() const {
    return m_gradient == Gradient::diverging ? QString() : formatNumber(m_low, 2);
}

QString ScaleBar::highText(bool unit) const {
    const QString number = m_gradient == Gradient::diverging
                               ? QChar(0x00b1) + formatNumber(m_high, 2)
                               : formatNumber(m_high, 2);
    return m_unit.isEmpty() || !unit ? number : number + u' ' + m_unit;
}

int ScaleBar::widthOf(int bar, bool unit) const {
    const QFontMetrics metrics(Theme::instance().font(TextSize::caption));
    return metrics.horizontalAdvance(lowText()) + metrics.horizontalAdvance(highText(unit)) + bar +
           2 * kGap + 2;
}

QSize ScaleBar::sizeHint() const {
    const QFontMetrics metrics(Theme::instance().font(TextSize::caption));
    return {widthOf(kBarWidth, true), metrics.height()};
}

QSize ScaleBar::minimumSizeHint() const { return {widthOf(kLeastBar, false), sizeHint().height()}; }

void ScaleBar::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setFont(theme.font(TextSize::caption));
    painter.setPen(theme.color(Role::dimText));
    const QFontMetrics metrics(painter.font());
    const int left = metrics.horizontalAdvance(lowText()) + kGap;
    painter.drawText(QRect(0, 0, left, height()), Qt::AlignVCenter | Qt::AlignLeft, lowText());
    const bool unit = widthOf(kLeastBar, true) <= width();
    const int spare = widthOf(kBarWidth, unit) - width();
    const int barWidth = std::clamp(kBarWidth - spare, kLeastBar, kBarWidth) / 2 * 2;
    const QRect bar(left, (height() - kBarHeight) / 2, barWidth, kBarHeight);
    // A frame drawn by a pen lies half beside its rectangle where a pixel is several dots.
    painter.fillRect(bar, theme.color(Role::line));
    for (int x = 1; x < barWidth - 1; ++x) {
        double t = (x + 0.5) / barWidth;
        if (m_gradient == Gradient::diverging) t = 2 * t - 1;
        painter.fillRect(bar.left() + x, bar.top() + 1, 1, kBarHeight - 2,
                         theme.color(m_gradient, t));
    }
    painter.setPen(theme.color(Role::dimText));
    painter.drawText(QRect(bar.right() + 1 + kGap, 0, width(), height()),
                     Qt::AlignVCenter | Qt::AlignLeft, highText(unit));
}

}  // namespace driftscope
