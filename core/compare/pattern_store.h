// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <vector>

#include "core/compare/recorder.h"
#include "core/data/comparison.h"
#include "core/model/config.h"
#include "core/nn/exec.h"

namespace driftscope {

/// Captured patterns of a comparison's two runs may take so much.
inline constexpr int64_t kPatternBudget = int64_t{256} << 20;

/// What a comparison keeps so that any head's pattern can be shown later: queries and keys of every
/// block always, patterns as they were captured while they fit the budget.
class PatternStore {
public:
    PatternStore(std::array<ModelConfig, 2> configs, const std::array<Numerics, 2>& numerics,
                 int64_t budget_bytes);

    /// Adds one stretch's values of one block.
    void add(Side side, int layer, const Recorder& values);

    /// Both patterns of a head and A − B; masked entries NaN.
    AttentionPair pair(int layer, int head) const;
    std::vector<HeadThumb> thumbs() const;
    int64_t bytes() const { return bytes_; }

private:
    struct Layer {
        std::vector<at::Tensor> q, k, pattern;  ///< by stretch
    };
    struct Pattern {
        at::Tensor values;  ///< [head, pos, key_pos] in the run's type; undefined: not there
        bool captured = false;
    };
    Pattern pattern(Side side, int layer, int head, int count) const;
    const Layer& at_layer(Side side, int layer) const;

    int n_heads_;
    std::array<ModelConfig, 2> configs_;
    std::array<Numerics, 2> numerics_;
    std::array<std::vector<Layer>, 2> layers_;
    std::array<bool, 2> keeps_ = {true, true};
    int64_t budget_, bytes_ = 0;
};

}  // namespace driftscope
