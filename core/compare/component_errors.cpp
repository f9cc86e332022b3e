// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/component_errors.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/compare/distance.h"
#include "core/data/error.h"

namespace driftscope {

namespace {

/// Keeps the last value of one site.
class OneSite final : public Tap {
public:
    explicit OneSite(SiteKind kind) : kind_(kind) {}
    bool wants(SiteKind kind) const override { return kind == kind_; }
    void take(SiteKind, const at::Tensor& value) override { value_ = value; }
    const at::Tensor& value() const { return value_; }

private:
    SiteKind kind_;
    at::Tensor value_;
};

/// A run, or one that reads another's stream at every step.
enum Lane { a, b, b_on_a, a_on_b };

class Components {
public:
    explicit Components(const LockstepJob& job)
        : job_(job), runners_{make(job.a), make(job.b), make(job.b), make(job.a)} {
        const bool norm = job.a.config.block.embed_norm;
        add({norm ? SiteKind::embed_ln_normalized : SiteKind::embed, -1});
        for (int layer = 0; layer < layers(); ++layer) {
            add({SiteKind::attn_out, layer});
            add({SiteKind::mlp_out, layer});
        }
        add({SiteKind::logits, -1});
    }

    std::vector<ComponentError> run() {
        const auto total = static_cast<int64_t>(job_.tokens.size());
        for (int64_t start = 0; start < total;) {
            const int64_t length = start == 0 ? job_.first_stretch : 1;
            stretch(start, length);
            start += length;
        }
        return std::move(errors_);
    }

private:
    static Runner make(const RunPlan& plan) {
        return {plan.model, plan.config, Exec(plan.numerics, false)};
    }
    int layers() const { return static_cast<int>(job_.a.config.n_layers); }
    void add(const Site& site) {
        errors_.emplace_back();
        errors_.back().site = site;
    }

    void stretch(int64_t start, int64_t length) {
        size_t step = 0;
        one(step++, [&](Runner& run, Tap& tap) {
            run.begin(job_.tokens, start, length, run.num().prefill_chunk, tap);
        });
        for (int layer = 0; layer < layers(); ++layer) {
            one(step++, [&](Runner& run, Tap& tap) { run.attention_half(layer, tap); });
            one(step++, [&](Runner& run, Tap& tap) { run.mlp_half(layer, tap); });
        }
        one(step++, [&](Runner& run, Tap& tap) { run.finish(tap); });
    }

    /// One step of the four runs over a stretch, and its two distances.
    template <typename Work>
    void one(size_t step, Work work) {
        if (job_.stop.stop_requested()) throw Error(ErrorCode::cancelled, "attribute", "stopped");
        if (step > 0) {
            pass(a, b_on_a);
            pass(b, a_on_b);
        }
        ComponentError& error = errors_[step];
        std::array<at::Tensor, 4> out;
        for (size_t lane = 0; lane < runners_.size(); ++lane) {
            OneSite tap(error.site.kind);
            runners_[lane].use_threads();
            work(runners_[lane], tap);
            out[lane] = tap.value();
        }
        widen(error.isolated, error.site.kind, out[a], out[b_on_a]);
        widen(error.propagated, error.site.kind, out[a], out[a_on_b]);
    }

    void pass(Lane from, Lane to) {
        for (size_t i = 0; i < runners_[to].stretch_calls(); ++i)
            runners_[to].set_stream(i, runners_[from].stream(i));
    }

    /// The worst position so far; NaN stays.
    static void widen(double& worst, SiteKind kind, const at::Tensor& x, const at::Tensor& y) {
        const double most =
            distance_by_pos(kind, flatten(kind, x), flatten(kind, y)).max().item<double>();
        worst = std::isnan(worst) || std::isnan(most) ? std::nan("") : std::max(worst, most);
    }

    const LockstepJob& job_;
    std::array<Runner, 4> runners_;
    std::vector<ComponentError> errors_;
};

}  // namespace

std::vector<ComponentError> component_errors(const LockstepJob& job) {
    return Components(job).run();
}

}  // namespace driftscope
