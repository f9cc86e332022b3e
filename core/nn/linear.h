// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/exec.h"

namespace driftscope {

/// y = x Wᵀ + b in `type`; x [.., S, in], W [out, in], b [out] or undefined.
/// Half types sum in float32 and round once (LibTorch CPU); float32 and float64 sum in themselves.
at::Tensor linear(const Exec& exec, const at::Tensor& x, const at::Tensor& weight,
                  const at::Tensor& bias, at::ScalarType type);

/// As linear() in the run's dtype for one slice; with more, the products of equal slices of the
/// inputs added to zeros one by one, each rounded, and no bias: what modeling_bloom.py does with
/// slow_but_exact and pretraining_tp, where the bias is left out.
at::Tensor sliced_linear(const Exec& exec, const at::Tensor& x, const at::Tensor& weight,
                         const at::Tensor& bias, int64_t slices);

/// Batched product x · w in `type`; x [.., S, K], w [.., K, N].
at::Tensor product(const Exec& exec, const at::Tensor& x, const at::Tensor& w, at::ScalarType type);

/// bias + alpha · x · w in one product, one rounding to `type` (torch.baddbmm).
/// x [row, head, S, K], w [row, head, K, N], bias [head, 1 or S, N] or undefined.
at::Tensor fused_product(const Exec& exec, const at::Tensor& x, const at::Tensor& w,
                         const at::Tensor& bias, double alpha, at::ScalarType type);

}  // namespace driftscope
