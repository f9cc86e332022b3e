// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/command_palette.h"

#include <algorithm>
#include <vector>

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include "ui/actions.h"
#include "ui/theme.h"

namespace driftscope {

int fuzzyScore(const QString& query, const QString& text) {
    int score = 0, at = 0, last = -2;
    for (const QChar letter : query.toLower()) {
        if (letter.isSpace()) continue;
        bool found = false;
        for (; at < text.size(); ++at) {
            if (text[at].toLower() != letter) continue;
            const bool start = at == 0 || !text[at - 1].isLetterOrNumber();
            score += start ? 8 : at == last + 1 ? 5 : 1;
            last = at++;
            found = true;
            break;
        }
        if (!found) return -1;
    }
    return score;
}

CommandPalette::CommandPalette(const ActionTable& actions, QWidget* parent)
    : QDialog(parent, Qt::Popup | Qt::FramelessWindowHint), m_actions(actions),
      m_query(new QLineEdit(this)), m_list(new QListWidget(this)) {
    setObjectName(QStringLiteral("commandPalette"));
    setWindowTitle(tr("Find anything"));
    m_query->setPlaceholderText(tr("Type a few letters of what you want to do"));
    m_query->setAccessibleName(windowTitle());
    m_query->installEventFilter(this);
    m_list->setAccessibleName(tr("Matching actions"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setFocusPolicy(Qt::NoFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(Theme::space(2), Theme::space(2), Theme::space(2), Theme::space(2));
    column->setSpacing(Theme::space(1));
    column->addWidget(m_query);
    column->addWidget(m_list);
    const QFontMetrics metrics(font());
    resize(metrics.averageCharWidth() * 72, metrics.height() * 22);
    connect(m_query, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::take);
    filter({});
    m_query->setFocus();
}

void CommandPalette::filter(const QString& query) {
    struct Row {
        int score;
        QAction* action;
    };
    std::vector<Row> rows;
    for (QAction* action : m_actions.all()) {
        const QString text = plainText(*action);
        const int score =
            std::max(fuzzyScore(query, text) * 2,
                     fuzzyScore(query, m_actions.menuOf(action) + u' ' + action->statusTip()));
        if (score >= 0) rows.push_back({score, action});
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row& x, const Row& y) { return x.score > y.score; });
    m_list->clear();
    for (const Row& row : rows) {
        const QString key = row.action->shortcut().toString(QKeySequence::NativeText);
        QString text =
            m_actions.menuOf(row.action) + QStringLiteral(" › ") + plainText(*row.action);
        if (!key.isEmpty()) text += QStringLiteral("    ") + key;
        auto* item = new QListWidgetItem(text, m_list);
        item->setData(Qt::UserRole, row.action->objectName());
        item->setToolTip(row.action->statusTip());
        if (!row.action->isEnabled()) item->setFlags(Qt::NoItemFlags);
    }
    for (int i = 0; i < m_list->count(); ++i) {
        if (m_list->item(i)->flags() & Qt::ItemIsEnabled) return m_list->setCurrentRow(i);
    }
}

void CommandPalette::take() {
    const QListWidgetItem* item = m_list->currentItem();
    if (!item || !(item->flags() & Qt::ItemIsEnabled)) return;
    m_chosen = m_actions.action(item->data(Qt::UserRole).toString());
    accept();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_query && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            take();
            return true;
        }
        const int step = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : 0;
        for (int row = m_list->currentRow() + step; step && row >= 0 && row < m_list->count();
             row += step) {
            if (!(m_list->item(row)->flags() & Qt::ItemIsEnabled)) continue;
            m_list->setCurrentRow(row);
            break;
        }
        if (step) return true;
    }
    return QDialog::eventFilter(watched, event);
}

}  // namespace driftscope
