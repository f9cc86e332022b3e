// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/compare_summary.h"

#include <QString>
#include <algorithm>
#include <cmath>

#include "app/output/settings_text.h"
#include "core/options/steps.h"
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
    QString out = QStringLiteral(
                      "%1 of the positions have another expert in some block; %2 flips not "
                      "explained by rounding")
                      .arg(formatShare(c.routing->tokens_with_a_flip),
                           QString::number(c.routing->unexplained));
    if (c.routing->a_experts_in_b && c.routing->b_experts_in_a) {
        out += QStringLiteral("; mean KL left with A's experts in B %1, with B's in A %2")
                   .arg(formatNumber(*c.routing->a_experts_in_b),
                        formatNumber(*c.routing->b_experts_in_a));
    }
    return out;
}

QString generationText(const Comparison& c) {
    if (!c.generation) return {};
    const Generation& g = *c.generation;
    return plainOf(splitText(g)) +
           QStringLiteral(" New tokens: A %1, B %2").arg(g.a.steps.size()).arg(g.b.steps.size());
}

QString divergenceText(const Comparison& c) {
    if (!c.first_divergence) return QStringLiteral("nowhere outside the noise band");
    const Divergence& d = *c.first_divergence;
    return QStringLiteral("%1, position %2: error %3, band %4")
        .arg(text(to_string(d.site)), QString::number(d.pos), formatNumber(d.error),
             formatNumber(d.band));
}

/// The largest shares first, at most eight.
QString sharesText(const QString& label, std::vector<Share> shares, double whole) {
    std::stable_sort(shares.begin(), shares.end(), [](const Share& x, const Share& y) {
        return std::abs(x.mean) > std::abs(y.mean);
    });
    QString out;
    for (std::size_t i = 0; i < std::min<std::size_t>(8, shares.size()); ++i) {
        const Share& share = shares[i];
        const QString part = whole != 0
                                 ? QStringLiteral("%1 %").arg(100 * share.mean / whole, 0, 'f', 1)
                                 : QStringLiteral("0 %");
        QString line = QStringLiteral("%1 %2 ± %3 of %4 nats")
                           .arg(text(share.id).leftJustified(18), part.rightJustified(8),
                                formatNumber(share.half_gap), formatNumber(whole));
        if (share.undoes_split) line += QStringLiteral("; alone it undoes the split");
        out += row(i == 0 ? label : QString(), line);
    }
    return out;
}

/// What is left with none, one, two … steps as in A, up to the plan; at most eight.
QString curveText(const Attribution& a) {
    QStringList points;
    for (const PlanPoint& point : a.curve) {
        if (point.steps > static_cast<int>(a.plan.size())) break;
        if (points.size() == 8) {
            points << QStringLiteral("…");
            break;
        }
        points << QStringLiteral("%1: %2").arg(point.steps).arg(formatNumber(point.kl));
    }
    return points.isEmpty()
               ? QString()
               : QStringLiteral("nats left by steps as in A: ") + points.join(QStringLiteral(", "));
}

QString attributionText(const Comparison& c) {
    if (!c.attribution) return {};
    const Attribution& a = *c.attribution;
    QString out = sharesText(QStringLiteral("by option"), a.options, a.whole) +
                  sharesText(QStringLiteral("by step"), a.steps, a.whole);
    if (!a.plan.empty()) {
        QStringList plan;
        for (const std::string& step : a.plan) plan << text(step);
        out += row(QStringLiteral("plan"),
                   QStringLiteral("as in A for a tenth of the distance (%1 left): %2")
                       .arg(formatNumber(a.plan_kl), plan.join(QStringLiteral(", "))));
        out += row(QStringLiteral("curve"), curveText(a));
        if (const std::string options = plan_options(c); !options.empty())
            out += row(QString(), QStringLiteral("--b ") + text(options));
    }
    if (!a.note.empty()) out += row(QStringLiteral("by step"), text(a.note));
    return out +
           row(QString(), QStringLiteral("%1 runs, %2 s").arg(a.runs).arg(formatNumber(a.seconds)));
}

/// The rules that fit best, each with its check; at most two.
QString symptomsText(const Comparison& c) {
    if (c.verdict.kind == VerdictKind::none) return {};
    if (c.symptoms.empty())
        return row(QStringLiteral("looks like"), QStringLiteral("no rule fits"));
    QString out;
    for (std::size_t i = 0; i < std::min<std::size_t>(2, c.symptoms.size()); ++i) {
        out += row(i == 0 ? QStringLiteral("looks like") : QString(), text(c.symptoms[i].text));
        out += row(i == 0 ? QStringLiteral("to confirm") : QString(), text(c.symptoms[i].check));
    }
    return out;
}

/// The components with the largest error of their own, at most four.
QString componentsText(const Comparison& c) {
    std::vector<ComponentError> errors = c.components;
    std::stable_sort(errors.begin(), errors.end(),
                     [](const auto& x, const auto& y) { return x.isolated > y.isolated; });
    QString out;
    for (std::size_t i = 0; i < std::min<std::size_t>(4, errors.size()); ++i) {
        const ComponentError& e = errors[i];
        if (e.isolated <= 0) break;
        out += row(i == 0 ? QStringLiteral("own error") : QString(),
                   QStringLiteral("%1 %2 in itself; %3 passed on; %4 at the logits from it alone")
                       .arg(text(to_string(e.site)).leftJustified(18),
                            formatNumber(e.isolated).rightJustified(9), formatNumber(e.propagated),
                            formatNumber(e.injected)));
    }
    return out;
}

QString observerText(const ObserverProof& proof) {
    if (!proof.done) return QStringLiteral("not measured");
    return proof.identical ? QStringLiteral("0: looking changed nothing")
                           : QStringLiteral("looking changed the run");
}

QString memoryText(const MemoryBudget& m) {
    if (m.runs == 0) return {};
    if (m.runs == 1)
        return QStringLiteral("at most %1, stated before the run").arg(formatBytes(m.total()));
    return QStringLiteral("at most %1, stated before %2 runs advanced together")
        .arg(formatBytes(m.total()))
        .arg(m.runs);
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
    out += row(QStringLiteral("memory"), memoryText(c.memory));
    out += row(QStringLiteral("distance"),
               QStringLiteral("%1, band %2; A to float64 %3, B to float64 %4")
                   .arg(formatNumber(v.delta), formatNumber(v.band), formatNumber(v.error_a),
                        formatNumber(v.error_b)));
    out += row(QStringLiteral("first"), divergenceText(c));
    if (c.positions) {
        out += row(QStringLiteral("by position"),
                   text(to_string(c.positions->site) + ": " + c.positions->text));
    }
    out += row(QStringLiteral("routing"), routingText(c));
    out += row(QStringLiteral("generation"), generationText(c));
    out += row(QStringLiteral("observer"), observerText(c.observer));
    out += symptomsText(c);
    out += attributionText(c);
    out += componentsText(c);
    for (const std::string& line : v.not_exercised) {
        out += row(QStringLiteral("not exercised"), text(line));
    }
    return out.toStdString();
}

}  // namespace driftscope
