// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/comparison.h"
#include "core/model/config.h"

namespace driftscope {

class RouteStore;

enum class QkvLayout { fused, separate, split_gemm, split_einsum };
enum class SumOrder { library, sequential, pairwise, slices, blocks };
enum class RouterSoftmax { contract, follow, after_topk };
enum class PadSide { none, left, right };
/// Whose roundings: transformers 4.57 eager, HookedTransformer 3.x (3.9.0) or 2.x (2.16.1).
enum class Conventions { huggingface, transformerlens, transformerlens2 };

/// What is wrong with the bias of ALiBi.
enum class AlibiDefect {
    none,
    top_rows,      ///< D-ALIBI-TOPROWS: rows 0 .. q−1 of the relative matrix in every call
    query_length,  ///< D-ALIBI-QLEN: built over the call's own keys, zero before them
    slopes,        ///< D-ALIBI-SLOPES: 2^(−8k/n) for every n
    stale          ///< D-ALIBI-STALE: last rows of a matrix that is 512 longer
};

/// Deliberate, labelled bugs in the arithmetic of a run; those that are a config read wrongly are
/// in core/model/defects.h.
struct DefectSwitches {
    bool moe_scatter = false;        ///< D-MOE-SCATTER
    bool split_qsum = false;         ///< D-SPLIT-QSUM: q = n_heads · (x W_Q) + b_Q
    bool split_kvheads = false;      ///< D-SPLIT-KVHEADS: n_heads copies for k and v
    bool pos_restart = false;        ///< D-POS-RESTART: positions from 0 in every later call
    bool conv1d = false;             ///< D-GPT2-CONV1D: c_proj not transposed
    bool interleaved = false;        ///< D-ROPE-CONVENTION: pairs (2i, 2i+1)
    bool neox_softmax = false;       ///< D-NEOX-SOFTMAX: rotation and scores in float32
    bool tied_head_missing = false;  ///< D-TIED-HEAD-MISSING: zeros instead of the embedding
    bool softcap_dropped = false;    ///< D-SOFTCAP-DROPPED: sdpa without the cap
    bool kv_init = false;            ///< D-KV-INIT: a row of zeros in the cache is attended
    bool kv_mask = false;            ///< D-KV-MASK: later calls see their own keys only
    bool kv_update = false;  ///< D-KV-UPDATE: a later call's first key lands on the last one
    AlibiDefect alibi = AlibiDefect::none;
};

/// The options of one run, resolved against one model: every step's type is named here, nothing
/// is left to "contract" or "follow". A float64 (judge) run keeps these types as the description
/// of what is rounded where, and computes in float64 (see Exec).
struct Numerics {
    at::ScalarType dtype = at::kFloat;  ///< weights and activations
    at::ScalarType norm = at::kFloat;   ///< statistics and normalisation
    at::ScalarType softmax = at::kFloat;
    at::ScalarType rope = at::kFloat;  ///< inverse frequencies, angles, cos, sin
    at::ScalarType logits = at::kFloat;
    at::ScalarType router = at::kFloat;  ///< operands of the router product
    at::ScalarType router_softmax = at::kFloat;
    at::ScalarType combine = at::kFloat;  ///< mixing weights
    at::ScalarType cache = at::kFloat;
    at::ScalarType accumulate = at::kFloat;  ///< sums of `order` when it is not library
    RouterSoftmax router_rule = RouterSoftmax::contract;
    QkvLayout qkv = QkvLayout::fused;
    bool use_cache = true;
    int64_t prefill_chunk = 0;  ///< tokens per call; 0 = whole prompt
    bool sdpa = false;
    std::optional<ScoreRule> score;  ///< instead of the family's own
    SumOrder order = SumOrder::library;
    int64_t order_size = 0;  ///< N of slices or blocks
    int threads = 0;         ///< 0 = by the model's size, −1 = all
    Conventions conventions = Conventions::huggingface;
    bool processed = false;      ///< TransformerLens's default weight processing
    double key_bias = 0;         ///< ±this, sign alternating, on key biases that do not rotate
    bool norm_per_head = false;  ///< the first norm once for each head's input
    int64_t filler_rows = 0;     ///< other texts in the same batch
    PadSide pad_side = PadSide::none;
    int64_t pads = 0;     ///< pad tokens on that side of the prompt
    bool replay = false;  ///< experts chosen by another run, in `routes`
    std::shared_ptr<const RouteStore> routes;
    DefectSwitches defect;
    /// Arithmetic of the steps that are true in `raised_steps` (numbered as in
    /// core/options/steps.h); null: all steps are computed alike.
    std::shared_ptr<const Numerics> raised;
    std::vector<bool> raised_steps;
};

/// The arithmetic of one step.
inline const Numerics& of_step(const Numerics& n, size_t step) {
    return n.raised && n.raised_steps.at(step) ? *n.raised : n;
}
/// Of attention in block `layer`.
inline const Numerics& of_attention(const Numerics& n, int layer) {
    return of_step(n, 2 * static_cast<size_t>(layer) + 1);
}
/// The type in which the logits are made.
inline at::ScalarType logits_type(const Numerics& n) {
    return n.raised && n.raised_steps.back() ? n.raised->logits : n.logits;
}

/// Short names: "float32", "bfloat16", ...
std::string dtype_name(at::ScalarType type);
at::ScalarType dtype_from_name(const std::string& name);
/// Bits of the significand with the hidden one: 53, 24, 8, 11.
int significand_bits(at::ScalarType type);
/// Unit roundoff 2^-significand_bits.
double unit_roundoff(at::ScalarType type);
/// The type with more significand bits; on a tie the second.
at::ScalarType wider(at::ScalarType a, at::ScalarType b);

/// The steps of HookedTransformer, of either version.
inline bool lens(const Numerics& n) { return n.conventions != Conventions::huggingface; }

/// Whether two runs compute the same rows in each call, so that a stream of one fits the other.
bool same_rows(const Numerics& a, const Numerics& b);

/// Resolves checked, completed options. `stored` is the checkpoint's type (as-stored).
Numerics resolve_numerics(const OptionValues& options, at::ScalarType stored);

/// Flags for parse_config that the options and defects imply (rope.base, rope.scaling, window).
std::map<std::string, std::string> config_overrides(const OptionValues& options);

}  // namespace driftscope
