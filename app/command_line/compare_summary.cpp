// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/compare_summary.h"

#include <QString>

#include "app/output/settings_text.h"
#include "ui/text/number_format.h"
#include "ui/window/verdict_text.h"

namespace driftscope {

namespace {

QString text(const std::string& value) { return QString::fromStdString(value); }

QString row(const QString& label, const QString& value) {
    return value.isEmpty() ? QString() : label.leftJustified(14) + value + QLatin1Char('\n');
}

QString runText(const RunSummary& run) {
    return QStringLiteral("loss %1   %2   %3 tokens/s   %4   %5")
        .arg(formatNumber(run.loss, 4), text(run.dtype), formatNumber(run.tokens_per_s),
             formatBytes(run.peak_bytes), text(run.model));
}

QString routingText(const Comparison& c) {
    if (!c.routing) return {};
    return QStringLiteral(
               "%1 of the positions have another expert in some block; %2 flips not "
               "explained by rounding")
        .arg(formatShare(c.routing->tokens_with_a_flip), QString::number(c.routing->unexplained));
}

QString generationText(const Comparison& c) {
    if (!c.generation) return {};
    const Generation& g = *c.generation;
    if (!g.first_split) {
        return QStringLiteral("%1 new tokens, the same in both").arg(g.a.steps.size());
    }
    return QStringLiteral("the texts split at new token %1 of %2")
        .arg(*g.first_split)
        .arg(g.a.steps.size());
}

QString divergenceText(const Comparison& c) {
    if (!c.first_divergence) return QStringLiteral("nowhere outside the noise band");
    const Divergence& d = *c.first_divergence;
    return QStringLiteral("%1, position %2: error %3, band %4")
        .arg(text(to_string(d.site)), QString::number(d.pos), formatNumber(d.error),
             formatNumber(d.band));
}

QString observerText(const ObserverProof& proof) {
    if (!proof.done) return QStringLiteral("not measured");
    return proof.identical ? QStringLiteral("0: looking changed nothing")
                           : QStringLiteral("looking changed the run");
}

QString compared(const Comparison& c) {
    const auto total = static_cast<qint64>(c.tokens.size());
    if (total == c.n_prompt) return QStringLiteral("%1 positions of the prompt").arg(total);
    return QStringLiteral("%1 positions: %2 of the prompt, %3 of A's text")
        .arg(total)
        .arg(c.n_prompt)
        .arg(total - c.n_prompt);
}

}  // namespace

std::string compareSummary(const Comparison& c) {
    const Verdict& v = c.verdict;
    const VerdictLook look = verdictLook(v.kind);
    QString out =
        QStringLiteral("%1 %2. %3\n").arg(look.mark, look.word, plainOf(verdictSentence(c)));
    const QString figures = verdictFigures(c);
    if (!figures.isEmpty()) out += figures + QLatin1Char('\n');
    if (!v.rule.empty() && figures != text(v.rule)) out += text(v.rule) + QLatin1Char('\n');
    for (const std::string& remark : v.remarks) out += text(remark) + QLatin1Char('\n');
    out += QLatin1Char('\n');
    out += row(QStringLiteral("A"), runText(c.a)) + row(QStringLiteral("B"), runText(c.b));
    const QStringList settings = differingSettings(c);
    out += row(QStringLiteral("differ"), settings.isEmpty() ? QStringLiteral("nothing")
                                                            : settings.join(QStringLiteral("; ")));
    out += row(QStringLiteral("compared"), compared(c));
    out += row(QStringLiteral("distance"),
               QStringLiteral("%1, band %2; A to float64 %3, B to float64 %4")
                   .arg(formatNumber(v.delta), formatNumber(v.band), formatNumber(v.error_a),
                        formatNumber(v.error_b)));
    out += row(QStringLiteral("first"), divergenceText(c));
    out += row(QStringLiteral("routing"), routingText(c));
    out += row(QStringLiteral("generation"), generationText(c));
    out += row(QStringLiteral("observer"), observerText(c.observer));
    for (const std::string& line : v.not_exercised) {
        out += row(QStringLiteral("not exercised"), text(line));
    }
    return out.toStdString();
}

}  // namespace driftscope
