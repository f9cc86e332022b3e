// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace driftscope {

/// Lies over a view's content: a veil while work goes on, or one sentence with the next step.
class ViewCover : public QWidget {
    Q_OBJECT
public:
    explicit ViewCover(QWidget* parent);

    void showNothing();
    /// The last picture stays, dimmed.
    void showVeil();
    /// `bad`: an error. The button is left out when it has no text.
    void showMessage(const QString& title, const QString& hint, const QString& button, bool bad);
    QString message() const;

Q_SIGNALS:
    void pressed();

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    bool m_veil = false;
    QString m_message;
    QLabel *m_title, *m_hint;
    QPushButton* m_button;
};

}  // namespace driftscope
