// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "core/data/comparison.h"

namespace driftscope {

/// Keys or values of the cache.
enum class CachePart { k, v };

/// The site that holds what the cache keeps of a part, and the one that it was made from: what the
/// run computed for the position before it was put away.
SiteKind cachedSite(CachePart part);
SiteKind madeSite(CachePart part, const Comparison& comparison);

/// Whether any of the two runs keeps a cache.
bool anyCache(const Comparison& comparison);

/// |A−B| of the cached part, relative L2: a row per layer, a column per position. NaN: not there.
Grid cacheByLayer(const Comparison& comparison, CachePart part);

/// At each position the relative L2 of `cached` against `made` in one run; 0 where they are equal,
/// infinite where something is kept of what was made as 0. Empty: one of them is not there, or
/// their shapes differ.
std::vector<double> cachedAgainstMade(const ValuePair& cached, const ValuePair& made, Side side);

/// The call that made a position: index into `calls`; −1: none.
int callOf(const std::vector<Call>& calls, int pos);
/// First position that came in a call of one token after the prefill; −1: there is no such call.
int decodeStart(const std::vector<Call>& calls);

/// Keys that the mask lets one query see: those whose pattern is no NaN. Counts, first and last.
struct MaskRow {
    int count = 0, first = -1, last = -1;
};
std::optional<MaskRow> maskRow(const Grid& pattern, int pos);

}  // namespace driftscope
