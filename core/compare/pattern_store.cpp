// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/pattern_store.h"

#include <limits>

#include "core/data/error.h"
#include "core/nn/attention.h"
#include "core/nn/rope.h"
#include "core/run/side_by_side.h"

namespace driftscope {

PatternStore::PatternStore(std::array<ModelConfig, 2> configs,
                           const std::array<Numerics, 2>& numerics, int64_t budget_bytes)
    : n_heads_(static_cast<int>(configs[0].n_heads)), configs_(std::move(configs)),
      numerics_(numerics), budget_(budget_bytes) {
    for (auto& layers : layers_) layers.resize(static_cast<size_t>(configs_[0].n_layers));
}

void PatternStore::add(Side side, int layer, const Recorder& values) {
    const auto s = static_cast<size_t>(side);
    Layer& kept = layers_[s][static_cast<size_t>(layer)];
    const auto keep = [&](std::vector<at::Tensor>& to, SiteKind kind) {
        if (const at::Tensor* value = values.find(kind)) {
            to.push_back(value->contiguous());
            bytes_ += static_cast<int64_t>(value->nbytes());
        }
    };
    // What the scores read: rotated where the model rotates.
    const bool rotary = configs_[s].block.positions == PositionKind::rotary;
    keep(kept.q, rotary ? SiteKind::rot_q : SiteKind::q);
    keep(kept.k, rotary ? SiteKind::rot_k : SiteKind::k);
    const at::Tensor* pattern = values.find(SiteKind::pattern);
    if (!pattern || !keeps_[s]) return;
    if (bytes_ + static_cast<int64_t>(pattern->nbytes()) > budget_) {
        // Too many for memory: from here on all of this run's are recomputed when asked for.
        keeps_[s] = false;
        for (Layer& each : layers_[s]) each.pattern.clear();
        return;
    }
    keep(kept.pattern, SiteKind::pattern);
}

const PatternStore::Layer& PatternStore::at_layer(Side side, int layer) const {
    return layers_[static_cast<size_t>(side)].at(static_cast<size_t>(layer));
}

PatternStore::Pattern PatternStore::pattern(Side side, int layer, int head, int count) const {
    const Layer& kept = at_layer(side, layer);
    if (kept.q.empty()) return {};
    if (!kept.pattern.empty()) {
        int64_t keys = kept.pattern.back().size(2);
        std::vector<at::Tensor> rows;
        for (const at::Tensor& part : kept.pattern) {
            rows.push_back(
                at::constant_pad_nd(part.narrow(0, head, count), {0, keys - part.size(2)}, 0.0));
        }
        return {at::cat(rows, 1), true};
    }
    const auto s = static_cast<size_t>(side);
    const at::Tensor q = at::cat(kept.q, 0), k = at::cat(kept.k, 0);  // [pos, head, d_head]
    const int64_t group = n_heads_ / k.size(1);
    const Exec exec(of_attention(numerics_[s], layer), false);
    std::vector<at::Tensor> heads;
    for (int h = head; h < head + count; ++h) {
        AttentionInput in = attention_setting(configs_[s], layer);
        in.q = q.select(1, h).view({1, 1, q.size(0), q.size(2)});
        in.k = k.select(1, h / group).view({1, 1, k.size(0), k.size(2)});
        if (configs_[s].block.positions == PositionKind::alibi) {
            in.key_bias = alibi_bias(exec, n_heads_, k.size(0), q.size(0)).narrow(0, h, 1);
        }
        heads.push_back(attention_pattern(exec, in).pattern);
    }
    return {at::cat(heads, 0), false};
}

namespace {

Grid to_grid(const at::Tensor& pattern) {
    const at::Tensor v = pattern.to(at::kDouble).contiguous();  // [pos, key_pos]
    Grid grid(static_cast<int>(v.size(0)), static_cast<int>(v.size(1)));
    const double* data = v.data_ptr<double>();
    for (int r = 0; r < grid.rows; ++r) {
        for (int c = 0; c <= std::min(r, grid.cols - 1); ++c) {
            grid.at(r, c) = data[static_cast<size_t>(r) * static_cast<size_t>(grid.cols) +
                                 static_cast<size_t>(c)];
        }
    }
    grid.row_axis = "pos";
    grid.col_axis = "key_pos";
    grid.unit = "weight";
    return grid;
}

std::string badge(bool there, bool captured) {
    return !there ? "not available" : captured ? "captured" : "recomputed";
}

/// The largest weight in each of at most 24 × 24 cells; cells above the diagonal stay NaN.
Grid thumb(const at::Tensor& pattern) {
    const int64_t n = pattern.size(0), cells = std::min<int64_t>(24, n);
    const auto [small, where] =
        at::adaptive_max_pool2d(pattern.to(at::kDouble).unsqueeze(0), {cells, cells});
    return to_grid(small.squeeze(0));
}

/// Of a pattern [pos, key_pos]: mean over the rows that have weight of the entropy of the row,
/// taken as a distribution, in nats; NaN where no row has weight or one is not finite.
double mean_entropy(const at::Tensor& pattern) {
    const at::Tensor values = pattern.to(at::kDouble);
    const at::Tensor sum = values.sum(1, true);
    const at::Tensor share = values / sum;
    const at::Tensor entropy = -at::special_xlogy(share, share).sum(1);
    return entropy.masked_select((sum != 0).squeeze(1)).mean().item<double>();
}

/// `a` and `b`: patterns of all heads [head, pos, key_pos], or undefined.
void fill_thumb(HeadThumb& t, const at::Tensor& a, const at::Tensor& b) {
    const at::Tensor of_a = a.defined() ? a[t.head] : a, of_b = b.defined() ? b[t.head] : b;
    if (a.defined()) t.a = thumb(of_a), t.entropy_a = mean_entropy(of_a);
    if (b.defined()) t.b = thumb(of_b), t.entropy_b = mean_entropy(of_b);
    if (!a.defined() || !b.defined() || of_a.sizes() != of_b.sizes()) return;
    t.moved = static_cast<int>((of_a.argmax(1) != of_b.argmax(1)).sum().item<int64_t>());
    t.max_diff = (of_a.to(at::kDouble) - of_b.to(at::kDouble)).abs().max().item<double>();
}

}  // namespace

AttentionPair PatternStore::pair(int layer, int head) const {
    const auto layers = static_cast<int>(layers_[0].size());
    if (layer < 0 || layer >= layers || head < 0 || head >= n_heads_) {
        throw Error(
            ErrorCode::usage, "attention",
            "there is no block " + std::to_string(layer) + ", head " + std::to_string(head));
    }
    const Pattern a = pattern(Side::a, layer, head, 1), b = pattern(Side::b, layer, head, 1);
    AttentionPair out;
    out.layer = layer, out.head = head;
    out.badge_a = badge(a.values.defined(), a.captured);
    out.badge_b = badge(b.values.defined(), b.captured);
    if (a.values.defined()) out.a = to_grid(a.values[0]);
    if (b.values.defined()) out.b = to_grid(b.values[0]);
    if (a.values.defined() && b.values.defined() && a.values.sizes() == b.values.sizes()) {
        out.diff = to_grid(a.values[0].to(at::kDouble) - b.values[0].to(at::kDouble));
        out.diff.unit = "weight A − B";
    }
    return out;
}

std::vector<HeadThumb> PatternStore::thumbs() const {
    const auto n_heads = static_cast<size_t>(n_heads_);
    std::vector<HeadThumb> all(layers_[0].size() * n_heads);
    side_by_side(layers_[0].size(), [&](size_t layer) {
        const Pattern a = pattern(Side::a, static_cast<int>(layer), 0, n_heads_);
        const Pattern b = pattern(Side::b, static_cast<int>(layer), 0, n_heads_);
        for (size_t head = 0; head < n_heads; ++head) {
            HeadThumb& t = all[layer * n_heads + head];
            t.layer = static_cast<int>(layer), t.head = static_cast<int>(head);
            t.captured_a = a.captured, t.captured_b = b.captured;
            fill_thumb(t, a.values, b.values);
        }
    });
    return all;
}

}  // namespace driftscope
