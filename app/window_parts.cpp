// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window_parts.h"

#include <QCoreApplication>
#include <QStringList>

#include "app/cases/case_names.h"
#include "app/examples.h"
#include "ui/text/run_text.h"

namespace driftscope {

std::vector<Example> exampleButtons() {
    std::vector<Example> buttons;
    for (const BuiltIn& example : builtIns()) {
        buttons.push_back({QString::fromStdString(example.id),
                           QCoreApplication::translate("Examples", example.title.c_str()),
                           QCoreApplication::translate("Examples", example.text.c_str()),
                           example.request});
    }
    return buttons;
}

QString runTitle(const CompareRequest& request) {
    QStringList parts;
    const std::string step = caseStepOf(request);
    if (!step.empty()) parts << QString::fromStdString(step);
    parts << modelsText(request) << differenceText(request);
    return parts.join(QStringLiteral(" · "));
}

}  // namespace driftscope
