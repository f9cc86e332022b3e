// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QDialogButtonBox;
class QLabel;
class QLineEdit;

namespace driftscope {

/// A folder that is not there yet, in `parent`: "driftscope-2026-11-22", with a number where that
/// name is taken.
QString freeFolder(const QString& parent);

/// Asks where a set of files shall go. What stands in the field is where they go, to the letter: no
/// list of suggestions takes the key that ends the dialog, and a folder that is not there is made.
class FolderDialog : public QDialog {
    Q_OBJECT
public:
    FolderDialog(const QString& title, const QString& proposal, QWidget* parent);
    /// Absolute, without "~" and "..".
    QString folder() const;

private:
    void check();

    QLineEdit* m_edit;
    QLabel* m_note;
    QDialogButtonBox* m_buttons;
};

}  // namespace driftscope
