// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/lockstep.h"

#include <chrono>

#include "core/compare/lanes.h"
#include "core/compare/logit_sums.h"
#include "core/compare/routing_sums.h"
#include "core/data/error.h"
#include "core/data/sha256.h"
#include "core/model/site_features.h"

namespace driftscope {

namespace {

std::vector<double> to_vector(const at::Tensor& values) {
    const at::Tensor v = values.contiguous();
    return {v.data_ptr<double>(), v.data_ptr<double>() + v.numel()};
}

void add_bytes(Sha256& sum, const at::Tensor& logits) {
    const at::Tensor bytes = logits.contiguous();
    sum.update({static_cast<const char*>(bytes.data_ptr()), bytes.nbytes()});
}

class Lockstep {
public:
    explicit Lockstep(const LockstepJob& job)
        : job_(job), lanes_(make_lanes(job)), n_layers_(static_cast<int>(job.a.config.n_layers)),
          logits_(job), routing_(job) {
        const SiteFeatures made = united(site_features(job.a.config), site_features(job.b.config));
        for (const Site& site : forward_order(n_layers_, made)) result_.sites.emplace_back(site);
        result_.patterns = std::make_shared<PatternStore>(
            std::array{job.a.config, job.b.config}, std::array{job.a.numerics, job.b.numerics},
            kPatternBudget);
    }

    LockstepResult run() {
        const auto total = static_cast<int64_t>(job_.tokens.size());
        int64_t start = 0;
        while (start < total && !job_.stop.stop_requested()) {
            const int64_t length = start == 0 ? job_.first_stretch : 1;
            if (!stretch(start, length)) break;
            start += length;
            result_.positions = start;
        }
        close();
        return std::move(result_);
    }

private:
    void tell(int64_t start, int64_t length, double share) {
        if (!job_.progress) return;
        job_.progress(static_cast<double>(start) + static_cast<double>(length) * share,
                      static_cast<double>(job_.tokens.size()));
    }

    /// False: stopped within; the stretch does not count.
    bool stretch(int64_t start, int64_t length) {
        next_site_ = 0;
        for (auto& lane : lanes_.own) {
            if (lane->twin) {
                follow(*lane);
                continue;
            }
            guarded(*lane, Site{SiteKind::embed, -1}, [&] {
                lane->runner->begin(job_.tokens, start, length, chunk(*lane), lane->tap());
            });
            if (!result_.failed.empty()) return false;
        }
        compare_sites(sites_of(-1));
        for (int layer = 0; layer < n_layers_; ++layer) {
            if (job_.stop.stop_requested()) return false;
            if (!block(layer)) return false;
            tell(start, length, (layer + 0.5) / (n_layers_ + 1));
        }
        for (auto& lane : lanes_.own) {
            if (lane->twin) {
                follow(*lane);
                lane->logits = lane->twin->logits;
                continue;
            }
            lane->runner->use_threads();
            lane->logits = lane->runner->finish(lane->tap());
        }
        result_.same_logits = result_.same_logits && lanes_.a->logits.equal(lanes_.b->logits);
        compare_sites(sites_of(-1));
        logits_.add(lanes_, start, result_);
        add_bytes(hash_a_, lanes_.a->logits);
        add_bytes(hash_b_, lanes_.b->logits);
        return true;
    }

    /// Tokens per call of the first stretch; later stretches are one token.
    static int64_t chunk(const Lane& lane) { return lane.runner->num().prefill_chunk; }

    /// What its twin has just made is what the lane would have made.
    static void follow(Lane& lane) {
        lane.runner->take_state(*lane.twin->runner);
        lane.recorder = lane.twin->recorder;
    }

    /// Whether the twin chose in this block what the lane has to hold; if not, they part for good.
    static bool still_twins(Lane& lane) {
        const auto& own = lane.twin->runner->routes();
        const auto& held = lane.routes_from->runner->routes();
        const bool same =
            std::equal(own.begin(), own.end(), held.begin(), held.end(), [](auto& x, auto& y) {
                return x.defined() == y.defined() && (!x.defined() || x.equal(y));
            });
        if (!same) lane.twin = nullptr;
        return same;
    }

    bool block(int layer) {
        for (auto& lane : lanes_.own) {
            // Twins stand where the block begins until it is known what was chosen in it.
            if (lane->twin && still_twins(*lane)) {
                follow(*lane);
                continue;
            }
            guarded(*lane, Site{SiteKind::q, layer}, [&] {
                const auto* held =
                    lane->routes_from ? &lane->routes_from->runner->routes() : nullptr;
                lane->runner->block(layer, lane->tap(), held);
            });
            if (!result_.failed.empty()) return false;
        }
        result_.patterns->add(Side::a, layer, lanes_.a->recorder);
        result_.patterns->add(Side::b, layer, lanes_.b->recorder);
        routing_.add(layer, lanes_);
        result_.activation_bytes_a =
            std::max(result_.activation_bytes_a, lanes_.a->recorder.bytes());
        result_.activation_bytes_b =
            std::max(result_.activation_bytes_b, lanes_.b->recorder.bytes());
        compare_sites(sites_of(layer));
        return true;
    }

    /// How many of the next sites belong to `layer` (−1: to none).
    size_t sites_of(int layer) const {
        size_t count = 0;
        while (next_site_ + count < result_.sites.size() &&
               site(next_site_ + count).layer == layer) {
            ++count;
        }
        return count;
    }

    /// B may be a configuration that cannot be computed: that is a finding, not an error.
    template <typename Work>
    void guarded(Lane& lane, Site where, Work work) {
        lane.runner->use_threads();
        try {
            work();
        } catch (const c10::Error& error) {
            if (&lane != lanes_.b) throw;
            result_.failed = error.what_without_backtrace();
            result_.failed_at = where;
        } catch (const StepFailed& failure) {
            if (&lane != lanes_.b) throw;
            result_.failed = failure.message();
            result_.failed_at = failure.site();
        }
    }

    Site site(size_t index) const { return result_.sites[index].site(); }

    /// Reduces the next `count` sites in forward order and lets go of the values.
    void compare_sites(size_t count) {
        for (size_t i = 0; i < count; ++i) compare_site(result_.sites[next_site_ + i]);
        next_site_ += count;
        for (auto& lane : lanes_.own) lane->recorder.clear();
    }

    static std::optional<FlatSite> flat(const Lane& lane, SiteKind kind) {
        const at::Tensor* value = lane.recorder.find(kind);
        if (!value) return std::nullopt;
        if (kind != SiteKind::expert_weights && kind != SiteKind::expert_out) {
            return flatten(kind, *value);
        }
        return flatten(kind, by_expert(*value, *lane.recorder.find(SiteKind::expert_indices)));
    }

    /// The lane's values, which are those of `other` where the two are one run.
    static std::optional<FlatSite> like(const Lane& lane, const Lane& other,
                                        const std::optional<FlatSite>& of_other, SiteKind kind) {
        return &lane == &other || lane.twin == &other ? of_other : flat(lane, kind);
    }

    void compare_site(SiteSums& sums) {
        const SiteKind kind = sums.site().kind;
        const auto fa = flat(*lanes_.a, kind), fb = flat(*lanes_.b, kind);
        sums.present(fa.has_value(), fb.has_value());
        if (!fa || !fb || fa->values.sizes() != fb->values.sizes()) return;
        sums.add_pair(*fa, *fb);
        if (!job_.judged) return;
        const auto a64 = flat(*lanes_.a64, kind);
        const auto b64 = like(*lanes_.b64, *lanes_.a64, a64, kind);
        const auto a_held = like(*lanes_.a64_held, *lanes_.a64, a64, kind);
        const auto b_held = like(*lanes_.b64_held, *lanes_.b64, b64, kind);
        if (!a64 || !b64 || !a_held || !b_held) return;
        sums.add_judged(to_vector(distance_by_pos(kind, *a64, *b64)),
                        to_vector(distance_by_pos(kind, *a_held, *fa)),
                        to_vector(distance_by_pos(kind, *b_held, *fb)),
                        band(kind, *a_held, lanes_.noise_a), band(kind, *b_held, lanes_.noise_b));
    }

    /// 3 × the root mean square of the noise passes' distances, by position.
    static std::vector<double> band(SiteKind kind, const FlatSite& exact,
                                    const std::vector<Lane*>& passes) {
        at::Tensor sum;
        for (Lane* pass : passes) {
            const at::Tensor square = distance_by_pos(kind, exact, *flat(*pass, kind)).square();
            sum = sum.defined() ? sum + square : square;
        }
        return to_vector(3.0 * (sum / static_cast<double>(passes.size())).sqrt());
    }

    void close() {
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
    Lanes lanes_;
    int n_layers_;
    LogitSums logits_;
    RoutingSums routing_;
    LockstepResult result_;
    Sha256 hash_a_, hash_b_;
    size_t next_site_ = 0;
};

}  // namespace

LockstepResult run_lockstep(const LockstepJob& job) { return Lockstep(job).run(); }

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
