// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/route_store.h"

#include "core/data/error.h"

namespace driftscope {

void RouteStore::put(int layer, int64_t start, const at::Tensor& indices) {
    at::Tensor& known = layers_[layer];
    const int64_t end = start + indices.size(0);
    if (!known.defined()) known = at::full({0, indices.size(1)}, -1, indices.options());
    if (known.size(0) < end) {
        known = at::constant_pad_nd(known, {0, 0, 0, end - known.size(0)}, -1);
    }
    known.narrow(0, start, indices.size(0)).copy_(indices);
}

at::Tensor RouteStore::get(int layer, int64_t start, int64_t length) const {
    const auto found = layers_.find(layer);
    const bool there = found != layers_.end() && found->second.size(0) >= start + length;
    const at::Tensor rows = there ? found->second.narrow(0, start, length) : at::Tensor();
    if (!there || (rows < 0).any().item<bool>()) {
        throw Error(ErrorCode::internal, "option experts",
                    "the other run has made no choice yet at positions " + std::to_string(start) +
                        " to " + std::to_string(start + length - 1) + " of block " +
                        std::to_string(layer));
    }
    return rows;
}

}  // namespace driftscope
