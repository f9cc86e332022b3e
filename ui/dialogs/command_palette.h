// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QAction;
class QLineEdit;
class QListWidget;

namespace driftscope {

class ActionTable;

/// How well `query` fits `text`: letters in order, word starts and runs count more; −1: not at all.
int fuzzyScore(const QString& query, const QString& text);

/// Every action by a few letters of its name; Enter triggers, Esc closes.
class CommandPalette : public QDialog {
    Q_OBJECT
public:
    CommandPalette(const ActionTable& actions, QWidget* parent);

    /// Chosen by the user; null when closed without.
    QAction* chosen() const { return m_chosen; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter(const QString& query);
    void take();

    const ActionTable& m_actions;
    QLineEdit* m_query;
    QListWidget* m_list;
    QAction* m_chosen = nullptr;
};

}  // namespace driftscope
