// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/distance.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/nn/numerics.h"

namespace driftscope {

double mask_threshold(at::ScalarType type) {
    switch (type) {
        case at::kDouble: return std::numeric_limits<double>::lowest() / 2;
        case at::kHalf: return -32752.0;
        default: return -1.6e38;
    }
}

FlatSite flatten(SiteKind kind, const at::Tensor& value) {
    FlatSite flat;
    const at::Tensor wide = value.to(at::kDouble);
    if (site_info(kind).values == SiteValues::masked) {
        flat.values = wide.transpose(0, 1);
        if (flat.values.stride(2) != 1) flat.values = flat.values.contiguous();
    } else {
        flat.values = wide.reshape({wide.size(0), 1, -1}).contiguous();
    }
    flat.type = value.scalar_type();
    if (kind == SiteKind::scores) flat.masked = mask_threshold(flat.type);
    return flat;
}

FlatSite flat_rows(const at::Tensor& rows) {
    const at::Tensor wide = rows.to(at::kDouble);
    return {wide.reshape({wide.size(0), 1, -1}).contiguous(), at::kDouble};
}

at::Tensor by_expert(const at::Tensor& value, const at::Tensor& indices) {
    at::Tensor order = at::argsort(indices, int64_t{1}, false);
    if (value.dim() == 3) order = order.unsqueeze(2).expand(value.sizes());
    return value.gather(1, order);
}

namespace {

/// ‖x‖ and ‖x−y‖ of each row, in one pass: values of a site are read ten times and more.
struct RowNorms {
    at::Tensor x, difference;  ///< [pos] float64
};

constexpr int64_t kLanes = 8;  // sums that run side by side, so that vectors can hold them

struct Squares {
    double own[kLanes] = {}, difference[kLanes] = {};

    template <bool Masks>
    void add(const FlatSite& fx, const double* x, const FlatSite& fy, const double* y, int64_t n) {
        const double mx = fx.masked, my = fy.masked;
        const auto one = [&](int64_t i, int64_t lane) {
            const double vx = Masks && x[i] <= mx ? 0.0 : x[i];
            const double vy = Masks && y[i] <= my ? 0.0 : y[i];
            const double d = vx - vy;
            own[lane] += vx * vx;
            difference[lane] += d * d;
        };
        int64_t i = 0;
        for (; i + kLanes <= n; i += kLanes)
            for (int64_t lane = 0; lane < kLanes; ++lane) one(i + lane, lane);
        for (; i < n; ++i) one(i, 0);
    }
};

double root_of_sum(const double (&parts)[kLanes]) {
    double sum = 0;
    for (const double part : parts) sum += part;
    return std::sqrt(sum);
}

RowNorms row_norms(const FlatSite& x, const FlatSite& y) {
    TORCH_CHECK(x.values.sizes() == y.values.sizes(), "values of two shapes");
    const int64_t rows = x.values.size(0), runs = x.values.size(1), n = x.values.size(2);
    const auto options = at::TensorOptions().dtype(at::kDouble);
    RowNorms norms{at::empty({rows}, options), at::empty({rows}, options)};
    auto* norm = norms.x.mutable_data_ptr<double>();
    auto* difference = norms.difference.mutable_data_ptr<double>();
    const bool masks = x.masks() || y.masks();
    for (int64_t row = 0; row < rows; ++row) {
        Squares sums;
        for (int64_t i = 0; i < runs; ++i) {
            if (masks)
                sums.add<true>(x, x.run(row, i), y, y.run(row, i), n);
            else
                sums.add<false>(x, x.run(row, i), y, y.run(row, i), n);
        }
        norm[row] = root_of_sum(sums.own);
        difference[row] = root_of_sum(sums.difference);
    }
    return norms;
}

}  // namespace

at::Tensor absolute_by_pos(const FlatSite& x, const FlatSite& y) {
    return row_norms(x, y).difference;
}

namespace {

at::Tensor unequal_sets(const at::Tensor& x, const at::Tensor& y) {
    const at::Tensor found = (x.unsqueeze(2) == y.unsqueeze(1)).any(2);  // [pos, slot]
    return 1.0 - found.to(at::kDouble).mean(1);
}

}  // namespace

at::Tensor distance_by_pos(SiteKind kind, const FlatSite& x, const FlatSite& y) {
    if (site_info(kind).values == SiteValues::sets)
        return unequal_sets(x.values.flatten(1), y.values.flatten(1));
    const auto [norm, difference] = row_norms(x, y);
    const at::ScalarType coarse =
        significand_bits(x.type) < significand_bits(y.type) ? x.type : y.type;
    const double least = 8 * unit_roundoff(coarse) * norm.max().item<double>();
    const at::Tensor relative = difference / norm.clamp_min(std::max(least, 1e-300));
    return at::where(difference == 0, at::zeros_like(difference), relative);
}

}  // namespace driftscope
