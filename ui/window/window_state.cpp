// SPDX-License-Identifier: GPL-3.0-or-later
// What of the window goes into a session file and comes back.
#include "ui/actions.h"
#include "ui/main_window.h"
#include "ui/selection.h"
#include "ui/setup/request_json.h"
#include "ui/setup/setup_panel.h"
#include "ui/window/dock_area.h"

namespace driftscope {

QJsonObject MainWindow::saveState() const {
    QJsonObject viewStates;
    for (const View* one : views()) viewStates[one->id()] = one->saveState();
    return {{QStringLiteral("geometry"), QString::fromLatin1(saveGeometry().toBase64())},
            {QStringLiteral("layout"), m_docks->saveLayout()},
            {QStringLiteral("views"), viewStates},
            {QStringLiteral("selection"), m_selection->save()},
            {QStringLiteral("theme"), toString(Theme::instance().mode())},
            {QStringLiteral("request"), toJson(m_setup->request())}};
}

void MainWindow::restoreState(const QJsonObject& state) {
    restoreGeometry(
        QByteArray::fromBase64(state.value(QStringLiteral("geometry")).toString().toLatin1()));
    m_docks->restoreLayout(state.value(QStringLiteral("layout")).toObject());
    const QJsonObject viewStates = state.value(QStringLiteral("views")).toObject();
    for (View* one : views()) one->restoreState(viewStates.value(one->id()).toObject());
    if (state.contains(QStringLiteral("theme")))
        setThemeMode(themeModeFrom(state.value(QStringLiteral("theme")).toString()));
    m_selection->restore(state.value(QStringLiteral("selection")).toObject());
    const QJsonValue request = state.value(QStringLiteral("request"));
    if (request.isObject()) setRequest(requestFrom(request.toObject()), true);
}

}  // namespace driftscope
