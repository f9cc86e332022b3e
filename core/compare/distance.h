// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include "core/data/site.h"

namespace driftscope {

/// A site's value as float64 [pos, n], masked entries zero and marked.
struct FlatSite {
    at::Tensor values;                  ///< [pos, n] float64
    at::Tensor masked;                  ///< [pos, n] bool; undefined where the site has no mask
    at::ScalarType type = at::kDouble;  ///< the type it was made in
};
FlatSite flatten(SiteKind kind, const at::Tensor& value);

/// Values by slot put in the order of ascending expert id, so that two runs that choose the same
/// experts by another rank compare expert with expert. [pos, slot, ..], indices [pos, slot].
at::Tensor by_expert(const at::Tensor& value, const at::Tensor& indices);

/// Relative L2 of x and y at each position: ‖x−y‖ / max(‖x‖, 4 ulp of the site's norm), entries
/// masked in both left out. For sets the share of chosen ids that the other lacks. [pos] float64.
at::Tensor distance_by_pos(SiteKind kind, const FlatSite& x, const FlatSite& y);

/// ‖x−y‖ at each position, not divided. [pos] float64.
at::Tensor absolute_by_pos(const FlatSite& x, const FlatSite& y);

}  // namespace driftscope
