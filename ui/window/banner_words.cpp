// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/banner_words.h"

#include <algorithm>

#include <QEvent>
#include <QFontMetrics>
#include <QRegularExpression>

#include "ui/text/clamped_text.h"
#include "ui/theme.h"
#include "ui/widgets/labels.h"

namespace driftscope {

namespace {
constexpr int kSentenceLines = 2, kFigureLines = 3;  // that the height has room for
}

namespace {

/// As many whole sentences as the lines have room for; a part of the first where not even that
/// fits.
QString wholeSentences(const QString& text, const QFont& font, int width, int lines) {
    static const QRegularExpression end(QStringLiteral("(?<=[.。]) "));
    const QString all = clampedToLines(text, font, width, lines);
    if (!all.endsWith(u'…')) return all;
    QString best;
    QStringList taken;
    for (const QString& sentence : text.split(end)) {
        taken << sentence;
        const QString tried = taken.join(u' ') + QStringLiteral(" ⋯");
        const QString made = clampedToLines(tried, font, width, lines);
        if (!made.endsWith(u'⋯')) break;
        best = made;
    }
    return best.isEmpty() ? all : best;
}

}  // namespace

BannerWords::BannerWords(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_sentence = new QLabel(this);
    m_sentence->setObjectName(QStringLiteral("sentence"));
    m_sentence->setTextFormat(Qt::RichText);
    m_sentence->setWordWrap(true);
    m_figures = makeLabel({}, Look::caption, this);
    m_figures->setObjectName(QStringLiteral("figures"));
    for (QLabel* label : {m_sentence, m_figures})
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
}

QSize BannerWords::sizeHint() const {
    const Theme& theme = Theme::instance();
    const int height = kSentenceLines * QFontMetrics(theme.font(TextSize::verdict)).lineSpacing() +
                       kFigureLines * QFontMetrics(theme.font(TextSize::caption)).lineSpacing() +
                       Theme::space(2);
    return {400, height};
}

QSize BannerWords::minimumSizeHint() const { return {160, sizeHint().height()}; }

void BannerWords::setWords(const QString& sentence, const QString& figures,
                           const QString& details) {
    // "10 000" is one word.
    static const QRegularExpression group(QStringLiteral("(?<=\\d) (?=\\d{3}(?!\\d))"));
    m_sentence->setText(QString(sentence).replace(group, QString(QChar::Nbsp)));
    m_wholeFigures =
        QString(figures).replace(QStringLiteral(" %"), QChar(QChar::Nbsp) + QStringLiteral("%"));
    const QString all = figures.isEmpty() || details.isEmpty()
                            ? figures + details
                            : figures + QStringLiteral("\n\n") + details;
    m_sentence->setToolTip(all);
    m_figures->setToolTip(all);
    m_figures->setAccessibleName(figures);
    place();
}

void BannerWords::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    place();
}

void BannerWords::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) place();
}

void BannerWords::place() {
    m_sentence->ensurePolished();
    m_figures->ensurePolished();
    const int spacing = m_figures->fontMetrics().lineSpacing();
    const int tall = std::min(m_sentence->heightForWidth(width()), height());
    const int lines = std::max(0, (height() - tall) / std::max(1, spacing));
    m_figures->setText(wholeSentences(m_wholeFigures, m_figures->font(), width(), lines));
    const int low = m_figures->text().isEmpty()
                        ? 0
                        : std::min(m_figures->heightForWidth(width()) + 1, height() - tall);
    const int top = std::max(0, (height() - tall - low) / 2);
    m_sentence->setGeometry(0, top, width(), tall);
    m_figures->setGeometry(0, top + tall, width(), low);
}

}  // namespace driftscope
