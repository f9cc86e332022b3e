// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include <QWidget>

class QVBoxLayout;

namespace driftscope {

/// Strips between banner and views, one line each: errors, a defect that is on, warnings, hints.
class Notices : public QWidget {
    Q_OBJECT
public:
    enum class Tone { plain, differ, bad };

    explicit Notices(QWidget* parent = nullptr);

    /// Replaces the strip of this id. `detail` folds out under a "more" button; `button` asks for
    /// something; `closable` strips go when their cross is pressed.
    void set(const QString& id, Tone tone, const QString& text, const QString& detail = {},
             const QString& button = {}, bool closable = false);
    void clear(const QString& id);
    bool has(const QString& id) const { return m_strips.count(id) > 0; }
    QString text(const QString& id) const;

Q_SIGNALS:
    void pressed(const QString& id);

private:
    std::map<QString, QWidget*> m_strips;
    QVBoxLayout* m_column;
};

}  // namespace driftscope
