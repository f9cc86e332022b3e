// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QInputMethodEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <QTimer>

namespace driftscope {

/// Answers the next file dialog as a person would: types the path and presses the button. The
/// dialog must be Qt's own (AA_DontUseNativeDialogs).
class DialogAnswer : public QObject {
public:
    explicit DialogAnswer(const QString& path) : m_path(path) {
        connect(&m_timer, &QTimer::timeout, this, &DialogAnswer::look);
        m_timer.start(20);
    }
    /// Whether a dialog came.
    bool given() const { return m_typed; }

private:
    void look() {
        auto* dialog = qobject_cast<QDialog*>(QApplication::activeModalWidget());
        if (!dialog) {
            if (m_typed) m_timer.stop();
            return;
        }
        auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        auto* buttons = dialog->findChild<QDialogButtonBox*>();
        if (!name || !buttons) return;
        if (name->text() != m_path) {
            name->setCompleter(nullptr);  // its list would take the click on the button
            name->selectAll();
            // As an input method would: a path may hold letters that no key has.
            QInputMethodEvent typed;
            typed.setCommitString(m_path);
            QCoreApplication::sendEvent(name, &typed);
            m_typed = true;
            return;
        }
        for (QAbstractButton* button : buttons->buttons()) {
            if (buttons->buttonRole(button) == QDialogButtonBox::AcceptRole) {
                return QTest::mouseClick(button, Qt::LeftButton);
            }
        }
    }

    QString m_path;
    QTimer m_timer;
    bool m_typed = false;
};

}  // namespace driftscope
