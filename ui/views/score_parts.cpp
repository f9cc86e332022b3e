// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/score_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QCoreApplication>

#include "ui/text/number_format.h"

namespace driftscope {

namespace {

const char* const kStageIds[kScoreStages] = {"weights", "scores", "qk", "bias", "mask"};

QString tr(const char* text) { return QCoreApplication::translate("score_parts", text); }

double valueAt(const Grid& grid, int row, int column) {
    const bool inside = row >= 0 && column >= 0 && row < grid.rows && column < grid.cols;
    return inside ? grid.at(row, column) : std::numeric_limits<double>::quiet_NaN();
}

Grid difference(const Grid& a, const Grid& b) {
    if (a.rows != b.rows || a.cols != b.cols) return {};
    Grid diff = a;
    for (size_t i = 0; i < diff.values.size(); ++i) diff.values[i] -= b.values[i];
    return diff;
}

/// No bias is a bias of 0 wherever there is a score.
Grid termOf(const ScoreParts& parts, ScoreStage stage) {
    if (stage == ScoreStage::qk) return parts.qk;
    if (stage == ScoreStage::mask) return parts.seen;
    if (!parts.bias.empty()) return parts.bias;
    Grid none = parts.qk;
    for (double& value : none.values) value = std::isnan(value) ? value : 0.0;
    return none;
}

std::string badgeOf(const ScoreParts& parts, ScoreStage stage) {
    return stage == ScoreStage::qk     ? parts.badge_qk
           : stage == ScoreStage::mask ? parts.badge_mask
                                       : parts.badge_bias;
}

}  // namespace

const char* scoreStageId(ScoreStage stage) { return kStageIds[static_cast<int>(stage)]; }

QString scoreStageTip(ScoreStage stage) {
    switch (stage) {
        case ScoreStage::weights:
            return tr("attention weights, after the softmax; each row sums to 1");
        case ScoreStage::scores:
            return tr(
                "scaled scores with bias and mask, before the softmax; of all heads "
                "of the layer, recomputed");
        case ScoreStage::qk:
            return tr(
                "query · key × scale, before bias and mask: score = QK + bias (+ soft "
                "cap) + mask. Taken where the run computes it; recomputed where one "
                "product adds the bias as well, or the kernel is fused");
        case ScoreStage::bias:
            return tr(
                "what the position adds to the score (ALiBi: slope of the head × "
                "key position); 0 where the model rotates queries and keys instead");
        case ScoreStage::mask:
            return tr(
                "1: the query sees the key; 0: the mask hides it (a window, a pad, a "
                "key that the cache dropped) by adding the type's lowest number");
    }
    return {};
}

AttentionPtr scoresOfHead(const ValuePair& values, int head) {
    auto pair = std::make_shared<AttentionPair>();
    pair->comparison = values.comparison;
    pair->layer = values.site.layer;
    pair->head = head;
    pair->badge_a = values.badge_a;
    pair->badge_b = values.badge_b;
    const auto take = [head](Grid& grid, const std::vector<double>& all,
                             const std::vector<int64_t>& shape) {
        if (shape.size() != 3 || head < 0 || head >= shape[0]) return;
        const size_t count = static_cast<size_t>(shape[1]) * static_cast<size_t>(shape[2]);
        if (all.size() != count * static_cast<size_t>(shape[0])) return;
        grid = Grid(static_cast<int>(shape[1]), static_cast<int>(shape[2]));
        const auto from = all.begin() + static_cast<std::ptrdiff_t>(count) * head;
        std::copy_n(from, count, grid.values.begin());
    };
    take(pair->a, values.a, values.shape_a);
    take(pair->b, values.b, values.shape_b);
    if (pair->a.empty() && pair->b.empty()) return nullptr;
    pair->diff = difference(pair->a, pair->b);
    return pair;
}

AttentionPtr scoreTerm(const Answer& answer, ScoreStage stage) {
    const auto* question = std::get_if<ScorePartsQuestion>(&answer.question);
    const auto* parts = std::get_if<ScorePartsPair>(&answer.body);
    if (!question || !parts || !isTerm(stage)) return nullptr;
    auto pair = std::make_shared<AttentionPair>();
    pair->comparison = answer.comparison;
    pair->layer = question->layer;
    pair->head = question->head;
    pair->a = termOf(parts->a, stage);
    pair->b = termOf(parts->b, stage);
    pair->badge_a = badgeOf(parts->a, stage);
    pair->badge_b = badgeOf(parts->b, stage);
    pair->diff = difference(pair->a, pair->b);
    return pair;
}

QString scoreSum(const ScoreParts& parts, int row, int column, bool whole) {
    const auto text = [whole](double value) { return whole ? exact(value) : formatNumber(value); };
    const double qk = valueAt(parts.qk, row, column);
    if (std::isnan(qk)) return tr("no score");
    QStringList terms{tr("QK %1").arg(text(qk))};
    if (!parts.bias.empty()) terms << tr("bias %1").arg(text(valueAt(parts.bias, row, column)));
    if (!parts.cap.empty()) terms << tr("cap %1").arg(text(valueAt(parts.cap, row, column)));
    QString sum = terms.join(QStringLiteral(" + "));
    if (terms.size() > 1) sum += QStringLiteral(" = ") + text(valueAt(parts.score, row, column));
    if (valueAt(parts.seen, row, column) == 0) {
        sum += QStringLiteral(" + ") + tr("mask %1").arg(text(parts.mask));
    }
    return sum;
}

QString scoreSums(const Answer* answer, int row, int column) {
    const auto* parts = answer ? std::get_if<ScorePartsPair>(&answer->body) : nullptr;
    if (!parts) return {};
    return tr("A %1 · B %2").arg(scoreSum(parts->a, row, column), scoreSum(parts->b, row, column));
}

Table attentionTable(const AttentionPair& pair, const ScorePartsPair* parts,
                     const QStringList& tokens, const QString& title) {
    Table table;
    table.title = title;
    table.header = {QStringLiteral("pos"),       QStringLiteral("token"), QStringLiteral("key_pos"),
                    QStringLiteral("key_token"), QStringLiteral("a"),     QStringLiteral("b"),
                    QStringLiteral("diff")};
    std::vector<const Grid*> terms;
    if (parts) {
        for (const char* side : {"a", "b"}) {
            for (const char* name : {"qk", "bias", "cap", "seen", "score"})
                table.header << QStringLiteral("%1_%2").arg(QLatin1String(name),
                                                            QLatin1String(side));
        }
        for (const ScoreParts* side : {&parts->a, &parts->b}) {
            for (const Grid* grid : {&side->qk, &side->bias, &side->cap, &side->seen, &side->score})
                terms.push_back(grid);
        }
    }
    const int rows = std::max(pair.a.rows, pair.b.rows);
    const int columns = std::max(pair.a.cols, pair.b.cols);
    for (int r = 0; r < rows; ++r) {
        for (int c = 0; c < columns; ++c) {
            const double a = valueAt(pair.a, r, c), b = valueAt(pair.b, r, c);
            if (c > r && std::isnan(a) && std::isnan(b)) continue;  // later than the query
            QStringList row{QString::number(r),
                            tokens.value(r),
                            QString::number(c),
                            tokens.value(c),
                            exact(a),
                            exact(b),
                            exact(valueAt(pair.diff, r, c))};
            for (const Grid* grid : terms)
                row << (grid->empty() ? QString() : exact(valueAt(*grid, r, c)));
            table.add(row);
        }
    }
    return table;
}

}  // namespace driftscope
