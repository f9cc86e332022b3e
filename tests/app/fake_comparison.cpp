// SPDX-License-Identifier: GPL-3.0-or-later
// Hand-made comparisons: shapes and relations as the engine's, numbers smooth and always the same.
#include <cmath>
#include <limits>

#include "core/options/option.h"
#include "tests/app/fake_engine.h"

namespace driftscope {

namespace {

constexpr int kLayers = 4, kHeads = 6, kExperts = 8, kTopK = 2;
const std::vector<std::string> kWords = {"Once",   " upon", " a",      " time",  " there",
                                         " was",   " a",    " little", " fox",   " who",
                                         " lived", " by",   " the",    " river", "."};
const std::vector<std::string> kNext = {" One",  " day", " the", " fox",   " 狐", "\xE7",
                                        " went", " to",  " the", " water", ",",   " and",
                                        " <b>",  " saw", " a",   " fish",  ".\n"};

/// 0..1, always the same for the same numbers.
double noise(int a, int b = 0, int c = 0) {
    const double x = std::sin(a * 12.9898 + b * 78.233 + c * 37.719) * 43758.5453;
    return x - std::floor(x);
}

void addTokens(Comparison& c) {
    for (std::size_t i = 0; i < kWords.size(); ++i) {
        c.tokens.push_back({static_cast<int32_t>(100 + i), kWords[i], false, false});
    }
    c.n_prompt = static_cast<int>(c.tokens.size());
    for (int i = 0; i < c.request.max_new_tokens; ++i) {
        const auto k = static_cast<std::size_t>(i) % kNext.size();
        c.tokens.push_back({static_cast<int32_t>(300 + k), kNext[k], false, true});
    }
}

SiteMetrics siteOf(const Site& site, int order, int count, bool defect, int positions) {
    SiteMetrics s;
    s.site = site;
    s.in_a = s.in_b = true;
    const bool hit = defect && (site.layer > 0 || site.kind >= SiteKind::mlp_out);
    s.band = 2e-3 * (1 + 3.0 * order / count);
    for (int pos = 0; pos < positions; ++pos) {
        const double error = s.band * (0.2 + 0.6 * noise(order, pos));
        s.by_pos.push_back(hit && pos > 0 ? 0.3 + 0.5 * noise(order, pos) : error);
        s.band_by_pos.push_back(s.band);
        s.delta64_by_pos.push_back(hit && pos > 0 ? 0.3 + 0.4 * noise(pos, order) : 1e-14);
        s.rel_l2 = std::max(s.rel_l2, s.by_pos.back());
        s.delta64 = std::max(s.delta64, s.delta64_by_pos.back());
    }
    s.error_a = 1e-6;
    s.error_b = s.band / 2;
    s.exact = 0.02;
    s.max_abs = 3 * s.rel_l2;
    s.mean_abs = s.rel_l2 / 4;
    s.nmse = s.rel_l2 * s.rel_l2;
    s.cosine = 1 - s.nmse / 2;
    s.max_ulp = 40;
    s.p99_ulp = 6;
    s.slope = 1 - s.rel_l2 / 100;
    s.r2 = 1 - s.nmse;
    return s;
}

void addLogits(Comparison& c, bool defect) {
    const double scale = defect ? 4 : 2e-4;
    for (std::size_t pos = 0; pos < c.tokens.size(); ++pos) {
        const int p = static_cast<int>(pos);
        const double kl = scale * (0.1 + noise(p, 3));
        c.logits.kl_ab.push_back(kl);
        c.logits.kl_ba.push_back(kl * 1.1);
        c.logits.js.push_back(kl / 4);
        const bool last = pos + 1 == c.tokens.size();
        const double nan = std::numeric_limits<double>::quiet_NaN();
        c.logits.loss_a.push_back(last ? nan : 2 + noise(p, 1));
        c.logits.loss_b.push_back(last ? nan : 2 + noise(p, 1) + scale);
        c.logits.top1_equal.push_back(!defect && p != 9);
        const bool other = defect || p == 9;
        c.logits.rank_a.push_back(last ? -1 : static_cast<int>(p % 4));
        c.logits.rank_b.push_back(last ? -1 : static_cast<int>(p % 6));
        c.logits.best_rank_in_b.push_back(other ? 2 : 0);
        c.logits.best_a.push_back(7);
        c.logits.best_b.push_back(other ? 8 : 7);
        c.logits.best_piece_a.push_back(" seven");
        c.logits.best_piece_b.push_back(other ? " eight" : " seven");
        c.logits.max_kl = std::max(c.logits.max_kl, kl);
    }
    c.logits.top1_agreement = defect ? 0.1 : 0.95;
    c.logits.top5_agreement = defect ? 0.2 : 0.99;
}

void addRouting(Comparison& c, bool defect) {
    Routing routing;
    routing.n_experts = kExperts;
    routing.top_k = kTopK;
    const int positions = static_cast<int>(c.tokens.size());
    for (int l = 0; l < kLayers; ++l) {
        RoutingLayer layer;
        layer.layer = l;
        layer.load_a.assign(kExperts, 1.0 / kExperts);
        layer.load_b.assign(kExperts, 1.0 / kExperts);
        for (int pos = 0; pos < positions; ++pos) {
            const int first = static_cast<int>(noise(l, pos) * kExperts);
            const bool flip = l > 0 && noise(pos, l, 7) < (defect ? 0.4 : 0.05);
            const double margin = flip ? 1e-3 : 0.1 + noise(pos, l);
            layer.experts_a.insert(layer.experts_a.end(), {first, (first + 3) % kExperts});
            layer.experts_b.insert(layer.experts_b.end(),
                                   {first, (first + (flip ? 4 : 3)) % kExperts});
            layer.weights_a.insert(layer.weights_a.end(), {0.7, 0.3});
            layer.weights_b.insert(layer.weights_b.end(), {0.69, 0.31});
            layer.margin_a.push_back(margin);
            layer.margin_b.push_back(margin / 2);
            layer.margin_ulp.push_back(margin * 256);
            layer.flip.push_back(flip);
            layer.explained.push_back(flip && !defect);
            layer.disagreement += flip ? 1.0 / positions : 0;
            routing.unexplained += flip && defect;
        }
        layer.min_margin = 1e-3;
        routing.layers.push_back(layer);
    }
    routing.cumulative_flips.assign(static_cast<std::size_t>(positions), 0.1);
    routing.tokens_with_a_flip = defect ? 0.8 : 0.1;
    c.routing = routing;
}

GenerationStep stepOf(int i, const std::vector<std::string>& words, int shift) {
    const auto k = static_cast<std::size_t>(i + shift) % words.size();
    GenerationStep step;
    step.id = static_cast<int32_t>(300 + k);
    step.piece = words[k];
    step.logprob = -0.5 - noise(i, shift);
    step.margin = 0.2 + noise(i, shift, 2);
    step.margin_ulp = step.margin * 32;
    step.top = {{step.id, step.piece, step.logprob}, {7, " the", step.logprob - 1}};
    return step;
}

void addGeneration(Comparison& c, bool defect, bool equal) {
    if (c.request.max_new_tokens == 0) return;
    Generation g;
    const int split = equal ? c.request.max_new_tokens : defect ? 1 : 3;
    for (int i = 0; i < c.request.max_new_tokens; ++i) {
        g.a.steps.push_back(stepOf(i, kNext, 0));
        g.b.steps.push_back(stepOf(i, kNext, i < split ? 0 : 5));
        g.b_forced.push_back(stepOf(i, kNext, 0));
        g.error_at_step.push_back(0.01);
        g.a.text += g.a.steps.back().piece;
        g.b.text += g.b.steps.back().piece;
    }
    if (split < c.request.max_new_tokens) g.first_split = split;
    g.a.stopped = g.b.stopped = "length";
    c.generation = g;
}

void addHeads(Comparison& c) {
    for (int l = 0; l < kLayers; ++l) {
        for (int h = 0; h < kHeads; ++h) {
            HeadThumb thumb{l, h, Grid(12, 12), Grid(12, 12), 0.1 * noise(l, h), true, true};
            for (int r = 0; r < 12; ++r) {
                for (int k = 0; k <= r; ++k) {
                    thumb.a.at(r, k) = thumb.b.at(r, k) = noise(l * 8 + h, r, k);
                }
            }
            c.heads.push_back(thumb);
        }
    }
}

void judge(Comparison& c, bool equal, bool defect) {
    Verdict& v = c.verdict;
    v.kind = equal    ? VerdictKind::identical
             : defect ? VerdictKind::semantic
                      : VerdictKind::rounding;
    v.floor64 = 3.1e-13;
    v.amplification = 600;
    v.delta64 = equal ? 0 : defect ? 0.71 : 2e-13;
    v.delta = equal ? 0 : defect ? 0.9 : 6e-3;
    v.error_a = 1e-6;
    v.error_b = equal ? 1e-6 : 6e-3;
    v.share = defect ? 0.998 : 0;
    v.band = 1e-2;
    v.rule = equal    ? "Every site, position and logit of A and B is equal bit for bit."
             : defect ? "The float64 distance of the logits is more than 10^4 times its floor."
                      : "The float64 distance of the logits is at most 100 times its floor.";
    c.positions = PositionShape{defect ? "step" : "flat", Site{SiteKind::logits, -1},
                                defect ? 1 : -1, 6e-3, "the same at every position: 0.006"};
    c.symptoms = {{"within-the-noise", "Plain rounding: within <its> noise. As types make it.",
                   "Another order of sums makes as much."}};
    for (int l = 0; l < kLayers; ++l) {
        c.components.push_back({Site{SiteKind::attn_out, l}, 1e-3, 2e-3 * l, 3e-4});
        c.components.push_back({Site{SiteKind::mlp_out, l}, 2e-3, 3e-3, 4e-4});
    }
    if (c.generation) {
        c.generation->fragility.assign(c.generation->a.steps.size(), 0.25);
        c.generation->undone_by = {"blocks.0.mlp"};
    }
    if (!defect) return;
    v.site = Site{SiteKind::mlp_out, 0};
    v.cause =
        Cause{"defect", "D-MOE-SCATTER", "B adds the experts of other tokens to every position"};
    c.first_divergence = Divergence{*v.site, 1, 0.71, 2e-3};
}

}  // namespace

std::shared_ptr<Comparison> fakeComparison(const CompareRequest& request) {
    auto made = std::make_shared<Comparison>();
    Comparison& c = *made;
    c.request = request;
    c.complete = request.judge;
    c.a.options = complete(request.options_a);
    c.b.options = complete(request.options_b);
    c.a.model = request.model_a;
    c.b.model = request.model_b.empty() ? request.model_a : request.model_b;
    c.differing = differing_options(request.options_a, request.options_b);
    const bool equal = c.differing.empty();
    const bool defect = c.b.options["defects"] != "none";
    c.a.family = c.b.family = "mixtral";
    c.a.hash = c.b.hash = std::string(64, 'a');
    c.a.dtype = "float32";
    c.b.dtype = c.b.options["dtype"] == "as-stored" ? "float32" : c.b.options["dtype"];
    c.a.calls = c.b.calls = {{0, 15}};
    c.a.seconds = c.b.seconds = 0.2;
    c.a.tokens_per_s = c.b.tokens_per_s = 212;
    c.a.peak_bytes = c.b.peak_bytes = 42'000'000;
    c.a.loss = 2.114;
    c.b.loss = defect ? 6.871 : 2.1143;
    c.n_layers = kLayers;
    c.n_heads = kHeads;
    c.n_kv_heads = 2;
    addTokens(c);
    const std::vector<Site> order = forward_order(kLayers, true);
    for (std::size_t i = 0; i < order.size(); ++i) {
        c.sites.push_back(siteOf(order[i], static_cast<int>(i), static_cast<int>(order.size()),
                                 defect, static_cast<int>(c.tokens.size())));
    }
    addLogits(c, defect);
    addRouting(c, defect);
    addGeneration(c, defect, equal);
    addHeads(c);
    if (request.judge) judge(c, equal, defect);
    c.observer = {true,
                  true,
                  std::string(64, 'b'),
                  std::string(64, 'c'),
                  std::string(64, 'b'),
                  std::string(64, 'c'),
                  0.2};
    c.provenance = {{"version", "0.1.0"}, {"libtorch", "2.6.0"},     {"blas", "OpenBLAS openmp"},
                    {"threads", "2"},     {"cpu", "a <CPU> & more"}, {"cpu_features", "AVX2"}};
    return made;
}

CompareRequest fakeRequest(const std::string& dtypeB) {
    CompareRequest request;
    request.model_a = "/models/tiny";
    request.prompt = "Once upon a time there was a little fox who lived by the river.";
    request.max_new_tokens = 17;
    request.options_a = {{"dtype", "float32"}};
    request.options_b = {{"dtype", dtypeB}};
    return request;
}

}  // namespace driftscope
