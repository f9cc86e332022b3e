// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/model/config.h"
#include "core/model/family.h"

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace driftscope {

/// Rows of a stored tensor: `blocks` runs of `count` rows, each `step` after the one before.
struct RowRuns {
    int64_t first = 0, count = 0, step = 0, blocks = 0;  ///< blocks 0: all rows
    bool whole() const { return blocks == 0; }
    bool operator==(const RowRuns&) const = default;
};

/// A canonical weight and the stretch of the checkpoint that holds it.
struct BoundWeight {
    std::string canonical;               ///< "blocks.0.attn.W_Q"
    std::string source_name;             ///< name in the file; a slice adds "[3, 0:64]"
    const TensorView* tensor = nullptr;  ///< as stored; the checkpoint must outlive it
    bool tied = false;                   ///< an alias: same tensor as the weight it is tied to
    bool fused = false;                  ///< stored whole, its parts are weights of their own
    bool transposed = false;             ///< stored [in, out]
    RowRuns rows;                        ///< rows of the (transposed) tensor
    std::vector<int64_t> shape;          ///< [out, in] of the weight
    int64_t elements() const;
};

/// A family's weights found in a checkpoint, checked, in forward order.
/// Canonical names: embed.W_E, blocks.L.ln1.w, blocks.L.attn.W_Q|W_K|W_V|W_O (b_Q, ...),
/// blocks.L.ln2.w, blocks.L.mlp.W_gate|W_up|W_down (b_gate, ...), blocks.L.moe.W_router,
/// blocks.L.moe.E.W_gate|W_up|W_down, ln_final.w, unembed.W_U; attn.W_QKV (b_QKV) where the file
/// stores the three as one.
class WeightTable {
public:
    /// Missing and mis-shaped tensors and those of a type that cannot be computed with are
    /// reported together in one Error (mismatch; unsupported if only types are wrong). Tensors that
    /// no row asks for are no error: see unused(). Costs no read of tensor data.
    /// The table points into `checkpoint`, which must outlive it.
    static WeightTable bind(const FamilySpec& family, const ModelConfig& config,
                            const Checkpoint& checkpoint);

    /// Errors: not_found, naming the weight.
    const BoundWeight& at(std::string_view canonical) const;
    bool contains(std::string_view canonical) const;
    const std::vector<BoundWeight>& all() const { return weights_; }
    /// Names of tensors in the checkpoint that are not read, sorted.
    const std::vector<std::string>& unused() const { return unused_; }
    /// Buffers that the family is known to store and nobody reads (rotary_emb.inv_freq), sorted.
    const std::vector<std::string>& ignored() const { return ignored_; }

private:
    friend class WeightBinder;
    std::vector<BoundWeight> weights_;
    std::unordered_map<std::string, size_t> index_;
    std::vector<std::string> unused_, ignored_;
    std::shared_ptr<std::deque<TensorView>> slices_;  ///< views cut out of stacked tensors
};

}  // namespace driftscope
