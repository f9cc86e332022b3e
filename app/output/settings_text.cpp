// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output/settings_text.h"

#include <utility>

namespace driftscope {

QStringList differingSettings(const Comparison& c) {
    QStringList lines;
    for (const std::string& id : c.differing) {
        const bool model = id == "model";
        const auto value = [&](const RunSummary& run) {
            if (model) return QString::fromStdString(run.model);
            const auto found = run.options.find(id);
            return found == run.options.end() ? QStringLiteral("–")
                                              : QString::fromStdString(found->second);
        };
        lines << QStringLiteral("%1: %2 | %3")
                     .arg(QString::fromStdString(id), value(c.a), value(c.b));
    }
    return lines;
}

QString copyable(QString richText) { return richText.remove(QChar(0x2060)); }

QString plainOf(QString richText) {
    QString text = copyable(std::move(richText));
    text.remove(QLatin1String("<b>")).remove(QLatin1String("</b>"));
    text.replace(QLatin1String("&lt;"), QLatin1String("<"));
    text.replace(QLatin1String("&gt;"), QLatin1String(">"));
    text.replace(QLatin1String("&quot;"), QLatin1String("\""));
    return text.replace(QLatin1String("&amp;"), QLatin1String("&"));
}

}  // namespace driftscope
