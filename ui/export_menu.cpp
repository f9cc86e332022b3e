// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export_menu.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QMenu>

#include "ui/view.h"

namespace driftscope {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("export_menu", text); }

void ask(View& view, const QString& suffix) {
    const QString name = view.id() + u'.' + suffix;
    const QString filter = suffix.toUpper() + QStringLiteral(" (*.") + suffix + u')';
    QString path =
        QFileDialog::getSaveFileName(&view, tr("Export %1").arg(view.title()), name, filter);
    if (path.isEmpty()) return;
    if (!path.endsWith(u'.' + suffix, Qt::CaseInsensitive)) path += u'.' + suffix;
    view.exportTo(path);
}

}  // namespace

void runExportMenu(View& view, const QPoint& globalPos) {
    QMenu menu(&view);
    const auto add = [&](const QString& text, const QString& suffix) {
        menu.addAction(text, &view, [&view, suffix] { ask(view, suffix); });
    };
    add(tr("Picture as &PNG…"), QStringLiteral("png"));
    add(tr("Picture as &SVG…"), QStringLiteral("svg"));
    add(tr("Picture as P&DF…"), QStringLiteral("pdf"));
    add(tr("Numbers as &CSV…"), QStringLiteral("csv"));
    add(tr("Numbers as NP&Z…"), QStringLiteral("npz"));
    menu.addSeparator();
    menu.addAction(tr("Copy p&icture"), &view, &View::copyImage);
    menu.addAction(tr("Copy &numbers"), &view, &View::copyTable);
    menu.addAction(tr("Copy as P&ython"), &view, &View::copyPython);
    menu.exec(globalPos);
}

}  // namespace driftscope
