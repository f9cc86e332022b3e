// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window_parts.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QStringList>

#include "app/examples.h"
#include "core/data/error.h"
#include "core/options/option.h"

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
    if (!request.model_b.empty() && request.model_b != request.model_a) {
        parts << QFileInfo(QString::fromStdString(request.model_b)).fileName();
    }
    if (!request.config_b.empty()) {
        parts << QFileInfo(QString::fromStdString(request.config_b)).fileName();
    }
    try {
        const OptionValues a = complete(request.options_a), b = complete(request.options_b);
        const std::vector<std::string> ids = differing_options(a, b);
        for (const std::string& id : ids) {
            const QString left = QString::fromStdString(a.at(id));
            const QString right = QString::fromStdString(b.at(id));
            if (id == "defects") {
                parts << (left == QLatin1String("none") ? right : left + " | " + right);
            } else if (ids.size() <= 2) {
                parts << left + " | " + right;
            } else {
                parts << QString::fromStdString(option(id).label);
            }
        }
    } catch (const Error& error) {
        parts << QString::fromStdString(error.message());
    }
    if (parts.isEmpty()) return QCoreApplication::translate("Examples", "the same twice");
    return parts.join(QStringLiteral(", "));
}

}  // namespace driftscope
