// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/compare/lanes.h"

namespace driftscope {

/// The lanes of one pass, advanced together: a stretch is begun, then block after block, then
/// finished. Runs that are worth one thread only advance side by side, on as many threads as there
/// are; their bits do not depend on it.
class Convoy {
public:
    Convoy(const LockstepJob& job, Lanes lanes);

    /// Tokens [start, start + length). False: B cannot be computed, see failure().
    bool begin(int64_t start, int64_t length);
    bool block(int layer);
    bool finish();
    /// Lets go of the values of the block.
    void clear();

    const Lanes& lanes() const { return lanes_; }
    /// B may be a configuration that cannot be computed: that is a finding, not an error.
    struct Failure {
        std::string why;
        Site at;
    };
    const std::optional<Failure>& failure() const { return failure_; }

    /// The lane's value of a site; none where it was not made.
    static std::optional<FlatSite> flat(const Lane& lane, SiteKind kind);
    /// The same, or that of `other` where the two are one run.
    static std::optional<FlatSite> like(const Lane& lane, const Lane& other,
                                        const std::optional<FlatSite>& of_other, SiteKind kind);
    /// Both are one run, so far.
    static bool same(const Lane& lane, const Lane& other) {
        return &lane == &other || lane.twin == &other;
    }

private:
    using Work = std::function<void(Lane&)>;
    bool each(Site where, const std::vector<Lane*>& lanes, const Work& work);
    std::vector<Lane*> leading() const;
    void guarded(Lane& lane, Site where, const Work& work);
    static void follow(Lane& lane);
    bool still_twins(const Lane& lane, int layer) const;

    const LockstepJob& job_;
    Lanes lanes_;
    bool side_by_side_;
    size_t stretch_ = 0;
    std::optional<Failure> failure_;
};

/// Calls `stretch(start, length)` for each stretch of the job, in order, until it gives false or
/// the job is stopped. The positions that were done.
int64_t each_stretch(const LockstepJob& job, const std::function<bool(int64_t, int64_t)>& stretch);

}  // namespace driftscope
