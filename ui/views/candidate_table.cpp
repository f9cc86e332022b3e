// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/candidate_table.h"

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

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Larger of the two, what is missing last.
double best(const CandidateTable::Row& row) {
    const double none = -std::numeric_limits<double>::infinity();
    const auto known = [none](double value) { return std::isnan(value) ? none : value; };
    return std::max(known(row.logprobA), known(row.logprobB));
}

}  // namespace

QString probabilityText(double logprob) { return formatNumber(std::exp(logprob), 2); }

CandidateTable::CandidateTable(QWidget* parent) : CellWidget(tr("candidates"), parent) {
    measure();
}

void CandidateTable::addAll(const GenerationStep& step, bool ofA) {
    const auto add = [&](int32_t id, const std::string& piece, double logprob) {
        auto row = std::find_if(m_rows.begin(), m_rows.end(),
                                [id](const Row& known) { return known.id == id; });
        if (row == m_rows.end()) {
            m_rows.push_back({id, tokenText(piece), piece, kNaN, kNaN, false, false});
            row = m_rows.end() - 1;
        }
        (ofA ? row->logprobA : row->logprobB) = logprob;
        if (id == step.id) (ofA ? row->chosenA : row->chosenB) = true;
    };
    for (const Candidate& candidate : step.top)
        add(candidate.id, candidate.piece, candidate.logprob);
    const bool listed = std::any_of(step.top.begin(), step.top.end(),
                                    [&](const Candidate& c) { return c.id == step.id; });
    if (!listed) add(step.id, step.piece, step.logprob);  // a draw may lie outside the best
}

void CandidateTable::setSteps(const GenerationStep* a, const GenerationStep* b) {
    m_rows.clear();
    if (a) addAll(*a, true);
    if (b) addAll(*b, false);
    // Of equally likely ones first what was chosen.
    std::stable_sort(m_rows.begin(), m_rows.end(), [](const Row& x, const Row& y) {
        const double bestX = best(x), bestY = best(y);
        if (bestX != bestY) return bestX > bestY;
        return (x.chosenA || x.chosenB) && !(y.chosenA || y.chosenB);
    });
    m_row = std::min(m_row, static_cast<int>(m_rows.size()) - 1);
    setMinimumHeight(minimumSizeHint().height());
    updateGeometry();
    cursorMoved();
}

void CandidateTable::clearCurrent() { m_row = -1; }

void CandidateTable::measure() {
    const QFontMetricsF mono(Theme::instance().mono(TextSize::caption));
    m_rowHeight = std::ceil(mono.height()) + 3;
}

void CandidateTable::themeChanged() {
    measure();
    setMinimumHeight(minimumSizeHint().height());
}

QSize CandidateTable::sizeHint() const { return {190, minimumSizeHint().height()}; }

QSize CandidateTable::minimumSizeHint() const {
    return {130, static_cast<int>(m_rowHeight * static_cast<double>(m_rows.size() + 1)) + 2};
}

double CandidateTable::columnWidth() const {
    const QFontMetricsF mono(Theme::instance().mono(TextSize::caption));
    const double text = mono.horizontalAdvance(QStringLiteral("0.0e-0")) + 8;
    return std::clamp(width() * 0.28, text, 96.0);
}

void CandidateTable::drawHeader(QPainter& painter) const {
    const Theme& theme = Theme::instance();
    const double column = columnWidth();
    painter.setFont(theme.font(TextSize::caption));
    const auto head = [&](const QRectF& rect, const QString& text, Role role, int align) {
        painter.setPen(theme.color(role));
        painter.drawText(rect, align | Qt::AlignVCenter, text);
    };
    head({2, 0, width() - 2 * column - 6, m_rowHeight}, tr("token"), Role::dimText, Qt::AlignLeft);
    head({width() - 2 * column, 0, column - 4, m_rowHeight}, tr("p in A"), Role::aText,
         Qt::AlignRight);
    head({width() - column, 0, column - 4, m_rowHeight}, tr("p in B"), Role::bText, Qt::AlignRight);
    painter.fillRect(QRectF(0, m_rowHeight - 1, width(), 1), theme.color(Role::line));
}

void CandidateTable::drawProbability(QPainter& painter, const QRectF& cell, double logprob,
                                     bool chosen, bool ofA) const {
    const Theme& theme = Theme::instance();
    const double share = std::isnan(logprob) ? 0 : std::clamp(std::exp(logprob), 0.0, 1.0);
    const QRectF bar(cell.left(), cell.top() + 2, (cell.width() - 2) * share, cell.height() - 4);
    painter.fillRect(bar, theme.color(ofA ? Role::aGround : Role::bGround));
    painter.setFont(theme.mono(TextSize::caption, chosen));
    painter.setPen(theme.color(std::isnan(logprob) ? Role::faintText
                               : chosen            ? (ofA ? Role::aText : Role::bText)
                                                   : Role::text));
    painter.drawText(cell.adjusted(0, 0, -4, 0), Qt::AlignRight | Qt::AlignVCenter,
                     probabilityText(logprob));
}

void CandidateTable::drawRow(QPainter& painter, int index) const {
    const Theme& theme = Theme::instance();
    const Row& row = m_rows[static_cast<size_t>(index)];
    const double y = m_rowHeight * (index + 1), column = columnWidth();
    if (index == m_row) {
        painter.fillRect(QRectF(0, y, width(), m_rowHeight), theme.color(Role::hover));
    }
    painter.setFont(theme.mono(TextSize::caption, row.chosenA || row.chosenB));
    painter.setPen(theme.color(Role::text));
    const QRectF label(2, y, width() - 2 * column - 6, m_rowHeight);
    painter.drawText(label, Qt::AlignLeft | Qt::AlignVCenter,
                     elided(row.token, QFontMetricsF(painter.font()), label.width()));
    drawProbability(painter, {width() - 2 * column, y, column, m_rowHeight}, row.logprobA,
                    row.chosenA, true);
    drawProbability(painter, {width() - column, y, column, m_rowHeight}, row.logprobB, row.chosenB,
                    false);
}

void CandidateTable::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (m_rows.empty()) return;
    drawHeader(painter);
    for (int i = 0; i < static_cast<int>(m_rows.size()); ++i) drawRow(painter, i);
    drawFocus(painter);
}

int CandidateTable::rowAt(double y) const {
    const int row = static_cast<int>(std::floor(y / m_rowHeight)) - 1;
    return row >= 0 && row < static_cast<int>(m_rows.size()) ? row : -1;
}

bool CandidateTable::moveCursor(int, int dy) {
    if (m_rows.empty() || dy == 0) return false;
    m_row = std::clamp(m_row + dy, 0, static_cast<int>(m_rows.size()) - 1);
    Q_EMIT rowHovered(m_row);
    Q_EMIT rowChosen(m_row);
    cursorMoved();
    return true;
}

void CandidateTable::mouseMoveEvent(QMouseEvent* event) {
    const int row = rowAt(event->position().y());
    if (row >= 0) {
        Q_EMIT rowHovered(row);
    } else {
        Q_EMIT left();
    }
}

void CandidateTable::mousePressEvent(QMouseEvent* event) {
    m_row = rowAt(event->position().y());
    Q_EMIT rowChosen(m_row);
    cursorMoved();
}

bool CandidateTable::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return CellWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int row = rowAt(help->pos().y());
    QToolTip::showText(help->globalPos(), row >= 0 ? rowText(row) : QString(), this);
    return true;
}

QString CandidateTable::rowText(int index) const {
    const Row& row = m_rows[static_cast<size_t>(index)];
    const auto part = [](double logprob, const QString& none) {
        return std::isnan(logprob)
                   ? none
                   : tr("p %1, log p %2").arg(exact(std::exp(logprob)), exact(logprob));
    };
    return tr("%1 (id %2)\nA: %3\nB: %4")
        .arg(isolated(row.token))
        .arg(row.id)
        .arg(part(row.logprobA, tr("not among A's best")),
             part(row.logprobB, tr("not among B's best")));
}

QString CandidateTable::describe() const {
    if (m_rows.empty()) return tr("no candidates");
    if (m_row < 0) {
        return m_rows.size() == 1 ? tr("1 candidate") : tr("%1 candidates").arg(m_rows.size());
    }
    return rowText(m_row).replace(QLatin1Char('\n'), QStringLiteral("; "));
}

}  // namespace driftscope
