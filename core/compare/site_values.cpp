// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/site_values.h"

#include <algorithm>
#include <limits>
#include <sstream>

#include "core/compare/distance.h"
#include "core/compare/run_again.h"
#include "core/data/error.h"
#include "core/engine.h"

namespace driftscope {

namespace {

/// Keeps one site, stretch after stretch.
class OneSite final : public Tap {
public:
    OneSite(const Site& site, int64_t positions) : site_(site), positions_(positions) {}
    void set_layer(int layer) { layer_ = layer; }
    bool wants(SiteKind kind) const override {
        const bool in_block = site_info(kind).scope == SiteScope::layer;
        return kind == site_.kind && (!in_block || layer_ == site_.layer);
    }
    void take(SiteKind kind, const at::Tensor& value) override {
        if (!wants(kind)) return;
        const int64_t rows = masked() ? value.size(1) : value.size(0);
        const int64_t keys = masked() ? positions_ * value.size(0) : value.numel() / rows;
        if (positions_ > kMostValues / std::max<int64_t>(1, keys)) {
            throw Error(ErrorCode::limit, to_string(site_),
                        "more than " + std::to_string(kMostValues) + " values at this site",
                        "compare fewer tokens, or write the site to a file with 'trace --sites'");
        }
        parts_.push_back(value.contiguous());
    }
    /// [.., all positions, ..] in the run's type; undefined when the run never made it.
    at::Tensor joined() const {
        if (parts_.empty()) return {};
        if (!masked()) return at::cat(parts_, 0);
        std::vector<at::Tensor> rows;
        for (const at::Tensor& part : parts_) {
            rows.push_back(at::constant_pad_nd(part.to(at::kDouble),
                                               {0, parts_.back().size(2) - part.size(2)},
                                               std::numeric_limits<double>::quiet_NaN()));
        }
        return at::cat(rows, 1);
    }
    at::ScalarType type() const {
        return parts_.empty() ? at::kDouble : parts_.front().scalar_type();
    }

private:
    bool masked() const { return site_info(site_.kind).values == SiteValues::masked; }
    Site site_;
    int64_t positions_;
    int layer_ = -1;
    std::vector<at::Tensor> parts_;
};

/// The blocks after the site are not needed: no earlier value depends on them.
void run(const RunPlan& plan, const ValueRecipe& recipe, const Site& site, OneSite& tap,
         std::stop_token stop) {
    const bool to_the_end =
        site.kind == SiteKind::ln_final_normalized || site.kind == SiteKind::logits;
    AgainJob job;
    job.last = to_the_end ? static_cast<int>(plan.config.n_layers) : site.layer;
    job.before = [&](const Again& at) { tap.set_layer(at.layer); };
    run_again(plan, recipe, job, tap, stop);
}

struct OneSide {
    std::vector<double> values;
    std::vector<int64_t> shape;
    std::string dtype, badge = "not available";
};

OneSide one_side(const RunPlan& plan, const ValueRecipe& recipe, const Site& site, Side side,
                 std::stop_token stop) {
    OneSite tap(site, static_cast<int64_t>(recipe.tokens.size()));
    try {
        run(plan, recipe, site, tap, stop);
    } catch (const c10::Error&) {
        // B may be a configuration that cannot be computed: the comparison says so already.
        if (side == Side::a) throw;
        return {};
    }
    const at::Tensor joined = tap.joined();
    if (!joined.defined()) return {};
    at::Tensor v = joined.to(at::kDouble);
    if (site.kind == SiteKind::scores || site.kind == SiteKind::pattern) {
        // Later keys than the query are masked, whatever number stands there.
        const at::Tensor later = at::ones({v.size(1), v.size(2)}, at::kBool).triu(1);
        v = v.masked_fill(later, std::numeric_limits<double>::quiet_NaN());
    }
    if (site.kind == SiteKind::scores) {
        // Keys that a window hides: the type's lowest number (or −∞) was added.
        v = v.masked_fill(v <= mask_threshold(tap.type()),
                          std::numeric_limits<double>::quiet_NaN());
    }
    v = v.contiguous();
    OneSide out;
    out.values.assign(v.data_ptr<double>(), v.data_ptr<double>() + v.numel());
    out.shape = v.sizes().vec();
    out.dtype = tap.type() == at::kLong ? "int64" : dtype_name(tap.type());
    out.badge = "recomputed";
    return out;
}

}  // namespace

std::vector<std::string> file_keys(const LoadedModel& a, const LoadedModel& b) {
    std::vector<std::string> keys;
    for (const LoadedModel* model : {&a, &b}) {
        for (const auto& file : model->checkpoint().files()) keys.push_back(file->cache_key());
    }
    return keys;
}

ValuePair site_values(const ValueRecipe& recipe, const std::shared_ptr<LoadedModel>& model_a,
                      const std::shared_ptr<LoadedModel>& model_b, const Site& site,
                      std::stop_token stop) {
    const auto [plan_a, plan_b] = plans_again(recipe, model_a, model_b, to_string(site));
    const bool in_block = site_info(site.kind).scope == SiteScope::layer;
    if (in_block && (site.layer < 0 || site.layer >= plan_a.config.n_layers)) {
        throw Error(ErrorCode::usage, to_string(site), "there is no such block");
    }
    OneSide a = one_side(plan_a, recipe, site, Side::a, stop);
    OneSide b = one_side(plan_b, recipe, site, Side::b, stop);
    if (a.values.empty() && b.values.empty()) {
        throw Error(ErrorCode::usage, to_string(site), "neither run makes this value");
    }
    ValuePair out;
    out.site = site;
    std::istringstream axes{std::string(site_info(site.kind).axes)};
    for (std::string axis; axes >> axis;) out.axes.push_back(axis);
    out.a = std::move(a.values), out.b = std::move(b.values);
    out.shape_a = std::move(a.shape), out.shape_b = std::move(b.shape);
    out.dtype_a = std::move(a.dtype), out.dtype_b = std::move(b.dtype);
    out.badge_a = std::move(a.badge), out.badge_b = std::move(b.badge);
    return out;
}

}  // namespace driftscope
