// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/site_sums.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "core/nn/numerics.h"
#include "core/run/sampler.h"

namespace driftscope {

namespace {

void append(std::vector<double>& to, const at::Tensor& from) {
    const at::Tensor values = from.contiguous();
    const double* data = values.data_ptr<double>();
    to.insert(to.end(), data, data + values.numel());
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

constexpr int kBucketsPerOctave = 2;
constexpr int kLowestOctave = -40;
constexpr uint64_t kFraction = (uint64_t{1} << 52) - 1;

/// ⌊log2 x⌋ of a positive finite number.
int octave(double x) {
    const auto exponent = static_cast<int>(std::bit_cast<uint64_t>(x) >> 52);
    return exponent > 0 ? exponent - 1023 : std::ilogb(x);
}

/// The half octave of a positive x counted from 2^kLowestOctave, from 0 to 255.
size_t bucket_of(double x) {
    if (!std::isfinite(x)) return 255;
    constexpr uint64_t root = std::bit_cast<uint64_t>(std::numbers::sqrt2) & kFraction;
    const int half = (std::bit_cast<uint64_t>(x) & kFraction) >= root ? 1 : 0;
    const int bucket = (octave(x) - kLowestOctave) * kBucketsPerOctave + half;
    return static_cast<size_t>(std::clamp(bucket, 0, 255));
}

/// How many values make up the mean of squares: all when they are alike, one when it is one's.
double weight_of(const std::vector<double>& values) {
    double square = 0, fourth = 0;
    for (const double v : values) {
        square += v * v;
        fourth += v * v * v * v;
    }
    return fourth > 0 ? std::max(1.0, square * square / fourth) : 1.0;
}

}  // namespace

/// How far apart the numbers of a type lie.
struct SiteSums::Spacing {
    int bits = 0;      ///< 2^-bits of their octave
    double least = 0;  ///< at the bottom of the type's range

    /// `difference` in such steps at a number of `size`.
    double count(double difference, double size) const {
        const int exponent = bits - octave(std::max(size, least));
        if (exponent < -1022 || exponent > 1023) return std::ldexp(difference, exponent);
        return difference * std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52);
    }
};

void SiteSums::add_pair(const FlatSite& fa, const FlatSite& fb) {
    append(result_.by_pos, distance_by_pos(result_.site.kind, fa, fb));
    const at::ScalarType coarse =
        significand_bits(fa.type) < significand_bits(fb.type) ? fa.type : fb.type;
    const bool floating = at::isFloatingType(fa.type) && at::isFloatingType(fb.type);
    const Spacing spacing{significand_bits(coarse) - 1, ulp_at(0, coarse)};
    const double aa = sums_.aa, bb = sums_.bb;
    for (int64_t pos = 0; pos < fa.values.size(0); ++pos) {
        for (int64_t run = 0; run < fa.values.size(1); ++run) {
            add_run(fa, fb, fa.run(pos, run), fb.run(pos, run));
            if (floating) add_ulps(spacing, fa, fb, fa.run(pos, run), fb.run(pos, run));
        }
    }
    // Only a value that is not finite, or one of more than 10^154, has a square that is not.
    if (std::isfinite(sums_.aa - aa) && std::isfinite(sums_.bb - bb)) return;
    for (const FlatSite* site : {&fa, &fb}) {
        const at::Tensor shown = site->masks()
                                     ? site->values.masked_fill(site->values <= site->masked, 0.0)
                                     : site->values;
        if (!at::isfinite(shown).all().item<bool>()) result_.non_finite = true;
    }
}

void SiteSums::add_run(const FlatSite& fa, const FlatSite& fb, const double* in_a,
                       const double* in_b) {
    Sums s = sums_;
    double most = result_.max_abs;
    for (int64_t i = 0; i < fa.values.size(2); ++i) {
        const bool no_a = fa.hides(in_a[i]), no_b = fb.hides(in_b[i]);
        if (no_a && no_b) continue;
        if (no_a != no_b) ++s.masked_in_one;
        const double a = no_a ? 0.0 : in_a[i], b = no_b ? 0.0 : in_b[i];
        const double difference = std::abs(a - b);
        ++s.elements;
        s.equal += a == b ? 1 : 0;
        s.aa += a * a;
        s.bb += b * b;
        s.ab += a * b;
        s.b += b;
        s.abs += difference;
        s.square += difference * difference;
        most = difference > most ? difference : most;
    }
    sums_ = s;
    result_.max_abs = most;
}

void SiteSums::add_ulps(const Spacing& spacing, const FlatSite& fa, const FlatSite& fb,
                        const double* in_a, const double* in_b) {
    for (int64_t i = 0; i < fa.values.size(2); ++i) {
        const double a = fa.hides(in_a[i]) ? 0.0 : in_a[i], b = fb.hides(in_b[i]) ? 0.0 : in_b[i];
        if (a == b) continue;
        const double difference = std::abs(a - b);
        if (std::isnan(difference)) continue;
        const double larger = std::max(std::abs(a), std::abs(b));
        const bool finite = std::isfinite(larger);
        const double ulps = finite ? spacing.count(difference, larger) : INFINITY;
        if (finite) result_.max_ulp = std::max(result_.max_ulp, ulps);
        ++ulp_counts_[bucket_of(ulps)];
    }
}

void SiteSums::set_errors(Errors of_a, Errors of_b) {
    errors_ = {std::move(of_a), std::move(of_b)};
    result_.band_by_pos.clear();
    const auto &a = errors_[0].band, &b = errors_[1].band;
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        result_.band_by_pos.push_back(std::hypot(a[i], b[i]));
}

SiteSums::Noise SiteSums::noise(Side side) const {
    const Errors& of = errors_[static_cast<size_t>(side)];
    // A band is three times the noise's root mean square, for one position. The mean of n positions
    // scatters by 1/√n of that; never below 1.8 times, for the noise itself is known from few
    // passes and is not the same for every element. Positions count by their part in the mean:
    // where one outweighs all others, of the error or of the band, there is one. Of a site with one
    // number at a position n numbers are held against 2n of the noise: their ratio follows F(n,
    // 2n), and errors are some 0.7 of what the noise allows; 1 + 6.5/n is about its 99.9 % point
    // then.
    const double n = std::min(weight_of(of.error), weight_of(of.band));
    const bool single = sums_.elements == static_cast<int64_t>(result_.by_pos.size());
    const double times = 1 + (single ? 6.5 / n : 2 / std::sqrt(n));
    const double share = std::max(0.6, times / 3);
    return {rms(of.error), share * rms(of.band)};
}

double SiteSums::worst_delta64() const { return worst(result_.delta64_by_pos); }

SiteMetrics SiteSums::finish() const {
    SiteMetrics m = result_;
    const Sums& s = sums_;
    if (s.elements == 0) return m;
    const auto elements = static_cast<double>(s.elements), equal = static_cast<double>(s.equal);
    constexpr double kInfinite = std::numeric_limits<double>::infinity();
    m.exact = equal / elements;
    m.mean_abs = s.abs / elements;
    m.rel_l2 = worst(m.by_pos);
    m.nmse = s.aa > 0 ? s.square / s.aa : s.square > 0 ? kInfinite : 0;
    m.cosine = s.aa > 0 && s.bb > 0 ? s.ab / std::sqrt(s.aa * s.bb) : 1;
    m.slope = s.aa > 0 ? s.ab / s.aa : 1;
    const double residual = s.bb - 2 * m.slope * s.ab + m.slope * m.slope * s.aa;
    const double spread = s.bb - s.b * s.b / elements;
    m.r2 = spread > 0 ? 1 - std::max(residual, 0.0) / spread : 1;
    m.delta64 = worst(m.delta64_by_pos);
    m.error_a = worst(errors_[0].error);
    m.error_b = worst(errors_[1].error);
    m.band = worst(m.band_by_pos);
    double below = equal;
    for (size_t i = 0; i < ulp_counts_.size() && below < 0.99 * elements; ++i) {
        below += ulp_counts_[i];
        m.p99_ulp = std::exp2(kLowestOctave + static_cast<double>(i + 1) / kBucketsPerOctave);
    }
    m.p99_ulp = std::min(m.p99_ulp, m.max_ulp);
    return m;
}

}  // namespace driftscope
