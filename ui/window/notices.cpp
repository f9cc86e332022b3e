// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/notices.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/theme.h"
#include "ui/widgets/labels.h"

namespace driftscope {

namespace {
constexpr const char* kTones[] = {"plain", "differ", "bad"};
}

Notices::Notices(QWidget* parent) : QWidget(parent), m_column(new QVBoxLayout(this)) {
    setObjectName(QStringLiteral("notices"));
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
}

void Notices::set(const QString& id, Tone tone, const QString& text, const QString& detail,
                  const QString& button, bool closable) {
    clear(id);
    auto* strip = new QWidget(this);
    strip->setObjectName(QStringLiteral("notice.") + id);
    strip->setAttribute(Qt::WA_StyledBackground);
    strip->setProperty("notice", QLatin1String(kTones[static_cast<int>(tone)]));
    strip->setAccessibleName(text);
    auto* column = new QVBoxLayout(strip);
    column->setContentsMargins(Theme::space(3), Theme::space(1), Theme::space(3), Theme::space(1));
    column->setSpacing(2);
    auto* row = new QHBoxLayout;
    row->setSpacing(Theme::space(2));
    QLabel* label = makeLabel(text, tone == Tone::bad ? Look::bad : Look::text, strip);
    label->setObjectName(QStringLiteral("text"));
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(label, 1);
    QLabel* more = nullptr;
    if (!detail.isEmpty()) {
        more = makeLabel(detail, Look::caption, strip);
        more->setWordWrap(true);
        more->setTextInteractionFlags(Qt::TextSelectableByMouse);
        more->hide();
        auto* fold = new QToolButton(strip);
        fold->setText(tr("more"));
        fold->setProperty("flat", true);
        fold->setCheckable(true);
        connect(fold, &QToolButton::toggled, more, &QWidget::setVisible);
        row->addWidget(fold);
    }
    if (!button.isEmpty()) {
        auto* ask = new QPushButton(button, strip);
        ask->setProperty("quiet", true);
        connect(ask, &QPushButton::clicked, this, [this, id] { Q_EMIT pressed(id); });
        row->addWidget(ask);
    }
    if (closable) {
        auto* close = new QToolButton(strip);
        close->setText(QStringLiteral("✕"));
        close->setProperty("flat", true);
        close->setAccessibleName(tr("Close"));
        close->setToolTip(tr("Close"));
        connect(close, &QToolButton::clicked, this, [this, id] { clear(id); });
        row->addWidget(close);
    }
    column->addLayout(row);
    if (more) column->addWidget(more);
    m_column->addWidget(strip);
    m_strips[id] = strip;
}

void Notices::clear(const QString& id) {
    const auto found = m_strips.find(id);
    if (found == m_strips.end()) return;
    found->second->hide();
    found->second->deleteLater();
    m_strips.erase(found);
}

QString Notices::text(const QString& id) const {
    const auto found = m_strips.find(id);
    return found == m_strips.end() ? QString() : found->second->accessibleName();
}

}  // namespace driftscope
