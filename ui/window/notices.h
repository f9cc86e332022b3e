// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <vector>

#include <QWidget>

class QToolButton;
class QVBoxLayout;

namespace driftscope {

class ElidedLabel;

/// One line between banner and views, always there, so that nothing below it moves: an error, a
/// known bug that is on, a warning, a hint; without any of them, what is compared. Of several the
/// gravest is in front and a button goes through them.
class Notices : public QWidget {
    Q_OBJECT
public:
    enum class Tone { plain, differ, bad };

    explicit Notices(QWidget* parent = nullptr);

    /// Replaces the strip of this id. `detail` opens under a "more" button, over what lies below,
    /// as does a text that is too long for the line; `button` asks for something; `closable` strips
    /// go when their cross is pressed.
    void set(const QString& id, Tone tone, const QString& text, const QString& detail = {},
             const QString& button = {}, bool closable = false);
    void clear(const QString& id);
    bool has(const QString& id) const { return m_strips.count(id) > 0; }
    QString text(const QString& id) const;
    /// Id of the strip in front; empty: the calm line.
    QString front() const { return m_front; }
    /// What the line says while there is no notice.
    void setCalm(const QString& text);

Q_SIGNALS:
    void pressed(const QString& id);

private:
    class Strip;
    /// Brings the gravest strip to the front, of several the newest.
    void choose();
    void showFront(const QString& id);
    void showNext();

    std::map<QString, Strip*> m_strips;
    std::vector<QString> m_order;  ///< ids, oldest first
    QString m_front;
    QWidget* m_calmRow;
    ElidedLabel* m_calm;
    QVBoxLayout* m_column;
};

}  // namespace driftscope
