// SPDX-License-Identifier: GPL-3.0-or-later
// The report's tables: options, sites, runs, provenance.
#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "app/output/config_difference.h"
#include "app/report/sections.h"
#include "core/options/option.h"
#include "ui/export.h"
#include "ui/text/number_format.h"

namespace driftscope::report {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Report", text); }

QString valueOf(const RunSummary& run, const std::string& id) {
    const auto found = run.options.find(id);
    return found == run.options.end() ? QStringLiteral("–") : escaped(found->second);
}

QString optionRow(const Comparison& c, const OptionSpec& spec, bool differs) {
    const bool plain = valueOf(c.a, spec.id) == escaped(spec.fallback);
    return QStringLiteral(
               "<tr%1><td title=\"%2\">%3</td><td class=\"mono %6\">%4</td>"
               "<td class=\"mono %7\">%5</td></tr>")
        .arg(differs ? " class=\"differ\"" : "", escaped(spec.help), escaped(spec.label),
             valueOf(c.a, spec.id), valueOf(c.b, spec.id), !differs && plain ? "dim" : "a",
             !differs && plain ? "dim" : "b");
}

bool differs(const Comparison& c, const std::string& id) {
    return std::find(c.differing.begin(), c.differing.end(), id) != c.differing.end();
}

QString optionHead() {
    return QStringLiteral("<thead><tr><th>%1</th><th>%2</th><th>%3</th></tr></thead>")
        .arg(tr("option"), runBadge(Side::a), runBadge(Side::b));
}

QString sortHead(const QString& label, bool number = true) {
    return number ? QStringLiteral("<th class=\"num\"><button type=\"button\">%1</button></th>")
                        .arg(label)
                  : QStringLiteral("<th><button type=\"button\">%1</button></th>").arg(label);
}

QString siteRow(const SiteMetrics& s, std::size_t order, bool judged) {
    const bool out = judged && s.rel_l2 > s.band;
    QString row = QStringLiteral("<tr><td class=\"site\" data-sort=\"%1\">%2%3</td>")
                      .arg(QString::number(-static_cast<double>(order)), escaped(to_string(s.site)),
                           s.non_finite ? tr(" (not finite)") : QString());
    if (!s.in_a || !s.in_b) {
        const QString who = s.in_a   ? tr("only A makes it")
                            : s.in_b ? tr("only B makes it")
                                     : tr("no run makes it");
        row += QStringLiteral("<td class=\"dim\" data-sort=\"-1\" colspan=\"1\">%1</td>").arg(who);
        for (int i = 0; i < 7; ++i)
            row += QStringLiteral("<td class=\"num\" data-sort=\"-1\">–</td>");
        return row + QStringLiteral("</tr>");
    }
    row += QStringLiteral("<td class=\"num%1\" data-sort=\"%2\" title=\"%2\">%3%4</td>")
               .arg(out ? " bad" : "", exact(s.rel_l2), out ? QStringLiteral("◆ ") : QString(),
                    formatNumber(s.rel_l2));
    row += judged ? numberCell(s.band) + numberCell(s.delta64)
                  : QStringLiteral("<td class=\"num\" data-sort=\"-1\">–</td>").repeated(2);
    row += numberCell(s.max_abs) + numberCell(s.max_ulp) + numberCell(s.p99_ulp);
    row += QStringLiteral("<td class=\"num\" data-sort=\"%1\" title=\"%1\">%2</td>")
               .arg(exact(s.exact), formatShare(s.exact));
    return row + numberCell(1 - s.cosine) + QStringLiteral("</tr>");
}

QString runColumn(Side side, const RunSummary& run) {
    const auto line = [](const QString& label, const QString& value) {
        return QStringLiteral("<tr><th>%1</th><td class=\"mono hash\">%2</td></tr>")
            .arg(label, value);
    };
    QStringList calls;
    for (const Call& call : run.calls) {
        calls << QStringLiteral("%1+%2").arg(call.start).arg(call.length);
        if (calls.size() == 8 && run.calls.size() > 9) {
            calls << tr("… %1 calls").arg(run.calls.size());
            break;
        }
    }
    QString rows = line(tr("model"), escaped(run.model)) + line(tr("family"), escaped(run.family)) +
                   line(tr("computed in"), escaped(run.dtype)) +
                   line(tr("sha256"), run.hash.empty() ? tr("not hashed yet") : escaped(run.hash)) +
                   line(tr("calls (start+length)"), escaped(calls.join(QStringLiteral(", ")))) +
                   line(tr("time"), formatSeconds(run.seconds)) +
                   line(tr("speed"), tr("%1 tokens/s").arg(formatNumber(run.tokens_per_s))) +
                   line(tr("memory"), formatBytes(run.peak_bytes));
    for (const std::string& note : run.notes) rows += line(tr("note"), escaped(note));
    return QStringLiteral("<div><h3>%1%2</h3><table>%3</table></div>")
        .arg(runBadge(side), tr("run"), rows);
}

}  // namespace

QString configSection(const Comparison& c) {
    QString rows;
    const auto cell = [](const char* tone, const std::string& value) {
        return value.empty() ? QStringLiteral("<td class=\"dim\">%1</td>").arg(tr("absent"))
                             : QStringLiteral("<td class=\"mono %1\">%2</td>")
                                   .arg(QLatin1String(tone), escaped(value));
    };
    for (const ConfigKey& key : configDifference(c.request)) {
        rows += QStringLiteral("<tr class=\"differ\"><td class=\"mono\">%1</td>%2%3</tr>")
                    .arg(escaped(key.key), cell("a", key.a), cell("b", key.b));
    }
    if (rows.isEmpty()) return {};
    const QString head = QStringLiteral("<thead><tr><th>%1</th><th>%2</th><th>%3</th></tr></thead>")
                             .arg(tr("key"), runBadge(Side::a), runBadge(Side::b));
    return card(tr("config.json: the keys that differ"),
                QStringLiteral("<table>%1<tbody>%2</tbody></table>").arg(head, rows));
}

QString optionSection(const Comparison& c) {
    QString differing, same;
    if (differs(c, "model")) {
        differing += QStringLiteral(
                         "<tr class=\"differ\"><td>%1</td><td class=\"mono a\">%2</td>"
                         "<td class=\"mono b\">%3</td></tr>")
                         .arg(tr("model"), escaped(c.a.model), escaped(c.b.model));
    }
    int others = 0;
    for (const OptionSpec& spec : all_options()) {
        const bool differ = differs(c, spec.id);
        (differ ? differing : same) += optionRow(c, spec, differ);
        others += differ ? 0 : 1;
    }
    QString html;
    if (!differing.isEmpty()) {
        html = QStringLiteral("<table>%1<tbody>%2</tbody></table>").arg(optionHead(), differing);
    } else {
        html = QStringLiteral("<p style=\"margin:0\">%1</p>")
                   .arg(tr("No setting differs: the same run twice."));
    }
    html +=
        QStringLiteral("<details><summary>%1</summary><table>%2<tbody>%3</tbody></table></details>")
            .arg(tr("%1 options that agree").arg(others), optionHead(), same);
    return card(tr("What differs"), html);
}

QString siteSection(const Comparison& c) {
    if (c.sites.empty()) return {};
    const bool judged = std::any_of(c.sites.begin(), c.sites.end(), [](const SiteMetrics& s) {
        return s.band > 0 || !s.band_by_pos.empty();
    });
    QString rows;
    for (std::size_t i = 0; i < c.sites.size(); ++i) rows += siteRow(c.sites[i], i, judged);
    QString head = sortHead(tr("site, in forward order"), false);
    for (const QString& label :
         {tr("relative L2"), tr("noise band"), tr("float64 distance"), tr("max |A−B|"),
          tr("max ulp"), tr("p99 ulp"), tr("bit-equal"), tr("1 − cosine")}) {
        head += sortHead(label);
    }
    return card(tr("Every site"),
                QStringLiteral("<p style=\"margin:-6px 0 10px\"><input class=\"find\" "
                               "type=\"search\" placeholder=\"%1\" "
                               "aria-label=\"%1\"> <span class=\"small dim\">%2</span></p>"
                               "<div class=\"sites\"><table "
                               "class=\"sortable\"><thead><tr>%3</tr></thead><tbody>%4</tbody>"
                               "</table></div>")
                    .arg(tr("Filter sites"),
                         tr("Worst position of each site. ◆ outside the noise band. "
                            "A click on a column sorts by it."),
                         head, rows));
}

QString runSection(const Comparison& c) {
    return card(tr("Both runs"), QStringLiteral("<div class=\"texts\">%1%2</div>")
                                     .arg(runColumn(Side::a, c.a), runColumn(Side::b, c.b)));
}

QString provenanceSection(const Comparison& c, const std::string& command) {
    QString rows;
    for (const auto& [key, value] : c.provenance) {
        rows += QStringLiteral("<tr><th>%1</th><td class=\"mono hash\">%2</td></tr>")
                    .arg(escaped(key), escaped(value));
    }
    if (c.observer.done) {
        const auto hash = [&](const QString& label, const std::string& value) {
            rows += QStringLiteral("<tr><th>%1</th><td class=\"mono hash\">%2</td></tr>")
                        .arg(label, escaped(value));
        };
        hash(tr("logits of A, looked at"), c.observer.hash_a);
        hash(tr("logits of A, alone"), c.observer.plain_hash_a);
        hash(tr("logits of B, looked at"), c.observer.hash_b);
        hash(tr("logits of B, alone"), c.observer.plain_hash_b);
    }
    return card(
        tr("Repeat it"),
        QStringLiteral("<pre class=\"command\">%1</pre>"
                       "<button type=\"button\" class=\"copy\" data-done=\"%3\">%2</button>"
                       "<h3 style=\"margin-top:18px\">%4</h3><table>%5</table>")
            .arg(escaped(command), tr("Copy the command"), tr("Copied"), tr("Provenance"), rows));
}

}  // namespace driftscope::report
