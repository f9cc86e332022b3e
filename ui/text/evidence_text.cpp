// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/evidence_text.h"

#include <vector>

#include <QCoreApplication>
#include <QRegularExpression>

namespace driftscope {

namespace {

/// Sentences of core/judge with places for what they fill in; a place may hold a sentence of this
/// list again. More special ones first.
#define N(text) QT_TRANSLATE_NOOP("evidence", text)
constexpr const char* kPatterns[] = {
    N("%1: at most 100 floors, so the same function on these tokens"),
    N("%1: more than 10^4 floors, so two different functions"),
    N("%1: between 100 and 10^4 floors, so neither is proved"),
    N("float64 distance %1, floor %2 (amplification %3 × 2^-53 + 4 ulp)"),
    N("a run makes NaN or infinity, first at %1"),
    N("every value at every site and position is equal bit for bit"),
    N("a constant is added to all logits of a position: softmax does not see it, so it is "
      "harmless"),
    N("another representation: %1 differs in float64 while the function does not"),
    N("B's weights are A's, rounded to B's type"),
    N("%1 tensors differ, first %2"),
    N("the two tokenizers give different ids for this prompt"),
    N("%1: nothing here reaches it; it shows with %2"),
    N("the window of %1 keys is not shorter than the text of %2"),
    N("dynamic rope scaling is inactive up to %1 positions"),
    N("the context bounds nothing here: no learned positions end and no rope scaling begins within "
      "these tokens"),
    N("accumulate acts only where matmul.order is not library"),
    N("no shape along the text: %1"),
    N("fewer than 4 positions"),
    N("not every distance is finite"),
    N("no position differs"),
    N("%1 of %2 positions differ, others between them do not"),
    N("the distances scatter by a factor of %1"),
    N("grows with the position, as %1 to the power of %2 (%3): %4 at position %5, %6 at position "
      "%7"),
    N("position + 1"),
    N("the position"),
    N("%1, from there on the distance is up to %2"),
    N("position 0 is equal"),
    N("positions 0 to %1 are equal"),
    N("a step at position %1: %2"),
    N("the distance is %1 times what it is before (%2)"),
    N("the same at every position: %1, give or take a factor of %2"),
    // Warnings of a comparison, and why an option does not apply.
    N("B reads these weights under another config.json: shapes match, meaning differs: %1"),
    N("B reads these weights under another config.json: shapes match, meaning differs nowhere: "
      "every value that is read is the same"),
    N("A and B read different token ids (%1); what follows compares both on A's ids, and B's own "
      "text begins with its own"),
    N("position %1: %2 | %3"),
    N("%1 | %2 ids"),
    N("Only the cache or the calls differ: the last quarter of the prompt is fed token by token"),
    N("One token only: rotary embedding, masks, caches and expert scatter cannot show a difference "
      "at position 0"),
    N("The prompt begins with the beginning-of-sequence token twice (most tokenizers add it to a "
      "text that has it already)"),
    N("The same tokens, two texts: %1; character %2 is %3 in A and %4 in B. Ids, logits and sites "
      "do not depend on it"),
    N("the two vocabularies write these ids otherwise"),
    N("A by %1, B by %2"),
    N("%1's rules"),
    N("the tokens as they stand"),
    N("the end"),
    N("This comparison may take %1 and %2 are available (%3 for what %4 in one block, %5 for "
      "logits, %6 for weights): the system may have to write memory to disk. If it gets slow, %7."),
    N("the run makes"),
    N("%1 runs make"),
    N("use fewer tokens, leave the judge out (--judge none), or free memory"),
    N("use a trace of fewer tokens or fewer sites, or free memory"),
    N("this model has no experts"),
    N("this model rotates nothing"),
    N("this model's keys have no biases in dimensions that do not rotate"),
    N("only InternLM2 packs weights that Llama keeps apart"),
    N("this model's scores are capped, which the fused kernel cannot do"),
    N("only a sentencepiece tokenizer (tokenizer.model) is read by these classes"),
    // Checks of a case: what, expected, found.
    N("verdict"),
    N("first site"),
    N("cause"),
    N("not exercised"),
    N("remark"),
    N("loss of B above A"),
    N("losses apart"),
    N("flips in block %1"),
    N("tokens with a flip"),
    N("along the text"),
    N("KL at the first 16 positions"),
    N("KL of the last quarter over the first"),
    N("first position that differs (the first decoded token)"),
    N("the texts part"),
    N("tokens/s of A over B"),
    N("equal values at %1"),
    N("relative distance at %1"),
    N("error of B over A's at %1"),
    N("B over A at %1"),
    N("files of A and B"),
    N("weights of A and B, one by one"),
    N("%1 equal hashes"),
    N("no weights"),
    N("config key that differs, before anything runs"),
    N("looking changed nothing"),
    N("at least %1"),
    N("at most %1"),
    N("equal hashes"),
    N("other hashes"),
    N("not proved"),
    N("not judged"),
    N("the same hash"),
    N("after %1 equal tokens"),
    N("never"),
    N("yes"),
    N("none"),
    N("no text was written"),
    N("not measured"),
    N("identical or rounding"),
    N("rounding or identical"),
    N("identical or none"),
    N("identical"),
    N("rounding"),
    N("semantic"),
    N("unclear"),
    N("failed"),
    N("non-finite"),
    N("growth"),
    N("step"),
    N("flat"),
};
#undef N

struct Pattern {
    const char* source;
    QRegularExpression whole;
};

const std::vector<Pattern>& patterns() {
    static const std::vector<Pattern> made = [] {
        std::vector<Pattern> list;
        for (const char* source : kPatterns) {
            QString expression = QRegularExpression::escape(QString::fromUtf8(source));
            for (int i = 1; i <= 7; ++i) {
                expression.replace(QStringLiteral("\\%%1").arg(i),
                                   QStringLiteral("(?<p%1>.+?)").arg(i));
            }
            list.push_back(
                {source, QRegularExpression(QRegularExpression::anchoredPattern(expression),
                                            QRegularExpression::DotMatchesEverythingOption)});
        }
        return list;
    }();
    return made;
}

QString filled(const Pattern& pattern, const QRegularExpressionMatch& match) {
    QString text = QCoreApplication::translate("evidence", pattern.source);
    QString made;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool place = text[i] == u'%' && i + 1 < text.size() && text[i + 1].isDigit();
        if (!place) {
            made += text[i];
            continue;
        }
        made += evidenceText(match.captured(u'p' + QString(text[++i])).toStdString());
    }
    return made;
}

}  // namespace

QString evidenceText(const std::string& sentence) {
    const QString text = QString::fromStdString(sentence);
    for (const char* context : {"symptoms", "defects"}) {
        const QString known = QCoreApplication::translate(context, sentence.c_str());
        if (known != text) return known;
    }
    for (const Pattern& pattern : patterns()) {
        const auto match = pattern.whole.match(text);
        if (match.hasMatch()) return filled(pattern, match);
    }
    return text;
}

}  // namespace driftscope
