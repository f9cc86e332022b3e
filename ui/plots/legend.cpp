// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/legend.h"

#include <QPainter>

namespace driftscope {

namespace {
constexpr int kMark = 9, kLine = 14, kGap = 4, kBetween = 10;
}

void drawRunMark(QPainter& painter, const QRectF& rect, Role role, const QString& letter) {
    const Theme& theme = Theme::instance();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.color(role));
    if (role == Role::b || role == Role::bText) {
        painter.drawEllipse(rect);
    } else {
        painter.drawRoundedRect(rect, rect.width() / 6, rect.width() / 6);
    }
    if (!letter.isEmpty()) {
        QFont font = theme.font(TextSize::caption, true);
        painter.setFont(font);
        painter.setPen(theme.color(Role::onChosen));
        painter.drawText(rect, Qt::AlignCenter, letter);
    }
    painter.restore();
}

Legend::Legend(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void Legend::setEntries(std::vector<Entry> entries, const QString& unit) {
    m_entries = std::move(entries);
    m_unit = unit;
    setVisible(!m_entries.empty() || !unit.isEmpty());
    updateGeometry();
    update();
}

QSize Legend::sizeHint() const {
    const QFontMetrics metrics(Theme::instance().font(TextSize::caption));
    int width = m_unit.isEmpty() ? 0 : metrics.horizontalAdvance(m_unit) + kBetween;
    for (const Entry& entry : m_entries) {
        width +=
            (entry.line ? kLine : kMark) + kGap + metrics.horizontalAdvance(entry.name) + kBetween;
    }
    return {std::max(0, width - kBetween) + 2, metrics.height()};
}

QSize Legend::minimumSizeHint() const { return sizeHint(); }

void Legend::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme.font(TextSize::caption));
    const QFontMetrics metrics(painter.font());
    int x = 0;
    const auto write = [&](const QString& text) {
        painter.setPen(theme.color(Role::dimText));
        const int width = metrics.horizontalAdvance(text);
        painter.drawText(QRect(x, 0, width + 2, height()), Qt::AlignVCenter | Qt::AlignLeft, text);
        x += width + kBetween;
    };
    for (const Entry& entry : m_entries) {
        const double middle = height() / 2.0;
        if (entry.line) {
            painter.setPen(
                QPen(theme.color(entry.role), 1.8, entry.dashed ? Qt::DashLine : Qt::SolidLine));
            painter.drawLine(QLineF(x, middle, x + kLine, middle));
            x += kLine + kGap;
        } else {
            drawRunMark(painter, QRectF(x, middle - kMark / 2.0, kMark, kMark), entry.role);
            x += kMark + kGap;
        }
        write(entry.name);
    }
    if (!m_unit.isEmpty()) write(m_unit);
}

}  // namespace driftscope
