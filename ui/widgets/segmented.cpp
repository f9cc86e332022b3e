// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/segmented.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>

namespace driftscope {

namespace {
QString foldText(const QString& text) { return text + QStringLiteral(" ▾"); }
}  // namespace

Segmented::Segmented(const QStringList& items, QWidget* parent)
    : QWidget(parent), m_group(new QButtonGroup(this)) {
    setProperty("segments", true);
    setAttribute(Qt::WA_StyledBackground);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(1, 1, 1, 1);
    row->setSpacing(0);
    for (int i = 0; i < items.size(); ++i) {
        auto* button = new QToolButton(this);
        button->setText(items[i]);
        button->setCheckable(true);
        button->setProperty("segment", true);
        button->setFocusPolicy(Qt::StrongFocus);
        m_group->addButton(button, i);
        row->addWidget(button);
    }
    // The last of the children: items are counted from the first.
    m_fold = new QToolButton(this);
    m_fold->setProperty("segment", true);
    m_fold->setFocusPolicy(Qt::StrongFocus);
    m_fold->hide();
    row->addWidget(m_fold);
    connect(m_fold, &QToolButton::clicked, this, &Segmented::showMenu);
    connect(m_group, &QButtonGroup::idToggled, this, [this](int i, bool on) {
        if (on) m_fold->setText(foldText(m_group->button(i)->text()));
    });
    setCurrent(0);
    connect(m_group, &QButtonGroup::idClicked, this, &Segmented::chosen);
}

int Segmented::current() const { return m_group->checkedId(); }

void Segmented::setItemDisabled(int index, const QString& reason) {
    QAbstractButton* button = m_group->button(index);
    if (!button) return;
    button->setEnabled(reason.isEmpty());
    button->setToolTip(reason);
}

void Segmented::setItemTip(int index, const QString& tip) {
    if (QAbstractButton* button = m_group->button(index)) button->setToolTip(tip);
}

void Segmented::setFolded(bool on) {
    if (on == m_isFolded) return;
    m_isFolded = on;
    for (QAbstractButton* button : m_group->buttons()) button->setVisible(!on);
    m_fold->setFixedWidth(widthWhen(true) - 2);
    m_fold->setVisible(on);
    updateGeometry();  // now: who measures right after this must not read the old width
}

int Segmented::widthWhen(bool folded) const {
    int width = 0;
    for (const QAbstractButton* button : m_group->buttons()) {
        const int one = button->sizeHint().width();
        width = folded ? std::max(width, one) : width + one;
    }
    return width + 2 + (folded ? m_fold->fontMetrics().horizontalAdvance(foldText({})) : 0);
}

void Segmented::showMenu() {
    // Without a loop of its own: the window may be made anew while it is open.
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (QAbstractButton* button : m_group->buttons()) {
        QAction* action = menu->addAction(button->text());
        action->setCheckable(true);
        action->setChecked(button->isChecked());
        action->setEnabled(button->isEnabled());
        action->setToolTip(button->toolTip());
        connect(action, &QAction::triggered, button, &QAbstractButton::click);
    }
    menu->setToolTipsVisible(true);
    menu->popup(m_fold->mapToGlobal(QPoint(0, m_fold->height())));
}

void Segmented::setCurrent(int index) {
    if (QAbstractButton* button = m_group->button(index)) button->setChecked(true);
}

}  // namespace driftscope
