// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QWidget>

#include "core/data/case.h"

class QVBoxLayout;

namespace driftscope {

/// What a case came to: the cause, the figures that prove it, and what was measured in each step,
/// one line each. Every line opens its step.
class CaseConclusion : public QWidget {
    Q_OBJECT
public:
    /// Checks of every step of `one`, in its order; empty: the step has not been run.
    using Outcomes = std::vector<std::vector<CaseCheck>>;
    CaseConclusion(const Case& one, const Outcomes& outcomes, QWidget* parent = nullptr);

Q_SIGNALS:
    void stepPressed(int step);

private:
    void addCause(const Case& one, const Outcomes& outcomes);
    void addProof(const Case& one, const Outcomes& outcomes);
    void addSteps(const Case& one, const Outcomes& outcomes);
    void addLine(const QString& text, const QString& name, int step);

    QVBoxLayout* m_column;
};

}  // namespace driftscope
