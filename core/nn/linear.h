// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/exec.h"

namespace driftscope {

/// y = x Wᵀ + b in `type`; x [.., S, in], W [out, in], b [out] or undefined.
/// Half types sum in float32 and round once (LibTorch CPU); float32 and float64 sum in themselves.
at::Tensor linear(const Exec& exec, const at::Tensor& x, const at::Tensor& weight,
                  const at::Tensor& bias, at::ScalarType type);

/// Batched product x · w in `type`; x [.., S, K], w [.., K, N].
at::Tensor product(const Exec& exec, const at::Tensor& x, const at::Tensor& w,
                   at::ScalarType type);

}  // namespace driftscope
