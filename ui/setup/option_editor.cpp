// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/setup/option_editor.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>
#include <QWheelEvent>

#include "core/data/error.h"
#include "ui/language.h"
#include "ui/theme.h"
#include "ui/widgets/labels.h"

namespace driftscope {

namespace {

QString q(const std::string& text) { return QString::fromStdString(text); }
QString words(const std::string& text) { return translatedText("options", text); }

/// An id that fits its column; the whole one is in the tool tip and in the strip above the views.
QString shortId(const QString& id) {
    constexpr qsizetype kMost = 13;
    return id.size() <= kMost ? id : id.left(kMost - 1) + QChar(0x2026);
}

/// Scrolling the form must not turn a setting.
class QuietCombo : public QComboBox {
public:
    using QComboBox::QComboBox;

protected:
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }
};

/// A few words, or words and numbers.
class ComboEditor : public OptionEditor {
public:
    ComboEditor(const OptionSpec& spec, Side side, QWidget* parent)
        : OptionEditor(spec, side, parent), m_combo(new QuietCombo(this)) {
        for (const std::string& value : spec.values) m_combo->addItem(q(value));
        m_free = spec.kind != OptionKind::choice || !spec.prefixes.empty();
        m_combo->setEditable(m_free);
        m_combo->setInsertPolicy(QComboBox::NoInsert);
        m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        m_combo->setMinimumContentsLength(1);
        m_combo->setFocusPolicy(Qt::StrongFocus);
        for (int i = 0; i < m_combo->count(); ++i)
            m_combo->setItemData(i, words(spec.help), Qt::ToolTipRole);
        adopt(m_combo);
        connect(m_combo, &QComboBox::activated, this, [this] { finish(); });
        if (!m_free) return;
        m_combo->setCompleter(nullptr);
        m_combo->lineEdit()->setTextMargins(-3, 0, 0,
                                            0);  // in line with the words of its neighbours
        connect(m_combo->lineEdit(), &QLineEdit::editingFinished, this, [this] { finish(); });
        connect(m_combo, &QComboBox::editTextChanged, this, [this](const QString& text) {
            m_combo->setProperty("wrong", !accepts(text.trimmed()));
            repolish(m_combo);
        });
    }

    void setValue(const QString& value) override {
        if (!accepts(value)) return;
        m_value = value;
        const int index = m_combo->findText(value);
        if (index >= 0 || !m_free) {
            m_combo->setCurrentIndex(index);
        } else {
            m_combo->setEditText(value);
        }
        if (m_free) m_combo->lineEdit()->setCursorPosition(0);
    }

private:
    void finish() {
        const QString text = m_combo->currentText().trimmed();
        if (accepts(text)) {
            if (text != m_value) take(text);
        } else {
            setValue(m_value);
        }
        m_combo->setProperty("wrong", false);
        repolish(m_combo);
    }

    QComboBox* m_combo;
    bool m_free = false;
};

/// Any number of defects, as a menu with check marks.
class DefectEditor : public OptionEditor {
public:
    DefectEditor(const OptionSpec& spec, Side side, QWidget* parent)
        : OptionEditor(spec, side, parent), m_button(new QToolButton(this)),
          m_menu(new QMenu(this)) {
        m_button->setPopupMode(QToolButton::InstantPopup);
        m_button->setMenu(m_menu);
        m_button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        m_menu->setToolTipsVisible(true);
        for (const DefectSpec& defect : all_defects()) {
            QAction* action =
                m_menu->addAction(q(defect.id + ": ") + translatedText("defects", defect.label));
            action->setCheckable(true);
            action->setData(q(defect.id));
            action->setToolTip(translatedText("defects", defect.text) +
                               q("\nFrom: " + defect.origin + "\nShows with: " + defect.shown_if));
            connect(action, &QAction::triggered, this, [this] { take(collect()); });
        }
        adopt(m_button);
    }

    /// What is on stays in the list whatever the family, so that it can be turned off.
    void setFamily(const std::string& family) override {
        m_family = family;
        int hidden = 0;
        for (QAction* action : m_menu->actions()) {
            const DefectSpec* defect = find_defect(action->data().toString().toStdString());
            if (!defect) continue;
            const auto& all = defect->families;
            const bool fits =
                family.empty() || std::find(all.begin(), all.end(), family) != all.end();
            action->setVisible(fits || action->isChecked());
            hidden += !action->isVisible();
        }
        if (hidden == 0 && !m_others) return;
        if (!m_others) {
            m_others = m_menu->addAction(QString());
            m_others->setEnabled(false);
        }
        m_others->setText(tr("%1 more are of other families than %2").arg(hidden).arg(q(family)));
        m_others->setVisible(hidden > 0);
    }

    void setValue(const QString& value) override {
        if (!accepts(value)) return;
        m_value = value;
        const std::vector<std::string> ids = parse_defects(value.toStdString());
        for (QAction* action : m_menu->actions()) {
            action->setChecked(std::find(ids.begin(), ids.end(),
                                         action->data().toString().toStdString()) != ids.end());
        }
        setFamily(m_family);
        m_button->setText(ids.empty()       ? tr("none")
                          : ids.size() == 1 ? shortId(q(ids.front()))
                                            : tr("%1 defects").arg(ids.size()));
        m_button->setToolTip(value);
    }

private:
    QString collect() const {
        QStringList ids;
        for (const QAction* action : m_menu->actions()) {
            if (action->isChecked()) ids << action->data().toString();
        }
        ids.sort();
        return ids.isEmpty() ? QStringLiteral("none") : ids.join(u'+');
    }

    QToolButton* m_button;
    QMenu* m_menu;
    QAction* m_others = nullptr;  ///< says how many are left out
    std::string m_family;
};

}  // namespace

OptionEditor::OptionEditor(const OptionSpec& spec, Side side, QWidget* parent)
    : QWidget(parent), m_spec(spec), m_side(side), m_value(q(spec.fallback)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
}

OptionEditor* OptionEditor::make(const OptionSpec& spec, Side side, QWidget* parent) {
    OptionEditor* editor = nullptr;
    if (spec.id == "defects") {
        editor = new DefectEditor(spec, side, parent);
    } else {
        editor = new ComboEditor(spec, side, parent);
    }
    editor->setValue(q(spec.fallback));
    return editor;
}

void OptionEditor::adopt(QWidget* control) {
    m_control = control;
    const bool first = m_side == Side::a;
    control->setProperty("editor", first ? QStringLiteral("a") : QStringLiteral("b"));
    control->setObjectName(q(m_spec.id) + (first ? QStringLiteral(".a") : QStringLiteral(".b")));
    control->setAccessibleName(
        tr("%1 of run %2")
            .arg(words(m_spec.label), first ? QStringLiteral("A") : QStringLiteral("B")));
    control->setAccessibleDescription(words(m_spec.help));
    control->setToolTip(words(m_spec.help) +
                        (m_spec.advice.empty() ? QString() : u'\n' + words(m_spec.advice)));
    control->setStatusTip(words(m_spec.help));
    setFocusProxy(control);
    layout()->addWidget(control);
}

bool OptionEditor::accepts(const QString& value) const {
    try {
        check_value(m_spec, value.toStdString());
        return true;
    } catch (const Error&) {
        return false;
    }
}

void OptionEditor::take(const QString& value) {
    setValue(value);
    Q_EMIT edited(m_value);
}

void OptionEditor::setQuiet(bool quiet) {
    if (m_control->property("quiet").toBool() == quiet) return;
    m_control->setProperty("quiet", quiet);
    repolish(m_control);
}

int OptionEditor::widthFor(const OptionSpec& spec, const QFontMetrics& metrics) {
    int width = 0;
    for (const std::string& value : spec.values)
        width = std::max(width, metrics.horizontalAdvance(q(value)));
    if (spec.id == "defects") {
        const QFontMetrics mono(Theme::instance().mono(TextSize::caption));
        for (const DefectSpec& defect : all_defects()) {
            width = std::max(width, mono.horizontalAdvance(shortId(q(defect.id))));
        }
    }
    return width + 12;
}

}  // namespace driftscope
