// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/expert_grid.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "ui/export.h"
#include "ui/text/number_format.h"
#include "ui/text/token_text.h"
#include "ui/theme.h"

namespace driftscope {

namespace {

constexpr double kTallestRow = 24, kWidestLabel = 84, kNarrowestCell = 5;
constexpr double kMarginWidth = 44, kFlagWidth = 14;

template <class T>
T valueAt(const std::vector<T>& values, size_t i, T none) {
    return i < values.size() ? values[i] : none;
}

double numberAt(const std::vector<double>& values, int i) {
    return i < 0 ? std::nan("") : valueAt(values, static_cast<size_t>(i), std::nan(""));
}

}  // namespace

ExpertGrid::ExpertGrid(QWidget* parent) : CellWidget(tr("token by expert"), parent) {}

void ExpertGrid::setRouting(ComparisonPtr comparison, int layer) {
    m_comparison = std::move(comparison);
    m_layer = layer;
    m_labels = m_comparison ? tokenTexts(*m_comparison) : QStringList();
    m_marginMax = 0;
    if (const RoutingLayer* now = this->layer()) {
        for (double ulp : now->margin_ulp) {
            if (std::isfinite(ulp)) m_marginMax = std::max(m_marginMax, ulp);
        }
    }
    arrange();
    updateGeometry();
    cursorMoved();
}

void ExpertGrid::setFace(Face face) {
    if (face == m_face) return;
    m_face = face;
    update();
}

void ExpertGrid::setContributions(std::vector<double> a, std::vector<double> b) {
    m_partsA = std::move(a);
    m_partsB = std::move(b);
    cursorMoved();
}

double ExpertGrid::contribution(Side side, int pos, int expert) const {
    return slotValue(side, side == Side::a ? m_partsA : m_partsB, pos, expert);
}

void ExpertGrid::setCursorCell(int pos, int expert) {
    if (pos == m_pos && expert == m_expert) return;
    m_pos = pos;
    m_expert = expert;
    cursorMoved();
}

void ExpertGrid::setRoom(int height) {
    if (height == m_room) return;
    m_room = height;
    arrange();
    updateGeometry();
    update();
}

const RoutingLayer* ExpertGrid::layer() const {
    if (!m_comparison || !m_comparison->routing || m_layer < 0) return nullptr;
    const auto& layers = m_comparison->routing->layers;
    return m_layer < static_cast<int>(layers.size()) ? &layers[static_cast<size_t>(m_layer)]
                                                     : nullptr;
}

int ExpertGrid::rows() const { return layer() ? static_cast<int>(m_comparison->tokens.size()) : 0; }

int ExpertGrid::experts() const { return layer() ? m_comparison->routing->n_experts : 0; }

double ExpertGrid::weight(Side side, int pos, int expert) const {
    const RoutingLayer* now = layer();
    if (!now) return std::numeric_limits<double>::quiet_NaN();
    return slotValue(side, side == Side::a ? now->weights_a : now->weights_b, pos, expert, 0.0);
}

/// The value that stands at the slot of a chosen expert, `none` where the list is too short; NaN:
/// not chosen.
double ExpertGrid::slotValue(Side side, const std::vector<double>& values, int pos, int expert,
                             double none) const {
    const RoutingLayer* now = layer();
    if (!now) return std::numeric_limits<double>::quiet_NaN();
    const int perToken = m_comparison->routing->top_k;
    const auto& ids = side == Side::a ? now->experts_a : now->experts_b;
    for (int slot = 0; slot < perToken; ++slot) {
        const auto i =
            static_cast<size_t>(pos) * static_cast<size_t>(perToken) + static_cast<size_t>(slot);
        if (valueAt(ids, i, -1) == expert) return valueAt(values, i, none);
    }
    return std::numeric_limits<double>::quiet_NaN();
}

bool ExpertGrid::isFlip(int pos) const {
    return layer() && valueAt<uint8_t>(layer()->flip, static_cast<size_t>(pos), 0) != 0;
}

bool ExpertGrid::isUnexplained(int pos) const {
    // A comparison that nobody judged says nothing of its flips.
    return isFlip(pos) && m_comparison->verdict.kind != VerdictKind::none &&
           !layer()->explained.empty() &&
           valueAt<uint8_t>(layer()->explained, static_cast<size_t>(pos), 1) == 0;
}

void ExpertGrid::arrange() {
    const Theme& theme = Theme::instance();
    const QFontMetricsF mono(theme.mono(TextSize::caption));
    const QFontMetricsF caption(theme.font(TextSize::caption));
    m_header = std::ceil(caption.height()) + 2;
    m_labelWidth = 0;
    for (const QString& label : m_labels) {
        m_labelWidth = std::max(m_labelWidth, mono.horizontalAdvance(label));
    }
    m_labelWidth = std::min({m_labelWidth, kWidestLabel, width() * 0.3}) + 8;
    const double room = width() - m_labelWidth - kMarginWidth - kFlagWidth - 4;
    m_cellWidth = std::max(kNarrowestCell, experts() ? room / experts() : room);
    if (m_cellWidth > 8) m_cellWidth = std::floor(m_cellWidth);
    const double least = std::ceil(mono.height());
    m_rowHeight = rows() ? std::floor((m_room - m_header) / rows()) : least;
    m_rowHeight = std::clamp(m_rowHeight, least, std::max(least, kTallestRow));
}

QSize ExpertGrid::sizeHint() const {
    return {240, static_cast<int>(m_header + m_rowHeight * std::max(1, rows())) + 2};
}

QSize ExpertGrid::minimumSizeHint() const {
    const double wide = m_labelWidth + kNarrowestCell * experts() + kMarginWidth + kFlagWidth + 4;
    return {static_cast<int>(wide), sizeHint().height()};
}

QRectF ExpertGrid::rowRect(int pos) const {
    return {0, m_header + pos * m_rowHeight, static_cast<double>(width()), m_rowHeight};
}

QRectF ExpertGrid::cellRect(int pos, int expert) const {
    const double gap = m_cellWidth > 8 ? 2 : 1;
    return {m_labelWidth + expert * m_cellWidth, m_header + pos * m_rowHeight + 1,
            m_cellWidth - gap, m_rowHeight - 2};
}

int ExpertGrid::posAt(double y) const {
    const int pos = static_cast<int>(std::floor((y - m_header) / m_rowHeight));
    return pos >= 0 && pos < rows() ? pos : -1;
}

int ExpertGrid::expertAt(double x) const {
    const int expert = static_cast<int>(std::floor((x - m_labelWidth) / m_cellWidth));
    return expert >= 0 && expert < experts() ? expert : -1;
}

QColor ExpertGrid::cellColor(int pos, int expert) const {
    const Theme& theme = Theme::instance();
    double a = weight(Side::a, pos, expert), b = weight(Side::b, pos, expert);
    const bool inA = !std::isnan(a), inB = !std::isnan(b);
    if (!m_partsA.empty() || !m_partsB.empty()) {
        if (inA) a = contribution(Side::a, pos, expert);
        if (inB) b = contribution(Side::b, pos, expert);
        if (std::isnan(a)) a = 0;
        if (std::isnan(b)) b = 0;
    }
    // A chosen expert is seen even with a weight near 0.
    const auto shade = [](double w) { return 0.15 + 0.85 * std::clamp(w, 0.0, 1.0); };
    switch (m_face) {
        case Face::b: return inB ? theme.color(Gradient::diverging, -shade(b)) : QColor();
        case Face::difference:
            if (inA == inB) return inA ? theme.color(Gradient::diverging, a - b) : QColor();
            return theme.color(Gradient::diverging, inA ? shade(a) : -shade(b));
        case Face::all:
        case Face::a: break;
    }
    return inA ? theme.color(Gradient::sequential, shade(a)) : QColor();
}

void ExpertGrid::drawHeader(QPainter& painter) const {
    const Theme& theme = Theme::instance();
    const double top = std::max(0, -y());  // stays in sight while the rows scroll
    painter.fillRect(QRectF(0, top, width(), m_header), theme.color(Role::panel));
    painter.setFont(theme.font(TextSize::caption));
    painter.setPen(theme.color(Role::dimText));
    const QFontMetricsF metrics(painter.font());
    const double need = metrics.horizontalAdvance(QString::number(experts())) + 4;
    const int step = std::max(1, static_cast<int>(std::ceil(need / m_cellWidth)));
    for (int e = 0; e < experts(); e += step) {
        const QRectF cell(m_labelWidth + e * m_cellWidth - 10, top, m_cellWidth + 18, m_header - 2);
        painter.drawText(cell, Qt::AlignHCenter | Qt::AlignBottom, QString::number(e));
    }
    const double x = m_labelWidth + experts() * m_cellWidth + 4;
    painter.drawText(QRectF(x, top, kMarginWidth + kFlagWidth, m_header - 2),
                     Qt::AlignLeft | Qt::AlignBottom, tr("margin"));
}

void ExpertGrid::drawMargin(QPainter& painter, int pos) const {
    const Theme& theme = Theme::instance();
    const double ulp = numberAt(layer()->margin_ulp, pos);
    const QRectF row = rowRect(pos);
    const double x = m_labelWidth + experts() * m_cellWidth + 4;
    const double thick = std::clamp(m_rowHeight - 8, 3.0, 8.0);
    const QRectF track(x, row.center().y() - thick / 2, kMarginWidth - 6, thick);
    if (!std::isnan(ulp)) {
        painter.fillRect(track, theme.masked());
        // Logarithmic: what matters is how near a tie is.
        const double full = std::log2(1 + std::max(m_marginMax, 1.0));
        const double share = std::clamp(std::log2(1 + std::max(ulp, 0.0)) / full, 0.0, 1.0);
        const Role role = isUnexplained(pos) ? Role::bad : Role::dimText;
        painter.fillRect(QRectF(track.topLeft(), QSizeF(track.width() * share, thick)),
                         theme.color(role));
    }
    if (!isFlip(pos)) return;
    const QPointF center(x + kMarginWidth + kFlagWidth / 2 - 4, row.center().y());
    const double half = std::min(4.5, m_rowHeight / 2 - 1);
    painter.setRenderHint(QPainter::Antialiasing);
    if (isUnexplained(pos)) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.color(Role::bad));
        painter.drawPolygon(QPolygonF({center + QPointF(0, -half), center + QPointF(half, 0),
                                       center + QPointF(0, half), center + QPointF(-half, 0)}));
    } else {
        painter.setPen(QPen(theme.color(Role::dimText), 1.2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(center, half - 1.5, half - 1.5);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void ExpertGrid::drawRow(QPainter& painter, int pos) const {
    const Theme& theme = Theme::instance();
    const bool here = pos == m_pos;
    if (here) painter.fillRect(rowRect(pos), theme.color(Role::hover));
    painter.setFont(theme.mono(TextSize::caption));
    painter.setPen(theme.color(here ? Role::text : Role::dimText));
    const QRectF label(0, rowRect(pos).y(), m_labelWidth - 6, m_rowHeight);
    painter.drawText(label, Qt::AlignRight | Qt::AlignVCenter,
                     elided(m_labels.value(pos), QFontMetricsF(painter.font()), label.width()));
    for (int e = 0; e < experts(); ++e) {
        const QRectF cell = cellRect(pos, e);
        const QColor color = cellColor(pos, e);
        painter.fillRect(cell, color.isValid() ? color : theme.masked());
        const bool onlyB =
            std::isnan(weight(Side::a, pos, e)) && !std::isnan(weight(Side::b, pos, e));
        if (m_face == Face::all && onlyB) {
            const double pen = std::clamp(cell.width() / 8, 1.0, 1.6);
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(theme.color(Role::b), pen));
            painter.drawRect(cell.adjusted(pen / 2, pen / 2, -pen / 2, -pen / 2));
            painter.setRenderHint(QPainter::Antialiasing, false);
        }
    }
    drawMargin(painter, pos);
    if (!here || m_expert < 0 || m_expert >= experts()) return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.color(Role::text), 1.6));
    painter.drawRect(cellRect(pos, m_expert).adjusted(-1, -1, 1, 1));
}

void ExpertGrid::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    if (!layer()) return;
    const int first = std::max(0, posAt(event->rect().top()));
    for (int pos = first; pos < rows(); ++pos) {
        if (rowRect(pos).top() > event->rect().bottom()) break;
        drawRow(painter, pos);
    }
    const int divider = m_comparison->n_prompt;
    if (divider > 0 && divider < rows()) {
        painter.setPen(QPen(Theme::instance().color(Role::faintText), 1));
        const double y = rowRect(divider).top();
        painter.drawLine(QLineF(0, y, m_labelWidth + experts() * m_cellWidth, y));
    }
    drawHeader(painter);
    drawFocus(painter);
}

bool ExpertGrid::moveCursor(int dx, int dy) {
    if (rows() == 0) return false;
    const int pos = std::clamp(m_pos + dy, 0, rows() - 1);
    const int expert = dx == 0 ? m_expert : std::clamp(m_expert + dx, 0, experts() - 1);
    setCursorCell(pos, expert);
    Q_EMIT chosen(pos, expert);
    Q_EMIT cellHovered(pos, expert);
    return true;
}

void ExpertGrid::themeChanged() { arrange(); }

void ExpertGrid::resizeEvent(QResizeEvent* event) {
    CellWidget::resizeEvent(event);
    arrange();
}

void ExpertGrid::mouseMoveEvent(QMouseEvent* event) {
    const int pos = posAt(event->position().y());
    if (pos >= 0) {
        Q_EMIT cellHovered(pos, expertAt(event->position().x()));
    } else {
        Q_EMIT left();
    }
}

void ExpertGrid::mousePressEvent(QMouseEvent* event) {
    const int pos = posAt(event->position().y());
    if (event->button() != Qt::LeftButton || pos < 0) return;
    const int expert = expertAt(event->position().x());
    setCursorCell(pos, expert);
    Q_EMIT chosen(pos, expert);
}

bool ExpertGrid::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return CellWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int pos = posAt(help->pos().y());
    QToolTip::showText(help->globalPos(), pos >= 0 ? rowText(pos) : QString(), this);
    return true;
}

QString ExpertGrid::choices(Side side, int pos, NumberText number) const {
    const RoutingLayer& now = *layer();
    const auto& ids = side == Side::a ? now.experts_a : now.experts_b;
    const int perToken = m_comparison->routing->top_k;
    QStringList texts;
    for (int slot = 0; slot < perToken; ++slot) {
        const auto i =
            static_cast<size_t>(pos) * static_cast<size_t>(perToken) + static_cast<size_t>(slot);
        if (i >= ids.size()) break;
        texts << QStringLiteral("%1 (%2)").arg(ids[i]).arg(number(weight(side, pos, ids[i])));
    }
    return texts.join(QStringLiteral(", "));
}

QString ExpertGrid::parts(Side side, int pos) const {
    const auto& ids = side == Side::a ? layer()->experts_a : layer()->experts_b;
    const int perToken = m_comparison->routing->top_k;
    QStringList texts;
    for (int slot = 0; slot < perToken; ++slot) {
        const auto i =
            static_cast<size_t>(pos) * static_cast<size_t>(perToken) + static_cast<size_t>(slot);
        if (i >= ids.size()) break;
        texts << tr("expert %1 %2").arg(ids[i]).arg(formatShare(contribution(side, pos, ids[i])));
    }
    return texts.join(QStringLiteral(", "));
}

QString ExpertGrid::rowText(int pos) const { return rowText(pos, exact); }

QString ExpertGrid::rowText(int pos, NumberText number) const {
    if (!layer() || pos < 0 || pos >= rows()) return {};
    QStringList lines{tokenAt(*m_comparison, pos),
                      tr("A: experts %1").arg(choices(Side::a, pos, number)),
                      tr("B: experts %1").arg(choices(Side::b, pos, number)),
                      tr("margin A %1, B %2 (router logits)")
                          .arg(number(numberAt(layer()->margin_a, pos)),
                               number(numberAt(layer()->margin_b, pos)))};
    if (!m_partsA.empty()) lines << tr("output A: %1").arg(parts(Side::a, pos));
    if (!m_partsB.empty()) lines << tr("output B: %1").arg(parts(Side::b, pos));
    const double ulp = numberAt(layer()->margin_ulp, pos);
    if (!std::isnan(ulp)) lines << tr("margin A %1 ulp").arg(number(ulp));
    if (isUnexplained(pos)) {
        lines << tr("◆ flip, more than the noise band explains");
    } else if (isFlip(pos)) {
        const bool judged = m_comparison->verdict.kind != VerdictKind::none;
        lines << (judged ? tr("○ flip, within the noise band") : tr("○ flip, not judged"));
    }
    return lines.join(QLatin1Char('\n'));
}

QString ExpertGrid::rowNote(int pos) const {
    return rowText(pos)
        .section(QLatin1Char('\n'), 1)
        .replace(QLatin1Char('\n'), QStringLiteral(" · "));
}

QString ExpertGrid::describe() const {
    if (!layer()) return tr("no routing here");
    return tr("block %1, %2")
        .arg(layer()->layer)
        .arg(rowText(m_pos, [](double v) {
                 return formatNumber(v, 4);
             }).replace(QLatin1Char('\n'), QStringLiteral("; ")));
}

}  // namespace driftscope
