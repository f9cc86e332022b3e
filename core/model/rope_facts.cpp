// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/rope_facts.h"

#include <cmath>

#include "core/model/rope.h"

namespace driftscope {

namespace {

constexpr double kEqual = 1e-12;  // of two frequencies made by different orders of operations

bool equal(double x, double y) { return std::fabs(x - y) <= kEqual * std::fabs(y); }

RopeZone zone(const RopeConfig& rope, double plain, double now) {
    if (equal(now, plain)) return RopeZone::kept;
    if (rope.kind == RopeKind::longrope) return RopeZone::scaled;
    return equal(now, plain / rope.factor) ? RopeZone::scaled : RopeZone::blended;
}

}  // namespace

std::optional<RopeFacts> rope_facts(const ModelConfig& config) {
    if (config.block.positions != PositionKind::rotary) return std::nullopt;
    const RopeConfig& rope = config.rope;
    RopeConfig unscaled = rope;
    unscaled.kind = RopeKind::none;
    RopeFacts facts;
    facts.kind = rope_kind_name(rope.kind);
    facts.base = rope.base;
    facts.context = config.n_ctx;
    facts.original_context = rope.original_context;
    const RopeTable table = rope_frequencies(rope, config.d_head, config.n_ctx, config.n_ctx);
    facts.inv_freq = table.inv_freq_d;
    facts.attention_scaling = table.attention_scaling;
    facts.plain = rope_frequencies(unscaled, config.d_head, config.n_ctx, config.n_ctx).inv_freq_d;
    for (size_t i = 0; i < facts.inv_freq.size(); ++i) {
        facts.zones.push_back(zone(rope, facts.plain[i], facts.inv_freq[i]));
    }
    if (config.local_rope) facts.note = "layers with a window rotate by frequencies of their own";
    return facts;
}

}  // namespace driftscope
