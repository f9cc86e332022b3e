// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/run_text.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QStringList>

#include "core/data/error.h"
#include "core/options/option.h"
#include "ui/language.h"

namespace driftscope {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("RunText", text); }
QString q(const std::string& text) { return QString::fromStdString(text); }

QString nameOf(const std::string& path) {
    const QFileInfo info(q(path));
    return info.fileName().isEmpty() ? QFileInfo(info.path()).fileName() : info.fileName();
}

}  // namespace

QString modelsText(const CompareRequest& request) {
    const QString a = request.against.empty() ? nameOf(request.model_a) : nameOf(request.against);
    const bool other = !request.model_b.empty() && request.model_b != request.model_a;
    return other ? a + QStringLiteral(" | ") + nameOf(request.model_b) : a;
}

QString differenceText(const CompareRequest& request) {
    QStringList parts;
    if (!request.config_b.empty()) parts << tr("B's config: %1").arg(nameOf(request.config_b));
    try {
        const OptionValues a = complete(request.options_a), b = complete(request.options_b);
        for (const std::string& id : differing_options(a, b)) {
            // Known bugs go by their names: "D-MOE-SCATTER in B".
            if (id == "defects" && (a.at(id) == "none" || b.at(id) == "none")) {
                const bool inB = a.at(id) == "none";
                parts << tr("%1 in %2")
                             .arg(q(inB ? b.at(id) : a.at(id)),
                                  inB ? QStringLiteral("B") : QStringLiteral("A"));
                continue;
            }
            parts << translatedText("options", option(id).label) + u' ' + q(a.at(id)) +
                         QStringLiteral(" | ") + q(b.at(id));
        }
    } catch (const Error& error) {
        parts << q(error.message());
    }
    const bool other = !request.model_b.empty() && request.model_b != request.model_a;
    if (parts.isEmpty()) return other ? tr("two models") : tr("the same twice");
    return parts.join(QStringLiteral(", "));
}

QString lengthText(const Comparison& comparison) {
    const auto all = static_cast<int>(comparison.tokens.size());
    const int prompt = std::min(comparison.n_prompt, all);
    return all > prompt ? tr("%1 tokens + %2 new").arg(prompt).arg(all - prompt)
                        : tr("%1 tokens").arg(all);
}

}  // namespace driftscope
