// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include "core/data/comparison.h"
#include "core/options/option.h"

namespace driftscope {

/// Edits one option of one run. What is shown is always a value that the option takes.
class OptionEditor : public QWidget {
    Q_OBJECT
public:
    /// The kind of control follows from the kind of option.
    static OptionEditor* make(const OptionSpec& spec, Side side, QWidget* parent);

    QString value() const { return m_value; }
    /// Tells no one. Values that the option does not take are ignored.
    virtual void setValue(const QString& value) = 0;
    /// Drawn back: the other run has the same.
    void setQuiet(bool quiet);
    /// Leaves out of a list what cannot be seen in this family; empty: everything is offered.
    virtual void setFamily(const std::string& family) { Q_UNUSED(family) }
    /// Widest text it may show, in pixels, for the columns.
    static int widthFor(const OptionSpec& spec, const QFontMetrics& metrics);

Q_SIGNALS:
    void edited(const QString& value);

protected:
    OptionEditor(const OptionSpec& spec, Side side, QWidget* parent);
    bool accepts(const QString& value) const;
    void adopt(QWidget* control);
    void take(const QString& value);

    const OptionSpec& m_spec;
    Side m_side;
    QString m_value;

private:
    QWidget* m_control = nullptr;
};

}  // namespace driftscope
