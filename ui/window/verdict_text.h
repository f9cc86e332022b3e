// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QString>

#include "core/data/comparison.h"

namespace driftscope {

/// How the verdict looks: its pill's mark and word, and the tone of its ground.
struct VerdictLook {
    QString mark, word;
    QString tone;  ///< "bad", "good", "plain"
};
VerdictLook verdictLook(VerdictKind kind);

/// The answer in one plain sentence; `place` in it is bold (rich text, escaped).
QString verdictSentence(const Comparison& comparison);
/// The figures behind it, one line.
QString verdictFigures(const Comparison& comparison);
/// What the measurements look like by the first rule that fits, its first sentence; may be empty.
QString symptomText(const Comparison& comparison);
/// Rule, remarks, what was not exercised: the tool tip, whole.
QString verdictDetails(const Comparison& comparison);
/// Where the generated texts part: "The texts part after 10 equal tokens." Counts, never indices.
QString splitText(const Generation& generation);
/// Position at which the other function first shows, if any.
std::optional<int> firstPosition(const Comparison& comparison, const Site& site);

/// Bit-identical although something differs: true.
bool identicalThoughDifferent(const Comparison& comparison);

}  // namespace driftscope
