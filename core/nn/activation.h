// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/nn/exec.h"

namespace driftscope {

/// The function between the projections of an MLP, by its name in transformers 4.57 activations.py:
/// silu, gelu, relu, gelu_pytorch_tanh (one kernel, one rounding); gelu_new, gelu_fast (a rounding
/// after every operation); bloom_gelu (modeling_bloom.py, bloom_gelu_forward: the same with eight
/// digits and an order of its own). x of any shape, in the run's dtype.
/// Errors: internal, for an unknown name.
at::Tensor activate(const Exec& exec, std::string_view name, const at::Tensor& x);

/// cap · tanh(x / cap): three roundings to `type` (Gemma 2 and 3).
at::Tensor soft_cap(const Exec& exec, const at::Tensor& x, double cap, at::ScalarType type);

}  // namespace driftscope
