// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/site_sums.h"

#include <algorithm>
#include <cmath>

#include "core/nn/numerics.h"
#include "core/run/sampler.h"

namespace driftscope {

namespace {

void append(std::vector<double>& to, const at::Tensor& from) {
    const at::Tensor values = from.contiguous();
    const double* data = values.data_ptr<double>();
    to.insert(to.end(), data, data + values.numel());
}

void append(std::vector<double>& to, const std::vector<double>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

double worst(const std::vector<double>& values) {
    double most = 0;
    for (double v : values) most = std::isnan(v) ? v : std::max(most, v);
    return most;
}

double rms(const std::vector<double>& values) {
    double sum = 0;
    for (double v : values) sum += v * v;
    return values.empty() ? 0 : std::sqrt(sum / static_cast<double>(values.size()));
}

constexpr double kBucketsPerOctave = 2;
constexpr double kLowestOctave = -40;

}  // namespace

void SiteSums::add_pair(const FlatSite& fa, const FlatSite& fb) {
    append(result_.by_pos, distance_by_pos(result_.site.kind, fa, fb));
    const at::Tensor difference = (fa.values - fb.values).abs();
    at::Tensor counted = at::ones_like(difference, at::kBool);
    if (fa.masked.defined()) {
        counted = ~(fa.masked & fb.masked);
        masked_in_one_ += static_cast<double>((fa.masked ^ fb.masked).sum().item<int64_t>());
    }
    elements_ += static_cast<double>(counted.sum().item<int64_t>());
    equal_ += static_cast<double>(((fa.values == fb.values) & counted).sum().item<int64_t>());
    const bool finite =
        at::isfinite(fa.values).all().item<bool>() && at::isfinite(fb.values).all().item<bool>();
    if (!finite) result_.non_finite = true;
    abs_ += difference.sum().item<double>();
    square_ += difference.square().sum().item<double>();
    aa_ += fa.values.square().sum().item<double>();
    bb_ += fb.values.square().sum().item<double>();
    ab_ += (fa.values * fb.values).sum().item<double>();
    b_ += fb.values.sum().item<double>();
    if (difference.numel() > 0) {
        result_.max_abs = std::max(result_.max_abs, difference.max().item<double>());
    }
    if (at::isFloatingType(fa.type) && at::isFloatingType(fb.type)) add_ulps(difference, fa, fb);
}

void SiteSums::add_ulps(const at::Tensor& difference, const FlatSite& a, const FlatSite& b) {
    const at::ScalarType coarse =
        significand_bits(a.type) < significand_bits(b.type) ? a.type : b.type;
    const at::Tensor larger = at::maximum(a.values.abs(), b.values.abs());
    const at::Tensor nonzero = difference > 0;
    const at::Tensor d = difference.masked_select(nonzero);
    if (d.numel() == 0) return;
    const at::Tensor size = larger.masked_select(nonzero).clamp_min(ulp_at(0, coarse));
    const at::Tensor ulp =
        at::exp2(at::floor(at::log2(size)) - static_cast<double>(significand_bits(coarse) - 1));
    const at::Tensor ulps = d / ulp;
    result_.max_ulp = std::max(result_.max_ulp, ulps.max().item<double>());
    const at::Tensor bucket = ((at::log2(ulps) - kLowestOctave) * kBucketsPerOctave)
                                  .floor()
                                  .nan_to_num(255)
                                  .clamp(0, 255);
    const at::Tensor counts = at::bincount(bucket.to(at::kLong), {}, 256);
    for (size_t i = 0; i < 256; ++i) {
        ulp_counts_[i] += static_cast<double>(counts[static_cast<int64_t>(i)].item<int64_t>());
    }
}

void SiteSums::add_judged(const std::vector<double>& delta64, const std::vector<double>& error_a,
                          const std::vector<double>& error_b, const std::vector<double>& band_a,
                          const std::vector<double>& band_b) {
    append(result_.delta64_by_pos, delta64);
    append(errors_[0], error_a);
    append(errors_[1], error_b);
    append(bands_[0], band_a);
    append(bands_[1], band_b);
    for (size_t i = 0; i < std::min(band_a.size(), band_b.size()); ++i) {
        result_.band_by_pos.push_back(std::hypot(band_a[i], band_b[i]));
    }
}

SiteSums::Noise SiteSums::noise(Side side) const {
    const auto i = static_cast<size_t>(side);
    // A band is three times the noise's root mean square, for one position. The mean of n positions
    // scatters by 1/√n of that; never below 1.8 times, for the noise itself is known from few
    // passes and is not the same for every element.
    const double n = std::max<double>(1, static_cast<double>(bands_[i].size()));
    const double share = std::max(0.6, (1 + 2 / std::sqrt(n)) / 3);
    return {rms(errors_[i]), share * rms(bands_[i])};
}

double SiteSums::worst_delta64() const { return worst(result_.delta64_by_pos); }

SiteMetrics SiteSums::finish() const {
    SiteMetrics m = result_;
    if (elements_ == 0) return m;
    m.exact = equal_ / elements_;
    m.mean_abs = abs_ / elements_;
    m.rel_l2 = worst(m.by_pos);
    m.nmse = aa_ > 0 ? square_ / aa_ : (square_ > 0 ? std::numeric_limits<double>::infinity() : 0);
    m.cosine = aa_ > 0 && bb_ > 0 ? ab_ / std::sqrt(aa_ * bb_) : 1;
    m.slope = aa_ > 0 ? ab_ / aa_ : 1;
    const double residual = bb_ - 2 * m.slope * ab_ + m.slope * m.slope * aa_;
    const double spread = bb_ - b_ * b_ / elements_;
    m.r2 = spread > 0 ? 1 - std::max(residual, 0.0) / spread : 1;
    m.delta64 = worst(m.delta64_by_pos);
    m.error_a = worst(errors_[0]);
    m.error_b = worst(errors_[1]);
    m.band = worst(m.band_by_pos);
    double below = equal_;
    for (size_t i = 0; i < ulp_counts_.size() && below < 0.99 * elements_; ++i) {
        below += ulp_counts_[i];
        m.p99_ulp = std::exp2(kLowestOctave + static_cast<double>(i + 1) / kBucketsPerOctave);
    }
    m.p99_ulp = std::min(m.p99_ulp, m.max_ulp);
    return m;
}

}  // namespace driftscope
