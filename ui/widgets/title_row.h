// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QToolButton;

namespace driftscope {

/// Title, badge, controls, a note and the export button of a view. When the row is narrow the note
/// gives way, then the badge (both then in the tool tip); then switches fold, and only where that
/// is not enough the title and the button go.
class TitleRow : public QWidget {
    Q_OBJECT
public:
    TitleRow(const QString& title, QWidget* parent);

    void setBadge(const QString& text, const QString& tip);
    void setNote(const QString& text);
    void addControl(QWidget* control);
    /// Where nothing is shown there is nothing to switch.
    void setControlsVisible(bool on);
    /// One of the controls, that has no meaning now, leaves its room to the others.
    void setControlShown(QWidget* control, bool on);
    QString badge() const;
    QString note() const { return m_noteText; }
    QToolButton* exportButton() const { return m_export; }

    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void exportPressed();

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

private:
    void fit();
    int foldControls();
    void fitExport(int need);

    QHBoxLayout* m_controls;
    QLabel *m_title, *m_badge, *m_note;
    QToolButton* m_export;
    QString m_noteText;
    bool m_controlsOn = true;
};

}  // namespace driftscope
