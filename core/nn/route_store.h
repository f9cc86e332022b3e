// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <map>

namespace driftscope {

/// Expert choices of one run by block and absolute position, kept for another run to take.
class RouteStore {
public:
    /// `indices` [pos, top_k]: the choices of block `layer` at positions start, start + 1, …;
    /// replaces what was known of them.
    void put(int layer, int64_t start, const at::Tensor& indices);
    /// [length, top_k]. Errors: internal, for positions that no run has made yet.
    at::Tensor get(int layer, int64_t start, int64_t length) const;

private:
    std::map<int, at::Tensor> layers_;  ///< [positions from 0, top_k]; −1: not known
};

}  // namespace driftscope
