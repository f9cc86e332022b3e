// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/score_parts.h"

#include <algorithm>
#include <cmath>

#include "core/compare/run_again.h"
#include "core/data/error.h"
#include "core/engine.h"

namespace driftscope {

namespace {

/// Puts the calls' terms of one block and head together.
class TermsTap final : public Tap {
public:
    TermsTap(const ScorePartsQuestion& question, int positions)
        : question_(question), positions_(positions) {}
    void set_layer(int layer) { layer_ = layer; }
    bool wants(SiteKind kind) const override {
        return kind == SiteKind::scores && layer_ == question_.layer;
    }
    void take(SiteKind, const at::Tensor& value) override {
        parts.dtype = dtype_name(value.scalar_type());
    }
    std::optional<int64_t> wants_terms() const override {
        return layer_ == question_.layer ? std::optional<int64_t>(question_.head) : std::nullopt;
    }
    void take_terms(const ScoreTerms& terms) override {
        put(parts.qk, terms.qk);
        put(parts.bias, terms.bias);
        put(parts.cap, terms.cap);
        put(parts.score, terms.scores);
        put(parts.seen, terms.seen);
        parts.mask = terms.mask;
        apart_ = apart_ && terms.apart;
        row_ += static_cast<int>(terms.qk.size(1));
    }

    ScoreParts finished(bool fused_kernel) {
        if (parts.qk.empty()) return parts;
        parts.badge_qk = apart_ ? "captured" : "recomputed";
        const std::string given = fused_kernel ? "recomputed" : "captured";
        parts.badge_bias = parts.bias.empty() ? "none" : given;
        parts.badge_mask = given;
        for (size_t i = 0; i < parts.qk.values.size(); ++i) {
            double sum = parts.qk.values[i];
            if (!parts.bias.empty()) sum += parts.bias.values[i];
            if (!parts.cap.empty()) sum += parts.cap.values[i];
            const double gap = std::fabs(parts.score.values[i] - sum);
            if (std::isfinite(gap)) parts.residual = std::max(parts.residual, gap);
        }
        return parts;
    }

    ScoreParts parts;

private:
    /// Keys later than their query stay NaN.
    void put(Grid& grid, const at::Tensor& value) const {
        if (!value.defined()) return;
        if (grid.empty()) {
            grid = Grid(positions_, positions_);
            grid.row_axis = "pos";
            grid.col_axis = "key_pos";
            grid.unit = "score";
        }
        const at::Tensor v = value.select(0, 0).contiguous();
        const auto rows = v.accessor<double, 2>();
        for (int r = 0; r < static_cast<int>(v.size(0)) && row_ + r < positions_; ++r) {
            const int keys = std::min(static_cast<int>(v.size(1)), row_ + r + 1);
            for (int k = 0; k < keys; ++k) grid.at(row_ + r, k) = rows[r][k];
        }
    }

    ScorePartsQuestion question_;
    int positions_, row_ = 0, layer_ = -1;
    bool apart_ = true;
};

ScoreParts one_side(const RunPlan& plan, const ValueRecipe& recipe,
                    const ScorePartsQuestion& question, Side side, std::stop_token stop) {
    TermsTap tap(question, static_cast<int>(recipe.tokens.size()));
    AgainJob job;
    job.last = question.layer;
    job.before = [&](const Again& at) { tap.set_layer(at.layer); };
    const Numerics& num = of_attention(plan.numerics, question.layer);
    ScoreParts none;
    none.badge_qk = none.badge_bias = none.badge_mask = "not available";
    try {
        run_again(plan, recipe, job, tap, stop);
    } catch (const c10::Error&) {
        // B may be a configuration that cannot be computed: the comparison says so already.
        if (side == Side::a) throw;
        return none;
    } catch (const StepFailed&) {
        if (side == Side::a) throw;
        return none;
    }
    if (tap.parts.dtype.empty()) tap.parts.dtype = dtype_name(num.dtype);
    return tap.finished(num.sdpa);
}

}  // namespace

ScorePartsPair score_parts(const ValueRecipe& recipe, const std::shared_ptr<LoadedModel>& model_a,
                           const std::shared_ptr<LoadedModel>& model_b,
                           const ScorePartsQuestion& question, std::stop_token stop) {
    const std::string what = "scores of layer " + std::to_string(question.layer) + ", head " +
                             std::to_string(question.head);
    const auto [plan_a, plan_b] = plans_again(recipe, model_a, model_b, what);
    const auto within = [](int index, int64_t count) { return index >= 0 && index < count; };
    if (!within(question.layer, plan_a.config.n_layers) ||
        !within(question.head, plan_a.config.n_heads)) {
        throw Error(ErrorCode::usage, what, "there is no such block or head");
    }
    const auto n = static_cast<int64_t>(recipe.tokens.size());
    if (n * n > kMostValues / 2) {
        throw Error(ErrorCode::limit, what,
                    "more than " + std::to_string(kMostValues / 2) + " pairs of positions",
                    "compare fewer tokens");
    }
    ScorePartsPair pair;
    pair.a = one_side(plan_a, recipe, question, Side::a, stop);
    const bool has = within(question.layer, plan_b.config.n_layers) &&
                     within(question.head, plan_b.config.n_heads);
    if (has) pair.b = one_side(plan_b, recipe, question, Side::b, stop);
    return pair;
}

}  // namespace driftscope
