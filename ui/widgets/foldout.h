// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QTextEdit>

namespace driftscope {

/// Text that opens over what lies below its anchor, as wide as it, and moves nothing. It closes
/// with Esc, with a click beside it, and when the anchor hides; what it has no room for scrolls.
class Foldout : public QTextEdit {
    Q_OBJECT
public:
    /// `toggle` opens and closes it: a click on that one is not "beside". It goes with its anchor.
    Foldout(QWidget* anchor, QWidget* toggle);

    void setText(const QString& text);
    void setOpen(bool open);

Q_SIGNALS:
    void closed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void place();

    QWidget* m_anchor;
    QPointer<QWidget> m_toggle;
};

}  // namespace driftscope
