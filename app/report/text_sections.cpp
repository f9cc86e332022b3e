// SPDX-License-Identifier: GPL-3.0-or-later
// The report's parts about tokens: the compared text, what was generated, routing.
#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "app/report/sections.h"
#include "core/data/text_difference.h"
#include "ui/export.h"
#include "ui/text/number_format.h"
#include "ui/text/token_text.h"
#include "ui/window/verdict_text.h"

namespace driftscope::report {

namespace {

constexpr std::size_t kMostTokens = 2000;

QString tr(const char* text) { return QCoreApplication::translate("Report", text); }

/// Whether the logits of this position lie outside their noise band.
bool outside(const Comparison& c, std::size_t pos) {
    for (auto s = c.sites.rbegin(); s != c.sites.rend(); ++s) {
        if (s->site.kind != SiteKind::logits) continue;
        return pos < s->by_pos.size() && pos < s->band_by_pos.size() &&
               s->by_pos[pos] > s->band_by_pos[pos];
    }
    return false;
}

/// 0..1 on a logarithmic scale over six decades below the largest.
double height(double value, double largest) {
    if (!(value > 0) || !(largest > 0)) return 0;
    if (!std::isfinite(value)) return 1;
    return std::clamp(1 + std::log10(value / largest) / 6, 0.0, 1.0);
}

QString tokenBox(const Comparison& c, std::size_t pos, double largest) {
    const TokenInfo& token = c.tokens[pos];
    const double kl = pos < c.logits.kl_ab.size() ? c.logits.kl_ab[pos] : 0;
    const bool parted = pos < c.logits.top1_equal.size() && !c.logits.top1_equal[pos];
    const QString tip =
        tr("position %1, id %2, KL(A‖B) %3 nats").arg(pos).arg(token.id).arg(formatNumber(kl)) +
        (parted ? tr("; the best next tokens differ") : QString());
    return QStringLiteral(
               "<span class=\"tok%1%2\" title=\"%3\"><i><b%4 style=\"height:%5px\"></b></i>"
               "<span>%6</span></span>")
        .arg(token.generated ? " new" : "", parted ? " parted" : "", escaped(tip),
             outside(c, pos) ? " class=\"out\"" : "",
             QString::number(std::lround(26 * height(kl, largest))),
             escaped(isolated(tokenText(token.piece))));
}

QString markedText(const GeneratedText& text, std::optional<int> split, const char* side) {
    QString html;
    for (std::size_t i = 0; i < text.steps.size(); ++i) {
        const QString piece = escaped(plainText(text.steps[i].piece));
        const int step = static_cast<int>(i);
        if (split && step == *split) {
            html += QStringLiteral("<mark class=\"split\">%1</mark>").arg(piece);
        } else if (split && step > *split) {
            html += QStringLiteral("<mark>%1</mark>").arg(piece);
        } else {
            html += piece;
        }
    }
    return QStringLiteral("<div class=\"text %1\" dir=\"auto\">%2</div>")
        .arg(QLatin1String(side), html);
}

/// The text as its run's rules read it, where one row of tokens is read as two.
QString readText(const GeneratedText& text, const char* side) {
    return QStringLiteral(
               "<p class=\"small dim\">%1</p><div class=\"text %2\" dir=\"auto\">%3</div>")
        .arg(tr("as it is read:"), QLatin1String(side), escaped(plainText(text.text)));
}

QString runText(Side side, const Generation& generation, bool twoReadings) {
    const bool a = side == Side::a;
    const GeneratedText& text = a ? generation.a : generation.b;
    const char* name = a ? "a" : "b";
    return QStringLiteral("<div><h3>%1%2</h3>%3%4</div>")
        .arg(runBadge(side),
             tr("%1 tokens, stopped by %2").arg(text.steps.size()).arg(escaped(text.stopped)),
             markedText(text, generation.first_split, name),
             twoReadings ? readText(text, name) : QString());
}

QString bar(double share, const char* side) {
    return QStringLiteral("<span class=\"bar %1\" style=\"width:%2px\"></span>")
        .arg(QLatin1String(side), QString::number(std::lround(120 * std::clamp(share, 0.0, 1.0))));
}

QString routingRow(const RoutingLayer& layer) {
    const auto flips = std::count(layer.flip.begin(), layer.flip.end(), uint8_t{1});
    const auto explained = std::count(layer.explained.begin(), layer.explained.end(), uint8_t{1});
    QString row = QStringLiteral("<tr><td>%1</td><td>%2 %3</td><td class=\"num\">%4</td>")
                      .arg(layer.layer)
                      .arg(bar(layer.disagreement, "b"), formatShare(layer.disagreement))
                      .arg(flips);
    row += flips == explained ? QStringLiteral("<td class=\"num\">%1</td>").arg(explained)
                              : QStringLiteral("<td class=\"num bad\">◆ %1</td>").arg(explained);
    row += numberCell(layer.min_margin);
    const auto load = [](const std::vector<double>& shares) {
        QStringList parts;
        for (const double share : shares) parts << QString::number(std::lround(100 * share));
        return parts.join(QLatin1Char(' '));
    };
    return row + QStringLiteral("<td class=\"mono a\">%1</td><td class=\"mono b\">%2</td></tr>")
                     .arg(load(layer.load_a), load(layer.load_b));
}

}  // namespace

QString tokenSection(const Comparison& c) {
    if (c.tokens.empty()) return {};
    double largest = 0;
    for (const double kl : c.logits.kl_ab) {
        if (std::isfinite(kl)) largest = std::max(largest, kl);
    }
    QString html;
    const std::size_t shown = std::min(c.tokens.size(), kMostTokens);
    for (std::size_t pos = 0; pos < shown; ++pos) html += tokenBox(c, pos, largest);
    QString note =
        tr("Height: KL(A‖B) at the position, logarithmic, up to %1 nats. Red bar: logits "
           "outside the noise band. Red frame: the best next tokens differ. Dashed: "
           "written by A.")
            .arg(formatNumber(largest));
    if (shown < c.tokens.size()) {
        note += QLatin1Char(' ') + tr("The first %1 of %2 are shown; positions.csv has all.")
                                       .arg(shown)
                                       .arg(c.tokens.size());
    }
    return card(tr("Compared text"),
                QStringLiteral("<div class=\"strip\">%1</div>"
                               "<p class=\"small dim\" style=\"margin:8px 0 0\">%2</p>")
                    .arg(html, note));
}

QString generationSection(const Comparison& c) {
    if (!c.generation) return {};
    const Generation& g = *c.generation;
    const QString split = splitText(g);
    const bool two = text_difference(g).has_value();
    QString html =
        QStringLiteral("<p style=\"margin:-6px 0 12px\">%1</p><div class=\"texts\">%2%3</div>")
            .arg(split, runText(Side::a, g, two), runText(Side::b, g, two));
    if (g.first_split && static_cast<std::size_t>(*g.first_split) < g.a.steps.size()) {
        const GenerationStep& step = g.a.steps[static_cast<std::size_t>(*g.first_split)];
        html += QStringLiteral("<p class=\"small dim\" style=\"margin:10px 0 0\">%1</p>")
                    .arg(tr("There A preferred its token by %1 in the logits, %2 of %3.")
                             .arg(formatNumber(step.margin), formatUlp(step.margin_ulp),
                                  escaped(c.a.dtype)));
    }
    return card(tr("Generated text, each run on its own"), html);
}

QString routingSection(const Comparison& c) {
    if (!c.routing) return {};
    const Routing& routing = *c.routing;
    QString rows;
    for (const RoutingLayer& layer : routing.layers) rows += routingRow(layer);
    const QString head =
        QStringLiteral(
            "<tr><th>%1</th><th>%2</th><th class=\"num\">%3</th>"
            "<th class=\"num\">%4</th><th class=\"num\">%5</th><th>%6</th><th>%7</th></tr>")
            .arg(tr("block"), tr("positions whose experts differ"), tr("flips"),
                 tr("explained by rounding"), tr("smallest margin"), tr("load of A, % by expert"),
                 tr("load of B, % by expert"));
    const QString summary = tr("%1 experts, %2 chosen. %3 of the positions have another expert in "
                               "at least one block; %4 flips are not explained by rounding.")
                                .arg(routing.n_experts)
                                .arg(routing.top_k)
                                .arg(formatShare(routing.tokens_with_a_flip))
                                .arg(routing.unexplained);
    return card(tr("Routing"),
                QStringLiteral(
                    "<p style=\"margin:-6px 0 12px\">%1</p>"
                    "<div class=\"scroll\"><table><thead>%2</thead><tbody>%3</tbody></table></div>")
                    .arg(summary, head, rows));
}

QString figureSection(const std::vector<ReportFigure>& figures) {
    QString html;
    for (const ReportFigure& figure : figures) {
        const QString light = QString::fromLatin1(figure.light.toBase64());
        const QString alt =
            escaped(figure.description.isEmpty() ? figure.title : figure.description);
        html += QStringLiteral("<figure><picture>");
        if (!figure.dark.isEmpty()) {
            html += QStringLiteral(
                        "<source media=\"(prefers-color-scheme:dark)\" "
                        "srcset=\"data:image/png;base64,") +
                    QString::fromLatin1(figure.dark.toBase64()) + QStringLiteral("\">");
        }
        html += QStringLiteral("<img alt=\"%1\" src=\"data:image/png;base64,").arg(alt) + light +
                QStringLiteral("\"></picture>");
        html += QStringLiteral("<figcaption>%1</figcaption></figure>").arg(alt);
    }
    if (html.isEmpty()) return {};
    return card(tr("Pictures"),
                QStringLiteral("<div class=\"figures\">") + html + QStringLiteral("</div>"));
}

}  // namespace driftscope::report
