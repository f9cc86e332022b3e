// SPDX-License-Identifier: GPL-3.0-or-later
// What the measurements look like, and the error of each component.
#include <QCoreApplication>
#include <algorithm>

#include "app/report/sections.h"
#include "ui/text/number_format.h"

namespace driftscope::report {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Report", text); }

QString componentRow(const ComponentError& error) {
    return QStringLiteral("<tr><td class=\"site\">%1</td>").arg(escaped(to_string(error.site))) +
           numberCell(error.isolated) + numberCell(error.propagated) + numberCell(error.injected) +
           QStringLiteral("</tr>");
}

}  // namespace

QString symptomSection(const Comparison& c) {
    if (c.verdict.kind == VerdictKind::none) return {};
    QString html;
    for (const Symptom& symptom : c.symptoms) {
        html += QStringLiteral("<li>%1<div class=\"small dim\">%2 %3</div></li>")
                    .arg(escaped(symptom.text), tr("To confirm:"), escaped(symptom.check));
    }
    html = html.isEmpty() ? QStringLiteral("<p>%1</p>").arg(tr("No rule fits what was measured."))
                          : QStringLiteral("<ul class=\"plain\">%1</ul>").arg(html);
    if (c.positions) {
        html += QStringLiteral("<p class=\"small\">%1 %2: %3</p>")
                    .arg(tr("Along the text,"), escaped(to_string(c.positions->site)),
                         escaped(c.positions->text));
    }
    return card(tr("What it looks like"), html);
}

QString componentSection(const Comparison& c) {
    if (c.components.empty()) return {};
    QString rows, head;
    for (const ComponentError& error : c.components) rows += componentRow(error);
    for (const QString& label :
         {tr("component"), tr("isolated"), tr("propagated"), tr("injected")}) {
        const char* kind = head.isEmpty() ? "" : " class=\"num\"";
        head += QStringLiteral("<th%1><button type=\"button\">%2</button></th>")
                    .arg(QLatin1String(kind), label);
    }
    return card(tr("Error of each component"),
                QStringLiteral("<p class=\"small dim\">%1</p><div class=\"sites\"><table "
                               "class=\"sortable\"><thead><tr>%2</tr></thead><tbody>%3</tbody>"
                               "</table></div>")
                    .arg(tr("Isolated: B's arithmetic on A's input. Propagated: A's arithmetic on "
                            "B's input. Injected: at the logits, with B's arithmetic in this "
                            "component alone. Worst position of each."),
                         head, rows));
}

}  // namespace driftscope::report
