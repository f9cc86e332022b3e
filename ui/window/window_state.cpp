// SPDX-License-Identifier: GPL-3.0-or-later
// What of the window goes into a session file and comes back.
#include <QScopedValueRollback>

#include "ui/actions.h"
#include "ui/main_window.h"
#include "ui/selection.h"
#include "ui/setup/request_json.h"
#include "ui/setup/setup_panel.h"
#include "ui/window/dock_area.h"
#include "ui/window/status_line.h"

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

WindowState MainWindow::windowState() const {
    QJsonObject viewStates;
    for (const View* one : views()) viewStates[one->id()] = one->saveState();
    return {toJson(m_setup->request()),
            {{QStringLiteral("views"), viewStates},
             {QStringLiteral("selection"), m_selection->save()}}};
}

void MainWindow::noteChange() {
    if (!m_restoring) m_noteSoon.start();
}

void MainWindow::flushNote() {
    if (!m_noteSoon.isActive() && sender() != &m_noteSoon) return;
    m_noteSoon.stop();
    if (m_setup->request().model_a.empty()) return;  // nothing was asked yet
    m_undo.note(windowState(), m_clock.elapsed());
    updateActions();
}

void MainWindow::goToState(const WindowState& state) {
    {
        const QScopedValueRollback quiet(m_restoring, true);
        const QJsonObject viewStates = state.look.value(QStringLiteral("views")).toObject();
        for (View* one : views()) one->restoreState(viewStates.value(one->id()).toObject());
        m_selection->restore(state.look.value(QStringLiteral("selection")).toObject());
        if (state.request != toJson(m_setup->request())) {
            setRequest(requestFrom(state.request), true);
        }
    }
    m_noteSoon.stop();
    updateActions();
    Q_EMIT stateChanged();
}

void MainWindow::undo() {
    flushNote();
    QString word;
    const auto state = m_undo.undo(&word);
    if (!state) return m_status->showMessage(tr("Nothing to undo"));
    goToState(*state);
    m_status->showMessage(word == QLatin1String("view") ? tr("Undone: a change of the view")
                                                        : tr("Undone: a change of the setup"));
}

void MainWindow::redo() {
    flushNote();
    const auto state = m_undo.redo();
    if (!state) return m_status->showMessage(tr("Nothing to redo"));
    goToState(*state);
    m_status->showMessage(tr("Done again"));
}

}  // namespace driftscope
