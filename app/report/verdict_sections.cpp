// SPDX-License-Identifier: GPL-3.0-or-later
// The top of the report: what it is about, the verdict with its rule and figures.
#include <QCoreApplication>
#include <QFileInfo>
#include <cmath>

#include "app/output/settings_text.h"
#include "app/report/sections.h"
#include "ui/export.h"
#include "ui/text/number_format.h"
#include "ui/text/token_text.h"
#include "ui/window/verdict_text.h"

namespace driftscope::report {

namespace {

constexpr double kLossWorse = 0.05;  // nats that no rounding of a working run costs

QString tr(const char* text) { return QCoreApplication::translate("Report", text); }

QString lossTile(Side side, const RunSummary& run, bool worse) {
    return QStringLiteral(
               "<div><div class=\"small dim\">%1%2</div><div class=\"value mono%3\" "
               "title=\"%4\">%5</div></div>")
        .arg(runBadge(side), tr("loss"), worse ? " bad" : "", exact(run.loss),
             formatNumber(run.loss, 4));
}

void addFact(QString& list, const QString& label, const QString& value, const QString& note = {}) {
    list += QStringLiteral("<div><dt>%1</dt><dd>%2%3</dd></div>")
                .arg(label, value,
                     note.isEmpty() ? QString() : QStringLiteral("<small>%1</small>").arg(note));
}

QString figure(double value) {
    return QStringLiteral("<span title=\"%1\">%2</span>").arg(exact(value), formatNumber(value));
}

QString observerText(const ObserverProof& proof) {
    if (!proof.done) return tr("not measured");
    return proof.identical
               ? QStringLiteral("<span class=\"good\">0 ✓</span>")
               : QStringLiteral("<span class=\"bad\">%1</span>").arg(tr("changed the run"));
}

QString bulletList(const std::vector<std::string>& lines) {
    QString items;
    for (const std::string& line : lines) items += QStringLiteral("<li>%1</li>").arg(escaped(line));
    return QStringLiteral("<ul class=\"plain\">%1</ul>").arg(items);
}

}  // namespace

QString escaped(const QString& text) {
    QString html = text.toHtmlEscaped();
    html.replace(QChar(0), QChar(0xFFFD));
    return html;
}

QString escaped(const std::string& text) { return escaped(QString::fromStdString(text)); }

QString card(const QString& title, const QString& body) {
    if (body.isEmpty()) return {};
    return QStringLiteral("<section class=\"card\"><h2>%1</h2>").arg(title) + body +
           QStringLiteral("</section>");
}

QString runBadge(Side side) {
    return side == Side::a ? QStringLiteral("<span class=\"badge a\">A</span>")
                           : QStringLiteral("<span class=\"badge b\">B</span>");
}

QString numberCell(double value) {
    return QStringLiteral("<td class=\"num\" data-sort=\"%1\" title=\"%1\">%2</td>")
        .arg(exact(value), formatNumber(value));
}

QString headSection(const Comparison& c) {
    const auto name = [](const RunSummary& run) {
        return escaped(QFileInfo(QString::fromStdString(run.model)).fileName());
    };
    const QString models = c.a.model == c.b.model ? name(c.a) : name(c.a) + " | " + name(c.b);
    QStringList settings;
    for (const QString& line : differingSettings(c)) settings << escaped(line);
    const QString differ =
        settings.isEmpty() ? tr("no setting differs") : settings.join(QStringLiteral(" · "));
    return QStringLiteral(
               "<header class=\"top\"><h1>Driftscope</h1><span>%1</span>"
               "<span class=\"dim mono\">%2</span></header>")
        .arg(models, differ);
}

QString warningSection(const Comparison& c) {
    if (c.warnings.empty() && !c.cancelled) return {};
    std::vector<std::string> lines = c.warnings;
    if (c.cancelled) {
        lines.insert(lines.begin(), tr("Cancelled: what was compared until then.").toStdString());
    }
    return QStringLiteral("<section class=\"card warn\">") + bulletList(lines) +
           QStringLiteral("</section>");
}

QString verdictSection(const Comparison& c) {
    const Verdict& v = c.verdict;
    const bool worse = std::isfinite(c.a.loss) && !(c.b.loss - c.a.loss < kLossWorse);
    QString html =
        QStringLiteral("<section class=\"card verdict\"><div class=\"losses\">%1%2</div>")
            .arg(lossTile(Side::a, c.a, false), lossTile(Side::b, c.b, worse));
    const VerdictLook look = verdictLook(v.kind);
    html += QStringLiteral(
                "<div><span class=\"%1\">%2 %3</span><p class=\"say\">%4</p>"
                "<div class=\"small dim\">%5</div></div>")
                .arg(QStringLiteral("pill ") + look.tone, look.mark, escaped(look.word),
                     copyable(verdictSentence(c)), escaped(verdictFigures(c)));
    QString rule = escaped(v.rule);
    if (!v.remarks.empty()) rule += bulletList(v.remarks);
    if (!rule.isEmpty()) html += QStringLiteral("<div class=\"rule small\">%1</div>").arg(rule);
    return html + QStringLiteral("</section>");
}

QString factSection(const Comparison& c) {
    const Verdict& v = c.verdict;
    QString list;
    if (c.first_divergence) {
        const Divergence& d = *c.first_divergence;
        addFact(list, tr("first outside the noise band"), escaped(to_string(d.site)),
                tr("position %1, error %2, band %3")
                    .arg(d.pos)
                    .arg(formatNumber(d.error), formatNumber(d.band)));
    } else {
        addFact(list, tr("first outside the noise band"), tr("nowhere"));
    }
    if (v.excess) addFact(list, tr("avoidable loss from"), escaped(to_string(*v.excess)));
    addFact(list, tr("float64 distance"), figure(v.delta64),
            tr("floor %1").arg(formatNumber(v.floor64)));
    addFact(list, tr("distance seen"), figure(v.delta), tr("band %1").arg(formatNumber(v.band)));
    addFact(list, tr("A, B to float64"), figure(v.error_a) + " | " + figure(v.error_b));
    addFact(list, tr("largest KL(A‖B)"), figure(c.logits.max_kl), tr("nats"));
    addFact(list, tr("same best token"), formatShare(c.logits.top1_agreement),
            tr("of the positions: %1").arg(c.tokens.size()));
    if (c.routing) {
        addFact(list, tr("tokens with another expert"), formatShare(c.routing->tokens_with_a_flip),
                c.routing->unexplained > 0
                    ? tr("%1 not explained by rounding").arg(c.routing->unexplained)
                    : QString());
    }
    if (c.generation && c.generation->first_split) {
        addFact(list, tr("equal new tokens before the split"),
                QString::number(*c.generation->first_split),
                tr("of %1").arg(c.generation->a.steps.size()));
    }
    addFact(list, tr("effect of observing"), observerText(c.observer));
    QString html = QStringLiteral("<dl class=\"facts\">%1</dl>").arg(list);
    if (!v.not_exercised.empty()) {
        html += QStringLiteral("<h3 style=\"margin-top:14px\">%1</h3>")
                    .arg(tr("Not exercised by these tokens")) +
                bulletList(v.not_exercised);
    }
    return QStringLiteral("<section class=\"card\">") + html + QStringLiteral("</section>");
}

}  // namespace driftscope::report
