// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/verdict_text.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include "core/data/text_difference.h"
#include "core/options/effects.h"
#include "ui/text/evidence_text.h"
#include "ui/text/number_format.h"
#include "ui/views/attribution_pane.h"
#include "ui/window/cause_text.h"

namespace driftscope {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("verdict", text); }
QString q(const std::string& text) { return QString::fromStdString(text); }
/// Bold, and never broken at its dots (word joiners).
QString bold(const QString& text) {
    return QStringLiteral("<b>%1</b>")
        .arg(text.toHtmlEscaped().replace(u'.', QStringLiteral(".\u2060")));
}

QString place(const Comparison& c, const Site& site) {
    const QString name = bold(q(to_string(site)));
    const auto pos = firstPosition(c, site);
    return pos ? tr("%1, position %2").arg(name, QString::number(*pos)) : name;
}

/// "First seen in the expert mix of block 0 (blocks.0.mlp_out), position 1."
QString firstSeen(const Comparison& c) {
    const Site& site = *c.verdict.site;
    if (site_info(site.kind).scope == SiteScope::model)
        return tr("First seen at %1.").arg(place(c, site));
    return tr("First seen in the %1 at %2.")
        .arg(stepWords(stepOfSite(site), c.routing.has_value()), place(c, site));
}

QString semanticSentence(const Comparison& c) {
    const QString cause = causeText(c);
    QString text = cause.isEmpty() ? tr("A and B compute two different functions.") : cause + u'.';
    if (c.verdict.site) text += u' ' + firstSeen(c);
    return text;
}

/// Where one row of tokens is read as two texts; empty: it is not.
QString readingText(const Generation& generation) {
    const auto apart = text_difference(generation);
    if (!apart) return {};
    const auto shown = [](const std::string& character) {
        return character.empty() ? tr("the end")
                                 : QStringLiteral("“%1”").arg(q(character).toHtmlEscaped());
    };
    return tr("The same tokens are read as two texts, which part at character %1: %2 in A, %3 in "
              "B.")
        .arg(QString::number(apart->character + 1), shown(apart->a), shown(apart->b));
}

QString identicalSentence(const Comparison& c) {
    const QString text = tr("A and B are equal, bit for bit, at every site and position.");
    const QString apart = c.generation ? readingText(*c.generation) : QString();
    return apart.isEmpty() ? text : text + u' ' + apart;
}

QString roundingSentence(const Comparison& c) {
    QString text = tr("The same function on these tokens; what differs is rounding.");
    if (c.verdict.cause && c.verdict.cause->kind == "weights") text += u' ' + causeText(c) + u'.';
    if (c.verdict.excess) {
        return text + u' ' + tr("It leaves its noise band at %1.").arg(place(c, *c.verdict.excess));
    }
    if (c.generation && c.generation->first_split) {
        return text + u' ' + splitText(*c.generation);
    }
    if (c.first_divergence && c.first_divergence->band > 0 &&
        c.first_divergence->error > c.first_divergence->band) {
        return text + u' ' +
               tr("First outside the band: %1.").arg(place(c, c.first_divergence->site));
    }
    return text;
}

}  // namespace

VerdictLook verdictLook(VerdictKind kind) {
    switch (kind) {
        case VerdictKind::identical:
            return {QStringLiteral("="), tr("Identical"), QStringLiteral("good")};
        case VerdictKind::rounding:
            return {QStringLiteral("≈"), tr("Rounding"), QStringLiteral("good")};
        case VerdictKind::semantic:
            return {QStringLiteral("◆"), tr("Different functions"), QStringLiteral("bad")};
        case VerdictKind::unclear:
            return {QStringLiteral("?"), tr("Unclear"), QStringLiteral("plain")};
        case VerdictKind::non_finite:
            return {QStringLiteral("∞"), tr("Not finite"), QStringLiteral("bad")};
        case VerdictKind::failed: return {QStringLiteral("✕"), tr("Failed"), QStringLiteral("bad")};
        case VerdictKind::none: break;
    }
    return {QStringLiteral("○"), tr("Not judged"), QStringLiteral("plain")};
}

QString verdictSentence(const Comparison& c) {
    switch (c.verdict.kind) {
        case VerdictKind::identical: return identicalSentence(c);
        case VerdictKind::rounding: return roundingSentence(c);
        case VerdictKind::semantic: return semanticSentence(c);
        case VerdictKind::unclear:
            return tr("More than rounding explains, less than another function shows.");
        case VerdictKind::non_finite:
            return c.verdict.site ? tr("Values that are not finite, first at %1.")
                                        .arg(place(c, *c.verdict.site))
                                  : tr("Some values are not finite.");
        case VerdictKind::failed:
            return causeText(c).isEmpty() ? tr("One of the runs cannot be computed.")
                                          : causeText(c) + u'.';
        case VerdictKind::none: break;
    }
    if (c.cancelled) return tr("Cancelled: what was computed until then is shown.");
    if (!c.complete) return tr("Both runs are there; the float64 runs are being judged.");
    return tr("Compared without float64 runs: no verdict.");
}

QString splitText(const Generation& generation) {
    const int equal = generation.first_split.value_or(-1);
    if (equal < 0) {
        const QString apart = readingText(generation);
        return apart.isEmpty() ? tr("The texts are the same, token by token.") : apart;
    }
    if (equal == 0) return tr("The texts part at the first new token.");
    return equal == 1 ? tr("The texts part after 1 equal token.")
                      : tr("The texts part after %1 equal tokens.").arg(equal);
}

QString verdictFigures(const Comparison& c) {
    const Verdict& v = c.verdict;
    if (v.kind == VerdictKind::none || v.kind == VerdictKind::failed) {
        const QString rule = evidenceText(v.rule);
        const bool open = !rule.isEmpty() && !rule.endsWith(u'.') && !rule.endsWith(QChar(0x3002));
        return open ? rule + u'.' : rule;
    }
    QStringList parts;
    if (v.kind == VerdictKind::semantic) {
        parts << tr("%1 of what you see is this; rounding is the rest.").arg(formatShare(v.share));
    }
    if (const QString shares = shareText(c); !shares.isEmpty()) parts.prepend(shares);
    if (v.kind != VerdictKind::identical) {
        parts << tr("float64 distance %1 (rounding alone: %2).")
                     .arg(formatNumber(v.delta64), formatNumber(v.floor64));
    }
    if (v.kind == VerdictKind::rounding && v.band > 0) {
        parts << tr("A−B %1 (rounding alone: up to %2).")
                     .arg(formatNumber(v.delta), formatNumber(v.band));
    }
    if (v.band <= 0 && !c.complete && !c.cancelled && v.kind != VerdictKind::identical)
        parts << tr("The noise band is still being measured.");
    if (c.routing && !c.routing->layers.empty() && v.kind != VerdictKind::identical) {
        if (c.routing->layers.front().disagreement == 0 && c.routing->tokens_with_a_flip > 0) {
            parts << tr("Routing in block 0 agrees.");
        } else if (c.routing->tokens_with_a_flip == 0) {
            parts << tr("Routing agrees.");
        }
    }
    return parts.join(u' ');
}

QString symptomText(const Comparison& c) {
    if (c.symptoms.empty()) return {};
    const QString text = evidenceText(c.symptoms.front().text);
    const qsizetype end = text.indexOf(QRegularExpression(QStringLiteral("\\. |。")));
    return tr("Looks like: %1").arg(end < 0 ? text : text.left(end + 1));
}

QString verdictDetails(const Comparison& c) {
    QStringList lines;
    if (!c.verdict.rule.empty()) lines << evidenceText(c.verdict.rule);
    for (const std::string& remark : c.verdict.remarks) lines << evidenceText(remark);
    for (const std::string& text : c.verdict.not_exercised)
        lines << tr("Not exercised: %1").arg(evidenceText(text));
    if (c.positions)
        lines << q(to_string(c.positions->site) + ": ") + evidenceText(c.positions->text);
    for (const Symptom& symptom : c.symptoms)
        lines << evidenceText(symptom.text)
              << tr("To confirm: %1").arg(evidenceText(symptom.check));
    lines << tr("δ64 %1 · floor %2 · |A−A64| %3 · |B−B64| %4")
                 .arg(formatNumber(c.verdict.delta64, 4), formatNumber(c.verdict.floor64, 4),
                      formatNumber(c.verdict.error_a, 4), formatNumber(c.verdict.error_b, 4));
    return lines.join(u'\n');
}

std::optional<int> firstPosition(const Comparison& c, const Site& site) {
    for (const SiteMetrics& row : c.sites) {
        if (row.site != site) continue;
        const double limit = 1e4 * c.verdict.floor64;
        if (c.verdict.kind == VerdictKind::semantic) {
            for (size_t i = 0; i < row.delta64_by_pos.size(); ++i) {
                if (row.delta64_by_pos[i] > limit) return static_cast<int>(i);
            }
        }
        for (size_t i = 0; i < row.by_pos.size() && i < row.band_by_pos.size(); ++i) {
            if (row.by_pos[i] > row.band_by_pos[i]) return static_cast<int>(i);
        }
    }
    if (c.first_divergence && c.first_divergence->site == site) return c.first_divergence->pos;
    return std::nullopt;
}

bool identicalThoughDifferent(const Comparison& c) {
    if (c.verdict.kind != VerdictKind::identical || !c.complete) return false;
    // A defect of the text alone, which was seen there, is no setting of the numbers.
    const bool text_only =
        c.verdict.not_exercised.empty() && !differ_in_forward(c.a.options, c.b.options);
    for (const std::string& id : c.differing) {
        if (id == "model" || (id == "defects" && text_only)) continue;
        if (option(id).effect == OptionEffect::forward) return true;
    }
    return false;
}

}  // namespace driftscope
