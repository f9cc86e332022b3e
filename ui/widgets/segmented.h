// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

class QButtonGroup;

namespace driftscope {

/// "A | B | A−B": one of a few, in one frame. Arrow keys move.
class Segmented : public QWidget {
    Q_OBJECT
public:
    explicit Segmented(const QStringList& items, QWidget* parent = nullptr);

    int current() const;
    /// Reason in the tool tip when disabled; empty enables.
    void setItemDisabled(int index, const QString& reason);
    void setItemTip(int index, const QString& tip);

public Q_SLOTS:
    /// Tells no one.
    void setCurrent(int index);

Q_SIGNALS:
    /// The user chose another.
    void chosen(int index);

private:
    QButtonGroup* m_group;
};

}  // namespace driftscope
