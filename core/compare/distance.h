// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <cmath>
#include <limits>

#include "core/data/site.h"

namespace driftscope {

/// Masked scores are the lowest finite number of their type (plus a score) or −∞: at or below this.
double mask_threshold(at::ScalarType type);

/// A site's value as float64, as it lies in memory: patterns and scores are [head, pos, key], all
/// others begin with the position.
struct FlatSite {
    at::Tensor values;                  ///< [pos, run, n] float64, n without gaps
    at::ScalarType type = at::kDouble;  ///< the type it was made in
    /// Entries at or below it are masked and count as zero; −infinity: none is.
    double masked = -std::numeric_limits<double>::infinity();

    bool masks() const { return std::isfinite(masked); }
    bool hides(double value) const { return masks() && value <= masked; }
    /// The n values of one run at a position.
    const double* run(int64_t pos, int64_t i) const {
        return values.const_data_ptr<double>() + pos * values.stride(0) + i * values.stride(1);
    }
};
FlatSite flatten(SiteKind kind, const at::Tensor& value);
/// Any [pos, n], nothing of it masked.
FlatSite flat_rows(const at::Tensor& rows);

/// Values by slot put in the order of ascending expert id, so that two runs that choose the same
/// experts by another rank compare expert with expert. [pos, slot, ..], indices [pos, slot].
at::Tensor by_expert(const at::Tensor& value, const at::Tensor& indices);

/// Relative L2 of x and y at each position: ‖x−y‖ / max(‖x‖, 4 ulp of the site's norm), entries
/// masked in both left out. For sets the share of chosen ids that the other lacks. [pos] float64.
at::Tensor distance_by_pos(SiteKind kind, const FlatSite& x, const FlatSite& y);

/// ‖x−y‖ at each position, not divided. [pos] float64.
at::Tensor absolute_by_pos(const FlatSite& x, const FlatSite& y);

}  // namespace driftscope
