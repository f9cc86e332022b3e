// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/block_spec.h"
#include "core/nn/exec.h"

namespace driftscope {

struct NormResult {
    at::Tensor output;  ///< [.., pos, d_model], the run's dtype
    at::Tensor scale;   ///< [.., pos, 1], √(mean(x²) + eps) or √(variance + eps), the norm's type
};

struct NormWeights {
    at::Tensor weight, bias;  ///< [d_model]; bias of LayerNorm only
    double eps = 0;
};

/// The norm over the last axis of x, by kind:
/// * rms: LlamaRMSNorm of transformers 4.57: x to float32, x · rsqrt(mean(x²) + eps), cast to the
///   model's dtype, then times the weight in that dtype (a second rounding).
/// * rms_plus_one: GemmaRMSNorm: times 1 + weight in float32 too, then one cast.
/// * layer: torch.nn.LayerNorm: statistics, weight and bias in float32 inside the kernel, one
///   rounding. In another type (norm.dtype) the same steps one by one.
/// Conventions transformerlens (rms_norm.py, layer_norm.py of 3.9): x / √(mean + eps) in place of
/// the product with the reciprocal; the cast, then weight and bias in the dtype, a rounding each;
/// Gemma's 1 + w rounded to the dtype. transformerlens-2 (of 2.16): LayerNorm's weight and bias in
/// float32 before the cast.
NormResult norm(const Exec& exec, NormKind kind, const at::Tensor& x, const NormWeights& w);

}  // namespace driftscope
