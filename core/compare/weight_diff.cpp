// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/weight_diff.h"

namespace driftscope {

WeightDiff diff_weights(LoadedModel& a, LoadedModel& b) {
    WeightDiff diff;
    bool all_rounded = true;
    for (const BoundWeight& weight : a.weights().all()) {
        if (weight.tied || weight.fused || !b.has(weight.canonical)) continue;
        const BoundWeight& other = b.weights().at(weight.canonical);
        const bool same_cut = weight.transposed == other.transposed && weight.rows == other.rows;
        if (same_cut && weight.tensor->type == other.tensor->type &&
            a.checkpoint().tensor_hash(*weight.tensor) ==
                b.checkpoint().tensor_hash(*other.tensor)) {
            continue;
        }
        const at::ScalarType type_a = torch_type(weight.tensor->type);
        const at::ScalarType type_b = torch_type(other.tensor->type);
        const at::Tensor wa = a.weight(weight.canonical, {type_a, std::nullopt, 1});
        const at::Tensor wb = b.weight(weight.canonical, {type_b, std::nullopt, 1});
        // Packed here, in pieces there: the same values are the same weight.
        if (type_a == type_b && wa.equal(wb)) continue;
        diff.differing.push_back(weight.canonical);
        all_rounded = all_rounded && type_a != type_b && wa.to(type_b).equal(wb);
    }
    diff.rounded_copy = all_rounded && !diff.differing.empty();
    return diff;
}

}  // namespace driftscope
