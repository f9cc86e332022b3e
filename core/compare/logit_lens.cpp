// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/logit_lens.h"

#include <algorithm>

#include "core/compare/compare_models.h"
#include "core/compare/run_again.h"
#include "core/data/error.h"

namespace driftscope {

namespace {

/// Keeps the run's own logits of the stretch that is computed last.
class LogitsTap final : public Tap {
public:
    bool wants(SiteKind kind) const override { return kind == SiteKind::logits; }
    void take(SiteKind, const at::Tensor& value) override { logits = value; }
    at::Tensor logits;  ///< [pos, d_vocab]
};

/// Log-probabilities [d_vocab] float64 after each block; empty: this run cannot be computed.
std::vector<at::Tensor> one_side(const RunPlan& plan, const ValueRecipe& recipe, int pos, Side side,
                                 std::stop_token stop) {
    const int blocks = static_cast<int>(plan.config.n_layers);
    std::vector<at::Tensor> layers;
    LogitsTap tap;
    AgainJob job;
    job.last = blocks;
    job.positions = pos + 1;
    const auto keep = [&](const at::Tensor& logits) {
        layers.push_back(at::log_softmax(logits.to(at::kDouble), 0));
    };
    job.after = [&](const Again& at) {
        const bool here = pos >= at.start && pos < at.start + at.length;
        if (!here || at.layer < 0) return;
        if (at.layer < blocks - 1) keep(at.runner.lens_at(pos));
        if (at.layer == blocks) keep(tap.logits[pos - at.start]);
    };
    try {
        run_again(plan, recipe, job, tap, stop);
    } catch (const c10::Error&) {
        // B may be a configuration that cannot be computed: the comparison says so already.
        if (side == Side::a) throw;
        return {};
    } catch (const StepFailed&) {
        if (side == Side::a) throw;
        return {};
    }
    return layers;
}

int32_t best_of(const at::Tensor& log_shares) {
    return static_cast<int32_t>(log_shares.argmax().item<int64_t>());
}

LensReading reading(const at::Tensor& log_shares, int32_t last_word, const PieceOf& piece) {
    LensReading r;
    r.best = best_of(log_shares);
    r.piece = piece(r.best);
    r.best_share = log_shares[r.best].exp().item<double>();
    const at::Tensor own = log_shares[last_word];
    r.final_share = own.exp().item<double>();
    r.final_rank = static_cast<int>((log_shares > own).sum().item<int64_t>());
    return r;
}

/// Σ p_A (ln p_A − ln p_B) in nats.
double divergence(const at::Tensor& a, const at::Tensor& b) {
    const at::Tensor p = a.exp();
    return at::where(p > 0, p * (a - b), at::zeros_like(p)).sum().item<double>();
}

void find_splits(LogitLens& lens) {
    for (size_t i = 0; i < lens.layers.size(); ++i) {
        const LensLayer& layer = lens.layers[i];
        if (layer.a.best < 0 || layer.b.best < 0) continue;
        const int number = static_cast<int>(i);
        if (layer.a.best == layer.b.best) {
            lens.split_for_good = -1;
        } else {
            if (lens.first_split < 0) lens.first_split = number;
            if (lens.split_for_good < 0) lens.split_for_good = number;
        }
    }
}

}  // namespace

LogitLens logit_lens(const ValueRecipe& recipe, const std::shared_ptr<LoadedModel>& model_a,
                     const std::shared_ptr<LoadedModel>& model_b, const LensQuestion& question,
                     std::stop_token stop) {
    const auto [plan_a, plan_b] = plans_again(recipe, model_a, model_b, "logit lens");
    if (question.pos < 0 || question.pos >= static_cast<int>(recipe.tokens.size())) {
        throw Error(ErrorCode::usage, "logit lens",
                    "position " + std::to_string(question.pos) + " was not compared");
    }
    const auto a = one_side(plan_a, recipe, question.pos, Side::a, stop);
    const auto b = one_side(plan_b, recipe, question.pos, Side::b, stop);
    const PieceOf piece_a = piece_function(*model_a), piece_b = piece_function(*model_b);
    LogitLens lens;
    lens.final_a = best_of(a.back());
    lens.piece_a = piece_a(lens.final_a);
    if (!b.empty()) {
        lens.final_b = best_of(b.back());
        lens.piece_b = piece_b(lens.final_b);
    }
    lens.layers.resize(std::max(a.size(), b.size()));
    for (size_t i = 0; i < lens.layers.size(); ++i) {
        LensLayer& layer = lens.layers[i];
        if (i < a.size()) layer.a = reading(a[i], lens.final_a, piece_a);
        if (i < b.size()) layer.b = reading(b[i], lens.final_b, piece_b);
        if (i < a.size() && i < b.size() && a[i].sizes() == b[i].sizes())
            layer.kl = divergence(a[i], b[i]);
    }
    find_splits(lens);
    return lens;
}

}  // namespace driftscope
