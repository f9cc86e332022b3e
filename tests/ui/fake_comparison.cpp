// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fake_comparison.h"

#include <algorithm>
#include <cmath>

#include "core/options/option.h"

namespace driftscope::fake {

namespace {

/// A number in [0, 1) from three coordinates; the same on every machine.
double noise(uint64_t x, uint64_t y, uint64_t z = 0) {
    uint64_t h =
        x * 0x9e3779b97f4a7c15ULL + y * 0xc2b2ae3d27d4eb4fULL + z * 0x165667b19e3779f9ULL + 1;
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdULL;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53ULL;
    h ^= h >> 33;
    return static_cast<double>(h >> 11) / 9007199254740992.0;
}

const char* const kPrompt[] = {"Once",   " upon", " a",      " time",  " there",
                               " was",   " a",    " little", " fox",   " who",
                               " lived", " by",   " the",    " river", "."};
const char* const kTextA[] = {" One", " day",   " the", " fox",   " went", " to",
                              " the", " river", " to",  " drink", ".",     " He"};
const char* const kTextB[] = {" One",  " day", " the",  ",",    " the", " the",
                              " said", ".",    " said", " was", " the", " of"};

std::string piece(int pos, int prompt) {
    if (pos < prompt) return kPrompt[static_cast<size_t>(pos) % std::size(kPrompt)];
    return kTextA[static_cast<size_t>(pos - prompt) % std::size(kTextA)];
}

int strongestKey(const Grid& grid, int row) {
    int best = -1;
    for (int c = 0; c < grid.cols; ++c) {
        if (std::isnan(grid.at(row, c))) continue;
        if (best < 0 || grid.at(row, c) > grid.at(row, best)) best = c;
    }
    return best;
}

int movedKeys(const Grid& a, const Grid& b) {
    int moved = 0;
    for (int r = 0; r < a.rows; ++r) moved += strongestKey(a, r) != strongestKey(b, r);
    return moved;
}

double meanEntropy(const Grid& grid) {
    double total = 0;
    for (int r = 0; r < grid.rows; ++r) {
        double sum = 0, entropy = 0;
        for (int c = 0; c < grid.cols; ++c) sum += grid.at(r, c) > 0 ? grid.at(r, c) : 0;
        for (int c = 0; c < grid.cols; ++c) {
            if (grid.at(r, c) > 0) entropy -= grid.at(r, c) / sum * std::log(grid.at(r, c) / sum);
        }
        total += entropy;
    }
    return grid.rows > 0 ? total / grid.rows : std::nan("");
}

Grid pattern(int n, int layer, int head, double jitter) {
    Grid grid(n, n);
    grid.row_axis = "pos";
    grid.col_axis = "key_pos";
    grid.unit = "weight";
    const auto seed = static_cast<uint64_t>(layer * 64 + head);
    for (int r = 0; r < n; ++r) {
        double sum = 0;
        for (int c = 0; c <= r; ++c) {
            const double near = std::exp(-0.5 * (r - c) / (1 + head % 4)),
                         first = c == 0 ? 0.8 : 0.0;
            const double w =
                near + first +
                0.3 * noise(seed, static_cast<uint64_t>(r), static_cast<uint64_t>(c)) +
                jitter * noise(seed + 999, static_cast<uint64_t>(r), static_cast<uint64_t>(c));
            grid.at(r, c) = w;
            sum += w;
        }
        for (int c = 0; c <= r; ++c) grid.at(r, c) /= sum;
    }
    return grid;
}

Grid shrink(const Grid& grid, int limit) {
    const int n = std::min(limit, grid.rows);
    Grid small(n, n);
    small.row_axis = grid.row_axis;
    small.col_axis = grid.col_axis;
    small.unit = grid.unit;
    for (int r = 0; r < grid.rows; ++r) {
        for (int c = 0; c < grid.cols; ++c) {
            double& cell = small.at(r * n / grid.rows, c * n / grid.cols);
            const double value = grid.at(r, c);
            if (std::isnan(cell) || value > cell) cell = value;
        }
    }
    return small;
}

RunSummary run(const char* dtype, double loss, double speed) {
    RunSummary summary;
    summary.model = "/models/tiny-mixtral-8x";
    summary.family = "mixtral";
    summary.hash = "9d41f7c2";
    summary.dtype = dtype;
    summary.calls = {{0, 15}, {15, 1}};
    summary.seconds = 1.4;
    summary.tokens_per_s = speed;
    summary.peak_bytes = 48'300'000;
    summary.loss = loss;
    return summary;
}

SiteMetrics metricsOf(const Site& site, int index, int n, bool bad, bool judged) {
    SiteMetrics row;
    row.site = site;
    row.in_a = row.in_b = true;
    for (int p = 0; p < n; ++p) {
        const double band = 2e-3 * (1 + 0.2 * site.layer) *
                            (0.6 + noise(static_cast<uint64_t>(index), static_cast<uint64_t>(p)));
        const double quiet =
            band * 0.5 * noise(static_cast<uint64_t>(index), static_cast<uint64_t>(p), 3);
        const double loud =
            band * (3 + 40 * noise(static_cast<uint64_t>(index), static_cast<uint64_t>(p), 5));
        row.by_pos.push_back(bad && p > 0 ? loud : quiet);
        if (!judged) continue;
        row.band_by_pos.push_back(band);
        row.delta64_by_pos.push_back(bad && p > 0 ? loud : 1e-14);
    }
    row.rel_l2 = *std::max_element(row.by_pos.begin(), row.by_pos.end());
    row.max_abs = 3 * row.rel_l2;
    row.max_ulp = row.rel_l2 * 2e5;
    row.exact = bad ? 0.01 : 0.4;
    row.cosine = 1 - row.rel_l2 * row.rel_l2 / 2;
    if (judged) {
        row.band = *std::max_element(row.band_by_pos.begin(), row.band_by_pos.end());
        row.delta64 = *std::max_element(row.delta64_by_pos.begin(), row.delta64_by_pos.end());
        row.error_a = row.error_b = row.band / 2;
    }
    return row;
}

void addSites(Comparison& c, const Shape& shape, int n) {
    int index = 0;
    bool bad = false;
    for (const Site& site : forward_order(shape.layers, shape.moe)) {
        const Site origin{SiteKind::mlp_out, 0};
        if (shape.verdict == VerdictKind::semantic && site == origin) bad = true;
        c.sites.push_back(metricsOf(site, index++, n, bad, shape.judged));
        if (shape.verdict != VerdictKind::identical) continue;
        SiteMetrics& row = c.sites.back();
        std::fill(row.by_pos.begin(), row.by_pos.end(), 0.0);
        row.rel_l2 = row.max_abs = row.max_ulp = 0;
        row.exact = row.cosine = 1;
    }
}

void addRouting(Comparison& c, const Shape& shape, int n) {
    Routing routing;
    routing.n_experts = shape.experts;
    routing.top_k = shape.topK;
    routing.cumulative_flips.assign(static_cast<size_t>(n), 0);
    std::vector<uint8_t> flipped(static_cast<size_t>(n), 0);
    for (int l = 0; l < shape.layers; ++l) {
        RoutingLayer layer;
        layer.layer = l;
        layer.load_a.assign(static_cast<size_t>(shape.experts), 0);
        layer.load_b = layer.load_a;
        for (int p = 0; p < n; ++p) {
            const auto place = static_cast<uint64_t>(l * 1000 + p);
            const bool flip = l > 0 && noise(place, 7) < 0.12 * l;
            for (int k = 0; k < shape.topK; ++k) {
                const int a =
                    (static_cast<int>(noise(place, 1) * shape.experts) + k * 3) % shape.experts;
                const int b = flip && k == 0 ? (a + 1) % shape.experts : a;
                layer.experts_a.push_back(a);
                layer.experts_b.push_back(b);
                layer.weights_a.push_back(k == 0 ? 0.63 : 0.37);
                layer.weights_b.push_back(k == 0 ? 0.58 : 0.42);
                layer.load_a[static_cast<size_t>(a)] += 1.0 / (n * shape.topK);
                layer.load_b[static_cast<size_t>(b)] += 1.0 / (n * shape.topK);
            }
            layer.margin_a.push_back(0.02 + noise(place, 11));
            layer.margin_b.push_back(0.02 + noise(place, 12));
            layer.margin_ulp.push_back(std::floor(400 * noise(place, 13)));
            layer.flip.push_back(flip);
            layer.explained.push_back(flip && noise(place, 14) < 0.5);
            layer.disagreement += flip ? 1.0 / n : 0;
            flipped[static_cast<size_t>(p)] |= static_cast<uint8_t>(flip);
            routing.unexplained += flip && !layer.explained.back();
        }
        layer.min_margin = *std::min_element(layer.margin_a.begin(), layer.margin_a.end());
        routing.layers.push_back(std::move(layer));
    }
    double sum = 0;
    for (size_t p = 0; p < flipped.size(); ++p) {
        sum += flipped[p];
        routing.cumulative_flips[p] = sum / static_cast<double>(p + 1);
    }
    routing.tokens_with_a_flip = sum / n;
    c.routing = std::move(routing);
}

GenerationStep step(int index, const char* text, uint64_t seed) {
    GenerationStep s;
    s.id = 100 + index;
    s.piece = text;
    s.logprob = -0.2 - noise(seed, static_cast<uint64_t>(index));
    s.margin = 0.05 + 2 * noise(seed, static_cast<uint64_t>(index), 2);
    s.margin_ulp = std::floor(s.margin * 64);
    for (int k = 0; k < 10; ++k) {
        s.top.push_back(
            {100 + index + k, k == 0 ? text : kTextB[static_cast<size_t>(k)], s.logprob - 0.4 * k});
    }
    return s;
}

void addGeneration(Comparison& c, int fresh) {
    Generation g;
    for (int i = 0; i < fresh; ++i) {
        const auto at = static_cast<size_t>(i) % std::size(kTextA);
        g.a.steps.push_back(step(i, kTextA[at], 1));
        g.b.steps.push_back(step(i, i < 3 ? kTextA[at] : kTextB[at], 2));
        g.b_forced.push_back(step(i, kTextB[at], 3));
        g.error_at_step.push_back(0.1 + 0.2 * noise(static_cast<uint64_t>(i), 21));
        g.a.text += g.a.steps.back().piece;
        g.b.text += g.b.steps.back().piece;
        if (i >= 3) g.b.steps.back().id += 5000;
    }
    g.a.stopped = g.b.stopped = "length";
    if (fresh > 3) g.first_split = 3;
    c.generation = std::move(g);
}

void addVerdict(Comparison& c, const Shape& shape) {
    Verdict& v = c.verdict;
    v.kind = shape.judged ? shape.verdict : VerdictKind::none;
    v.floor64 = 3.1e-13;
    v.amplification = 1200;
    v.delta = 0.71;
    v.band = 4.1e-3;
    v.error_a = v.error_b = 2.2e-3;
    if (v.kind == VerdictKind::semantic) {
        v.delta64 = 0.71;
        v.share = 0.998;
        v.site = Site{SiteKind::mlp_out, 0};
        v.rule =
            "semantic: the float64 runs are 0.71 apart, more than 10^4 times the floor of 3.1e-13";
        v.cause = Cause{"defect", "D-MOE-SCATTER",
                        "B adds the experts of other tokens to every position"};
        c.first_divergence = Divergence{*v.site, 1, 0.4, 2e-3};
    } else if (v.kind == VerdictKind::rounding) {
        v.delta = 3.3e-3;
        v.delta64 = 1.1e-13;
        v.rule =
            "rounding: the float64 runs are 1.1e-13 apart, at most 100 times the floor of 3.1e-13";
    }
}

}  // namespace

ComparisonPtr comparison(const Shape& shape) {
    auto c = std::make_shared<Comparison>();
    const int n = shape.prompt + shape.fresh;
    c->id = 7;
    c->complete = true;
    c->request.model_a = "/models/tiny-mixtral-8x";
    c->request.prompt = "Once upon a time there was a little fox who lived by the river.";
    c->request.max_new_tokens = shape.fresh;
    c->request.options_a = {{"dtype", "bfloat16"}};
    c->request.options_b = {{"dtype", "bfloat16"}, {"defects", "D-MOE-SCATTER"}};
    c->a = run("bfloat16", 2.1137, 212);
    c->b = run("bfloat16", shape.verdict == VerdictKind::semantic ? 6.8712 : 2.1151, 209);
    c->a.options = complete(c->request.options_a);
    c->b.options = complete(c->request.options_b);
    c->differing = {"defects"};
    c->n_layers = shape.layers;
    c->n_heads = shape.heads;
    c->n_kv_heads = shape.kvHeads;
    c->n_prompt = shape.prompt;
    for (int p = 0; p < n; ++p)
        c->tokens.push_back({10 + p, piece(p, shape.prompt), false, p >= shape.prompt});
    addSites(*c, shape, n);
    addVerdict(*c, shape);
    for (int p = 0; p < n; ++p) {
        const bool same = shape.verdict == VerdictKind::identical;
        const double scale = shape.verdict == VerdictKind::semantic ? 1.5 : 1e-4;
        c->logits.kl_ab.push_back(same || p == 0 ? 0 : scale * noise(static_cast<uint64_t>(p), 31));
        c->logits.kl_ba.push_back(c->logits.kl_ab.back() * 1.1);
        c->logits.js.push_back(c->logits.kl_ab.back() / 4);
        c->logits.loss_a.push_back(2 + noise(static_cast<uint64_t>(p), 32));
        c->logits.loss_b.push_back(2 + 3 * noise(static_cast<uint64_t>(p), 33));
        c->logits.top1_equal.push_back(p % 3 != 0);
        const bool last = p + 1 == n;
        c->logits.rank_a.push_back(last ? -1 : p % 5);
        c->logits.rank_b.push_back(last ? -1 : p % 7);
        c->logits.best_rank_in_b.push_back(p % 3 == 0 ? 1 + p % 4 : 0);
        c->logits.best_a.push_back(10 + p);
        c->logits.best_b.push_back(p % 3 == 0 ? 500 + p : 10 + p);
        c->logits.best_piece_a.push_back(" one" + std::to_string(p));
        c->logits.best_piece_b.push_back(p % 3 == 0 ? " two" : " one" + std::to_string(p));
    }
    c->logits.max_kl = *std::max_element(c->logits.kl_ab.begin(), c->logits.kl_ab.end());
    if (shape.moe) addRouting(*c, shape, n);
    if (shape.fresh > 0) addGeneration(*c, shape.fresh);
    c->observer = {true, true, "ab12", "cd34", "ab12", "cd34", 0.8};
    for (int l = 0; l < shape.layers; ++l) {
        for (int h = 0; h < shape.heads; ++h) {
            const AttentionPtr pair = attention(*c, l, h);
            HeadThumb thumb;
            thumb.layer = l;
            thumb.head = h;
            thumb.a = shrink(pair->a, 24);
            thumb.b = shrink(pair->b, 24);
            const auto [low, high] = pair->diff.range();
            thumb.max_diff = std::max(-low, high);
            thumb.moved = movedKeys(pair->a, pair->b);
            thumb.entropy_a = meanEntropy(pair->a);
            thumb.entropy_b = meanEntropy(pair->b);
            c->heads.push_back(std::move(thumb));
        }
    }
    c->provenance = {
        {"version", "0.1.0"}, {"libtorch", "2.6.0"}, {"blas", "OpenBLAS openmp"}, {"threads", "2"}};
    return c;
}

ComparisonPtr apart(const Shape& shape) {
    auto c = std::make_shared<Comparison>(*comparison(shape));
    c->request.attribute = true;
    Attribution found;
    found.whole = 0.75;
    found.options = {{"dtype", 0.5, 0.0625, 0.25, false}, {"kv_cache", 0.25, 0.0625, 0.5, true}};
    const auto add = [&](const std::string& id, double mean) {
        found.steps.push_back({id, mean, 0.015625, found.whole - mean, mean > 0.25});
    };
    add("embed", -0.03125);
    for (int l = 0; l < shape.layers; ++l) {
        const std::string block = "blocks." + std::to_string(l);
        add(block + ".attn", 0.0625 / (l + 1));
        add(block + ".mlp", l == 0 ? 0.375 : 0.03125);
        for (const SiteKind kind : {SiteKind::attn_out, SiteKind::mlp_out}) {
            c->components.push_back({Site{kind, l}, 1e-3 * (l + 1), 2e-3 * l, 4e-4 / (l + 1)});
        }
    }
    add("unembed", 0.0078125);
    found.plan = {"blocks.0.mlp", "blocks.0.attn"};
    found.plan_target = 0.075;
    found.plan_kl = 0.0625;
    found.curve = {{0, 0.75, ""}, {1, 0.25, "blocks.0.mlp"}, {2, 0.0625, "blocks.0.attn"}};
    for (const Share& share : found.steps) {
        if (share.id == "blocks.0.mlp" || share.id == "blocks.0.attn") continue;
        const int steps = static_cast<int>(found.curve.size());
        const bool last = found.curve.size() == found.steps.size();
        found.curve.push_back({steps, last ? 0.0 : found.curve.back().kl / 2, share.id});
    }
    found.runs = 34;
    found.seconds = 12.5;
    c->attribution = std::move(found);
    c->generation->undone_by = {"blocks.0.mlp"};
    return c;
}

ComparisonPtr empty() {
    auto c = std::make_shared<Comparison>();
    c->complete = true;
    return c;
}

ComparisonPtr awkward() {
    Shape shape;
    shape.layers = 2;
    shape.heads = 2;
    shape.prompt = 12;
    shape.fresh = 5;
    auto c = std::make_shared<Comparison>(*comparison(shape));
    const std::vector<std::string> pieces = {"<s>",
                                             "\xe4\xbd\xa0\xe5\xa5\xbd",
                                             "\xe2",
                                             "\x82",
                                             "\xac",
                                             " \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
                                             "\n\n",
                                             "\t",
                                             "\xe2\x80\x8b",
                                             "",
                                             std::string(400, 'x'),
                                             "\xf0\x9f\xa6\x8a"};
    for (size_t i = 0; i < pieces.size(); ++i) c->tokens[i].piece = pieces[i];
    c->tokens[0].special = true;
    for (size_t i = 0; i < c->generation->a.steps.size(); ++i)
        c->generation->a.steps[i].piece = pieces[i + 1];
    c->logits.kl_ab[3] = std::nan("");
    c->sites[4].by_pos[2] = std::numeric_limits<double>::infinity();
    c->b.loss = std::nan("");
    return c;
}

AttentionPtr attention(const Comparison& c, int layer, int head) {
    auto pair = std::make_shared<AttentionPair>();
    const int n = static_cast<int>(c.tokens.size());
    pair->comparison = c.id;
    pair->layer = layer;
    pair->head = head;
    pair->a = pattern(n, layer, head, 0);
    pair->b = pattern(n, layer, head, 0.2 * layer);
    pair->diff = pair->a;
    for (size_t i = 0; i < pair->diff.values.size(); ++i) pair->diff.values[i] -= pair->b.values[i];
    pair->badge_a = "captured";
    pair->badge_b = "recomputed";
    return pair;
}

ValuesPtr values(const Comparison& comparison, const Site& site) {
    auto pair = std::make_shared<ValuePair>();
    const auto n = static_cast<int64_t>(comparison.tokens.size());
    const bool masked = site_info(site.kind).values == SiteValues::masked;
    pair->comparison = comparison.id;
    pair->site = site;
    pair->axes = masked ? std::vector<std::string>{"head", "pos", "key_pos"}
                        : std::vector<std::string>{"pos", "d_model"};
    pair->shape_a = masked ? std::vector<int64_t>{2, n, n} : std::vector<int64_t>{n, 4};
    pair->shape_b = pair->shape_a;
    const int64_t count = masked ? 2 * n * n : 4 * n;
    for (int64_t i = 0; i < count; ++i) {
        const bool later = masked && i % n > i / n % n;
        const double a = later ? std::nan("") : std::sin(static_cast<double>(i)) + 0.01;
        pair->a.push_back(a);
        // Every fourth value is the same; the others are off by an eighth.
        pair->b.push_back(i % 4 == 0 ? a : a * 1.125);
    }
    pair->dtype_a = "float32";
    pair->dtype_b = "bfloat16";
    pair->badge_a = pair->badge_b = "recomputed";
    return pair;
}

AnswerPtr scoreParts(const Comparison& c, int layer, int head) {
    const int n = static_cast<int>(c.tokens.size());
    ScorePartsPair pair;
    for (ScoreParts* side : {&pair.a, &pair.b}) {
        side->qk = side->seen = side->score = Grid(n, n);
        const bool ofA = side == &pair.a;
        if (ofA) side->bias = Grid(n, n);
        for (int q = 0; q < n; ++q) {
            for (int k = 0; k <= q; ++k) {
                side->qk.at(q, k) = std::sin(0.3 * q + 0.5 * k + head) + (ofA ? 0 : 0.01 * k);
                side->seen.at(q, k) = !ofA || k > q - 4 ? 1 : 0;
                if (ofA) side->bias.at(q, k) = 0.25 * k;
                side->score.at(q, k) = side->qk.at(q, k) + (ofA ? 0.25 * k : 0);
            }
        }
        side->mask = -3.4e38;
        side->dtype = "float32";
        side->badge_qk = ofA ? "recomputed" : "captured";
        side->badge_bias = ofA ? "captured" : "none";
        side->badge_mask = "captured";
    }
    return std::make_shared<Answer>(Answer{c.id, ScorePartsQuestion{layer, head}, pair});
}

AnswerPtr lens(const Comparison& c, int pos) {
    LogitLens lens;
    for (int layer = 0; layer < c.n_layers; ++layer) {
        const bool apart = layer == 2 || layer >= 4;
        const double share = 0.1 + 0.8 * layer / c.n_layers;
        LensLayer at;
        at.a = {7, " one", share, 0.9 * share, layer == c.n_layers - 1 ? 0 : 3};
        at.b = {apart ? 8 : 7, apart ? " two" : " one", share, 0.8 * share, 1};
        at.kl = 0.001 * (layer + 1);
        lens.layers.push_back(at);
    }
    lens.final_a = 7, lens.final_b = 8;
    lens.piece_a = " one", lens.piece_b = " two";
    lens.first_split = 2, lens.split_for_good = 4;
    return std::make_shared<Answer>(Answer{c.id, LensQuestion{pos}, lens});
}

AnswerPtr weights(const WeightQuestion& question) {
    WeightPair pair;
    pair.a = {"float32", {2, 2}, 4, 1, 0, -1, 2, 0.25, 1.25, {1, 3}};
    pair.b = {"float32", {2, 2}, 4, 0, 0, -1, 2, 0.5, 1.25, {1, 3}};
    pair.edges = {-1, 0.5, 2};
    pair.same_file = question.model_b.empty();
    pair.comparable = !pair.same_file;
    if (pair.comparable) {
        pair.equal = 1;
        pair.max_delta = 0.5, pair.mean_delta = -0.25, pair.mean_abs_delta = 0.25;
        pair.max_at = {1, 0};
        pair.delta_edges = {-0.5, -0.1, 0.1, 0.5};
        pair.delta_bins = {2, 1, 1};
    }
    return std::make_shared<Answer>(Answer{0, question, pair});
}

std::shared_ptr<const ModelInfo> model(bool moe) {
    auto info = std::make_shared<ModelInfo>();
    info->path = "/models/tiny-mixtral-8x";
    info->name = "tiny-mixtral-8x";
    info->family = moe ? "mixtral" : "llama";
    info->stored_dtype = "bf16";
    info->n_layers = 6;
    info->n_heads = 8;
    info->n_kv_heads = 2;
    info->d_model = 192;
    info->n_experts = moe ? 8 : 0;
    info->top_k = moe ? 2 : 0;
    info->parameters = 5'400'000;
    info->bytes = 10'800'000;
    return info;
}

}  // namespace driftscope::fake
