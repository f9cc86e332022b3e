// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QWidget>

#include "core/data/case.h"

class QVBoxLayout;

namespace driftscope {

/// What a case came to: the cause, the figures that prove it, and what was measured in each step,
/// one line each. Every line opens its step. Right after a step it says what that one gave, and the
/// others are folded into one line.
class CaseConclusion : public QWidget {
    Q_OBJECT
public:
    /// Checks of every step of `one`, in its order; empty: the step has not been run.
    using Outcomes = std::vector<std::vector<CaseCheck>>;
    /// `just`: the step that was just run; −1: none, and all of them are listed.
    CaseConclusion(const Case& one, const Outcomes& outcomes, int just = -1,
                   QWidget* parent = nullptr);

Q_SIGNALS:
    void stepPressed(int step);
    /// The folded steps are wanted.
    void stepsWanted();

private:
    void addCause(const Case& one, const Outcomes& outcomes);
    void addProof(const Case& one, const Outcomes& outcomes);
    void addSteps(const Case& one, const Outcomes& outcomes);
    void addStep(const CaseStep& step, const std::vector<CaseCheck>& outcome, int index);
    void addFolded(const Outcomes& outcomes);
    void addLine(const QString& text, const QString& name, int step);

    QVBoxLayout* m_column;
};

}  // namespace driftscope
