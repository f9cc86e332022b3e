// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/legend.h"

#include <algorithm>

#include <QPainter>

namespace driftscope {

namespace {
constexpr int kMark = 9, kLine = 14, kGap = 4, kBetween = 10;

/// Pixels that every name has at least: of some letters.
int fewLetters(const QFontMetrics& metrics) {
    return metrics.horizontalAdvance(QStringLiteral("mmm"));
}
}  // namespace

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
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void Legend::setEntries(std::vector<Entry> entries, const QString& unit) {
    m_entries = std::move(entries);
    m_unit = unit;
    QStringList names;
    for (const Entry& entry : m_entries) names << entry.name;
    if (!unit.isEmpty()) names << unit;
    setToolTip(names.join(QStringLiteral(" · ")));
    setVisible(!m_entries.empty() || !unit.isEmpty());
    updateGeometry();
    update();
}

void Legend::setWraps(bool on) {
    m_wraps = on;
    // Fixed would hold the hint of one row.
    setSizePolicy(QSizePolicy::Preferred, on ? QSizePolicy::Preferred : QSizePolicy::Fixed);
    updateGeometry();
}

int Legend::unitWidth() const {
    const QFontMetrics metrics(Theme::instance().font(TextSize::caption));
    return m_unit.isEmpty() ? 0 : metrics.horizontalAdvance(m_unit) + kBetween;
}

int Legend::entryWidth(const Entry& entry) const {
    const QFontMetrics metrics(Theme::instance().font(TextSize::caption));
    return (entry.line ? kLine : kMark) + kGap + metrics.horizontalAdvance(entry.name) + kBetween;
}

std::vector<size_t> Legend::rows(int width) const {
    std::vector<size_t> counts{0};
    int taken = 0;
    for (const Entry& entry : m_entries) {
        const int wanted = entryWidth(entry);
        if (m_wraps && counts.back() > 0 && taken + wanted - kBetween > width) {
            counts.push_back(0);
            taken = 0;
        }
        ++counts.back();
        taken += wanted;
    }
    return counts;
}

int Legend::heightForWidth(int width) const {
    return static_cast<int>(rows(width).size()) * sizeHint().height();
}

QSize Legend::sizeHint() const {
    const QFontMetrics metrics(Theme::instance().font(TextSize::caption));
    int width = unitWidth();
    for (const Entry& entry : m_entries) width += entryWidth(entry);
    // Signs of another font ("‖") are taller than the letters.
    return {std::max(0, width - kBetween) + 2, metrics.height() + 2};
}

/// Room for a few letters of each name: "A" and "B" are never cut.
QSize Legend::minimumSizeHint() const {
    if (m_wraps) {
        int widest = 0;
        for (const Entry& entry : m_entries) widest = std::max(widest, entryWidth(entry));
        return {widest, sizeHint().height()};
    }
    const QFontMetrics metrics(Theme::instance().font(TextSize::caption));
    const int few = fewLetters(metrics);
    int saved = unitWidth();
    for (const Entry& entry : m_entries) {
        saved += std::max(0, metrics.horizontalAdvance(entry.name) - few);
    }
    return {sizeHint().width() - saved, sizeHint().height()};
}

/// How much of what is cut of long names can be shown: 1 all of it. The unit goes before any name.
double Legend::shareOfNames() const {
    const int whole = sizeHint().width() - unitWidth(), least = minimumSizeHint().width();
    return whole > least ? std::clamp(double(width() - least) / (whole - least), 0.0, 1.0) : 1;
}

void Legend::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme.font(TextSize::caption));
    const QFontMetrics metrics(painter.font());
    // At the right edge; where there is too little room the long names are cut, never dropped.
    const int line = sizeHint().height();
    const std::vector<size_t> counts = rows(width());
    const bool unit = width() >= sizeHint().width();  // else the tip has it
    int x = std::max(0, width() - sizeHint().width() + (unit ? 0 : unitWidth())), top = -line;
    const double share = m_wraps ? 1 : std::min(1.0, shareOfNames());
    // Of long names: the tip has them.
    const bool marksOnly = !m_wraps && width() < minimumSizeHint().width();
    const auto write = [&](const QString& text) {
        painter.setPen(theme.color(Role::dimText));
        const int whole = metrics.horizontalAdvance(text), few = fewLetters(metrics);
        if (marksOnly && whole > few) {
            x += kBetween - kGap;
            return;
        }
        const int room = whole <= few ? whole : few + static_cast<int>((whole - few) * share);
        painter.drawText(QRect(x, top, room + 2, line), Qt::AlignVCenter | Qt::AlignLeft,
                         metrics.elidedText(text, Qt::ElideRight, room + 1));
        x += room + kBetween;
    };
    const auto beginRow = [&](size_t first, size_t count) {
        top += line;
        if (counts.size() == 1) return;
        int across = 2 - kBetween;
        for (size_t i = first; i < first + count; ++i) across += entryWidth(m_entries[i]);
        x = std::max(0, width() - across);
    };
    if (m_entries.empty()) beginRow(0, 0);
    for (size_t i = 0, row = 0, left = 0; i < m_entries.size(); ++i, --left) {
        const Entry& entry = m_entries[i];
        if (left == 0) beginRow(i, left = counts[row++]);
        const double middle = top + line / 2.0;
        if (entry.line) {
            painter.setPen(
                QPen(theme.color(entry.role), 1.8, entry.dashed ? Qt::DashLine : Qt::SolidLine));
            painter.drawLine(QLineF(x, middle, x + kLine, middle));
            x += kLine + kGap;
        } else if (entry.diamond) {
            const QPointF at(x + kMark / 2.0, middle);
            const double half = kMark / 2.0 - 0.5;
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme.color(entry.role));
            painter.drawPolygon(QPolygonF({at + QPointF(0, -half), at + QPointF(half, 0),
                                           at + QPointF(0, half), at + QPointF(-half, 0)}));
            x += kMark + kGap;
        } else {
            drawRunMark(painter, QRectF(x, middle - kMark / 2.0, kMark, kMark), entry.role);
            x += kMark + kGap;
        }
        write(entry.name);
    }
    if (unit && !m_unit.isEmpty()) write(m_unit);
}

}  // namespace driftscope
