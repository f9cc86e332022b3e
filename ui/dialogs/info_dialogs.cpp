// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/info_dialogs.h"

#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QIcon>
#include <QVBoxLayout>

#include "ui/actions.h"
#include "ui/theme.h"
#include "ui/widgets/labels.h"

namespace driftscope {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("info_dialogs", text); }

QDialog* makeDialog(const QString& name, const QString& title, QWidget* parent) {
    auto* dialog = new QDialog(parent);
    dialog->setObjectName(name);
    dialog->setWindowTitle(title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    auto* column = new QVBoxLayout(dialog);
    column->setContentsMargins(Theme::space(4), Theme::space(4), Theme::space(4), Theme::space(3));
    column->setSpacing(Theme::space(3));
    return dialog;
}

void addClose(QDialog* dialog) {
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    dialog->layout()->addWidget(buttons);
}

struct KeyRow {
    QString heading, text, key;
};

std::vector<KeyRow> keyRows(const ActionTable& actions) {
    std::vector<KeyRow> rows;
    QString menu;
    for (const QAction* action : actions.all()) {
        const QString heading = actions.menuOf(action);
        rows.push_back({heading == menu ? QString() : heading, plainText(*action),
                        action->shortcut().isEmpty()
                            ? QStringLiteral("–")  // by menu, or by name with Ctrl+K
                            : action->shortcut().toString(QKeySequence::NativeText)});
        menu = heading;
    }
    rows.push_back({tr("In a plot"), tr("Move the cursor"), QStringLiteral("← ↑ → ↓")});
    rows.push_back({{}, tr("Move it by ten"), QStringLiteral("Ctrl+← …")});
    rows.push_back({{}, tr("First and last column"), QStringLiteral("Home, End")});
    rows.push_back({{}, tr("Copy its numbers"), QStringLiteral("Ctrl+C")});
    rows.push_back({{}, tr("Zoom a map"), QStringLiteral("+ −, Ctrl+wheel")});
    rows.push_back({{}, tr("All of a map"), QStringLiteral("0")});
    return rows;
}

}  // namespace

QDialog* makeShortcutSheet(const ActionTable& actions, QWidget* parent) {
    QDialog* dialog = makeDialog(QStringLiteral("shortcuts"), tr("Keys"), parent);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(Theme::space(3));
    grid->setVerticalSpacing(Theme::space(1));
    const std::vector<KeyRow> rows = keyRows(actions);
    // Two columns; a heading starts the second one.
    int line = 0, column = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
        const KeyRow& row = rows[i];
        if (!row.heading.isEmpty()) {
            if (column == 0 && i >= rows.size() / 2 - 4) column = 3, line = 0;
            if (line > 0) grid->setRowMinimumHeight(line++, Theme::space(1));
            grid->addWidget(makeLabel(row.heading, Look::heading, dialog), line++, column, 1, 2);
        }
        grid->addWidget(makeLabel(row.text, Look::text, dialog), line, column);
        grid->addWidget(makeLabel(row.key, Look::mono, dialog), line, column + 1, Qt::AlignRight);
        ++line;
    }
    grid->setColumnMinimumWidth(2, Theme::space(6));
    static_cast<QVBoxLayout*>(dialog->layout())->addLayout(grid);
    addClose(dialog);
    return dialog;
}

QDialog* makeAboutDialog(const std::map<std::string, std::string>& provenance, QWidget* parent) {
    QDialog* dialog = makeDialog(QStringLiteral("about"), tr("About Driftscope"), parent);
    auto* column = static_cast<QVBoxLayout*>(dialog->layout());
    column->addWidget(
        makeLabel(QStringLiteral("Driftscope " DRIFTSCOPE_VERSION), Look::title, dialog));
    column->addWidget(makeLabel(tr("The same model, run twice: where the runs part, and why."),
                                Look::dim, dialog));
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(Theme::space(4));
    grid->setVerticalSpacing(Theme::space(1));
    int line = 0;
    const auto add = [&](const QString& key, const QString& value) {
        grid->addWidget(makeLabel(key, Look::dim, dialog), line, 0, Qt::AlignTop);
        QLabel* label = makeLabel(value, Look::mono, dialog);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        grid->addWidget(label, line++, 1);
    };
    for (const auto& [key, value] : provenance) {
        if (key != "version") add(QString::fromStdString(key), QString::fromStdString(value));
    }
    add(QStringLiteral("Qt"), QString::fromLatin1(qVersion()));
    grid->setColumnStretch(1, 1);
    column->addLayout(grid);
    QLabel* licences = makeLabel(
        tr("Free software under the GNU General Public License, version 3 or later; there is no "
           "warranty. Built on LibTorch (BSD), Qt (LGPL), QCustomPlot (GPL), SentencePiece (Apache "
           "2.0), PCRE2 (BSD) and nlohmann-json (MIT)."),
        Look::caption, dialog);
    licences->setWordWrap(true);
    column->addWidget(licences);
    addClose(dialog);
    dialog->setMinimumWidth(QFontMetrics(dialog->font()).averageCharWidth() * 76);
    return dialog;
}

}  // namespace driftscope
