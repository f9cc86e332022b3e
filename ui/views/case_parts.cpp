// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/case_parts.h"

#include <algorithm>
#include <map>

#include <QCoreApplication>
#include <QPushButton>

#include "ui/language.h"
#include "ui/text/evidence_text.h"

namespace driftscope {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("CaseParts", text); }

/// Of every step the same, so that it tells none from another.
constexpr const char* kOfEveryStep = "looking changed nothing";

/// A grid's cells: how many came out as what, in the order of first appearance.
QString countsText(const std::vector<CaseCheck>& checks) {
    std::vector<std::pair<std::string, int>> counts;
    for (const CaseCheck& check : checks) {
        const auto known = std::find_if(counts.begin(), counts.end(),
                                        [&](const auto& each) { return each.first == check.found; });
        if (known == counts.end()) {
            counts.emplace_back(check.found, 1);
        } else {
            ++known->second;
        }
    }
    QStringList parts;
    for (const auto& [found, count] : counts) {
        parts << QStringLiteral("%1 × %2").arg(count).arg(evidenceText(found));
    }
    return parts.join(QStringLiteral(" · "));
}

}  // namespace

QString caseText(const std::string& text) { return translatedText("cases", text); }

QLabel* wrappedLabel(const QString& text, Look look) {
    QLabel* label = makeLabel(text, look);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QPushButton* linkButton(const QString& text, const QString& name) {
    auto* button = new QPushButton(text);
    button->setObjectName(name);
    button->setProperty("link", true);
    button->setCursor(Qt::PointingHandCursor);
    return button;
}

QString stepSign(StepMark mark) {
    const char* const signs[] = {"○", "…", "✓", "◆"};
    return QString::fromUtf8(signs[static_cast<int>(mark)]);
}

StepMark markOf(const std::vector<CaseCheck>& checks) {
    return std::all_of(checks.begin(), checks.end(),
                       [](const CaseCheck& check) { return check.met; })
               ? StepMark::met
               : StepMark::unmet;
}

QString checkText(const CaseCheck& check) {
    return tr("%1: expected %2, found %3")
        .arg(evidenceText(check.what), evidenceText(check.expected), evidenceText(check.found));
}

QString measuredText(const std::vector<CaseCheck>& checks) {
    QStringList wrong, found;
    bool grid = true;
    for (const CaseCheck& check : checks) {
        grid = grid && check.what.find('=') != std::string::npos;
        if (!check.met) {
            wrong << checkText(check);
        } else if (check.what == "verdict") {
            found.prepend(evidenceText(check.found));
        } else if (check.what != kOfEveryStep) {
            found << evidenceText(check.what) + u' ' + evidenceText(check.found);
        }
    }
    if (grid && wrong.isEmpty()) return countsText(checks);
    return (wrong + found).join(QStringLiteral(" · "));
}

}  // namespace driftscope
