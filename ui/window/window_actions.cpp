// SPDX-License-Identifier: GPL-3.0-or-later
// What the actions of the window do; the rest of the window is in main_window.cpp.
#include <algorithm>

#include <QDialog>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>
#include <QPointer>

#include "ui/actions.h"
#include "ui/dialogs/command_palette.h"
#include "ui/dialogs/folder_dialog.h"
#include "ui/dialogs/go_to_dialog.h"
#include "ui/dialogs/info_dialogs.h"
#include "ui/language.h"
#include "ui/main_window.h"
#include "ui/selection.h"
#include "ui/setup/setup_panel.h"
#include "ui/view_registry.h"
#include "ui/window/divergences.h"
#include "ui/window/dock_area.h"
#include "ui/window/status_line.h"

namespace driftscope {

void MainWindow::connectActions() {
    connectFileActions();
    connectGoActions();
    on("run.again", [this] { Q_EMIT runAgainRequested(request()); });
    on("run.takeApart", [this] {
        CompareRequest apart = request();
        apart.attribute = true;
        setRequest(apart, true);
    });
    on("run.cancel", [this] { Q_EMIT cancelRequested(); });
    on("edit.undo", [this] { undo(); });
    on("edit.redo", [this] { redo(); });
    const auto current = [this](void (View::*order)()) {
        if (View* view = currentView()) (view->*order)();
    };
    on("edit.copyPicture", [current] { current(&View::copyImage); });
    on("edit.copyNumbers", [current] { current(&View::copyTable); });
    on("edit.copyPython", [current] { current(&View::copyPython); });
    on("run.pin", [this] { pinCurrent(); });
    on("run.baseline", [this] { flipToBaseline(); });
    on("view.across", [this] { m_docks->moveCurrentAcross(); });
    on("view.float", [this] { m_docks->floatCurrent(); });
    on("run.swap", [this] { m_setup->swapRuns(); });
    on("run.same", [this] { m_setup->makeSame(); });
    on("compare.flip", [this] { m_selection->flipFace(); });
    on("compare.otherOrder", [this] { m_setup->setOption(Side::b, "matmul.order", "split-k"); });
    on("compare.noDefects", [this] {
        CompareRequest clean = request();
        clean.options_a.erase("defects");
        clean.options_b.erase("defects");
        setRequest(clean, true);
    });
    for (const ViewSpec& spec : allViews()) {
        const QString id = spec.id;
        connect(m_actions->action(QStringLiteral("view.") + id), &QAction::triggered, m_docks,
                [this, id](bool checked) { m_docks->setVisible(id, checked); });
    }
    on("view.resetLayout", [this] { m_docks->resetLayout(); });
    on("theme.system", [this] { setThemeMode(Theme::Mode::system); });
    on("theme.light", [this] { setThemeMode(Theme::Mode::light); });
    on("theme.dark", [this] { setThemeMode(Theme::Mode::dark); });
    m_actions->action(QStringLiteral("theme.") + toString(Theme::instance().mode()))
        ->setChecked(true);
    for (const QString& language : languages()) {
        QAction* action = m_actions->action(QStringLiteral("language.") + language);
        action->setChecked(language == savedLanguage());
        connect(action, &QAction::triggered, this,
                [this, language] { Q_EMIT languageChosen(language); });
    }
    on("help.shortcuts", [this] { makeShortcutSheet(*m_actions, this)->open(); });
    on("help.about", [this] { makeAboutDialog(m_provenance, this)->open(); });
}

void MainWindow::connectFileActions() {
    on("file.openModel", [this] { m_setup->browseModel(); });
    on("file.openSession", [this] {
        const QString filter = tr("Sessions (*.drift)");
        const QString path = QFileDialog::getOpenFileName(this, tr("Open session"), {}, filter);
        if (!path.isEmpty()) Q_EMIT openRequested(path);
    });
    const auto saveAs = [this] {
        const QString filter = tr("Sessions (*.drift)");
        QString path =
            QFileDialog::getSaveFileName(this, tr("Save session"), m_sessionPath, filter);
        if (path.isEmpty()) return;
        if (!path.endsWith(QLatin1String(".drift"))) path += QLatin1String(".drift");
        Q_EMIT saveRequested(path);
    };
    on("file.saveAs", saveAs);
    on("file.save", [this, saveAs] {
        if (m_sessionPath.isEmpty()) return saveAs();
        Q_EMIT saveRequested(m_sessionPath);
    });
    on("file.exportView", [this] {
        if (View* view = currentView()) view->showExportMenu();
    });
    on("file.exportAll", [this] {
        const QString beside =
            m_exportFolder.isEmpty() ? QDir::homePath() : QFileInfo(m_exportFolder).absolutePath();
        FolderDialog dialog(tr("Folder for report, pictures and tables"), freeFolder(beside), this);
        if (dialog.exec() != QDialog::Accepted) return;
        m_exportFolder = dialog.folder();
        Q_EMIT exportAllRequested(m_exportFolder);
    });
    on("file.copyCommand", [this] { Q_EMIT copyCommandRequested(); });
    on("file.quit", [this] { close(); });
}

void MainWindow::connectGoActions() {
    on("go.next", [this] { nextDivergence(); });
    on("go.previous", [this] { previousDivergence(); });
    on("go.first", [this] {
        if (!m_comparison) return;
        m_selection->setSite({SiteKind::embed, -1});
        const auto all = divergences(*m_comparison);
        const auto& first = m_comparison->verdict.site;
        for (const Divergence& one : all) {
            if (!first || one.site == *first) return showPlace(one);
        }
        nextDivergence();
    });
    on("go.to", [this] {
        GoToDialog dialog(m_comparison, this);
        if (dialog.exec() == QDialog::Accepted) goToSite(dialog.text());
    });
    on("go.find", [this] {
        CommandPalette palette(*m_actions, this);
        palette.move(mapToGlobal(QPoint((width() - palette.width()) / 2, height() / 8)));
        if (palette.exec() == QDialog::Accepted && palette.chosen()) palette.chosen()->trigger();
    });
    on("go.nextToken", [this] { moveSelection(0, 1); });
    on("go.previousToken", [this] { moveSelection(0, -1); });
    on("go.nextLayer", [this] { moveSelection(1, 0); });
    on("go.previousLayer", [this] { moveSelection(-1, 0); });
}

void MainWindow::pinCurrent() {
    const auto& runs = m_setup->history();
    for (size_t i = 0; i < runs.size(); ++i) {
        if (runs[i].current) return Q_EMIT runPinned(static_cast<int>(i));
    }
    m_status->showMessage(tr("There is no run to pin yet"));
}

/// From any run to the pinned one; from there to the newest other.
void MainWindow::flipToBaseline() {
    const auto& runs = m_setup->history();
    const auto find = [&](bool pinned) {
        return std::find_if(runs.begin(), runs.end(), [pinned](const HistoryEntry& run) {
            return run.pinned == pinned && !run.current;
        });
    };
    auto target = find(true);
    if (target == runs.end()) target = find(false);
    const bool pinned =
        std::any_of(runs.begin(), runs.end(), [](const HistoryEntry& run) { return run.pinned; });
    if (!pinned) return m_status->showMessage(tr("No run is pinned as baseline"));
    if (target != runs.end()) setRequest(CompareRequest(target->request), true);
}

void MainWindow::updateActions() {
    const bool shown = m_comparison && !m_comparison->tokens.empty();
    const auto enable = [this](const char* id, bool on) {
        m_actions->action(QLatin1String(id))->setEnabled(on);
    };
    for (const char* id :
         {"run.takeApart", "edit.copyPicture", "edit.copyNumbers", "edit.copyPython", "run.pin",
          "file.exportView", "file.exportAll", "file.copyCommand", "go.next", "go.previous",
          "go.first", "go.to", "go.nextToken", "go.previousToken", "go.nextLayer",
          "go.previousLayer", "compare.flip"}) {
        enable(id, shown);
    }
    enable("run.cancel", m_busy);
    enable("edit.undo", m_undo.canUndo() || m_noteSoon.isActive());
    enable("edit.redo", m_undo.canRedo());
    for (const ViewSpec& spec : allViews()) {
        m_actions->action(QStringLiteral("view.") + spec.id)->setChecked(m_docks->isShown(spec.id));
    }
}

void MainWindow::setExamples(const std::vector<Example>& examples) {
    m_setup->setExamples(examples);
    m_examples = examples;
    fillExampleMenu();
}

void MainWindow::setQuestions(const std::vector<CaseQuestion>& questions) {
    m_questions = questions;
    fillExampleMenu();
}

void MainWindow::fillExampleMenu() {
    auto* menu = menuBar()->findChild<QMenu*>(QStringLiteral("examplesMenu"));
    menu->clear();
    menu->setToolTipsVisible(true);
    const auto add = [menu](const QString& name, QString text, const QString& tip) {
        QAction* action = menu->addAction(text.replace(u'&', QLatin1String("&&")));
        action->setObjectName(name);
        action->setToolTip(tip);
        return action;
    };
    for (const Example& example : m_examples) {
        connect(add(QStringLiteral("example.") + example.id, example.title, example.tip),
                &QAction::triggered, this,
                [this, request = example.request] { setRequest(request, true); });
    }
    if (!m_questions.empty()) menu->addSection(tr("Questions people asked"));
    for (const CaseQuestion& question : m_questions) {
        connect(add(QStringLiteral("question.") + question.id, question.question, question.title),
                &QAction::triggered, this, [this, id = question.id] { Q_EMIT caseChosen(id); });
    }
    menu->menuAction()->setVisible(!menu->isEmpty());
}

}  // namespace driftscope
