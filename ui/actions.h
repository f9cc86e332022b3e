// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <vector>

#include <QAction>
#include <QKeySequence>
#include <QObject>

class QMenu;
class QMenuBar;
class QWidget;

namespace driftscope {

/// One row per action. Menus, shortcuts, the palette and the shortcut sheet come from it.
struct ActionSpec {
    const char* id;          ///< also the objectName
    const char* menu;        ///< "File", ... ; translated in the context "actions"
    const char* text;        ///< with mnemonic
    const char* tip;         ///< status tip, one line
    const char* shortcut;    ///< portable text, several by "; "; may be empty
    bool separator = false;  ///< a line above
    const char* group = "";  ///< exclusive checkable group
};

const std::vector<ActionSpec>& allActions();

/// Its words outside a menu: without the mark of a mnemonic, "&File" or "文件(&F)", and without
/// "…".
QString plainText(const QAction& action);

/// id → QAction, with the rows of the view registry added under "View".
class ActionTable : public QObject {
    Q_OBJECT
public:
    explicit ActionTable(QWidget* window);

    /// Never null for an id of the tables.
    QAction* action(const QString& id) const;
    const std::vector<QAction*>& all() const { return m_order; }
    /// Menu a row belongs to, translated, without the mark of a mnemonic.
    QString menuOf(const QAction* action) const;
    /// Fills the bar; "File" gets a sub-menu for recent files that is returned.
    QMenu* buildMenus(QMenuBar* bar);

private:
    void add(const ActionSpec& spec, QWidget* window);
    void addViews(QWidget* window);

    std::vector<QAction*> m_order;
    std::map<QString, QAction*> m_byId;
};

}  // namespace driftscope
