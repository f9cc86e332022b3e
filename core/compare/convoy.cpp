// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/convoy.h"

#include <algorithm>

#include "core/run/side_by_side.h"

namespace driftscope {

Convoy::Convoy(const LockstepJob& job, Lanes lanes) : job_(job), lanes_(std::move(lanes)) {
    // A run that replays reads what the other chose in the same block.
    side_by_side_ = !job.a.numerics.replay && !job.b.numerics.replay &&
                    std::all_of(lanes_.own.begin(), lanes_.own.end(),
                                [](const auto& lane) { return lane->runner->threads() == 1; });
}

/// Those that take over nothing.
std::vector<Lane*> Convoy::leading() const {
    std::vector<Lane*> leading;
    for (const auto& lane : lanes_.own)
        if (!lane->twin) leading.push_back(lane.get());
    return leading;
}

bool Convoy::each(Site where, const std::vector<Lane*>& lanes, const Work& work) {
    if (side_by_side_) {
        lanes_.own.front()->runner->use_threads();
        side_by_side(lanes.size(), [&](size_t i) { guarded(*lanes[i], where, work); });
        return !failure_;
    }
    for (Lane* lane : lanes) {
        lane->runner->use_threads();
        guarded(*lane, where, work);
        if (failure_) return false;
    }
    return true;
}

void Convoy::guarded(Lane& lane, Site where, const Work& work) {
    try {
        work(lane);
    } catch (const c10::Error& error) {
        if (&lane != lanes_.b) throw;
        failure_ = {error.what_without_backtrace(), where};
    } catch (const StepFailed& failure) {
        if (&lane != lanes_.b) throw;
        failure_ = {failure.message(), failure.site()};
    }
}

/// What its twin has just made is what the lane would have made.
void Convoy::follow(Lane& lane) {
    lane.runner->take_state(*lane.twin->runner);
    lane.recorder = lane.twin->recorder;
}

/// Whether the twin chose in this block what the lane has to hold; if not, they part for good.
bool Convoy::still_twins(const Lane& lane, int layer) const {
    const auto& own = lane.twin->runner->routes();
    const auto& held = lane.held->routes.at(stretch_).at(static_cast<size_t>(layer));
    return std::equal(own.begin(), own.end(), held.begin(), held.end(), [](auto& x, auto& y) {
        return x.defined() == y.defined() && (!x.defined() || x.equal(y));
    });
}

bool Convoy::begin(int64_t start, int64_t length) {
    const bool done = each(Site{SiteKind::embed, -1}, leading(), [&](Lane& lane) {
        // Tokens per call of the first stretch; later stretches are one token.
        const int64_t chunk = lane.runner->num().prefill_chunk;
        lane.runner->begin(job_.tokens, start, length, chunk, lane.tap());
    });
    if (!done) return false;
    for (const auto& lane : lanes_.own)
        if (lane->twin) follow(*lane);
    return true;
}

bool Convoy::block(int layer) {
    const auto advance = [&](Lane& lane) {
        const auto* held =
            lane.held ? &lane.held->routes.at(stretch_).at(static_cast<size_t>(layer)) : nullptr;
        lane.runner->block(layer, lane.tap(), held);
    };
    const Site where{SiteKind::q, layer};
    if (!each(where, leading(), advance)) return false;
    // Twins stand where the block begins until it is known what was chosen in it.
    std::vector<Lane*> parted;
    for (const auto& lane : lanes_.own) {
        if (!lane->twin) continue;
        if (still_twins(*lane, layer)) {
            follow(*lane);
            continue;
        }
        lane->twin = nullptr;
        parted.push_back(lane.get());
    }
    return each(where, parted, advance);
}

bool Convoy::finish() {
    const bool done = each(Site{SiteKind::logits, -1}, leading(),
                           [](Lane& lane) { lane.logits = lane.runner->finish(lane.tap()); });
    if (!done) return false;
    for (const auto& lane : lanes_.own) {
        if (!lane->twin) continue;
        follow(*lane);
        lane->logits = lane->twin->logits;
    }
    ++stretch_;
    return true;
}

void Convoy::clear() {
    for (const auto& lane : lanes_.own) lane->recorder.clear();
}

std::optional<FlatSite> Convoy::flat(const Lane& lane, SiteKind kind) {
    const at::Tensor* value = lane.recorder.find(kind);
    if (!value) return std::nullopt;
    if (kind != SiteKind::expert_weights && kind != SiteKind::expert_out)
        return flatten(kind, *value);
    return flatten(kind, by_expert(*value, *lane.recorder.find(SiteKind::expert_indices)));
}

std::optional<FlatSite> Convoy::like(const Lane& lane, const Lane& other,
                                     const std::optional<FlatSite>& of_other, SiteKind kind) {
    return same(lane, other) ? of_other : flat(lane, kind);
}

int64_t each_stretch(const LockstepJob& job, const std::function<bool(int64_t, int64_t)>& stretch) {
    const auto total = static_cast<int64_t>(job.tokens.size());
    int64_t start = 0;
    while (start < total && !job.stop.stop_requested()) {
        const int64_t length = start == 0 ? job.first_stretch : 1;
        if (!stretch(start, length)) break;
        start += length;
    }
    return start;
}

}  // namespace driftscope
