// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/generation_marks.h"

#include <algorithm>

namespace driftscope {

namespace {

constexpr int kWindow = 256;

int runLength(const std::vector<int32_t>& a, const std::vector<int32_t>& b, size_t i, size_t j) {
    int length = 0;
    while (i < a.size() && j < b.size() && a[i] == b[j]) ++i, ++j, ++length;
    return length;
}

}  // namespace

std::optional<Rejoin> findRejoin(const std::vector<int32_t>& a, const std::vector<int32_t>& b,
                                 int split, int least) {
    if (split < 0) return std::nullopt;
    const auto from = static_cast<size_t>(split);
    for (size_t sum = 1; sum <= 2 * kWindow; ++sum) {
        for (size_t shift = 0; shift <= sum; ++shift) {
            const size_t i = from + shift, j = from + sum - shift;
            if (i >= a.size() || j >= b.size()) continue;
            if (shift > kWindow || sum - shift > kWindow) continue;
            const int length = runLength(a, b, i, j);
            const auto n = static_cast<size_t>(length);
            // A short tail that runs to the end of both texts counts, one common token does not.
            const bool toTheEnd = length >= 2 && i + n == a.size() && j + n == b.size();
            if (length >= least || toTheEnd) {
                return Rejoin{static_cast<int>(i), static_cast<int>(j), length};
            }
        }
    }
    return std::nullopt;
}

std::vector<bool> fragileSteps(const Generation& generation) {
    std::vector<bool> marks;
    for (const double value : generation.fragility) marks.push_back(value >= 1);
    return marks;
}

Branch branchAt(const Comparison& comparison, Side side, int step, int32_t id,
                const std::string& piece) {
    Branch branch;
    const auto add = [&branch](int32_t token, const std::string& text, bool special) {
        branch.tokens.push_back(token);
        if (!special) branch.text += text;
    };
    const auto prompt =
        std::min(static_cast<size_t>(comparison.n_prompt), comparison.tokens.size());
    for (size_t p = 0; p < prompt; ++p) {
        add(comparison.tokens[p].id, comparison.tokens[p].piece, comparison.tokens[p].special);
    }
    if (comparison.generation) {
        const auto& text = side == Side::a ? comparison.generation->a : comparison.generation->b;
        for (size_t i = 0; i < text.steps.size() && static_cast<int>(i) < step; ++i) {
            add(text.steps[i].id, text.steps[i].piece, false);
        }
    }
    add(id, piece, false);
    return branch;
}

}  // namespace driftscope
