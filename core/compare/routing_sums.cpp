// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/routing_sums.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace driftscope {

namespace {

/// Gap between the k-th and the (k+1)-th largest router logit at each position.
at::Tensor margins(const at::Tensor& logits, int64_t k) {
    const at::Tensor sorted =
        std::get<0>(at::topk(logits.to(at::kDouble), std::min(k + 1, logits.size(1)), -1));
    if (sorted.size(1) <= k) return at::full({logits.size(0)}, INFINITY, at::kDouble);
    return sorted.select(1, k - 1) - sorted.select(1, k);
}

template <typename T>
void append(std::vector<T>& to, const at::Tensor& from, at::ScalarType type) {
    const at::Tensor v = from.to(type).contiguous();
    if (type == at::kDouble) {
        to.insert(to.end(), v.data_ptr<double>(), v.data_ptr<double>() + v.numel());
    } else {
        to.insert(to.end(), v.data_ptr<int32_t>(), v.data_ptr<int32_t>() + v.numel());
    }
}

at::Tensor flip_mask(const at::Tensor& a, const at::Tensor& b) {
    return ~(a.unsqueeze(2) == b.unsqueeze(1)).any(2).all(1);  // [pos]
}

at::Tensor gap(const Lane* x, const Lane* y) {
    return at::linalg_vector_norm(
        *x->recorder.find(SiteKind::router_logits) - *y->recorder.find(SiteKind::router_logits), 2,
        at::IntArrayRef{1});
}

}  // namespace

RoutingSums::RoutingSums(const LockstepJob& job) : job_(job) {
    routing_.n_experts = static_cast<int>(job.a.config.n_experts);
    routing_.top_k = static_cast<int>(job.a.config.top_k);
    // Routes compare between models with the same experts only.
    const ModelConfig &a = job.a.config, &b = job.b.config;
    if (a.n_experts != b.n_experts || a.top_k != b.top_k || a.dense != b.dense)
        routing_.n_experts = 0;
    if (routing_.n_experts == 0) return;
    for (int layer = 0; layer < static_cast<int>(job.a.config.n_layers); ++layer) {
        if (!job.a.config.moe_layer(layer)) continue;
        routing_.layers.emplace_back();
        routing_.layers.back().layer = layer;
    }
}

void RoutingSums::add(int layer, const Lanes& lanes) {
    const auto found = std::find_if(routing_.layers.begin(), routing_.layers.end(),
                                    [layer](const RoutingLayer& l) { return l.layer == layer; });
    if (found == routing_.layers.end()) return;
    RoutingLayer& row = *found;
    const size_t first = row.flip.size();
    const auto value = [](const Lane* lane, SiteKind kind) { return *lane->recorder.find(kind); };
    const at::Tensor ids_a = value(lanes.a, SiteKind::expert_indices);
    const at::Tensor ids_b = value(lanes.b, SiteKind::expert_indices);
    append(row.experts_a, ids_a, at::kInt);
    append(row.experts_b, ids_b, at::kInt);
    append(row.weights_a, value(lanes.a, SiteKind::expert_weights), at::kDouble);
    append(row.weights_b, value(lanes.b, SiteKind::expert_weights), at::kDouble);
    const at::Tensor logits_a = value(lanes.a, SiteKind::router_logits);
    append(row.margin_a, margins(logits_a, routing_.top_k), at::kDouble);
    append(row.margin_b, margins(value(lanes.b, SiteKind::router_logits), routing_.top_k),
           at::kDouble);
    const at::Tensor flips = flip_mask(ids_a, ids_b).contiguous();
    const at::Tensor top = std::get<0>(logits_a.to(at::kDouble).max(1));
    for (int64_t i = 0; i < flips.size(0); ++i) {
        row.flip.push_back(flips[i].item<bool>() ? 1 : 0);
        row.margin_ulp.push_back(row.margin_a[first + static_cast<size_t>(i)] /
                                 ulp_at(top[i].item<double>(), job_.a.numerics.router));
    }
}

std::optional<Routing> RoutingSums::finish(int64_t positions) {
    if (routing_.n_experts == 0 || positions == 0) return std::nullopt;
    const auto n = static_cast<size_t>(positions), k = static_cast<size_t>(routing_.top_k);
    std::vector<uint8_t> any(n, 0);
    for (RoutingLayer& row : routing_.layers) {
        for (auto* list : {&row.experts_a, &row.experts_b}) list->resize(n * k);
        for (auto* list : {&row.weights_a, &row.weights_b}) list->resize(n * k);
        for (auto* list : {&row.margin_a, &row.margin_b, &row.margin_ulp}) list->resize(n);
        row.flip.resize(n);
        row.explained.assign(n, 0);
        row.load_a.assign(static_cast<size_t>(routing_.n_experts), 0);
        row.load_b = row.load_a;
        const double share = 1.0 / static_cast<double>(n * k);
        for (int id : row.experts_a) row.load_a[static_cast<size_t>(id)] += share;
        for (int id : row.experts_b) row.load_b[static_cast<size_t>(id)] += share;
        row.min_margin = *std::min_element(row.margin_a.begin(), row.margin_a.end());
        double flips = 0;
        for (size_t i = 0; i < n; ++i) {
            flips += row.flip[i];
            any[i] |= row.flip[i];
        }
        row.disagreement = flips / static_cast<double>(n);
    }
    double seen = 0;
    for (size_t i = 0; i < n; ++i) {
        seen += any[i];
        routing_.cumulative_flips.push_back(seen / static_cast<double>(i + 1));
    }
    routing_.tokens_with_a_flip = seen / static_cast<double>(n);
    return routing_;
}

void FlipReasons::add(int layer, const Lanes& lanes) {
    const bool routes = std::any_of(routing_.layers.begin(), routing_.layers.end(),
                                    [layer](const RoutingLayer& l) { return l.layer == layer; });
    if (!routes) return;
    const at::Tensor margin =
        margins(*lanes.a64_held->recorder.find(SiteKind::router_logits), routing_.top_k);
    at::Tensor noise = at::zeros_like(margin);
    for (const Lane* pass : lanes.noise_a) noise += gap(pass, lanes.a64_held).square();
    for (const Lane* pass : lanes.noise_b) noise += gap(pass, lanes.b64_held).square();
    // Per element 1/√n_experts of the norm; a margin is a difference of two elements.
    const double share = std::sqrt(2.0 / static_cast<double>(routing_.n_experts));
    const at::Tensor band = 3.0 * (noise / static_cast<double>(kNoisePasses)).sqrt() * share;
    const at::Tensor carried =
        (gap(lanes.a64_held, lanes.b64_held) - gap(lanes.a64, lanes.b64)).clamp_min(0.0);
    const at::Tensor within = (margin <= band + carried).contiguous();
    std::vector<uint8_t>& all = within_[layer];
    all.insert(all.end(), within.data_ptr<bool>(), within.data_ptr<bool>() + within.numel());
}

Routing FlipReasons::finish() {
    for (RoutingLayer& row : routing_.layers) {
        const std::vector<uint8_t>& within = within_.at(row.layer);
        for (size_t i = 0; i < row.flip.size(); ++i) {
            row.explained[i] = row.flip[i] && within[i] ? 1 : 0;
            if (row.flip[i] && !within[i]) ++routing_.unexplained;
        }
    }
    return routing_;
}

}  // namespace driftscope
