// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

class QButtonGroup;
class QToolButton;

namespace driftscope {

/// "A | B | A−B": one of a few, in one frame. Arrow keys move. Folded it shows the chosen one alone
/// and opens the others as a menu.
class Segmented : public QWidget {
    Q_OBJECT
public:
    explicit Segmented(const QStringList& items, QWidget* parent = nullptr);

    int current() const;
    /// Reason in the tool tip when disabled; empty enables.
    void setItemDisabled(int index, const QString& reason);
    void setItemTip(int index, const QString& tip);
    void setFolded(bool on);
    bool isFolded() const { return m_isFolded; }
    /// Pixels that it needs, folded or not.
    int widthWhen(bool folded) const;

public Q_SLOTS:
    /// Tells no one.
    void setCurrent(int index);

Q_SIGNALS:
    /// The user chose another.
    void chosen(int index);

private:
    void showMenu();

    QButtonGroup* m_group;
    QToolButton* m_fold;
    bool m_isFolded = false;
};

}  // namespace driftscope
