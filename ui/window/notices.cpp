// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/notices.h"

#include <algorithm>

#include <QEvent>
#include <QHBoxLayout>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/foldout.h"

namespace driftscope {

namespace {

constexpr const char* kTones[] = {"plain", "differ", "bad"};

/// The line's height: a button with its text, whether one is there or not.
int lineHeight() {
    return QFontMetrics(Theme::instance().font(TextSize::text)).height() + 4 * Theme::space(1);
}

QToolButton* flatButton(const QString& text, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setText(text);
    button->setProperty("flat", true);
    return button;
}

}  // namespace

/// One notice: its line, and what opens below it.
class Notices::Strip : public QWidget {
public:
    Strip(Tone tone, const QString& text, const QString& detail, QWidget* parent)
        : QWidget(parent), m_tone(tone), m_words(text), m_detail(detail) {
        setAttribute(Qt::WA_StyledBackground);
        setProperty("notice", QLatin1String(kTones[static_cast<int>(tone)]));
        setAccessibleName(text);
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(0);
        auto* line = new QWidget(this);
        line->setFixedHeight(lineHeight());
        m_row = new QHBoxLayout(line);
        m_row->setContentsMargins(Theme::space(3), 0, Theme::space(3), 0);
        m_row->setSpacing(Theme::space(2));
        m_text = new ElidedLabel(tone == Tone::bad ? Look::bad : Look::text, line);
        m_text->setObjectName(QStringLiteral("text"));
        m_text->setText(text);
        m_row->addWidget(m_text, 1);
        m_more = flatButton(Notices::tr("more"), line);
        m_more->setObjectName(QStringLiteral("more"));
        m_more->setCheckable(true);
        keepWidth();
        m_row->addWidget(m_more);
        column->addWidget(line);
        m_whole = new Foldout(this, m_more);
        m_whole->setProperty("notice", QLatin1String(kTones[static_cast<int>(tone)]));
        QObject::connect(m_more, &QToolButton::toggled, m_whole, &Foldout::setOpen);
        QObject::connect(m_whole, &Foldout::closed, m_more,
                         [more = m_more] { more->setChecked(false); });
        QObject::connect(m_more, &QToolButton::toggled, m_more, [more = m_more](bool on) {
            more->setText(on ? Notices::tr("less") : Notices::tr("more"));
        });
        m_more->hide();
        m_text->installEventFilter(this);
        fit();
    }
    Tone tone() const { return m_tone; }
    QHBoxLayout* row() const { return m_row; }
    QToolButton* next = nullptr;  ///< "1 of 2"

protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (watched == m_text && event->type() == QEvent::Resize) fit();
        return QWidget::eventFilter(watched, event);
    }

private:
    /// "less" is as wide as "more": what stands beside it stays where it is.
    void keepWidth() {
        m_more->ensurePolished();
        int width = 0;
        for (const QString& text : {Notices::tr("less"), Notices::tr("more")}) {
            m_more->setText(text);
            width = std::max(width, m_more->sizeHint().width());
        }
        m_more->setMinimumWidth(width);
    }

    /// "more" is there while something is out of sight; its own place is the text's without it. The
    /// detail stands on the line where both have room.
    void fit() {
        const int own = m_more->isHidden() ? 0 : m_more->width() + m_row->spacing();
        const auto fits = [&](const QString& text) {
            return m_text->fontMetrics().horizontalAdvance(text) <= m_text->width() + own;
        };
        const QString both = m_words + QStringLiteral(" · ") +
                             QString(m_detail).replace(u'\n', QStringLiteral(" · "));
        const bool one = !m_detail.isEmpty() && fits(both);
        const QString line = one ? both : m_words;
        if (m_text->text() != line) m_text->setText(line);
        QStringList whole;
        if (!fits(m_words)) whole << m_words;
        if (!m_detail.isEmpty() && !one) whole << m_detail;
        m_whole->setText(whole.join(u'\n'));
        m_more->setAccessibleDescription(whole.join(u'\n'));
        m_more->setVisible(!whole.isEmpty());
        if (whole.isEmpty()) m_more->setChecked(false);
    }

    Tone m_tone;
    QString m_words, m_detail;
    ElidedLabel* m_text;
    Foldout* m_whole;
    QToolButton* m_more;
    QHBoxLayout* m_row;
};

Notices::Notices(QWidget* parent)
    : QWidget(parent), m_calmRow(new QWidget(this)), m_calm(new ElidedLabel(Look::caption)),
      m_column(new QVBoxLayout(this)) {
    setObjectName(QStringLiteral("notices"));
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    m_calmRow->setObjectName(QStringLiteral("calm"));
    m_calmRow->setAttribute(Qt::WA_StyledBackground);
    m_calmRow->setProperty("notice", QStringLiteral("calm"));
    m_calmRow->setFixedHeight(lineHeight());
    auto* row = new QHBoxLayout(m_calmRow);
    row->setContentsMargins(Theme::space(3), 0, Theme::space(3), 0);
    row->addWidget(m_calm, 1);
    m_column->addWidget(m_calmRow);
}

void Notices::setCalm(const QString& text) { m_calm->setText(text); }

void Notices::set(const QString& id, Tone tone, const QString& text, const QString& detail,
                  const QString& button, bool closable) {
    clear(id);
    auto* strip = new Strip(tone, text, detail, this);
    strip->setObjectName(QStringLiteral("notice.") + id);
    strip->next = flatButton({}, strip);
    strip->next->setObjectName(QStringLiteral("nextNotice"));
    strip->next->setToolTip(tr("Show the next notice"));
    connect(strip->next, &QToolButton::clicked, this, &Notices::showNext);
    strip->row()->addWidget(strip->next);
    if (!button.isEmpty()) {
        auto* ask = new QPushButton(button, strip);
        ask->setProperty("quiet", true);
        connect(ask, &QPushButton::clicked, this, [this, id] { Q_EMIT pressed(id); });
        strip->row()->addWidget(ask);
    }
    if (closable) {
        QToolButton* close = flatButton(QStringLiteral("✕"), strip);
        close->setAccessibleName(tr("Close"));
        close->setToolTip(tr("Close"));
        connect(close, &QToolButton::clicked, this, [this, id] { clear(id); });
        strip->row()->addWidget(close);
    }
    m_column->addWidget(strip);
    m_strips[id] = strip;
    m_order.push_back(id);
    choose();
}

void Notices::clear(const QString& id) {
    const auto found = m_strips.find(id);
    if (found == m_strips.end()) return;
    found->second->hide();
    found->second->setObjectName({});  // gone for those who look for it
    found->second->deleteLater();
    m_strips.erase(found);
    m_order.erase(std::find(m_order.begin(), m_order.end(), id));
    choose();
}

void Notices::choose() {
    QString best;
    for (const QString& id : m_order) {
        if (best.isEmpty() || m_strips[id]->tone() >= m_strips[best]->tone()) best = id;
    }
    showFront(best);
}

void Notices::showFront(const QString& id) {
    m_front = id;
    m_calmRow->setVisible(id.isEmpty());
    for (const auto& [name, strip] : m_strips) {
        strip->setVisible(name == id);
        const auto place = std::find(m_order.begin(), m_order.end(), name) - m_order.begin();
        strip->next->setText(tr("%1 of %2 ›").arg(place + 1).arg(m_order.size()));
        strip->next->setVisible(m_order.size() > 1);
    }
}

void Notices::showNext() {
    const auto at = std::find(m_order.begin(), m_order.end(), m_front);
    if (at == m_order.end()) return;
    showFront(at + 1 == m_order.end() ? m_order.front() : *(at + 1));
}

QString Notices::text(const QString& id) const {
    const auto found = m_strips.find(id);
    return found == m_strips.end() ? QString() : found->second->accessibleName();
}

}  // namespace driftscope
