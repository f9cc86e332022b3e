// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/data/comparison.h"

namespace driftscope {

/// Where the texts that two runs show for the same tokens part.
struct TextDifference {
    size_t character = 0;  ///< code points before it, the same in both
    std::string a, b;      ///< the character there, UTF-8; empty: the text has ended
    bool pieces = false;   ///< the tokens themselves read otherwise: two vocabularies
};

/// Nothing where the ids differ, where a text is missing, or where both texts are the same.
std::optional<TextDifference> text_difference(const Generation& generation);

}  // namespace driftscope
