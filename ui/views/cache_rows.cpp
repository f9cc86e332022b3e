// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/cache_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace driftscope {

SiteKind cachedSite(CachePart part) {
    return part == CachePart::k ? SiteKind::cache_k : SiteKind::cache_v;
}

SiteKind madeSite(CachePart part, const Comparison& comparison) {
    if (part == CachePart::v) return SiteKind::v;
    SiteKind last = SiteKind::k;  // rotated, else normed, else as projected
    for (const SiteMetrics& metrics : comparison.sites) {
        const SiteKind kind = metrics.site.kind;
        if (kind == SiteKind::rot_k || (kind == SiteKind::k_norm && last == SiteKind::k))
            last = kind;
    }
    return last;
}

bool anyCache(const Comparison& comparison) {
    return std::any_of(
        comparison.sites.begin(), comparison.sites.end(), [](const SiteMetrics& metrics) {
            return metrics.site.kind == SiteKind::cache_k && (metrics.in_a || metrics.in_b);
        });
}

Grid cacheByLayer(const Comparison& comparison, CachePart part) {
    Grid grid(comparison.n_layers, static_cast<int>(comparison.tokens.size()));
    grid.row_axis = "layer";
    grid.col_axis = "pos";
    grid.unit = "relative L2";
    for (const SiteMetrics& metrics : comparison.sites) {
        const int layer = metrics.site.layer;
        if (metrics.site.kind != cachedSite(part) || !metrics.in_a || !metrics.in_b) continue;
        if (layer < 0 || layer >= grid.rows) continue;
        for (int p = 0; p < grid.cols && p < static_cast<int>(metrics.by_pos.size()); ++p) {
            grid.at(layer, p) = metrics.by_pos[static_cast<size_t>(p)];
        }
    }
    return grid;
}

std::vector<double> cachedAgainstMade(const ValuePair& cached, const ValuePair& made, Side side) {
    const auto& shape = side == Side::a ? cached.shape_a : cached.shape_b;
    const auto& other = side == Side::a ? made.shape_a : made.shape_b;
    const std::vector<double>& x = side == Side::a ? cached.a : cached.b;
    const std::vector<double>& y = side == Side::a ? made.a : made.b;
    if (x.empty() || shape.empty() || shape != other || x.size() != y.size() || shape[0] <= 0) {
        return {};
    }
    const size_t positions = static_cast<size_t>(shape[0]), width = x.size() / positions;
    std::vector<double> distances;
    for (size_t p = 0; p < positions; ++p) {
        double square = 0, norm = 0;
        for (size_t i = p * width; i < (p + 1) * width; ++i) {
            square += (x[i] - y[i]) * (x[i] - y[i]);
            norm += y[i] * y[i];
        }
        distances.push_back(square == 0 ? 0 : std::sqrt(square / norm));
    }
    return distances;
}

int callOf(const std::vector<Call>& calls, int pos) {
    for (size_t i = 0; i < calls.size(); ++i) {
        if (pos >= calls[i].start && pos < calls[i].start + calls[i].length) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

int decodeStart(const std::vector<Call>& calls) {
    size_t first = calls.size();
    while (first > 1 && calls[first - 1].length == 1 &&
           calls[first - 1].start == calls[first - 2].start + calls[first - 2].length) {
        --first;
    }
    return first < calls.size() ? static_cast<int>(calls[first].start) : -1;
}

std::optional<MaskRow> maskRow(const Grid& pattern, int pos) {
    if (pos < 0 || pos >= pattern.rows) return std::nullopt;
    MaskRow row;
    for (int c = 0; c < pattern.cols; ++c) {
        if (std::isnan(pattern.at(pos, c))) continue;
        if (row.first < 0) row.first = c;
        row.last = c;
        ++row.count;
    }
    return row;
}

}  // namespace driftscope
