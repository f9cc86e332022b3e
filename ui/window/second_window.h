// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>

class QDockWidget;

namespace driftscope {

/// A second window for views, on another screen where there is one. Its docks belong to DockArea,
/// which takes them back when the window is closed.
class SecondWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit SecondWindow(QWidget* owner);

    /// Beside the docks that are there.
    void take(QDockWidget* dock, int place);
    /// On the screen where its owner is not, maximised; else over it, shifted.
    void place();

Q_SIGNALS:
    void closed();

protected:
    void closeEvent(QCloseEvent* event) override;
};

}  // namespace driftscope
