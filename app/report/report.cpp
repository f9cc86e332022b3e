// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report/report.h"

#include <QCoreApplication>

#include "app/output/settings_text.h"
#include "app/report/assets.h"
#include "app/report/sections.h"
#include "ui/theme.h"
#include "ui/window/verdict_text.h"

namespace driftscope {

namespace {

/// The theme's colours as CSS variables.
QString variables(bool dark) {
    static const std::pair<const char*, Role> names[] = {{"window", Role::window},
                                                         {"panel", Role::panel},
                                                         {"line", Role::line},
                                                         {"text", Role::text},
                                                         {"dim", Role::dimText},
                                                         {"a", Role::a},
                                                         {"b", Role::b},
                                                         {"bad", Role::bad},
                                                         {"bad-ground", Role::badGround},
                                                         {"good", Role::good},
                                                         {"good-ground", Role::goodGround},
                                                         {"differ", Role::differ},
                                                         {"a-ground", Role::aGround},
                                                         {"b-ground", Role::bGround},
                                                         {"hover", Role::hover}};
    QString text;
    for (const auto& [name, role] : names) {
        text +=
            QStringLiteral("--%1:%2;").arg(QLatin1String(name), Theme::color(role, dark).name());
    }
    return text;
}

QString pageTitle(const Comparison& c) {
    return QStringLiteral("%1: %2 | Driftscope")
        .arg(verdictLook(c.verdict.kind).word, differingSettings(c).join(QStringLiteral(", ")));
}

QString style() {
    return QStringLiteral(
               "<style>:root{%1}@media (prefers-color-scheme:dark){:root{%2}}\n%3</style>")
        .arg(variables(false), variables(true), QString::fromUtf8(kReportStyle));
}

}  // namespace

QByteArray reportHtml(const Comparison& c, const std::vector<ReportFigure>& figures,
                      const std::string& command) {
    using namespace report;
    QString html = QStringLiteral(
                       "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                       "<meta name=\"viewport\" content=\"width=device-width\">"
                       "<meta name=\"generator\" content=\"Driftscope %1\">")
                       .arg(QStringLiteral(DRIFTSCOPE_VERSION));
    html +=
        QStringLiteral("<title>") + escaped(pageTitle(c)) + QStringLiteral("</title>") + style();
    html += QStringLiteral("</head><body><main>\n");
    for (const QString& part :
         {headSection(c), warningSection(c), verdictSection(c), factSection(c), symptomSection(c),
          configSection(c), optionSection(c), shareSection(c), componentSection(c), tokenSection(c),
          generationSection(c), figureSection(figures), routingSection(c), siteSection(c),
          runSection(c), provenanceSection(c, command)}) {
        if (!part.isEmpty()) html += part + QLatin1Char('\n');
    }
    html += QStringLiteral("</main><script>") + QString::fromUtf8(kReportScript) +
            QStringLiteral("</script></body></html>\n");
    return html.toUtf8();
}

}  // namespace driftscope
