// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/segmented.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QToolButton>

namespace driftscope {

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

void Segmented::setCurrent(int index) {
    if (QAbstractButton* button = m_group->button(index)) button->setChecked(true);
}

}  // namespace driftscope
