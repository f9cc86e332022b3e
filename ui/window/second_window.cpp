// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/second_window.h"

#include <algorithm>

#include <QCloseEvent>
#include <QDockWidget>
#include <QGuiApplication>
#include <QScreen>

namespace driftscope {

namespace {
constexpr int kShift = 48;
}

SecondWindow::SecondWindow(QWidget* owner) : QMainWindow(owner, Qt::Window) {
    setObjectName(QStringLiteral("secondWindow"));
    setDockOptions(AllowNestedDocks | AllowTabbedDocks);
    setContextMenuPolicy(Qt::NoContextMenu);
    setWindowTitle(tr("Second window · Driftscope"));
    setAcceptDrops(true);
}

void SecondWindow::take(QDockWidget* dock, int place) {
    addDockWidget(place % 2 == 0 ? Qt::LeftDockWidgetArea : Qt::RightDockWidgetArea, dock);
    dock->show();
}

void SecondWindow::place() {
    const QScreen* here = parentWidget()->screen();
    for (const QScreen* other : QGuiApplication::screens()) {
        if (other == here) continue;
        setGeometry(other->availableGeometry());
        setWindowState(Qt::WindowMaximized);
        return;
    }
    const QRect room = here->availableGeometry();
    QRect at(parentWidget()->window()->pos() + QPoint(kShift, kShift),
             QSize(1100, 720).boundedTo(room.size()));
    at.moveRight(std::min(at.right(), room.right()));
    at.moveBottom(std::min(at.bottom(), room.bottom()));
    setGeometry(at);
}

void SecondWindow::closeEvent(QCloseEvent* event) {
    event->accept();
    Q_EMIT closed();
}

}  // namespace driftscope
