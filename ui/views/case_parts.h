// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/data/case.h"
#include "ui/widgets/labels.h"

class QPushButton;
class QScrollArea;
class QVBoxLayout;
class QWidget;

namespace driftscope {

/// A case's own words in the window's language.
QString caseText(const std::string& text);
/// A label that wraps and may be selected.
QLabel* wrappedLabel(const QString& text, Look look);
/// A button that looks like a link.
QPushButton* linkButton(const QString& text, const QString& name);

/// What a case's first run looks like, in the theme of now; null: no picture was made.
QLabel* casePicture(const Case& one);
/// An empty column in place of what stands in the widget.
QVBoxLayout* freshColumn(QWidget* widget);
/// The content, scrolled up and down alone.
QScrollArea* scrolledPanel(QWidget* content);

/// What has become of a step.
enum class StepMark { none, running, met, unmet };
/// "○", "…", "✓", "◆".
QString stepSign(StepMark mark);
/// met: every check is.
StepMark markOf(const std::vector<CaseCheck>& checks);

/// "verdict: expected rounding, found rounding".
QString checkText(const CaseCheck& check);
/// A step's checks as one line of what was found, the verdict first; a check that is not met with
/// what was expected, before the others.
QString measuredText(const std::vector<CaseCheck>& checks);

}  // namespace driftscope
