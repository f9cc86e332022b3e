// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/divergences.h"

#include <algorithm>

#include "ui/window/verdict_text.h"

namespace driftscope {

namespace {

/// Index of a site in the comparison's forward order; −1: not among them.
int order(const Comparison& comparison, const Site& site) {
    for (size_t i = 0; i < comparison.sites.size(); ++i) {
        if (comparison.sites[i].site == site) return static_cast<int>(i);
    }
    return -1;
}

std::optional<Divergence> leaving(const SiteMetrics& row) {
    for (size_t i = 0; i < row.by_pos.size() && i < row.band_by_pos.size(); ++i) {
        if (row.by_pos[i] > row.band_by_pos[i]) {
            return Divergence{row.site, static_cast<int>(i), row.by_pos[i], row.band_by_pos[i]};
        }
    }
    return std::nullopt;
}

}  // namespace

std::vector<Divergence> divergences(const Comparison& c) {
    std::vector<Divergence> found;
    const std::optional<Site> special = c.verdict.site ? c.verdict.site : c.verdict.excess;
    for (const SiteMetrics& row : c.sites) {
        if (const auto leaves = leaving(row)) {
            found.push_back(*leaves);
        } else if (special && *special == row.site) {
            const int pos = firstPosition(c, row.site).value_or(0);
            found.push_back({row.site, pos, row.rel_l2, row.band});
        } else if (c.first_divergence && c.first_divergence->site == row.site) {
            found.push_back(*c.first_divergence);
        }
    }
    if (found.empty() && c.first_divergence) found.push_back(*c.first_divergence);
    return found;
}

std::optional<Divergence> nextDivergence(const Comparison& c, const Site& from, bool forward) {
    const std::vector<Divergence> all = divergences(c);
    if (all.empty()) return std::nullopt;
    const int here = order(c, from);
    if (forward) {
        const auto next = std::find_if(
            all.begin(), all.end(), [&](const Divergence& d) { return order(c, d.site) > here; });
        return next == all.end() ? all.front() : *next;
    }
    const auto before = std::find_if(all.rbegin(), all.rend(),
                                     [&](const Divergence& d) { return order(c, d.site) < here; });
    return before == all.rend() ? all.back() : *before;
}

}  // namespace driftscope
