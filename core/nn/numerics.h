// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <optional>
#include <string>
#include <vector>

#include "core/data/comparison.h"
#include "core/model/config.h"

namespace driftscope {

enum class QkvLayout { fused, separate, split_gemm, split_einsum };
enum class SumOrder { library, sequential, pairwise, slices, blocks };
enum class RouterSoftmax { contract, follow, after_topk };
enum class ScaleRule { multiply, divide };

/// The options of one run, resolved against one model: every step's type is named here, nothing
/// is left to "contract" or "follow". A float64 (judge) run keeps these types as the description
/// of what is rounded where, and computes in float64 (see Exec).
struct Numerics {
    at::ScalarType dtype = at::kFloat;           ///< weights and activations
    at::ScalarType norm = at::kFloat;            ///< statistics and normalisation
    at::ScalarType softmax = at::kFloat;
    at::ScalarType rope = at::kFloat;            ///< inverse frequencies, angles, cos, sin
    at::ScalarType logits = at::kFloat;
    at::ScalarType router = at::kFloat;          ///< operands of the router product
    at::ScalarType router_softmax = at::kFloat;
    at::ScalarType combine = at::kFloat;         ///< mixing weights
    at::ScalarType cache = at::kFloat;
    at::ScalarType accumulate = at::kFloat;      ///< sums of `order` when it is not library
    RouterSoftmax router_rule = RouterSoftmax::contract;
    QkvLayout qkv = QkvLayout::fused;
    bool use_cache = true;
    int64_t prefill_chunk = 0;                   ///< tokens per call; 0 = whole prompt
    bool sdpa = false;
    ScaleRule scale = ScaleRule::multiply;
    SumOrder order = SumOrder::library;
    int64_t order_size = 0;                      ///< N of slices or blocks
    int threads = 0;                             ///< 0 = all
    bool moe_scatter = false;                    ///< D-MOE-SCATTER
};

/// Short names: "float32", "bfloat16", ...
std::string dtype_name(at::ScalarType type);
at::ScalarType dtype_from_name(const std::string& name);
/// Bits of the significand with the hidden one: 53, 24, 8, 11.
int significand_bits(at::ScalarType type);
/// Unit roundoff 2^-significand_bits.
double unit_roundoff(at::ScalarType type);
/// The type with more significand bits; on a tie the second.
at::ScalarType wider(at::ScalarType a, at::ScalarType b);

/// Resolves checked, completed options. `stored` is the checkpoint's type (as-stored).
Numerics resolve_numerics(const OptionValues& options, at::ScalarType stored);

/// Flags for parse_config that the options and defects imply (rope.base, rope.scaling, window).
std::map<std::string, std::string> config_overrides(const OptionValues& options);

}  // namespace driftscope
