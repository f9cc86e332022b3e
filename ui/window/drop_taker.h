// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QWidget;

namespace driftscope {

/// Takes a file or folder that is dropped anywhere in a window, its floating views or its second
/// window, before a text field makes letters of its address. Fields for a path keep their own
/// drops.
class DropTaker : public QObject {
    Q_OBJECT
public:
    /// Watches the whole program; acts in `window` and in the windows that belong to it.
    explicit DropTaker(QWidget* window);

    bool eventFilter(QObject* watched, QEvent* event) override;

Q_SIGNALS:
    void dropped(const QString& path);

private:
    bool isOurs(const QWidget* widget) const;

    QWidget* m_window;
};

}  // namespace driftscope
