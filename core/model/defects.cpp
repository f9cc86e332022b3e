// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/defects.h"

#include "core/data/error.h"

#include <array>
#include <string_view>

namespace driftscope {
namespace {

[[noreturn]] void refuse(std::string_view id, const std::string& why) {
    throw Error(ErrorCode::usage, "option defects", std::string(id) + " " + why,
                "leave it off for this model");
}

/// The scaling is computed with a quarter of the context: 2048 where the config says 8192.
void shrink_context(ModelConfig& config) {
    config.rope.original_context = std::max<int64_t>(1, config.rope.original_context / 4);
}

void contiguous_wqkv(ModelConfig& config) { config.block.qkv = QkvStore::stacked; }

void neox_wqkv(ModelConfig& config) {
    if (config.n_kv_heads != config.n_heads)
        refuse("D-WQKV-NEOX", "needs as many key/value heads as heads; the rows do not fit");
    config.block.qkv = QkvStore::by_head;
}

void swap_wqkv(ModelConfig& config) { config.block.qkv = QkvStore::by_group_swapped; }

void widen_window(ModelConfig& config) {
    if (config.sliding_window) ++*config.sliding_window;
}

struct Row {
    std::string_view id;
    void (*apply)(ModelConfig&);
};

constexpr std::array rows = {
    Row{"D-ROPE-OLDCTX", shrink_context},
    Row{"D-ROUTER-NORENORM", [](ModelConfig& c) { c.norm_topk_prob = false; }},
    Row{"D-WQKV-CONTIG", contiguous_wqkv},
    Row{"D-WQKV-NEOX", neox_wqkv},
    Row{"D-WQKV-KV-SWAP", swap_wqkv},
    Row{"D-SWA-WINDOW", widen_window},
    Row{"D-GEMMA-1PLUSW", [](ModelConfig& c) { c.block.norm = NormKind::rms; }},
    Row{"D-GEMMA-EMBSCALE", [](ModelConfig& c) { c.block.scaled_embed = false; }},
};

}  // namespace

void apply_defects(ModelConfig& config, const std::vector<std::string>& ids) {
    for (const std::string& id : ids)
        for (const Row& row : rows)
            if (row.id == id) row.apply(config);
}

}  // namespace driftscope
