// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/setup/option_form.h"

#include <algorithm>

#include <QApplication>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "ui/language.h"
#include "ui/setup/option_editor.h"
#include "ui/text/evidence_text.h"
#include "ui/theme.h"
#include "ui/widgets/labels.h"

namespace driftscope {

namespace {
QString q(const std::string& text) { return QString::fromStdString(text); }
QString label(const OptionSpec& spec) { return translatedText("options", spec.label); }
}  // namespace

struct OptionForm::Row {
    const OptionSpec* spec;
    QWidget* box;
    QLabel *label, *reason;
    OptionEditor *a, *b;
    bool differs() const { return a->value() != b->value(); }
};

OptionForm::OptionForm(QWidget* parent) : QWidget(parent) {
    const QFontMetrics metrics(Theme::instance().font(TextSize::text));
    for (const OptionSpec& spec : all_options()) {
        m_labelWidth = std::max(m_labelWidth, metrics.horizontalAdvance(label(spec)) + 4);
        m_editorWidth = std::max(m_editorWidth, OptionEditor::widthFor(spec, metrics));
    }
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::space(2));
    m_differ = makeGroup(tr("Options that differ"), column);
    for (const OptionSpec& spec : all_options()) {
        if (!m_groups.count(q(spec.group)))
            m_groups[q(spec.group)] = makeGroup(groupTitle(spec.group), column);
        makeRow(spec);
    }
    sortRows();
}

OptionForm::~OptionForm() = default;

OptionForm::Group OptionForm::makeGroup(const QString& title, QVBoxLayout* column) {
    auto* box = new QWidget(this);
    auto* inner = new QVBoxLayout(box);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(0);
    QLabel* heading = makeLabel(title, Look::heading, box);
    inner->addWidget(heading);
    auto* rows = new QVBoxLayout;
    rows->setSpacing(0);
    inner->addSpacing(2);
    inner->addLayout(rows);
    column->addWidget(box);
    return {heading, rows};
}

void OptionForm::makeRow(const OptionSpec& spec) {
    auto row = std::make_unique<Row>();
    row->spec = &spec;
    row->box = new QWidget(this);
    row->box->setObjectName(QStringLiteral("option.") + q(spec.id));
    row->box->setAttribute(Qt::WA_StyledBackground);
    row->label = makeLabel(label(spec), Look::dim, row->box);
    row->label->setToolTip(
        QStringLiteral("%1\n%2").arg(q(spec.id), translatedText("options", spec.help)));
    row->reason = makeLabel({}, Look::caption, row->box);
    row->reason->setEnabled(false);
    row->reason->setWordWrap(true);  // a long reason must not make the panel wider than it is
    row->reason->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->reason->setContentsMargins(0, 2, 0, 2);
    row->reason->hide();
    row->a = OptionEditor::make(spec, Side::a, row->box);
    row->b = OptionEditor::make(spec, Side::b, row->box);
    row->label->setFixedWidth(m_labelWidth);
    auto* line = new QHBoxLayout(row->box);
    line->setContentsMargins(Theme::space(1), 0, 0, 0);
    line->setSpacing(2);
    line->addWidget(row->label);
    line->addWidget(row->a, 1);
    line->addWidget(row->b, 1);
    line->addWidget(row->reason, 2);
    row->label->setBuddy(row->a);
    row->box->setMinimumHeight(row->a->sizeHint().height());
    for (OptionEditor* editor : {row->a, row->b}) {
        editor->setMinimumWidth(m_editorWidth);
        connect(editor, &OptionEditor::edited, this, [this] {
            QWidget* focused = QApplication::focusWidget();
            sortRows();
            if (focused) focused->setFocus();
            Q_EMIT edited();
        });
    }
    m_rows.push_back(std::move(row));
}

void OptionForm::sortRows() {
    std::map<QVBoxLayout*, int> counts;
    for (const auto& row : m_rows) {
        Group& group = row->differs() ? m_differ : m_groups[q(row->spec->group)];
        const int index = counts[group.rows]++;
        if (group.rows->indexOf(row->box) != index) group.rows->insertWidget(index, row->box);
        updateRow(*row);
    }
    const auto showGroup = [&counts](const Group& group) {
        group.heading->parentWidget()->setVisible(counts[group.rows] > 0);
    };
    showGroup(m_differ);
    for (const auto& [title, group] : m_groups) showGroup(group);
}

void OptionForm::updateRow(Row& row) {
    const QString reason = m_model ? evidenceText(why_not(*row.spec, *m_model)) : QString();
    const bool differs = row.differs(), shown = reason.isEmpty();
    row.a->setVisible(shown);
    row.b->setVisible(shown);
    row.a->setEnabled(shown);
    row.b->setEnabled(shown);
    row.reason->setText(reason);
    row.reason->setVisible(!shown);
    row.a->setQuiet(!differs && row.a->value() == q(row.spec->fallback));
    row.b->setQuiet(!differs && row.b->value() == q(row.spec->fallback));
    setLook(row.label, differs ? Look::text : Look::dim);
    row.label->setEnabled(shown);
    if (row.box->property("differ").toBool() != differs) {
        row.box->setProperty("differ", differs);
        repolish(row.box);
    }
}

OptionValues OptionForm::values(Side side) const {
    OptionValues values;
    for (const auto& row : m_rows) {
        const QString value = (side == Side::a ? row->a : row->b)->value();
        if (value != q(row->spec->fallback)) values[row->spec->id] = value.toStdString();
    }
    return values;
}

void OptionForm::setValues(Side side, const OptionValues& values) {
    for (const auto& row : m_rows) {
        OptionEditor* editor = side == Side::a ? row->a : row->b;
        const auto found = values.find(row->spec->id);
        editor->setValue(q(row->spec->fallback));
        if (found != values.end()) editor->setValue(q(found->second));
    }
    sortRows();
}

void OptionForm::setModel(std::shared_ptr<const ModelInfo> info) {
    m_model = std::move(info);
    for (const auto& row : m_rows) {
        for (OptionEditor* editor : {row->a, row->b}) {
            editor->setFamily(m_model ? m_model->family : std::string());
        }
        updateRow(*row);
    }
}

int OptionForm::neededWidth() const {
    return m_labelWidth + 2 * m_editorWidth + Theme::space(1) + 4;
}

QString groupTitle(const std::string& group) {
    static constexpr const char* kGroups[] = {QT_TRANSLATE_NOOP("groups", "Precision"),
                                              QT_TRANSLATE_NOOP("groups", "Attention and cache"),
                                              QT_TRANSLATE_NOOP("groups", "Positions"),
                                              QT_TRANSLATE_NOOP("groups", "Kernels"),
                                              QT_TRANSLATE_NOOP("groups", "Sampling"),
                                              QT_TRANSLATE_NOOP("groups", "Defects")};
    Q_UNUSED(kGroups)
    return QCoreApplication::translate("groups", group.c_str());
}

}  // namespace driftscope
