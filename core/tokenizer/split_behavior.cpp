// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/split_behavior.h"

#include <algorithm>

namespace driftscope {

namespace {

using Span = Pattern::Span;

/// Joins neighbours: `joins(previous matched, this matched)` says whether this one continues.
template <typename Joins>
std::vector<Span> joined(const std::vector<Span>& spans, Joins joins) {
    std::vector<Span> result;
    bool previous = false;
    for (const auto& span : spans) {
        if (!result.empty() && joins(previous, span.matched)) {
            result.back().begin = std::min(result.back().begin, span.begin);
            result.back().end = std::max(result.back().end, span.end);
        } else {
            result.push_back(span);
        }
        previous = span.matched;
    }
    return result;
}

}  // namespace

std::vector<PreToken> split_at(const PreToken& token, std::vector<Span> spans,
                               SplitBehavior behavior) {
    const auto starts_run = [](bool previous, bool matched) { return matched && !previous; };
    switch (behavior) {
        case SplitBehavior::isolated: break;
        case SplitBehavior::removed:
            std::erase_if(spans, [](const Span& span) { return span.matched; });
            break;
        case SplitBehavior::merged_with_previous: spans = joined(spans, starts_run); break;
        case SplitBehavior::merged_with_next:
            std::reverse(spans.begin(), spans.end());
            spans = joined(spans, starts_run);
            std::reverse(spans.begin(), spans.end());
            break;
        case SplitBehavior::contiguous:
            spans = joined(spans, [](bool previous, bool matched) { return previous == matched; });
            break;
    }
    std::vector<PreToken> pieces;
    pieces.reserve(spans.size());
    for (const auto& span : spans)
        if (span.end > span.begin)
            pieces.push_back({token.text.substr(span.begin, span.end - span.begin),
                              token.text_start && span.begin == 0});
    return pieces;
}

}  // namespace driftscope
