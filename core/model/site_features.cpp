// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/site_features.h"

#include <algorithm>

namespace driftscope {

SiteFeatures site_features(const ModelConfig& config) {
    SiteFeatures made;
    made.rotary = config.block.positions == PositionKind::rotary;
    made.qk_norm = config.block.qk_norm != QkNorm::none;
    made.gated = config.block.ffn != FfnKind::plain;
    made.serial = config.block.residual != ResidualKind::parallel;
    made.embed_norm = config.block.embed_norm;
    for (int64_t layer = 0; layer < config.n_layers; ++layer)
        made.moe.push_back(config.moe_layer(layer));
    return made;
}

SiteFeatures united(SiteFeatures a, const SiteFeatures& b) {
    a.rotary |= b.rotary;
    a.qk_norm |= b.qk_norm;
    a.gated |= b.gated;
    a.serial |= b.serial;
    a.embed_norm |= b.embed_norm;
    a.cache |= b.cache;
    a.moe.resize(std::max(a.moe.size(), b.moe.size()));
    for (size_t layer = 0; layer < b.moe.size(); ++layer)
        if (b.moe[layer]) a.moe[layer] = true;
    return a;
}

}  // namespace driftscope
