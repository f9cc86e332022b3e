// SPDX-License-Identifier: GPL-3.0-or-later
// What the measurements look like, and the error of each component.
#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <cmath>

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

namespace {

QString head(const QStringList& labels) {
    QString cells;
    for (const QString& label : labels) {
        cells += QStringLiteral("<th%1><button type=\"button\">%2</button></th>")
                     .arg(QLatin1String(cells.isEmpty() ? "" : " class=\"num\""), label);
    }
    return QStringLiteral("<thead><tr>%1</tr></thead>").arg(cells);
}

QString sortable(const QStringList& labels, const QString& rows) {
    return QStringLiteral(
               "<div class=\"sites\"><table class=\"sortable\">%1<tbody>%2</tbody></table></div>")
        .arg(head(labels), rows);
}

QString shareRows(const std::vector<Share>& shares) {
    QString rows;
    for (const Share& share : shares) {
        rows += QStringLiteral("<tr><td class=\"site\">%1</td>").arg(escaped(share.id)) +
                numberCell(share.mean) + numberCell(share.half_gap) + numberCell(share.repaired) +
                QStringLiteral("</tr>");
    }
    return rows;
}

/// The curve as a picture: nats left, logarithmic, against steps as in A; zeros are left out.
QString curvePicture(const Attribution& a) {
    constexpr double kWidth = 560, kHeight = 160, kEdge = 12;
    double low = 0, high = 0;
    for (const PlanPoint& point : a.curve) {
        if (!(point.kl > 0)) continue;
        high = std::max(high, point.kl);
        low = low > 0 ? std::min(low, point.kl) : point.kl;
    }
    if (!(high > low)) return {};
    const auto x = [&](int steps) {
        return kEdge + (kWidth - 2 * kEdge) * steps / static_cast<double>(a.curve.size() - 1);
    };
    const auto y = [&](double kl) {
        return kEdge +
               (kHeight - 2 * kEdge) * (std::log(high) - std::log(kl)) / std::log(high / low);
    };
    QString points, marks;
    for (const PlanPoint& point : a.curve) {
        if (!(point.kl > 0)) continue;
        const QString at = QStringLiteral("%1").arg(x(point.steps), 0, 'f', 1);
        const QString up = QStringLiteral("%1").arg(y(point.kl), 0, 'f', 1);
        points += at + QLatin1Char(',') + up + QLatin1Char(' ');
        const bool plan = point.steps == static_cast<int>(a.plan.size());
        marks += QStringLiteral(
                     "<circle cx=\"%1\" cy=\"%2\" r=\"%3\" fill=\"currentColor\">"
                     "<title>%4</title></circle>")
                     .arg(at, up, QLatin1String(plan ? "6" : "3"),
                          tr("%1 steps as in A leave %2 nats")
                              .arg(QString::number(point.steps), formatNumber(point.kl)));
    }
    return QStringLiteral(
               "<svg viewBox=\"0 0 %1 %2\" width=\"100%\" style=\"max-width:%1px\" role=\"img\" "
               "aria-label=\"%3\"><polyline fill=\"none\" stroke=\"currentColor\" "
               "stroke-width=\"1.5\" points=\"%4\"/>%5</svg>")
        .arg(QString::number(kWidth), QString::number(kHeight),
             tr("Nats left against steps as in A, logarithmic; the large point is the plan"),
             points, marks);
}

QString planPart(const Attribution& a) {
    if (a.curve.empty()) return {};
    QString rows;
    QStringList plan;
    for (const std::string& id : a.plan) plan << escaped(id);
    for (const PlanPoint& point : a.curve) {
        rows += QStringLiteral("<tr><td data-sort=\"%1\">%1</td>").arg(point.steps) +
                numberCell(point.kl) +
                QStringLiteral("<td class=\"site\">%1</td></tr>").arg(escaped(point.id));
    }
    return QStringLiteral("<h3>%1</h3><p>%2</p>%3<details><summary>%4</summary>%5</details>")
        .arg(tr("Precision plan"),
             tr("%1 as in A leave %2 nats (target %3), and none of them can be dropped: %4")
                 .arg(QString::number(a.plan.size()), formatNumber(a.plan_kl),
                      formatNumber(a.plan_target), plan.join(QStringLiteral(", "))),
             curvePicture(a), tr("The curve's %1 points").arg(a.curve.size()),
             sortable({tr("steps as in A"), tr("nats left"), tr("step that came last")}, rows));
}

}  // namespace

QString shareSection(const Comparison& c) {
    if (!c.attribution) return {};
    const Attribution& a = *c.attribution;
    QString html =
        QStringLiteral("<p class=\"small dim\">%1</p>")
            .arg(tr("Nats of mean KL(A ‖ B), %1 in all, that go away with this one as in "
                    "A: mean of both orders ± half their gap. Left: with it alone.")
                     .arg(formatNumber(a.whole)));
    const QStringList labels{tr("part"), tr("share"), tr("±"), tr("left")};
    if (!a.options.empty()) html += sortable(labels, shareRows(a.options));
    if (!a.steps.empty()) html += sortable(labels, shareRows(a.steps));
    if (!a.note.empty()) html += QStringLiteral("<p class=\"small\">%1</p>").arg(escaped(a.note));
    return card(tr("Shares and precision plan"), html + planPart(a));
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
