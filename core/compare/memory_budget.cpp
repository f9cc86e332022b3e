// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/memory_budget.h"

#include <omp.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <tuple>

#include "core/compare/pattern_store.h"
#include "core/compare/step_runs.h"
#include "core/data/error.h"

namespace driftscope {

namespace {

constexpr int64_t kDouble = 8;
/// Buffers of OpenBLAS and oneDNN.
constexpr int64_t kLibraries = int64_t{96} << 20;
/// Of what is in use, so much more lies freed between blocks of the process's heap (app/main.cpp
/// keeps it there).
constexpr int64_t kFreedShare = 8;
/// Terms that a pairwise sum lays out at once (core/nn/linear.cpp).
constexpr int64_t kPairwiseTerms = int64_t{1} << 24;

int64_t size_of(at::ScalarType type) { return static_cast<int64_t>(c10::elementSize(type)); }

/// One of the runs that advance together, as far as memory goes.
struct Sizes {
    const RunPlan& plan;
    bool judge;     ///< float64
    int64_t width;  ///< bytes of a value of the stream

    const ModelConfig& config() const { return plan.config; }
    const Numerics& num() const { return plan.numerics; }
};

int64_t width_of(const Numerics& n) {
    const int64_t own = std::max({size_of(n.dtype), size_of(n.logits), size_of(n.cache)});
    return n.raised ? std::max(own, width_of(*n.raised)) : own;
}

/// Rows that a run computes at once, and keys that a query may see.
struct Extent {
    int64_t rows, keys;
};

Extent extent(const Sizes& run, const MemoryQuestion& q) {
    const Numerics& n = run.num();
    // Without a cache the last call covers the whole text.
    const int64_t text = n.use_cache ? q.first_stretch : q.positions;
    return {(text + n.pads) * (1 + n.filler_rows), q.positions + n.pads};
}

int64_t head_width(const ModelConfig& c) { return c.n_heads * c.d_head; }
int64_t key_width(const ModelConfig& c) { return c.n_kv_heads * c.d_head; }
int64_t mlp_width(const ModelConfig& c) { return std::max(c.d_mlp, c.d_mlp_dense); }

/// Values of a row at all sites of a block but scores and pattern: ten streams (what the norm gives
/// counts once for each of its readers, as they are joined where a stretch has several calls), four
/// values as wide as the queries, six as the keys, and the router's.
int64_t values_by_row(const ModelConfig& c) {
    return 10 * c.d_model + 4 * head_width(c) + 6 * key_width(c) + 4 +
           (c.n_experts > 0 ? 2 * c.n_experts + (3 + c.d_model) * c.top_k : 0);
}

/// Scores, the largest value of a block, in values.
int64_t score_values(const Sizes& run, const MemoryQuestion& q) {
    const Extent e = extent(run, q);
    return run.config().n_heads * e.rows * e.keys;
}

/// What a lane holds of a block until all lanes have made it.
int64_t recorded(const Sizes& run, const MemoryQuestion& q) {
    const Extent e = extent(run, q);
    // Several calls of a stretch are joined: parts and whole at once.
    const int64_t times = run.num().prefill_chunk > 0 ? 2 : 1;
    const int64_t scores = run.num().sdpa ? 0 : 2 * score_values(run, q);
    return times * run.width * (values_by_row(run.config()) * e.rows + scores);
}

/// What one step of a lane holds besides: stages of scores and softmax, the parts of an MLP, and
/// what noise is made of.
int64_t transient(const Sizes& run, const MemoryQuestion& q) {
    const ModelConfig& c = run.config();
    const Extent e = extent(run, q);
    const int64_t width = std::max<int64_t>(run.width, 4);  // softmax and sums in float32
    const int64_t attention =
        6 * score_values(run, q) + 2 * c.n_heads * c.d_head * e.keys * (1 + run.num().filler_rows);
    const int64_t projections = 4 * e.rows * (head_width(c) + 2 * key_width(c) + c.d_model);
    const int64_t mlp = 6 * e.rows * (mlp_width(c) + c.d_model) * std::max<int64_t>(1, c.top_k);
    int64_t bytes = width * std::max({attention, projections, mlp});
    if (run.num().order == SumOrder::pairwise) {
        const int64_t operand = std::max(e.rows * mlp_width(c), score_values(run, q));
        bytes += 3 * width * std::max(kPairwiseTerms, operand);
    }
    return bytes;
}

int64_t cache_bytes(const Sizes& run, const MemoryQuestion& q) {
    if (!run.num().use_cache) return 0;
    const ModelConfig& c = run.config();
    const int64_t width = run.judge ? kDouble : std::max(size_of(run.num().cache), run.width);
    const int64_t layer =
        2 * key_width(c) * extent(run, q).keys * width * (1 + run.num().filler_rows);
    return layer * (c.n_layers + 2);  // one layer is being joined and read
}

/// The most runs that advance together, as judge_lanes() makes them.
std::vector<Sizes> lanes_of(const MemoryQuestion& q) {
    const auto plain = [](const RunPlan& plan) {
        return Sizes{plan, false, width_of(plan.numerics)};
    };
    const auto judge = [](const RunPlan& plan) { return Sizes{plan, true, kDouble}; };
    if (q.stored) return {plain(q.b)};
    std::vector<Sizes> lanes = {plain(q.a), plain(q.b)};
    if (!q.judged) return lanes;
    lanes.push_back(judge(q.a));
    if (!q.same_function) lanes.push_back(judge(q.b));
    if (q.a.config.n_experts > 0) lanes.push_back(judge(q.a));
    if (q.b.config.n_experts > 0) lanes.push_back(judge(q.b));
    lanes.push_back({q.a, false, 4});
    lanes.push_back(judge(q.a));
    for (int pass = 0; pass < kNoisePasses; ++pass) {
        lanes.push_back(judge(q.a));
        lanes.push_back(judge(q.b));
    }
    return lanes;
}

/// Of one plan: the forms in which its runs ask for weights.
void add_forms(const RunPlan& plan, bool judged,
               std::set<std::tuple<at::ScalarType, int, int>>& forms) {
    const auto add = [&](at::ScalarType type, int rounded, int sign) {
        forms.insert({type, rounded, sign});
    };
    const auto of = [&](const Numerics& n) {
        add(n.dtype, -1, 0);
        if (!judged) return;
        for (const int sign : {1, -1}) add(at::kDouble, static_cast<int>(n.dtype), sign);
    };
    of(plan.numerics);
    if (plan.numerics.raised) of(*plan.numerics.raised);
    if (!judged) return;
    add(at::kDouble, -1, 0);
    add(at::kFloat, -1, 0);
}

/// Widened and reordered weights of one model.
int64_t kept_weights(const LoadedModel& model, const std::vector<const RunPlan*>& plans,
                     bool judged) {
    std::set<std::tuple<at::ScalarType, int, int>> forms;
    int64_t copies = 1, bytes = 0;
    bool stacks = false;
    for (const RunPlan* plan : plans) {
        add_forms(*plan, judged, forms);
        if (lens(plan->numerics)) {  // matrices in its layout; float64 runs have none
            bytes += model.bytes_in(plan->numerics.dtype);
            if (judged) bytes += model.bytes_in(at::kFloat);
        }
        if (plan->numerics.processed) copies = 3;
        stacks = stacks || (plan->numerics.qkv == QkvLayout::fused &&
                            plan->config.block.qkv == QkvStore::separate);
    }
    const ModelConfig& c = model.config();
    const int64_t stacked =
        stacks ? c.n_layers * c.d_model * (head_width(c) + 2 * key_width(c)) : 0;
    for (const auto& [type, rounded, sign] : forms) {
        WeightForm form{type, std::nullopt, sign};
        if (rounded >= 0) form.rounded_to = static_cast<at::ScalarType>(rounded);
        const int64_t all = copies > 1 ? model.bytes_in(type) : model.bytes_kept(form);
        bytes += copies * all + (rounded < 0 ? stacked * size_of(type) : 0);
    }
    // Each pass may have signs of its own for the queries, the keys and the values.
    if (judged) bytes += static_cast<int64_t>(plans.size()) * kNoisePasses * stacked * kDouble;
    return std::min(bytes, LoadedModel::most_kept());
}

int64_t weight_bytes(const MemoryQuestion& q) {
    const auto making = [&](const LoadedModel& model) {
        // Widened, rounded, mirrored, squared for the noise of a sum.
        return (q.judged ? 6 : 2) * model.largest_weight() * (q.judged ? kDouble : 4);
    };
    if (q.a.model == q.b.model)
        return kept_weights(*q.a.model, {&q.a, &q.b}, q.judged) + making(*q.a.model);
    return kept_weights(*q.a.model, {&q.a}, q.judged) + kept_weights(*q.b.model, {&q.b}, q.judged) +
           std::max(making(*q.a.model), making(*q.b.model));
}

/// What is made of one site at a time to compare it: float64 copies of up to seven runs, their
/// differences and masks.
int64_t comparing(const MemoryQuestion& q, int64_t values) {
    return (q.judged ? 14 : 8) * kDouble * values;
}

/// Queries and keys of all blocks always, patterns up to their budget; for each of two runs.
int64_t pattern_bytes(const MemoryQuestion& q) {
    if (q.stored) return 0;
    int64_t read = 0, patterns = 0;
    for (const RunPlan* plan : {&q.a, &q.b}) {
        const ModelConfig& c = plan->config;
        const int64_t width = width_of(plan->numerics);
        read += c.n_layers * q.positions * (head_width(c) + key_width(c)) * width;
        patterns += c.n_layers * c.n_heads * q.positions * q.positions * width;
    }
    return read + std::min(patterns, kPatternBudget);
}

/// Patterns of a block's heads made again for their thumbnails, of several blocks side by side,
/// when the lanes are gone.
int64_t thumbnails(const MemoryQuestion& q) {
    if (q.stored) return 0;
    const int64_t blocks = std::min(q.a.config.n_layers, int64_t{omp_get_num_procs()});
    return blocks * 8 * kDouble * q.a.config.n_heads * q.positions * q.positions;
}

/// Logits of A and B, kept for the judge.
int64_t trail_bytes(const MemoryQuestion& q) {
    if (q.stored) return 0;
    int64_t bytes = 0;
    for (const RunPlan* plan : {&q.a, &q.b})
        bytes += q.positions * plan->config.d_vocab * size_of(plan->numerics.logits);
    return bytes;
}

/// How many of the lanes do a step at once.
int64_t at_once(const std::vector<Sizes>& lanes) {
    for (const Sizes& lane : lanes)
        if (thread_count(lane.config(), lane.num()) > 1) return 1;
    return std::min(static_cast<int64_t>(lanes.size()), int64_t{omp_get_num_procs()});
}

/// Streams between steps up to their budget, caches of four runs, logits of A and of one mix.
int64_t part_bytes(const MemoryQuestion& q) {
    const ModelConfig& c = q.a.config;
    const int64_t width = std::max(width_of(q.a.numerics), width_of(q.b.numerics));
    const Sizes a{q.a, false, width}, b{q.b, false, width};
    const int64_t rows = std::max(extent(a, q).rows, extent(b, q).rows);
    // Without a cache each later call begins at the first position again.
    const int64_t calls = q.a.numerics.use_cache ? 1 : 1 + q.positions - q.first_stretch;
    const int64_t state = 2 * rows * calls * c.d_model * width;
    const int64_t states = MixRunner::most_kept(2 * c.n_layers + 2, state);
    const int64_t logits = (q.by_option ? 16 : 13) * q.positions * c.d_vocab * kDouble;
    return states + logits + 2 * (cache_bytes(a, q) + cache_bytes(b, q));
}

/// A stored trace, the run's values beside it (by call and joined where there are several), and the
/// copies of the site that is being compared.
int64_t trace_bytes(const MemoryQuestion& q) {
    const int64_t times = q.positions > q.first_stretch ? 2 : 1;
    return q.stored->bytes + times * q.stored->values * width_of(q.b.numerics) +
           comparing(q, q.stored->largest);
}

/// Resident pages of this process.
int64_t resident() {
    std::ifstream file("/proc/self/statm");
    int64_t all = 0, pages = 0;
    file >> all >> pages;
    return pages * sysconf(_SC_PAGESIZE);
}

/// The number in a file, or −1 where there is none ("max").
int64_t number_in(const char* path) {
    std::ifstream file(path);
    int64_t value = -1;
    return file >> value ? value : -1;
}

}  // namespace

MemoryBudget memory_budget(const MemoryQuestion& q) {
    MemoryBudget out;
    const std::vector<Sizes> lanes = lanes_of(q);
    const ModelConfig& c = q.a.config;
    int64_t one_step = 0, scores = 0, rows = 0, logits = trail_bytes(q);
    for (const Sizes& lane : lanes) {
        out.activations += recorded(lane, q);
        one_step = std::max(one_step, transient(lane, q));
        scores = std::max(scores, lane.num().sdpa ? 0 : score_values(lane, q));
        rows = std::max(rows, extent(lane, q).rows);
        out.caches += cache_bytes(lane, q);
        logits += extent(lane, q).rows * c.d_vocab * lane.width;
    }
    const int64_t widest = std::max(c.d_model * std::max<int64_t>(1, c.top_k), head_width(c));
    // Sites are compared side by side.
    const int64_t values = std::min(std::max(scores, rows * widest) * omp_get_num_procs(),
                                    values_by_row(c) * rows + 2 * scores);
    out.activations += std::max(at_once(lanes) * one_step, comparing(q, values));
    out.activations = std::max(out.activations, thumbnails(q));
    out.logits = logits + comparing(q, rows * c.d_vocab);
    out.weights = weight_bytes(q);
    out.patterns = pattern_bytes(q);
    if (q.attributed) out.parts = part_bytes(q);
    if (q.stored) out.parts = trace_bytes(q);
    out.mapped = q.a.model->stored_bytes();
    if (q.a.model != q.b.model) out.mapped += q.b.model->stored_bytes();
    out.program = resident() + kLibraries + out.needed() / kFreedShare;
    out.available = available_memory();
    out.runs = static_cast<int>(lanes.size());
    return out;
}

int64_t available_memory() {
    int64_t free = 0;
    std::ifstream file("/proc/meminfo");
    for (std::string key; file >> key;) {
        int64_t kilobytes = 0;
        if (key == "MemAvailable:" && file >> kilobytes) free = kilobytes * 1024;
        std::getline(file, key);
    }
    const int64_t limit = number_in("/sys/fs/cgroup/memory.max");
    const int64_t used = number_in("/sys/fs/cgroup/memory.current");
    if (limit >= 0 && used >= 0) {
        const int64_t left = std::max<int64_t>(1, limit - used);
        free = free > 0 ? std::min(free, left) : left;
    }
    return free;
}

std::string megabytes(int64_t bytes) {
    const int64_t mega = (bytes + 999'999) / 1'000'000;
    if (mega < 10'000) return std::to_string(mega) + " MB";
    return std::to_string((mega + 999) / 1000) + " GB";
}

std::string check_memory(const MemoryBudget& b, const std::string& advice) {
    if (b.available <= 0 || b.needed() <= b.available) return {};
    const std::string runs = b.runs == 1 ? "the run makes" : std::to_string(b.runs) + " runs make";
    const std::string figures =
        "may take " + megabytes(b.needed()) + " and " + megabytes(b.available) +
        " are available (" + megabytes(b.activations) + " for what " + runs + " in one block, " +
        megabytes(b.logits) + " for logits, " + megabytes(b.weights) + " for weights)";
    if (b.needed() - b.weights > b.available)
        throw Error(ErrorCode::limit, "memory", "this comparison " + figures, advice);
    return "This comparison " + figures +
           ": the system may have to write memory to disk. If it gets slow, " + advice + ".";
}

}  // namespace driftscope
