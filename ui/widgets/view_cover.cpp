// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/view_cover.h"

#include <QEvent>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme.h"
#include "ui/widgets/labels.h"

namespace driftscope {

namespace {

/// Paths and names may be broken anywhere a line ends: after a separator, else every few letters.
QString breakable(const QString& text) {
    constexpr int kLetters = 16;
    QString out;
    int run = 0;
    for (const QChar c : text) {
        out += c;
        run = c.isSpace() ? 0 : run + 1;
        if (c.isHighSurrogate() || (run < kLetters && c != u'/' && c != u'\\')) continue;
        out += QChar(0x200b);
        run = 0;
    }
    return out;
}

}  // namespace

ViewCover::ViewCover(QWidget* parent)
    : QWidget(parent), m_title(makeLabel({}, Look::dim, this)),
      m_hint(makeLabel({}, Look::caption, this)), m_button(new QPushButton(this)) {
    for (QLabel* label : {m_title, m_hint}) {
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(true);
    }
    auto* column = new QVBoxLayout(this);
    column->setSpacing(Theme::space(2));
    column->addStretch(2);
    column->addWidget(m_title);
    column->addWidget(m_hint);
    column->addWidget(m_button, 0, Qt::AlignHCenter);
    column->addStretch(3);
    connect(m_button, &QPushButton::clicked, this, &ViewCover::pressed);
    parent->installEventFilter(this);
    hide();
}

void ViewCover::showNothing() {
    m_title->clear();
    m_message.clear();
    hide();
}

void ViewCover::showVeil() {
    m_veil = true;
    m_title->clear();
    m_message.clear();
    for (QWidget* widget : {static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_hint),
                            static_cast<QWidget*>(m_button)}) {
        widget->hide();
    }
    setAttribute(Qt::WA_TransparentForMouseEvents, true);
    setGeometry(parentWidget()->rect());
    show();
    raise();
    update();
}

void ViewCover::showMessage(const QString& title, const QString& hint, const QString& button,
                            bool bad) {
    m_veil = false;
    setLook(m_title, bad ? Look::bad : Look::dim);
    m_message = title;
    m_title->setText(breakable(title));
    m_title->setVisible(true);
    m_hint->setText(breakable(hint));
    m_hint->setVisible(!hint.isEmpty());
    m_button->setText(button);
    m_button->setVisible(!button.isEmpty());
    setAttribute(Qt::WA_TransparentForMouseEvents, false);
    setGeometry(parentWidget()->rect());
    show();
    raise();
    update();
}

QString ViewCover::message() const { return m_message; }

void ViewCover::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    QColor ground = Theme::instance().color(Role::panel);
    if (m_veil) ground.setAlphaF(0.55F);
    painter.fillRect(rect(), ground);
}

bool ViewCover::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parent() && event->type() == QEvent::Resize) setGeometry(parentWidget()->rect());
    return QWidget::eventFilter(watched, event);
}

}  // namespace driftscope
