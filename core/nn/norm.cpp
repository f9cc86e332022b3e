// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/norm.h"

namespace driftscope {

namespace {

/// mean of `terms` over the last axis, its sum's rounding included. [.., 1]
at::Tensor rounded_mean(const Exec& exec, const at::Tensor& terms, at::ScalarType type) {
    const double share = 1 / static_cast<double>(terms.size(-1));
    return exec.rounded_sum(terms.mean(-1, true), terms, share, type);
}

NormResult rms(const Exec& exec, NormKind kind, const at::Tensor& x, const NormWeights& w) {
    const at::ScalarType wide = exec.num().norm, dtype = exec.num().dtype;
    // norm.dtype=follow keeps half types; a float32 norm inside a float64 run rounds x first.
    const at::Tensor wide_x = exec.round(x, dtype, wide);
    const at::Tensor variance = exec.rounded(rounded_mean(exec, wide_x.pow(2), wide) + w.eps, wide);
    const at::Tensor inverse = exec.rounded(at::rsqrt(variance), wide);
    const at::Tensor normal = exec.rounded(wide_x * inverse, wide);
    const at::Tensor scale = exec.rounded(at::sqrt(variance), wide);
    if (kind == NormKind::rms) {
        return {exec.rounded(w.weight * exec.round(normal, wide, dtype), dtype), scale};
    }
    const at::Tensor factor = exec.rounded(1.0 + exec.round(w.weight, dtype, wide), wide);
    return {exec.round(exec.rounded(normal * factor, wide), wide, dtype), scale};
}

/// The steps of the kernel (ATen layer_norm_kernel.cpp): mean and variance, then
/// (x · rstd − mean · rstd) · weight + bias, all in `wide`, then one rounding.
NormResult layer_by_steps(const Exec& exec, const at::Tensor& x, const NormWeights& w) {
    const at::ScalarType wide = exec.num().norm, dtype = exec.num().dtype;
    const at::Tensor wide_x = exec.round(x, dtype, wide);
    const at::Tensor mean = rounded_mean(exec, wide_x, wide);
    const at::Tensor centred = exec.rounded(wide_x - mean, wide);
    const at::Tensor variance =
        exec.rounded(rounded_mean(exec, centred.square(), wide) + w.eps, wide);
    const at::Tensor inverse = exec.rounded(at::rsqrt(variance), wide);
    const at::Tensor shift = exec.rounded(mean * inverse, wide);
    at::Tensor y = exec.rounded(exec.rounded(wide_x * inverse, wide) - shift, wide);
    y = exec.rounded(y * exec.round(w.weight, dtype, wide), wide);
    y = exec.rounded(y + exec.round(w.bias, dtype, wide), wide);
    if (wide != wider(at::kFloat, dtype)) {
        return {exec.round(y, wide, dtype), exec.rounded(at::sqrt(variance), wide)};
    }
    // The kernel hands 1 / scale out in the dtype; scale is its reciprocal there.
    const at::Tensor handed = exec.round(inverse, wide, dtype);
    return {exec.round(y, wide, dtype), exec.rounded(handed.reciprocal(), dtype)};
}

NormResult layer(const Exec& exec, const at::Tensor& x, const NormWeights& w) {
    const at::ScalarType dtype = exec.num().dtype;
    if (exec.judge() || exec.num().norm != wider(at::kFloat, dtype)) {
        return layer_by_steps(exec, x, w);
    }
    auto [y, mean, inverse] = at::native_layer_norm(x, {x.size(-1)}, w.weight, w.bias, w.eps);
    return {y, inverse.reciprocal()};
}

/// HookedTransformer's norms, operation by operation.
NormResult lens_norm(const Exec& exec, NormKind kind, const at::Tensor& x, const NormWeights& w) {
    const at::ScalarType wide = exec.num().norm, dtype = exec.num().dtype;
    at::Tensor centred = exec.round(x, dtype, wide);
    if (kind == NormKind::layer) {
        centred = exec.rounded(centred - rounded_mean(exec, centred, wide), wide);
    }
    const at::Tensor variance =
        exec.rounded(rounded_mean(exec, centred.pow(2), wide) + w.eps, wide);
    const at::Tensor scale = exec.rounded(at::sqrt(variance), wide);
    const at::Tensor normal = exec.rounded(centred / scale, wide);
    const bool after = exec.num().conventions == Conventions::transformerlens;
    if (kind == NormKind::layer && after) {
        const at::Tensor y = exec.rounded(exec.round(normal, wide, dtype) * w.weight, dtype);
        return {exec.rounded(y + w.bias, dtype), scale};
    }
    if (kind == NormKind::layer) {
        at::Tensor y = exec.rounded(normal * exec.round(w.weight, dtype, wide), wide);
        y = exec.rounded(y + exec.round(w.bias, dtype, wide), wide);
        return {exec.round(y, wide, dtype), scale};
    }
    at::Tensor weight = w.weight;
    if (kind == NormKind::rms_plus_one) {
        const at::Tensor factor = exec.rounded(1.0 + exec.round(weight, dtype, wide), wide);
        weight = exec.round(factor, wide, dtype);
    }
    return {exec.rounded(exec.round(normal, wide, dtype) * weight, dtype), scale};
}

}  // namespace

NormResult norm(const Exec& exec, NormKind kind, const at::Tensor& x, const NormWeights& w) {
    if (lens(exec.num())) return lens_norm(exec, kind, x, w);
    return kind == NormKind::layer ? layer(exec, x, w) : rms(exec, kind, x, w);
}

}  // namespace driftscope
