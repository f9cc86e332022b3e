// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/lockstep.h"

#include <chrono>

#include "core/compare/convoy.h"
#include "core/compare/logit_sums.h"
#include "core/compare/routing_sums.h"
#include "core/data/error.h"
#include "core/data/sha256.h"
#include "core/model/site_features.h"
#include "core/run/side_by_side.h"

namespace driftscope {

namespace {

void add_bytes(Sha256& sum, const at::Tensor& logits) {
    const at::Tensor bytes = logits.contiguous();
    sum.update({static_cast<const char*>(bytes.data_ptr()), bytes.nbytes()});
}

/// A and B over the same positions.
class PairPass {
public:
    explicit PairPass(const LockstepJob& job)
        : job_(job), convoy_(job, pair_lanes(job)), lanes_(convoy_.lanes()),
          n_layers_(static_cast<int>(job.a.config.n_layers)), logits_(job), routing_(job) {
        const SiteFeatures made = united(site_features(job.a.config), site_features(job.b.config));
        for (const Site& site : forward_order(n_layers_, made)) result_.sites.emplace_back(site);
        result_.patterns = std::make_shared<PatternStore>(
            std::array{job.a.config, job.b.config}, std::array{job.a.numerics, job.b.numerics},
            kPatternBudget);
    }

    LockstepResult run() {
        result_.positions = each_stretch(
            job_, [this](int64_t start, int64_t length) { return stretch(start, length); });
        close();
        return std::move(result_);
    }

private:
    void tell(int64_t start, int64_t length, double share) {
        if (!job_.progress) return;
        job_.progress(static_cast<double>(start) + static_cast<double>(length) * share,
                      static_cast<double>(job_.tokens.size()));
    }

    /// False: stopped within, or B cannot be computed; the stretch does not count.
    bool stretch(int64_t start, int64_t length) {
        next_site_ = 0;
        Trail trail_a, trail_b;  // of this stretch
        trail_a.routes.emplace_back(), trail_b.routes.emplace_back();
        if (!convoy_.begin(start, length)) return false;
        compare_sites(-1, length);
        for (int layer = 0; layer < n_layers_; ++layer) {
            if (job_.stop.stop_requested() || !convoy_.block(layer)) return false;
            trail_a.routes.back().push_back(lanes_.a->runner->routes());
            trail_b.routes.back().push_back(lanes_.b->runner->routes());
            take_block(layer);
            compare_sites(layer, length);
            tell(start, length, (layer + 0.5) / (n_layers_ + 1));
        }
        if (!convoy_.finish()) return false;
        compare_sites(-1, length);
        take_logits(start);
        for (auto [trail, routes, lane] :
             {std::tuple{&result_.trail_a, &trail_a.routes, lanes_.a},
              std::tuple{&result_.trail_b, &trail_b.routes, lanes_.b}}) {
            trail->routes.push_back(std::move(routes->back()));
            trail->logits.push_back(lane->logits);
        }
        return true;
    }

    void take_block(int layer) {
        result_.patterns->add(Side::a, layer, lanes_.a->recorder);
        result_.patterns->add(Side::b, layer, lanes_.b->recorder);
        routing_.add(layer, lanes_);
        result_.activation_bytes_a =
            std::max(result_.activation_bytes_a, lanes_.a->recorder.bytes());
        result_.activation_bytes_b =
            std::max(result_.activation_bytes_b, lanes_.b->recorder.bytes());
    }

    void take_logits(int64_t start) {
        const at::Tensor &a = lanes_.a->logits, &b = lanes_.b->logits;
        result_.same_logits = result_.same_logits && a.equal(b);
        side_by_side_over(a.size(0), 2,
                          [&](size_t i) { add_bytes(i == 0 ? hash_a_ : hash_b_, i == 0 ? a : b); });
        logits_.add(a, b, start, result_);
    }

    /// Reduces the next sites in forward order, those of `layer` (−1: of none), and lets go of the
    /// values.
    void compare_sites(int layer, int64_t length) {
        const size_t begin = next_site_;
        while (next_site_ < result_.sites.size() && result_.sites[next_site_].site().layer == layer)
            ++next_site_;
        side_by_side_over(length, next_site_ - begin,
                          [&](size_t k) { compare_site(result_.sites[begin + k]); });
        convoy_.clear();
    }

    void compare_site(SiteSums& sums) {
        const SiteKind kind = sums.site().kind;
        const auto a = Convoy::flat(*lanes_.a, kind), b = Convoy::flat(*lanes_.b, kind);
        sums.present(a.has_value(), b.has_value());
        if (!a || !b || a->values.sizes() != b->values.sizes()) return;
        sums.add_pair(*a, *b);
    }

    void close() {
        if (const auto& failure = convoy_.failure()) {
            result_.failed = failure->why;
            result_.failed_at = failure->at;
        }
        result_.hash_a = hash_a_.hex();
        result_.hash_b = hash_b_.hex();
        result_.calls_a = lanes_.a->runner->calls();
        result_.calls_b = lanes_.b->runner->calls();
        result_.cache_bytes_a = lanes_.a->runner->cache_bytes();
        result_.cache_bytes_b = lanes_.b->runner->cache_bytes();
        logits_.finish(result_);
        result_.routing = routing_.finish(result_.positions);
    }

    const LockstepJob& job_;
    Convoy convoy_;
    const Lanes& lanes_;
    int n_layers_;
    LogitSums logits_;
    RoutingSums routing_;
    LockstepResult result_;
    Sha256 hash_a_, hash_b_;
    size_t next_site_ = 0;
};

}  // namespace

LockstepResult run_lockstep(const LockstepJob& job) { return PairPass(job).run(); }

PlainRun run_plain(const RunPlan& plan, const LockstepJob& job) {
    Runner runner(plan.model, plan.config, Exec(plan.numerics, false));
    NullTap tap;
    Sha256 sum;
    const auto begin = std::chrono::steady_clock::now();
    std::chrono::duration<double> hashing{};
    const auto total = static_cast<int64_t>(job.tokens.size());
    for (int64_t start = 0; start < total;) {
        const int64_t length = start == 0 ? job.first_stretch : 1;
        const at::Tensor logits =
            runner.step(job.tokens, start, length, plan.numerics.prefill_chunk, tap, job.stop);
        const auto before = std::chrono::steady_clock::now();
        add_bytes(sum, logits);
        hashing += std::chrono::steady_clock::now() - before;
        start += length;
    }
    const std::chrono::duration<double> all = std::chrono::steady_clock::now() - begin;
    return {sum.hex(), (all - hashing).count()};
}

at::Tensor plain_logits(const RunPlan& plan, const LockstepJob& job) {
    Runner runner(plan.model, plan.config, Exec(plan.numerics, false));
    NullTap tap;
    std::vector<at::Tensor> parts;
    const auto total = static_cast<int64_t>(job.tokens.size());
    for (int64_t start = 0; start < total;) {
        const int64_t length = start == 0 ? job.first_stretch : 1;
        parts.push_back(
            runner.step(job.tokens, start, length, plan.numerics.prefill_chunk, tap, job.stop));
        start += length;
    }
    return at::cat(parts, 0);
}

}  // namespace driftscope
