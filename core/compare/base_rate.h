// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/data/comparison.h"

namespace driftscope {

/// How often A and B part when both write freely. One greedy text is one draw of one; here many
/// pairs are drawn, each with noise that A and B share by position and token, so that a pair parts
/// only where the two distributions do.
struct BaseRate {
    int draws = 0;  ///< pairs written
    std::vector<int>
        split_at;  ///< tokens that were equal before the split, of those that parted; sorted
};

/// Writes draw after draw until `draws` are done or `text` gives nothing for one (stopped).
/// @param text  ids that a side draws with the noise of this draw; empty: stopped or not to be had
BaseRate base_rate(int draws, const std::function<std::vector<int32_t>(Side, int draw)>& text);

/// "free running: 5 of 16 pairs of texts drawn with shared noise part within 60 tokens, half of
/// these within the first 12"; empty without a draw.
std::string base_rate_text(const BaseRate& rate, int max_new_tokens);

}  // namespace driftscope
