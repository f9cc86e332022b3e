// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/cause_text.h"

#include <algorithm>

#include <QCoreApplication>
#include <QRegularExpression>

#include "core/options/option.h"
#include "ui/language.h"
#include "ui/text/evidence_text.h"
#include "ui/text/number_format.h"

namespace driftscope {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("verdict", text); }
QString q(const std::string& text) { return QString::fromStdString(text); }

/// "MoE combine": an abbreviation keeps its capitals within a sentence.
QString inSentence(QString text) {
    if (text.size() > 1 && text[0].isUpper() && text[1].isLower() &&
        !text.section(u' ', 0, 0).mid(1).contains(QRegularExpression(QStringLiteral("[A-Z]")))) {
        text[0] = text[0].toLower();
    }
    return text;
}

QString withoutStop(QString text) {
    if (text.endsWith(u'.') || text.endsWith(QChar(0x3002))) text.chop(1);
    return text;
}

std::vector<std::string> defectsOf(const Comparison& c, Side side) {
    return parse_defects(
        value_of(side == Side::a ? c.request.options_a : c.request.options_b, "defects"));
}

bool holds(const std::vector<std::string>& list, const std::string& id) {
    return std::find(list.begin(), list.end(), id) != list.end();
}

/// A difference that these tokens never reach is no cause.
bool reached(const Comparison& c, const std::string& id) {
    return std::none_of(c.verdict.not_exercised.begin(), c.verdict.not_exercised.end(),
                        [&](const std::string& text) { return text.starts_with(id + ":"); });
}

/// Ids of the known bugs that are on in this run alone and make another function, the named cause
/// first.
std::vector<std::string> bugsOf(const Comparison& c, Side side) {
    const auto own = defectsOf(c, side);
    const auto other = defectsOf(c, side == Side::a ? Side::b : Side::a);
    std::vector<std::string> bugs;
    for (const std::string& id : own) {
        const DefectSpec* defect = find_defect(id);
        if (defect && defect->kind == "semantic" && !holds(other, id) && reached(c, id))
            bugs.push_back(id);
    }
    std::stable_partition(bugs.begin(), bugs.end(), [&](const std::string& id) {
        return c.verdict.cause && c.verdict.cause->id == id;
    });
    return bugs;
}

/// "D-ROPE-BASE: RoPE base left at its default; D-MOE-SCATTER: …".
QString listed(const std::vector<std::string>& bugs) {
    QStringList items;
    for (const std::string& id : bugs) {
        const DefectSpec* defect = find_defect(id);
        items << q(id) + QStringLiteral(": ") +
                     withoutStop(inSentence(translatedText("defects", defect->label)))
                         .remove(QRegularExpression(QStringLiteral(" *[(（].*[)）]$")));
    }
    return items.join(QStringLiteral("; "));
}

/// Options besides the defects that differ and change the function, not its rounding.
QStringList otherOptions(const Comparison& c) {
    QStringList names;
    for (const std::string& id : c.differing) {
        if (id == "model" || id == "defects" || (c.verdict.cause && c.verdict.cause->id == id))
            continue;
        const OptionSpec& spec = option(id);
        const bool function =
            spec.group == "Positions" || id == "attention.window" || id == "attention.key_bias";
        if (!function || !reached(c, id)) continue;
        names << translatedText("options", spec.label) +
                     QStringLiteral(": %1 | %2")
                         .arg(q(value_of(c.request.options_a, id)),
                              q(value_of(c.request.options_b, id)));
    }
    return names;
}

/// The named cause alone.
QString namedCause(const Comparison& c) {
    const Cause& cause = *c.verdict.cause;
    QString text = cause.text.empty() ? q(cause.id) : evidenceText(cause.text);
    if (cause.kind == "option" && text.startsWith(q(option(cause.id).label))) {
        const std::string& label = option(cause.id).label;
        text = translatedText("options", label) + text.mid(q(label).size());
    }
    text = withoutStop(text);
    if (cause.kind == "defect") {
        const QString side = holds(defectsOf(c, Side::a), cause.id) ? tr("A") : tr("B");
        return tr("%1 has the known bug %2 on purpose: %3")
            .arg(side, q(cause.id), inSentence(text));
    }
    if (cause.kind == "option" || cause.kind == "config")
        return tr("A and B differ in %1").arg(inSentence(text));
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    return text;
}

}  // namespace

QString causeText(const Comparison& c) {
    if (!c.verdict.cause) return {};
    QStringList sentences;
    const std::vector<std::string> bugsA = bugsOf(c, Side::a), bugsB = bugsOf(c, Side::b);
    const std::string& named = c.verdict.cause->id;
    const bool isBug = c.verdict.cause->kind == "defect";
    const auto add = [&](const std::vector<std::string>& bugs, const QString& side) {
        const bool first = isBug && holds(bugs, named);
        if (bugs.size() > 1) {
            const QString text = tr("%1 has %2 known bugs on purpose: %3")
                                     .arg(side, QString::number(bugs.size()), listed(bugs));
            if (first) {
                sentences.prepend(text);
            } else {
                sentences << text;
            }
        } else if (bugs.size() == 1 && !first) {
            sentences << tr("%1 has the known bug %2").arg(side, listed(bugs));
        }
    };
    add(bugsA, tr("A"));
    add(bugsB, tr("B"));
    const bool counted = isBug && ((holds(bugsA, named) && bugsA.size() > 1) ||
                                   (holds(bugsB, named) && bugsB.size() > 1));
    if (!counted) sentences.prepend(namedCause(c));
    const QStringList others = otherOptions(c);
    if (!others.isEmpty())
        sentences << tr("They differ in %1 as well").arg(others.join(QStringLiteral(", ")));
    return sentences.join(QStringLiteral(". ")).toHtmlEscaped();
}

QString shareText(const Comparison& c) {
    if (!c.attribution || c.attribution->whole <= 0) return {};
    QStringList sentences;
    const auto byShare = [](std::vector<Share> all) {
        std::stable_sort(all.begin(), all.end(),
                         [](const Share& a, const Share& b) { return a.mean > b.mean; });
        return all;
    };
    const double whole = c.attribution->whole;
    const std::vector<Share> options = byShare(c.attribution->options);
    if (options.size() > 1) {
        QStringList parts;
        for (const Share& share : options) {
            // A share may be of one known bug among several: it goes by its id.
            const QString name = find_defect(share.id)
                                     ? q(share.id)
                                     : translatedText("options", option(share.id).label);
            parts << name + u' ' + formatShare(share.mean / whole);
        }
        sentences << tr("Of the distance: %1.").arg(parts.join(QStringLiteral(", ")));
    }
    const std::vector<Share> steps = byShare(c.attribution->steps);
    if (!steps.empty() && steps.front().mean > 0) {
        sentences << tr("Most of it comes in by the %1, %2.")
                         .arg(stepWords(steps.front().id, c.routing.has_value()),
                              formatShare(steps.front().mean / whole));
    }
    return sentences.join(u' ');
}

QString stepWords(const std::string& step, bool experts) {
    const QString text = q(step);
    if (step == "embed") return tr("embedding");
    if (step == "unembed") return tr("final norm and head");
    const QString block = text.section(u'.', 1, 1);
    if (step.ends_with(".attn")) return tr("attention of block %1").arg(block);
    if (step.ends_with(".mlp"))
        return (experts ? tr("expert mix of block %1") : tr("MLP of block %1")).arg(block);
    return text;
}

}  // namespace driftscope
