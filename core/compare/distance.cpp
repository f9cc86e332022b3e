// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/distance.h"

#include <limits>

#include "core/nn/numerics.h"

namespace driftscope {

namespace {

/// Masked scores are the lowest finite number of their type (plus a score) or −infinity.
double mask_threshold(at::ScalarType type) {
    switch (type) {
        case at::kDouble: return std::numeric_limits<double>::lowest() / 2;
        case at::kHalf: return -32752.0;
        default: return -1.6e38;
    }
}

}  // namespace

FlatSite flatten(SiteKind kind, const at::Tensor& value) {
    FlatSite flat;
    flat.type = value.scalar_type();
    at::Tensor v = value.to(at::kDouble);
    if (site_info(kind).values == SiteValues::masked) v = v.transpose(0, 1);  // pos first
    v = v.reshape({v.size(0), -1});
    if (kind == SiteKind::scores) {
        flat.masked = v <= mask_threshold(flat.type);
        v = v.masked_fill(flat.masked, 0.0);
    }
    flat.values = v;
    return flat;
}

at::Tensor by_expert(const at::Tensor& value, const at::Tensor& indices) {
    at::Tensor order = at::argsort(indices, int64_t{1}, false);
    if (value.dim() == 3) order = order.unsqueeze(2).expand(value.sizes());
    return value.gather(1, order);
}

at::Tensor absolute_by_pos(const FlatSite& x, const FlatSite& y) {
    return at::linalg_vector_norm(x.values - y.values, 2, at::IntArrayRef{1});
}

namespace {

at::Tensor unequal_sets(const at::Tensor& x, const at::Tensor& y) {
    const at::Tensor found = (x.unsqueeze(2) == y.unsqueeze(1)).any(2);  // [pos, slot]
    return 1.0 - found.to(at::kDouble).mean(1);
}

}  // namespace

at::Tensor distance_by_pos(SiteKind kind, const FlatSite& x, const FlatSite& y) {
    if (site_info(kind).values == SiteValues::sets) return unequal_sets(x.values, y.values);
    const at::Tensor norm = at::linalg_vector_norm(x.values, 2, at::IntArrayRef{1});
    const at::ScalarType coarse =
        significand_bits(x.type) < significand_bits(y.type) ? x.type : y.type;
    const double least = 8 * unit_roundoff(coarse) * norm.max().item<double>();
    const at::Tensor difference = absolute_by_pos(x, y);
    const at::Tensor relative = difference / norm.clamp_min(std::max(least, 1e-300));
    return at::where(difference == 0, at::zeros_like(difference), relative);
}

}  // namespace driftscope
