// SPDX-License-Identifier: GPL-3.0-or-later
// The passes of the judge: runs in float64 and with noise, over what A and B were compared on.
#include "core/compare/convoy.h"
#include "core/compare/logit_sums.h"
#include "core/compare/routing_sums.h"
#include "core/run/side_by_side.h"

namespace driftscope {

namespace {

std::vector<double> to_vector(const at::Tensor& values) {
    const at::Tensor v = values.contiguous();
    return {v.data_ptr<double>(), v.data_ptr<double>() + v.numel()};
}

void append(std::vector<double>& to, const at::Tensor& from) {
    const std::vector<double> values = to_vector(from);
    to.insert(to.end(), values.begin(), values.end());
}

/// Goes over all stretches; nothing reaches the result before the last position.
class JudgePass {
public:
    JudgePass(const LockstepJob& job, LockstepResult& result, Judged until)
        : job_(job), result_(result), function_(result.judged == Judged::no),
          band_(until == Judged::whole), convoy_(job, judge_lanes(job, result, function_, band_)),
          lanes_(convoy_.lanes()), delta64_(result.sites.size()), errors_a_(result.sites.size()),
          errors_b_(result.sites.size()) {
        if (band_ && result.routing) flips_.emplace(*result.routing);
    }

    bool run() {
        const int64_t done = each_stretch(
            job_, [this](int64_t start, int64_t length) { return stretch(start, length); });
        if (done < static_cast<int64_t>(job_.tokens.size())) return false;
        if (function_) commit_function();
        if (band_) commit_band();
        return true;
    }

private:
    bool stretch(int64_t start, int64_t length) {
        next_site_ = 0;
        if (!convoy_.begin(start, length)) return false;
        measure_sites(-1, length);
        const auto layers = static_cast<int>(job_.a.config.n_layers);
        for (int layer = 0; layer < layers; ++layer) {
            if (job_.stop.stop_requested() || !convoy_.block(layer)) return false;
            if (flips_) flips_->add(layer, lanes_);
            measure_sites(layer, length);
            if (job_.progress) {
                job_.progress(static_cast<double>(start) +
                                  static_cast<double>(length) * (layer + 0.5) / (layers + 1),
                              static_cast<double>(job_.tokens.size()));
            }
        }
        if (!convoy_.finish()) return false;
        measure_sites(-1, length);
        measure_logits(start);
        ++stretch_;
        return true;
    }

    void measure_sites(int layer, int64_t length) {
        const size_t begin = next_site_;
        while (next_site_ < result_.sites.size() && result_.sites[next_site_].site().layer == layer)
            ++next_site_;
        side_by_side_over(length, next_site_ - begin, [&](size_t k) {
            const size_t i = begin + k;
            // Where both runs made it in one shape.
            if (!result_.sites[i].compared()) return;
            if (function_) measure_function(i);
            if (band_) measure_band(i);
        });
        convoy_.clear();
    }

    SiteKind kind(size_t site) const { return result_.sites[site].site().kind; }

    void measure_function(size_t site) {
        const auto a = Convoy::flat(*lanes_.a64, kind(site));
        const auto b = Convoy::like(*lanes_.b64, *lanes_.a64, a, kind(site));
        if (a && b) append(delta64_[site], distance_by_pos(kind(site), *a, *b));
    }

    void measure_band(size_t site) {
        const Lane &held_a = *lanes_.a64_held, &held_b = *lanes_.b64_held;
        const auto a = Convoy::flat(*lanes_.a, kind(site)), b = Convoy::flat(*lanes_.b, kind(site));
        const auto exact_a = Convoy::flat(held_a, kind(site));
        const bool one = held_b.twin && held_b.twin == held_a.twin;
        const auto exact_b = one ? exact_a : Convoy::like(held_b, held_a, exact_a, kind(site));
        if (!a || !b || !exact_a || !exact_b) return;
        add_errors(site, errors_a_[site], *a, *exact_a, lanes_.noise_a);
        add_errors(site, errors_b_[site], *b, *exact_b, lanes_.noise_b);
    }

    /// The band is 3 × the root mean square of the noise passes' distances.
    void add_errors(size_t site, SiteSums::Errors& to, const FlatSite& run, const FlatSite& exact,
                    const std::vector<Lane*>& passes) const {
        append(to.error, distance_by_pos(kind(site), exact, run));
        at::Tensor sum;
        for (const Lane* pass : passes) {
            const at::Tensor square =
                distance_by_pos(kind(site), exact, *Convoy::flat(*pass, kind(site))).square();
            sum = sum.defined() ? sum + square : square;
        }
        append(to.band, 3.0 * (sum / static_cast<double>(passes.size())).sqrt());
    }

    void measure_logits(int64_t start) {
        if (function_) {
            add_function(lanes_, result_.trail_a.logits[stretch_], result_.trail_b.logits[stretch_],
                         distances_);
        }
        if (!band_) return;
        add_function_band(lanes_, distances_.band);
        add_fragility(job_, lanes_, start, fragility_);
    }

    void commit_function() {
        for (size_t i = 0; i < delta64_.size(); ++i)
            result_.sites[i].set_delta64(std::move(delta64_[i]));
        FunctionDistances& f = result_.function;
        f.a64_b64 = std::move(distances_.a64_b64);
        f.a_a64 = std::move(distances_.a_a64);
        f.b_b64 = std::move(distances_.b_b64);
        f.a32_a64 = std::move(distances_.a32_a64);
        f.tiny_a64 = std::move(distances_.tiny_a64);
        result_.judged = Judged::function;
    }

    void commit_band() {
        for (size_t i = 0; i < errors_a_.size(); ++i)
            result_.sites[i].set_errors(std::move(errors_a_[i]), std::move(errors_b_[i]));
        result_.function.band = std::move(distances_.band);
        result_.fragility = std::move(fragility_);
        if (flips_) result_.routing = flips_->finish();
        result_.judged = Judged::whole;
    }

    const LockstepJob& job_;
    LockstepResult& result_;
    bool function_, band_;  ///< what this pass measures
    Convoy convoy_;
    const Lanes& lanes_;
    size_t next_site_ = 0, stretch_ = 0;
    std::vector<std::vector<double>> delta64_;           ///< by site, by position
    std::vector<SiteSums::Errors> errors_a_, errors_b_;  ///< by site
    FunctionDistances distances_;
    std::vector<double> fragility_;
    std::optional<FlipReasons> flips_;
};

}  // namespace

bool judge_runs(const LockstepJob& job, LockstepResult& result, Judged until) {
    return until == result.judged || JudgePass(job, result, until).run();
}

}  // namespace driftscope
