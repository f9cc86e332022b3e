// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/base_rate.h"

#include <algorithm>

namespace driftscope {

BaseRate base_rate(int draws, const std::function<std::vector<int32_t>(Side, int draw)>& text) {
    BaseRate rate;
    for (int draw = 0; draw < draws; ++draw) {
        const std::vector<int32_t> a = text(Side::a, draw);
        if (a.empty()) break;
        const std::vector<int32_t> b = text(Side::b, draw);
        if (b.empty()) break;
        ++rate.draws;
        const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
        if (x != a.end() || y != b.end()) rate.split_at.push_back(static_cast<int>(x - a.begin()));
    }
    std::sort(rate.split_at.begin(), rate.split_at.end());
    return rate;
}

std::string base_rate_text(const BaseRate& rate, int max_new_tokens) {
    if (rate.draws == 0) return {};
    std::string text = "free running: " + std::to_string(rate.split_at.size()) + " of " +
                       std::to_string(rate.draws) +
                       " pairs of texts drawn with shared noise part within " +
                       std::to_string(max_new_tokens) + " tokens";
    if (!rate.split_at.empty())
        text += ", half of these within the first " +
                std::to_string(rate.split_at[(rate.split_at.size() - 1) / 2] + 1);
    return text;
}

}  // namespace driftscope
