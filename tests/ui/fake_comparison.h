// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/data/comparison.h"
#include "core/data/model_info.h"
#include "core/data/question.h"

namespace driftscope::fake {

/// Shapes of made-up comparisons. The numbers are a smooth nonsense that is the same every time.
struct Shape {
    int layers = 6, heads = 8, kvHeads = 2, prompt = 15, fresh = 24, experts = 8, topK = 2;
    bool moe = true;
    bool judged = true;
    VerdictKind verdict = VerdictKind::semantic;
};

ComparisonPtr comparison(const Shape& shape = {});
/// A comparison that says nothing: no tokens, no sites.
ComparisonPtr empty();
/// comparison(), taken apart: shares of options and steps (one negative), a plan, components.
ComparisonPtr apart(const Shape& shape = {});
/// Tokens of every awkward kind: parts of characters, CJK, right to left, controls, none at all.
ComparisonPtr awkward();
AttentionPtr attention(const Comparison& comparison, int layer, int head);
/// Values of a site of a comparison: [pos, 4], or [head, pos, key_pos] where the site is masked.
ValuesPtr values(const Comparison& comparison, const Site& site);
/// Terms of a head's scores: A has a bias, B none; a window of four keys in A.
AnswerPtr scoreParts(const Comparison& comparison, int layer, int head);
/// A lens of all layers; the likeliest tokens part at layer 2, and from layer 4 on for good.
AnswerPtr lens(const Comparison& comparison, int pos);
/// Two values' difference of four elements, one of them equal.
AnswerPtr weights(const WeightQuestion& question);
std::shared_ptr<const ModelInfo> model(bool moe);

}  // namespace driftscope::fake
