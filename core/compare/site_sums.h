// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <vector>

#include "core/compare/distance.h"
#include "core/data/comparison.h"

namespace driftscope {

/// Running sums of A | B at one site, filled stretch by stretch; nothing of the values is kept.
class SiteSums {
public:
    explicit SiteSums(Site site) { result_.site = site; }

    void add_pair(const FlatSite& a, const FlatSite& b);
    /// Distances of judge runs over the same positions; each may be empty.
    void add_judged(const std::vector<double>& delta64, const std::vector<double>& error_a,
                    const std::vector<double>& error_b, const std::vector<double>& band_a,
                    const std::vector<double>& band_b);
    void present(bool in_a, bool in_b) { result_.in_a = in_a, result_.in_b = in_b; }

    SiteMetrics finish() const;
    /// One run's error, root mean square over positions, and what its band allows such a mean.
    struct Noise {
        double error = 0, band = 0;
    };
    Noise noise(Side side) const;
    Site site() const { return result_.site; }
    bool non_finite() const { return result_.non_finite; }
    /// Entries that one run masks and the other does not.
    double masked_in_one() const { return masked_in_one_; }
    bool all_equal() const { return elements_ > 0 && equal_ == elements_; }
    bool compared() const { return elements_ > 0; }
    double worst_delta64() const;

private:
    void add_ulps(const at::Tensor& difference, const FlatSite& a, const FlatSite& b);

    SiteMetrics result_;
    double elements_ = 0, equal_ = 0, masked_in_one_ = 0;
    double abs_ = 0, square_ = 0, aa_ = 0, bb_ = 0, ab_ = 0, b_ = 0;
    std::array<double, 256> ulp_counts_{};  ///< half-octave buckets from 2^-40
    std::array<std::vector<double>, 2> errors_, bands_;
};

}  // namespace driftscope
