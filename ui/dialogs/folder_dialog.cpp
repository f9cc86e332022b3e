// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/folder_dialog.h"

#include <QCoreApplication>
#include <QDate>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme.h"
#include "ui/widgets/labels.h"

namespace driftscope {

namespace {

/// The nearest folder above `path` that is there: that is where a new one would be made.
QFileInfo nearest(const QString& path) {
    QFileInfo info(path);
    while (!info.exists() && !info.isRoot()) info = QFileInfo(info.absolutePath());
    return info;
}

}  // namespace

QString freeFolder(const QString& parent) {
    const QString name = QStringLiteral("driftscope-") + QDate::currentDate().toString(Qt::ISODate);
    QString path = QDir(parent).absoluteFilePath(name);
    for (int i = 2; QFileInfo::exists(path); ++i)
        path = QDir(parent).absoluteFilePath(name + QStringLiteral("-%1").arg(i));
    return path;
}

FolderDialog::FolderDialog(const QString& title, const QString& proposal, QWidget* parent)
    : QDialog(parent), m_edit(new QLineEdit(proposal, this)),
      m_note(makeLabel({}, Look::caption, this)),
      m_buttons(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this)) {
    setObjectName(QStringLiteral("folderDialog"));
    setWindowTitle(title);
    m_edit->setObjectName(QStringLiteral("fileNameEdit"));
    m_edit->setAccessibleName(title);
    m_buttons->button(QDialogButtonBox::Ok)->setText(tr("Export"));
    auto* browse = new QPushButton(tr("Choose …"), this);
    browse->setAutoDefault(false);
    connect(browse, &QPushButton::clicked, this, [this, title] {
        const QString start = nearest(folder()).absoluteFilePath();
        const QString path = QFileDialog::getExistingDirectory(this, title, start);
        if (!path.isEmpty()) m_edit->setText(path);
    });
    auto* row = new QHBoxLayout;
    row->addWidget(m_edit, 1);
    row->addWidget(browse);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(Theme::space(2));
    column->addWidget(makeLabel(title, Look::dim, this));
    column->addLayout(row);
    column->addWidget(m_note);
    column->addWidget(m_buttons);
    setMinimumWidth(QFontMetrics(font()).averageCharWidth() * 76);
    connect(m_edit, &QLineEdit::textChanged, this, &FolderDialog::check);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    check();
    m_edit->setFocus();
    m_edit->selectAll();
}

QString FolderDialog::folder() const {
    QString text = m_edit->text().trimmed();
    if (text == QLatin1String("~") || text.startsWith(QLatin1String("~/")))
        text.replace(0, 1, QDir::homePath());
    return QDir::cleanPath(QDir::current().absoluteFilePath(text));
}

void FolderDialog::check() {
    const bool empty = m_edit->text().trimmed().isEmpty();
    const QFileInfo there(folder());
    const QFileInfo above = nearest(folder());
    bool fits = !empty;
    if (empty) {
        m_note->setText(tr("Type where the files shall go"));
    } else if (above.exists() && !above.isDir()) {
        m_note->setText(tr("%1 is a file").arg(above.filePath()));
        fits = false;
    } else if (!above.isWritable()) {
        m_note->setText(tr("Nothing can be written to %1").arg(above.filePath()));
        fits = false;
    } else if (there.exists()) {
        m_note->setText(tr("The folder is there; files of the same names are replaced"));
    } else {
        m_note->setText(tr("The folder will be made"));
    }
    m_buttons->button(QDialogButtonBox::Ok)->setEnabled(fits);
}

}  // namespace driftscope
