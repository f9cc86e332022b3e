// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/text_diff.h"

#include <algorithm>
#include <cmath>

#include <QGlyphRun>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QRawFont>
#include <QTextLayout>
#include <QToolTip>

#include "ui/text/token_text.h"
#include "ui/theme.h"

namespace driftscope {

namespace {

constexpr double kSideBySideFrom = 620;  // pixels: below that one under the other
constexpr double kColumnGap = 16, kRowGap = 8, kLineGap = 2;

bool startsWord(const std::string& piece) {
    if (piece.empty()) return true;
    const auto first = static_cast<unsigned char>(piece[0]);
    // Scripts outside Latin, Greek and Cyrillic break between any two characters, or the layout
    // knows better; a continuation byte never starts anything.
    return first <= ' ' || first >= 0xe2 || piece.starts_with("\xc2\xa0");
}

bool endsLine(const std::string& piece) { return piece.find('\n') != std::string::npos; }

}  // namespace

TextDiff::TextDiff(QWidget* parent) : CellWidget(tr("texts of A and B"), parent) {}
TextDiff::~TextDiff() = default;

void TextDiff::setTexts(std::vector<Token> a, std::vector<Token> b, Kind kind) {
    m_a = std::move(a);
    m_b = std::move(b);
    m_kind = kind;
    m_split = -1;
    for (int i = 0; i < count() && m_split < 0; ++i) {
        if (differs(i)) m_split = i;
    }
    m_step = std::clamp(m_step, 0, std::max(0, count() - 1));
    arrange();
    cursorMoved();
}

void TextDiff::setMarks(std::vector<bool> fragile, std::vector<Rejoin> rejoins) {
    m_fragile = std::move(fragile);
    m_rejoins = std::move(rejoins);
    update();
}

bool TextDiff::isFragile(int step) const {
    const auto i = static_cast<size_t>(step);
    return step >= 0 && i < m_fragile.size() && m_fragile[i];
}

void TextDiff::setStep(int step) {
    if (step == m_step) return;
    m_step = step;
    cursorMoved();
}

int TextDiff::count() const { return static_cast<int>(std::max(m_a.size(), m_b.size())); }

bool TextDiff::differs(int step) const {
    const auto i = static_cast<size_t>(step);
    if (step < 0 || i >= m_a.size() || i >= m_b.size()) {
        return m_kind != Kind::growing && step >= 0 && step < count();  // one text has ended
    }
    return m_a[i].id != m_b[i].id;
}

std::vector<int> TextDiff::lineStarts(double width) const {
    const QFontMetricsF metrics(Theme::instance().mono());
    std::vector<double> widths[2];
    std::vector<bool> canBreak(static_cast<size_t>(count()), true);
    std::vector<bool> mustBreak(static_cast<size_t>(count()), false);
    for (const Side side : {Side::a, Side::b}) {
        const std::vector<Token>& all = tokens(side);
        for (size_t i = 0; i < all.size(); ++i) {
            widths[static_cast<int>(side)].push_back(
                metrics.horizontalAdvance(plainText(all[i].piece).remove(QLatin1Char('\n'))));
            if (!startsWord(all[i].piece)) canBreak[i] = false;
            if (endsLine(all[i].piece)) mustBreak[i] = true;
        }
    }
    return breakLines(widths[0], widths[1], canBreak, mustBreak, width);
}

TextDiff::Line TextDiff::makeLine(Side side, const Row& row, double width) const {
    Line line;
    const std::vector<Token>& all = tokens(side);
    std::vector<std::string> pieces;
    for (int i = row.first; i < row.first + row.count; ++i) {
        if (i < static_cast<int>(all.size())) pieces.push_back(all[static_cast<size_t>(i)].piece);
    }
    line.joined = joinTokens(pieces);
    line.layout = std::make_shared<QTextLayout>(line.joined.text, Theme::instance().mono());
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    option.setFlags(QTextOption::IncludeTrailingSpaces);
    line.layout->setTextOption(option);
    line.layout->setCacheEnabled(true);
    line.layout->beginLayout();
    for (QTextLine text = line.layout->createLine(); text.isValid();
         text = line.layout->createLine()) {
        text.setLineWidth(width + 1);
        text.setPosition({0, line.height});
        line.height += std::ceil(text.height()) + kLineGap;
    }
    line.layout->endLayout();
    const double least = std::ceil(QFontMetricsF(Theme::instance().mono()).height()) + kLineGap;
    line.height = std::max(line.height, least);
    return line;
}

void TextDiff::arrange() {
    m_rows.clear();
    const QFontMetricsF caption(Theme::instance().font(TextSize::caption));
    m_gutter = std::ceil(caption.horizontalAdvance(QString::number(std::max(100, count())))) + 24;
    m_sideBySide = width() >= kSideBySideFrom;
    const double room = m_sideBySide ? (width() - m_gutter - kColumnGap) / 2 : width() - m_gutter;
    const double lineWidth = std::max(40.0, room - 4);
    const std::vector<int> starts = lineStarts(lineWidth);
    double y = 4;  // the mark above a chosen token of the first row
    for (size_t i = 0; i < starts.size(); ++i) {
        Row row;
        row.first = starts[i];
        row.count = (i + 1 < starts.size() ? starts[i + 1] : count()) - row.first;
        row.once = !m_sideBySide && m_kind != Kind::growing;
        for (int s = row.first; s < row.first + row.count; ++s) row.once = row.once && !differs(s);
        row.a = makeLine(Side::a, row, lineWidth);
        row.b = makeLine(Side::b, row, lineWidth);
        row.a.at = {m_gutter, y};
        row.b.at = m_sideBySide ? QPointF(m_gutter + room + kColumnGap, y)
                                : QPointF(m_gutter, row.once ? y : y + row.a.height);
        const double tall = m_sideBySide || row.once ? std::max(row.a.height, row.b.height)
                                                     : row.a.height + row.b.height;
        y += tall + (row.once || m_sideBySide ? kRowGap / 2 : kRowGap);
        m_rows.push_back(std::move(row));
    }
    m_height = y;
    setMinimumHeight(static_cast<int>(m_height) + 2);
    update();
}

const TextDiff::Row* TextDiff::rowOf(int step) const {
    for (const Row& row : m_rows) {
        if (step >= row.first && step < row.first + row.count) return &row;
    }
    return nullptr;
}

QRectF TextDiff::rectIn(const Line& line, int index) const {
    if (index < 0 || index >= static_cast<int>(line.joined.places.size())) return {};
    const auto [from, length] = line.joined.places[static_cast<size_t>(index)];
    const QTextLine text = line.layout->lineForTextPosition(std::max(0, from));
    if (!text.isValid()) return {line.at, QSizeF(2, line.height)};
    const int end = std::min(from + length, text.textStart() + text.textLength());
    double left = std::min(text.cursorToX(from), text.cursorToX(end));
    double right = std::max(text.cursorToX(from), text.cursorToX(end));
    // Where a text turns its direction, the ends of a token are not the edges of its picture.
    if (line.joined.text.mid(from, end - from).isRightToLeft()) {
        for (const QGlyphRun& run : text.glyphRuns(from, end - from)) {
            const auto places = run.positions();
            const auto widths = run.rawFont().advancesForGlyphIndexes(run.glyphIndexes());
            for (qsizetype i = 0; i < std::min(places.size(), widths.size()); ++i) {
                left = std::min(left, places[i].x());
                right = std::max(right, places[i].x() + widths[i].x());
            }
        }
    }
    return {line.at.x() + left, line.at.y() + text.y(), std::max(3.0, right - left), text.height()};
}

double TextDiff::rowTopFrom(double y) const {
    double top = 0;
    for (const Row& row : m_rows) {
        top = std::min(row.a.at.y(), row.b.at.y());
        if (top >= y) break;
    }
    return top;
}

QRectF TextDiff::tokenRect(Side side, int step) const {
    const Row* row = rowOf(step);
    if (!row) return {};
    return rectIn(side == Side::a || row->once ? row->a : row->b, step - row->first);
}

void TextDiff::drawGutter(QPainter& painter, const Row& row) const {
    const Theme& theme = Theme::instance();
    painter.setFont(theme.font(TextSize::caption));
    painter.setPen(theme.color(Role::faintText));
    const double height = QFontMetricsF(theme.mono()).height();
    painter.drawText(QRectF(0, row.a.at.y(), m_gutter - 24, height),
                     Qt::AlignRight | Qt::AlignVCenter, QString::number(row.first));
    painter.setFont(theme.font(TextSize::caption, true));
    const auto letter = [&](const QString& text, double x, double y, Role role) {
        painter.setPen(theme.color(role));
        painter.drawText(QRectF(x, y, 12, height), Qt::AlignLeft | Qt::AlignVCenter, text);
    };
    letter(tr("A"), m_gutter - 20, row.a.at.y(), Role::aText);
    if (row.once) return letter(tr("B"), m_gutter - 11, row.a.at.y(), Role::bText);
    if (m_sideBySide) {
        letter(tr("B"), row.b.at.x() - 14, row.b.at.y(), Role::bText);
    } else {
        letter(tr("B"), m_gutter - 20, row.b.at.y(), Role::bText);
    }
}

const Rejoin* TextDiff::rejoinBefore(Side side, int step) const {
    const Rejoin* found = nullptr;
    for (const Rejoin& each : m_rejoins) {
        if ((side == Side::a ? each.a : each.b) <= step) found = &each;
    }
    return found;
}

bool TextDiff::isTinted(Side side, int step) const {
    if (!differs(step) || m_kind == Kind::forced) return differs(step);
    const bool ofA = side == Side::a;
    const Rejoin* rejoin = rejoinBefore(side, step);
    if (!rejoin) return true;
    const int own = ofA ? rejoin->a : rejoin->b, others = ofA ? rejoin->b : rejoin->a;
    const std::vector<Token>& mine = tokens(side);
    const std::vector<Token>& theirs = tokens(ofA ? Side::b : Side::a);
    const int met = step - own + others;  // where the other run has it
    const auto i = static_cast<size_t>(step), k = static_cast<size_t>(met);
    return i >= mine.size() || k >= theirs.size() || mine[i].id != theirs[k].id;
}

void TextDiff::drawGround(QPainter& painter, const Row& row, Side side) const {
    const Line& line = side == Side::a ? row.a : row.b;
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::instance().color(side == Side::a ? Role::aGround : Role::bGround));
    for (int i = 0; i < static_cast<int>(line.joined.places.size()); ++i)
        if (isTinted(side, row.first + i)) painter.drawRect(rectIn(line, i));
}

bool TextDiff::isRejoin(Side side, int step) const {
    const Rejoin* rejoin = rejoinBefore(side, step);
    return rejoin && step == (side == Side::a ? rejoin->a : rejoin->b);
}

void TextDiff::drawLine(QPainter& painter, const Row& row, Side side) const {
    const Theme& theme = Theme::instance();
    const Line& line = side == Side::a ? row.a : row.b;
    const int present = static_cast<int>(line.joined.places.size());
    painter.setPen(theme.color(Role::text));
    line.layout->draw(&painter, line.at);
    drawMarks(painter, row, side);
    for (int i = 0; i < present; ++i) {
        const int at = row.first + i;
        const bool split = at == m_split, chosen = at == m_step;
        if (!split && !chosen && at != m_hover) continue;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(Qt::NoBrush);
        const Role role = split ? Role::bad : chosen ? Role::text : Role::dimText;
        painter.setPen(QPen(theme.color(role), split || chosen ? 1.6 : 1));
        // A bracket that follows has its own pixels.
        const QRectF rect =
            rectIn(line, i).adjusted(-1, -0.5, isRejoin(side, at + 1) ? -1.5 : 1, 0.5);
        painter.drawRoundedRect(rect, 3, 3);
        if (split && chosen) {
            // On the side of the frame where the other text is not.
            const double y = side == Side::a ? rect.top() - 2.5 : rect.bottom() + 2.5;
            painter.setPen(QPen(theme.color(Role::text), 1.6));
            painter.drawLine(QPointF(rect.left() + 2, y), QPointF(rect.right() - 2, y));
        }
        painter.setRenderHint(QPainter::Antialiasing, false);
    }
}

/// Under a fragile token a dotted line; before a token where the texts meet again a bracket.
void TextDiff::drawMarks(QPainter& painter, const Row& row, Side side) const {
    const Theme& theme = Theme::instance();
    const Line& line = side == Side::a ? row.a : row.b;
    for (int i = 0; i < static_cast<int>(line.joined.places.size()); ++i) {
        const QRectF rect = rectIn(line, i);
        if (side == Side::a && isFragile(row.first + i)) {
            painter.setPen(QPen(theme.color(Role::text), 1.4, Qt::DotLine));
            painter.drawLine(rect.bottomLeft() + QPointF(1, -0.5),
                             rect.bottomRight() + QPointF(-1, -0.5));
        }
        const int at = row.first + i;
        if (isRejoin(side, at)) {
            const bool framed = at == m_split || at == m_step || at == m_hover;
            const QRectF inner =
                rect.adjusted(framed ? 2.5 : 1, framed ? 2.5 : 0, 0, framed ? -2.5 : 0);
            painter.setPen(QPen(theme.color(Role::good), 2));
            painter.drawLine(inner.topLeft(), inner.bottomLeft());
            painter.drawLine(inner.topLeft(), inner.topLeft() + QPointF(4, 0));
            painter.drawLine(inner.bottomLeft(), inner.bottomLeft() + QPointF(4, 0));
        }
    }
}

void TextDiff::drawRow(QPainter& painter, const Row& row) const {
    drawGutter(painter, row);
    // Grounds first: a mark of A reaches into the line of B.
    drawGround(painter, row, Side::a);
    if (!row.once) drawGround(painter, row, Side::b);
    drawLine(painter, row, Side::a);
    if (!row.once) drawLine(painter, row, Side::b);
}

void TextDiff::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    for (const Row& row : m_rows) {
        const double bottom = std::max(row.a.at.y() + row.a.height, row.b.at.y() + row.b.height);
        if (bottom < event->rect().top() - 4) continue;
        if (row.a.at.y() > event->rect().bottom() + 4) break;
        drawRow(painter, row);
    }
    drawFocus(painter);
}

bool TextDiff::moveCursor(int dx, int dy) {
    if (count() == 0) return false;
    int step = m_step + dx;
    if (dy != 0) {
        const auto here = std::find_if(m_rows.begin(), m_rows.end(), [&](const Row& row) {
            return m_step >= row.first && m_step < row.first + row.count;
        });
        if (here == m_rows.end()) return false;
        const auto index = std::clamp<std::ptrdiff_t>(here - m_rows.begin() + dy, 0,
                                                      static_cast<int>(m_rows.size()) - 1);
        const Row& row = m_rows[static_cast<size_t>(index)];
        step = row.first + std::min(m_step - here->first, row.count - 1);
    }
    step = std::clamp(step, 0, count() - 1);
    setStep(step);
    Q_EMIT stepChosen(step);
    return true;
}

void TextDiff::themeChanged() { arrange(); }

void TextDiff::resizeEvent(QResizeEvent* event) {
    CellWidget::resizeEvent(event);
    arrange();
}

int TextDiff::stepAt(const QPointF& pos, Side* side) const {
    for (const Row& row : m_rows) {
        for (const Line* line : {&row.a, &row.b}) {
            if (pos.y() < line->at.y() || pos.y() >= line->at.y() + line->height) continue;
            // From the end: of tokens that share a character the last one is on top.
            for (int i = static_cast<int>(line->joined.places.size()) - 1; i >= 0; --i) {
                if (!rectIn(*line, i).contains(pos)) continue;
                if (side) *side = line == &row.b && !row.once ? Side::b : Side::a;
                return row.first + i;
            }
        }
    }
    return -1;
}

void TextDiff::mouseMoveEvent(QMouseEvent* event) {
    const int step = stepAt(event->position());
    if (step != m_hover) {
        m_hover = step;
        update();
    }
    if (step >= 0) {
        Q_EMIT stepHovered(step);
    } else {
        Q_EMIT left();
    }
}

void TextDiff::mousePressEvent(QMouseEvent* event) {
    Side side = Side::a;
    const int step = stepAt(event->position(), &side);
    if (event->button() != Qt::LeftButton || step < 0) return;
    m_side = side;
    setStep(step);
    Q_EMIT stepChosen(step);
}

bool TextDiff::event(QEvent* event) {
    if (event->type() == QEvent::Leave && m_hover >= 0) {
        m_hover = -1;
        update();
    }
    if (event->type() != QEvent::ToolTip) return CellWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int step = stepAt(help->pos());
    QToolTip::showText(help->globalPos(), step >= 0 ? stepText(step) : QString(), this);
    return true;
}

QString TextDiff::stepText(int step) const {
    const auto token = [&](Side side) {
        const auto i = static_cast<size_t>(step);
        const std::vector<Token>& all = tokens(side);
        return i < all.size()
                   ? tr("%1 (id %2)").arg(isolated(tokenText(all[i].piece))).arg(all[i].id)
                   : tr("no token");
    };
    QString text = tr("step %1\nA %2\nB %3").arg(step).arg(token(Side::a), token(Side::b));
    if (isFragile(step)) text += u'\n' + tr("fragile: rounding of A alone may turn this token");
    for (const Rejoin& each : m_rejoins) {
        if (step != each.a && step != each.b) continue;
        text += u'\n' + tr("from step %1 of A and step %2 of B the texts are the same again for "
                           "%3 tokens")
                            .arg(each.a)
                            .arg(each.b)
                            .arg(each.length);
    }
    return text;
}

QString TextDiff::describe() const {
    if (count() == 0) return tr("no text");
    return stepText(m_step).replace(QLatin1Char('\n'), QStringLiteral(", "));
}

QSize TextDiff::sizeHint() const { return {300, static_cast<int>(m_height) + 2}; }
QSize TextDiff::minimumSizeHint() const { return {120, static_cast<int>(m_height) + 2}; }

}  // namespace driftscope
