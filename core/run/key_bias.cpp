// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/key_bias.h"

namespace driftscope {

namespace {

/// The first dimensions of each head are those that rotate.
int64_t rotated_dims(const ModelConfig& config) {
    if (config.block.positions != PositionKind::rotary) return 0;
    return static_cast<int64_t>(static_cast<double>(config.d_head) * config.rope.partial);
}

}  // namespace

bool free_key_bias(const LoadedModel& model, const ModelConfig& config) {
    return model.has("blocks.0.attn.b_K") && rotated_dims(config) < config.d_head;
}

at::Tensor key_constant(const ModelConfig& config, double size) {
    const int64_t rotated = rotated_dims(config), free = config.d_head - rotated;
    const at::Tensor sign = 1 - 2 * at::remainder(at::arange(free, at::kDouble), 2);
    const at::Tensor head = at::cat({at::zeros(rotated, at::kDouble), sign * size});
    return head.repeat(config.n_kv_heads);
}

at::Tensor among_fused_rows(const at::Tensor& constant, const ModelConfig& config, QkvStore store) {
    const int64_t d = config.d_head, kv = config.n_kv_heads, group = config.n_heads / kv;
    const bool stacked = store == QkvStore::stacked || store == QkvStore::separate;
    if (stacked) {
        const at::Tensor queries = at::zeros(config.n_heads * d, constant.options());
        return at::cat({queries, constant, at::zeros_like(constant)});
    }
    const at::Tensor rows = at::zeros({kv, group + 2, d}, constant.options());
    const int64_t key = store == QkvStore::by_group_swapped ? group + 1 : group;
    rows.select(1, key).copy_(constant.view({kv, d}));
    return rows.flatten();
}

}  // namespace driftscope
