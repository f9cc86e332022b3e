// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/case_conclusion.h"

#include <algorithm>

#include <QPushButton>
#include <QVBoxLayout>

#include "ui/text/evidence_text.h"
#include "ui/theme.h"
#include "ui/views/case_parts.h"

namespace driftscope {

namespace {

StepMark markOfStep(const std::vector<CaseCheck>& checks) {
    return checks.empty() ? StepMark::none : markOf(checks);
}

int stepNamed(const Case& one, const std::string& id) {
    for (size_t i = 0; i < one.steps.size(); ++i) {
        if (one.steps[i].id == id) return static_cast<int>(i);
    }
    return -1;
}

const CaseCheck* checkNamed(const std::vector<CaseCheck>& checks, const std::string& what) {
    const auto found = std::find_if(checks.begin(), checks.end(),
                                    [&](const CaseCheck& check) { return check.what == what; });
    return found == checks.end() ? nullptr : &*found;
}

}  // namespace

CaseConclusion::CaseConclusion(const Case& one, const Outcomes& outcomes, int just, QWidget* parent)
    : QWidget(parent), m_column(new QVBoxLayout(this)) {
    setObjectName(QStringLiteral("caseConclusion"));
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(Theme::space(1));
    addCause(one, outcomes);
    if (just < 0) {
        addProof(one, outcomes);
        addSteps(one, outcomes);
        return;
    }
    const auto at = static_cast<size_t>(just);
    addStep(one.steps[at], outcomes[at], just);
    addFolded(outcomes);
    addProof(one, outcomes);
}

/// The known answer is called confirmed only when every step that can run here met what was
/// expected.
void CaseConclusion::addCause(const Case& one, const Outcomes& outcomes) {
    int waiting = 0, wrong = 0;
    for (size_t i = 0; i < one.steps.size(); ++i) {
        if (!one.steps[i].missing.empty()) continue;
        const StepMark mark = markOfStep(outcomes[i]);
        waiting += mark == StepMark::none;
        wrong += mark == StepMark::unmet;
    }
    m_column->addWidget(makeLabel(tr("The cause"), Look::heading));
    QLabel* cause = wrappedLabel(caseText(one.answer), Look::text);
    cause->setObjectName(QStringLiteral("caseCause"));
    m_column->addWidget(cause);
    QString state = tr("✓ Confirmed here: every step is as expected.");
    if (wrong > 0) {
        state = tr("◆ Not confirmed here: steps that are not as expected: %1").arg(wrong);
    } else if (waiting > 0) {
        state = tr("○ Not confirmed yet: steps that have not run: %1").arg(waiting);
    }
    QLabel* line = wrappedLabel(state, wrong > 0     ? Look::bad
                                       : waiting > 0 ? Look::dim
                                                     : Look::good);
    line->setObjectName(QStringLiteral("caseState"));
    m_column->addWidget(line);
}

void CaseConclusion::addProof(const Case& one, const Outcomes& outcomes) {
    if (one.proof.empty()) return;
    m_column->addWidget(makeLabel(tr("What proves it"), Look::heading));
    for (const CaseProof& proof : one.proof) {
        const int step = stepNamed(one, proof.step);
        if (step < 0) continue;
        const CaseCheck* check = checkNamed(outcomes[static_cast<size_t>(step)], proof.check);
        const QString found = check ? evidenceText(check->found) : tr("not measured yet");
        QLabel* figure = wrappedLabel(
            QStringLiteral("%1: %2").arg(evidenceText(proof.check), found), Look::text);
        figure->setObjectName(QStringLiteral("proofText"));
        m_column->addWidget(figure);
        addLine(QStringLiteral("→ ") + caseText(one.steps[static_cast<size_t>(step)].title),
                QStringLiteral("proof"), step);
    }
}

void CaseConclusion::addSteps(const Case& one, const Outcomes& outcomes) {
    m_column->addWidget(makeLabel(tr("What was measured"), Look::heading));
    for (size_t i = 0; i < one.steps.size(); ++i)
        addStep(one.steps[i], outcomes[i], static_cast<int>(i));
}

void CaseConclusion::addStep(const CaseStep& step, const std::vector<CaseCheck>& outcome,
                             int index) {
    addLine(stepSign(markOfStep(outcome)) + QStringLiteral("  ") + caseText(step.title),
            QStringLiteral("measured.") + QString::fromStdString(step.id), index);
    const QString text = !outcome.empty()       ? measuredText(outcome)
                         : step.missing.empty() ? tr("not run yet")
                                                : QString::fromStdString(step.missing);
    QLabel* found = wrappedLabel(text, Look::caption);
    found->setObjectName(QStringLiteral("measuredText"));
    m_column->addWidget(found);
}

/// "▸ 7 of 8 steps as expected": unfolds them.
void CaseConclusion::addFolded(const Outcomes& outcomes) {
    const auto met = std::count_if(outcomes.begin(), outcomes.end(), [](const auto& checks) {
        return markOfStep(checks) == StepMark::met;
    });
    QPushButton* line = linkButton(
        QStringLiteral("▸  ") +
            tr("%1 of %2 steps as expected").arg(QString::number(met)).arg(outcomes.size()),
        QStringLiteral("showSteps"));
    line->setToolTip(tr("Show every step, what it is for, and what was expected and found"));
    connect(line, &QPushButton::clicked, this, &CaseConclusion::stepsWanted);
    m_column->addWidget(line, 0, Qt::AlignLeft);
}

void CaseConclusion::addLine(const QString& text, const QString& name, int step) {
    QPushButton* line = linkButton(text, name);
    line->setToolTip(tr("Show this step's comparison"));
    connect(line, &QPushButton::clicked, this, [this, step] { Q_EMIT stepPressed(step); });
    m_column->addWidget(line, 0, Qt::AlignLeft);
}

}  // namespace driftscope
