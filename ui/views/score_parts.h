// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

#include "core/data/comparison.h"
#include "core/data/question.h"
#include "ui/export.h"

namespace driftscope {

/// What the large maps of attention show: the weights, the scores they are made of, or one term of
/// the scores.
enum class ScoreStage { weights, scores, qk, bias, mask };
inline constexpr int kScoreStages = 5;
/// "weights", "scores", "qk", "bias", "mask": for a session file.
const char* scoreStageId(ScoreStage stage);
/// What the map of a stage holds, in a sentence.
QString scoreStageTip(ScoreStage stage);
inline bool isTerm(ScoreStage stage) { return stage >= ScoreStage::qk; }

/// One head of attn.scores as the maps take it; null: the values hold no such head.
AttentionPtr scoresOfHead(const ValuePair& values, int head);

/// One term of a head's scores as the maps take it; null: the answer is of something else. Where
/// a run adds no bias it is 0; of the mask, 1 is a key that the query sees and 0 one it does not.
AttentionPtr scoreTerm(const Answer& answer, ScoreStage stage);

/// "QK 1.23 + bias −0.5 = 0.73", and what the mask makes of it; in full precision where `whole`.
QString scoreSum(const ScoreParts& parts, int row, int column, bool whole = false);
/// "A QK … · B QK …" at a cell; empty: the answer is of something else.
QString scoreSums(const Answer* answer, int row, int column);

/// A head's patterns or scores cell by cell; with `parts` every term beside them.
Table attentionTable(const AttentionPair& pair, const ScorePartsPair* parts,
                     const QStringList& tokens, const QString& title);

}  // namespace driftscope
