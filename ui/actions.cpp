// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/actions.h"

#include <QActionGroup>
#include <QCoreApplication>
#include <QMenu>
#include <QMenuBar>
#include <QRegularExpression>
#include <QWidget>

#include "ui/theme.h"
#include "ui/view_registry.h"

namespace driftscope {

namespace {

QString translated(const char* text) { return QCoreApplication::translate("actions", text); }
constexpr const char* kMenu = "driftscopeMenu";
constexpr const char* kSeparator = "driftscopeSeparator";

#define N(text) QT_TRANSLATE_NOOP("actions", text)
}  // namespace

// A table. NOLINTNEXTLINE(readability-function-size)
const std::vector<ActionSpec>& allActions() {
    static const std::vector<ActionSpec> table = {
        {"file.openModel", N("File"), N("Open &model…"), N("Choose the folder of model A"),
         "Ctrl+O"},
        {"file.openSession", N("File"), N("Open &session…"), N("Open a .drift file"),
         "Ctrl+Shift+O"},
        {"file.save", N("File"), N("&Save session"), N("Write the session to its file"), "Ctrl+S",
         true},
        {"file.saveAs", N("File"), N("Save session &as…"), N("Write the session to another file"),
         "Ctrl+Shift+S"},
        {"file.exportView", N("File"), N("&Export view…"),
         N("Write the view in use as PNG, SVG, PDF or CSV"), "Ctrl+E", true},
        {"file.exportAll", N("File"), N("Export a&ll…"),
         N("Write report, pictures and tables of this comparison into a folder"), "Ctrl+Shift+E"},
        {"file.copyCommand", N("File"), N("&Copy as command"),
         N("The command line that computes what is on screen"), "Ctrl+Shift+C"},
        {"file.quit", N("File"), N("&Quit"), N("Close the window"), "Ctrl+Q", true},

        {"edit.undo", N("Edit"), N("&Undo"), N("Back to the setup and view before"), "Ctrl+Z"},
        {"edit.redo", N("Edit"), N("&Redo"), N("What was undone, again"), "Ctrl+Shift+Z; Ctrl+Y"},
        {"edit.copyPicture", N("Edit"), N("Copy view as &picture"),
         N("The view in use, as a picture, to the clipboard"), "Ctrl+Alt+P", true},
        {"edit.copyNumbers", N("Edit"), N("Copy view as &numbers"),
         N("The numbers of the view in use, as a table, to the clipboard"), "Ctrl+Alt+N"},
        {"edit.copyPython", N("Edit"), N("Copy view as P&ython"),
         N("The numbers of the view in use, as numpy arrays, to the clipboard"), "Ctrl+Alt+Y"},

        {"run.again", N("Run"), N("&Run again"), N("Compute this comparison anew"), "F5"},
        {"run.takeApart", N("Run"), N("Take &apart"),
         N("Run again and say which option and which step makes how much of the distance"),
         "Ctrl+T"},
        {"run.cancel", N("Run"), N("&Cancel"), N("Stop within one block or token"), "Esc"},
        {"run.swap", N("Run"), N("&Swap A and B"), N("Exchange models and options of the two runs"),
         "Ctrl+B", true},
        {"run.same", N("Run"), N("Make B &like A"), N("Give B the model and the options of A"), ""},

        {"run.pin", N("Run"), N("&Pin as baseline"),
         N("Keep this run at the top of the list, to go back to"), "Ctrl+P", true},
        {"run.baseline", N("Run"), N("Flip to the &baseline"),
         N("Show the pinned run, and again the one before"), "Ctrl+Shift+B"},

        {"go.next", N("Go"), N("&Next divergence"),
         N("The next site whose error leaves the noise band"), "F8"},
        {"go.previous", N("Go"), N("&Previous divergence"),
         N("The site before whose error leaves the noise band"), "Shift+F8"},
        {"go.first", N("Go"), N("&First divergence"), N("Where the two runs part first"),
         "Ctrl+F8"},
        {"go.to", N("Go"), N("&Go to site…"), N("A site by name, with position"), "Ctrl+G", true},
        {"go.find", N("Go"), N("Find &anything…"), N("Every action by name"), "Ctrl+K"},
        {"go.nextToken", N("Go"), N("Next &token"), N("Move the position by one"), "Alt+Right",
         true},
        {"go.previousToken", N("Go"), N("Previous t&oken"), N("Move the position back by one"),
         "Alt+Left"},
        {"go.nextLayer", N("Go"), N("Next &block"), N("Move the layer by one"), "Alt+Down"},
        {"go.previousLayer", N("Go"), N("Previous bloc&k"), N("Move the layer back by one"),
         "Alt+Up"},

        {"compare.flip", N("Compare"), N("&Flip A, B, difference"),
         N("Show A, B, their difference or all three"), "D"},
        {"compare.otherOrder", N("Compare"), N("Try another &summation order"),
         N("Give B the sums of another kernel: matmul.order=split-k"), ""},
        {"compare.noDefects", N("Compare"), N("Turn &defects off"),
         N("Run both without known bugs"), ""},

        {"view.float", N("View"), N("&Float view"),
         N("The view in use as a window of its own, or back in its place"), "F11", true},
        {"view.across", N("View"), N("Move to the second &window"),
         N("The view in use to a window for another monitor, or back from there"), "Ctrl+F11"},
        {"view.resetLayout", N("View"), N("&Reset layout"), N("All views at their first places"),
         ""},
        {"theme.system", N("View"), N("Theme: as the s&ystem"),
         N("Follow the system's colour scheme"), "", true, "theme"},
        {"theme.light", N("View"), N("Theme: &light"), N("Dark text on light ground"), "", false,
         "theme"},
        {"theme.dark", N("View"), N("Theme: &dark"), N("Light text on dark ground"), "", false,
         "theme"},
        {"language.system", N("View"), N("Language: as the syste&m"),
         N("Follow the system's language"), "", true, "language"},
        {"language.en", N("View"), N("Language: &English"), N("Words in English"), "", false,
         "language"},
        {"language.zh_CN", N("View"), N("Language: 简体中文(&Z)"), N("Words in Simplified Chinese"),
         "", false, "language"},

        {"help.shortcuts", N("Help"), N("&Keys"), N("All keys on one sheet"), "F1"},
        {"help.about", N("Help"), N("&About Driftscope"), N("Version, libraries, licences"), ""},
    };
    return table;
}

ActionTable::ActionTable(QWidget* window) : QObject(window) {
    for (const ActionSpec& spec : allActions()) {
        if (QLatin1String(spec.id) == QLatin1String("view.float")) addViews(window);
        add(spec, window);
    }
}

void ActionTable::add(const ActionSpec& spec, QWidget* window) {
    auto* action = new QAction(translated(spec.text), this);
    action->setObjectName(QLatin1String(spec.id));
    action->setStatusTip(translated(spec.tip));
    if (*spec.shortcut)
        action->setShortcuts(QKeySequence::listFromString(QLatin1String(spec.shortcut)));
    action->setProperty(kMenu, QLatin1String(spec.menu));
    action->setProperty(kSeparator, spec.separator);
    if (*spec.group) {
        action->setCheckable(true);
        const QString name = QLatin1String(spec.group);
        auto* group = findChild<QActionGroup*>(name);
        if (!group) {
            group = new QActionGroup(this);
            group->setObjectName(name);
        }
        group->addAction(action);
    }
    window->addAction(action);
    m_order.push_back(action);
    m_byId[action->objectName()] = action;
}

void ActionTable::addViews(QWidget* window) {
    for (const ViewSpec& spec : allViews()) {
        auto* action = new QAction(viewTitle(spec), this);
        action->setObjectName(QStringLiteral("view.") + spec.id);
        action->setStatusTip(QCoreApplication::translate("views", spec.help));
        action->setShortcut(spec.shortcut);
        action->setCheckable(true);
        action->setProperty(kMenu, QStringLiteral("View"));
        window->addAction(action);
        m_order.push_back(action);
        m_byId[action->objectName()] = action;
    }
}

QAction* ActionTable::action(const QString& id) const {
    const auto found = m_byId.find(id);
    Q_ASSERT_X(found != m_byId.end(), "ActionTable", qPrintable(id));
    return found == m_byId.end() ? nullptr : found->second;
}

namespace {

QString unmarked(QString text) {
    static const QRegularExpression ownMark(QStringLiteral(R"(\(&.\))"));
    return text.remove(ownMark).remove(u'&');
}

}  // namespace

QString plainText(const QAction& action) { return unmarked(action.text()).remove(QChar(0x2026)); }

QString ActionTable::menuOf(const QAction* action) const {
    return unmarked(translated(action->property(kMenu).toString().toLatin1().constData()));
}

QMenu* ActionTable::buildMenus(QMenuBar* bar) {
    std::map<QString, QMenu*> menus;
    QMenu* recent = nullptr;
    for (const char* name : {N("File"), N("Edit"), N("Run"), N("Go"), N("View"), N("Compare"),
                             N("Examples"), N("Help")}) {
        menus[QLatin1String(name)] = bar->addMenu(translated(name));
    }
    menus[QStringLiteral("Examples")]->setObjectName(QStringLiteral("examplesMenu"));
    menus[QStringLiteral("Examples")]->menuAction()->setVisible(false);  // until there are some
    for (QAction* action : m_order) {
        QMenu* menu = menus[action->property(kMenu).toString()];
        if (action->property(kSeparator).toBool()) menu->addSeparator();
        menu->addAction(action);
        if (action->objectName() == QLatin1String("file.openSession")) {
            recent = menu->addMenu(tr("Open &recent"));
            recent->setEnabled(false);
        }
    }
    return recent;
}

#undef N

}  // namespace driftscope
