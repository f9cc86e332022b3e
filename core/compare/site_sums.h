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
    /// By position, of all positions: |A64−B64|.
    void set_delta64(std::vector<double> delta64) { result_.delta64_by_pos = std::move(delta64); }
    /// One run's error and band, likewise.
    struct Errors {
        std::vector<double> error, band;
    };
    void set_errors(Errors of_a, Errors of_b);
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
    int64_t masked_in_one() const { return sums_.masked_in_one; }
    bool all_equal() const { return sums_.elements > 0 && sums_.equal == sums_.elements; }
    bool compared() const { return sums_.elements > 0; }
    double worst_delta64() const;

private:
    struct Sums {
        int64_t elements = 0, equal = 0, masked_in_one = 0;
        double abs = 0, square = 0;            ///< Σ |a−b|, Σ (a−b)²
        double aa = 0, bb = 0, ab = 0, b = 0;  ///< Σ a², Σ b², Σ ab, Σ b
    };
    struct Spacing;
    /// One run of the two; what both mask counts nowhere.
    void add_run(const FlatSite& a, const FlatSite& b, const double* in_a, const double* in_b);
    void add_ulps(const Spacing& spacing, const FlatSite& a, const FlatSite& b, const double* in_a,
                  const double* in_b);

    SiteMetrics result_;
    Sums sums_;
    std::array<double, 256> ulp_counts_{};  ///< half-octave buckets from 2^-40
    std::array<Errors, 2> errors_;
};

}  // namespace driftscope
