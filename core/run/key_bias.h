// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/loaded_model.h"

namespace driftscope {

/// Whether keys have biases in dimensions that do not rotate: what attention.key_bias acts on.
bool free_key_bias(const LoadedModel& model, const ModelConfig& config);

/// attention.key_bias: ±`size`, the sign alternating, in the dimensions of each key head that do
/// not rotate, 0 in those that do; [n_kv_heads · d_head] float64. Added to b_K it moves the scores
/// of a query by q · c over all keys alike, which the softmax takes out again.
at::Tensor key_constant(const ModelConfig& config, double size);

/// A constant of the keys among the rows of the fused product as `store` orders them, zeros for
/// queries and values: [(n_heads + 2 n_kv_heads) · d_head].
at::Tensor among_fused_rows(const at::Tensor& constant, const ModelConfig& config, QkvStore store);

}  // namespace driftscope
