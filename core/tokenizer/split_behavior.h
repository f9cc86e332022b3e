// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/pattern.h"
#include "core/tokenizer/pre_tokenizer.h"

#include <vector>

namespace driftscope {

/// What becomes of the matches when a text is split at them (names as in tokenizer.json).
enum class SplitBehavior {
    removed,               ///< matches vanish
    isolated,              ///< each match and each gap is a piece
    merged_with_previous,  ///< a match ends the piece before it
    merged_with_next,      ///< a match begins the piece after it
    contiguous             ///< isolated, but neighbours of one kind are joined
};

/// Pieces of `token` according to `spans`, which cover its text in order; empty ones are dropped.
std::vector<PreToken> split_at(const PreToken& token, std::vector<Pattern::Span> spans,
                               SplitBehavior behavior);

}  // namespace driftscope
