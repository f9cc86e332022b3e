// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of the cases view: the start page, and a case's steps.
#include <QFileInfo>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme.h"
#include "ui/views/case_parts.h"
#include "ui/views/cases_view.h"
#include "ui/widgets/labels.h"

namespace driftscope {

namespace {
QString q(const std::string& text) { return QString::fromStdString(text); }
}  // namespace

void CasesView::fillStart() {
    QVBoxLayout* column = freshColumn(m_startRows);
    for (int i = 0; i < static_cast<int>(m_cases.size()); ++i) {
        const Case& one = m_cases[static_cast<size_t>(i)];
        QPushButton* open = linkButton(caseText(one.title), QStringLiteral("case.") + q(one.id));
        connect(open, &QPushButton::clicked, this, [this, i] { openCase(i); });
        // Title and foot take the whole width: a dock may be as narrow as they are.
        column->addWidget(open, 0, Qt::AlignLeft);
        auto* row = new QHBoxLayout;
        row->setSpacing(Theme::space(2));
        if (QLabel* picture = casePicture(one)) row->addWidget(picture, 0, Qt::AlignTop);
        row->addWidget(wrappedLabel(caseText(one.question), Look::dim), 1, Qt::AlignTop);
        column->addLayout(row);
        QPushButton* play = linkButton(tr("Run all steps"), QStringLiteral("play.") + q(one.id));
        connect(play, &QPushButton::clicked, this, [this, i] { playCase(i); });
        auto* foot = new QHBoxLayout;
        foot->addWidget(makeLabel(progressOf(i), Look::caption));
        foot->addStretch(1);
        foot->addWidget(play);
        column->addLayout(foot);
        column->addSpacing(Theme::space(2));
    }
    if (m_cases.empty()) column->addWidget(wrappedLabel(tr("No case file was found."), Look::dim));
    if (!m_recent.isEmpty()) column->addWidget(makeLabel(tr("Recent"), Look::heading));
    for (const QString& path : m_recent) {
        QPushButton* open = linkButton(QFileInfo(path).fileName(), QStringLiteral("recent"));
        open->setToolTip(path);
        connect(open, &QPushButton::clicked, this, [this, path] { Q_EMIT recentChosen(path); });
        column->addWidget(open);
    }
    column->addWidget(wrappedLabel(
        tr("Or drop a model folder or a session anywhere in the window."), Look::caption));
    column->addStretch(1);
}

QPushButton* CasesView::stepRow(int index) {
    const CaseStep& step = m_cases[static_cast<size_t>(m_case)].steps[static_cast<size_t>(index)];
    const StepMark mark = markOfStep(m_case, index);
    QString title = stepSign(mark) + QStringLiteral("  ") + caseText(step.title);
    if (mark == StepMark::unmet) title += tr("  not as expected");
    QPushButton* row = linkButton(title, QStringLiteral("step.") + q(step.id));
    row->setToolTip(step.missing.empty() ? caseText(step.shows) : q(step.missing));
    row->setEnabled(step.missing.empty());
    if (index == m_step) row->setFont(Theme::instance().font(TextSize::text, true));
    connect(row, &QPushButton::clicked, this, [this, index] { chooseStep(index); });
    return row;
}

/// What the chosen step shows, and its checks.
QWidget* CasesView::stepDetail() const {
    const CaseStep& step = m_cases[static_cast<size_t>(m_case)].steps[static_cast<size_t>(m_step)];
    auto* detail = new QWidget;
    detail->setObjectName(QStringLiteral("stepDetail"));
    auto* column = new QVBoxLayout(detail);
    column->setContentsMargins(Theme::space(4), 0, 0, Theme::space(2));
    column->setSpacing(Theme::space(1));
    column->addWidget(
        wrappedLabel(step.missing.empty() ? caseText(step.shows) : q(step.missing), Look::text));
    const auto found = m_outcomes.find({m_case, m_step});
    if (found == m_outcomes.end()) {
        const bool running = markOfStep(m_case, m_step) == StepMark::running;
        column->addWidget(makeLabel(running ? tr("running …") : tr("not run yet"), Look::caption));
        return detail;
    }
    for (const CaseCheck& check : found->second) {
        QLabel* line = wrappedLabel(
            stepSign(check.met ? StepMark::met : StepMark::unmet) + u' ' + checkText(check),
            check.met ? Look::good : Look::bad);
        line->setObjectName(QStringLiteral("check"));
        column->addWidget(line);
    }
    return detail;
}

}  // namespace driftscope
