// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/weight_energies.h"

namespace driftscope {

namespace {

constexpr int64_t kMostBytes = int64_t{64} << 20;

Energies measure(const at::Tensor& weight) {
    const at::Tensor by_input = at::linalg_vector_norm(weight, 2, at::IntArrayRef{0});
    const at::Tensor by_output = at::linalg_vector_norm(weight, 2, at::IntArrayRef{1});
    const at::Tensor all = at::linalg_vector_norm(by_output);
    return {by_input, all.item<double>() > 0 ? by_output / all : by_output};
}

}  // namespace

Energies WeightEnergies::of(const at::Tensor& weight) {
    const Key key{weight.data_ptr(), weight.size(0), weight.size(1), weight.stride(0),
                  weight.stride(1)};
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(key); found != known_.end()) {
        if (!found->second.storage.expired()) return found->second.energies;
        known_.erase(found);
    }
    Energies made = measure(weight);
    bytes_ += static_cast<int64_t>(made.by_input.nbytes() + made.by_output.nbytes());
    if (bytes_ > kMostBytes) {
        known_.clear();
        bytes_ = 0;
    }
    return known_.emplace(key, Known{weight.storage().getWeakStorageImpl(), std::move(made)})
        .first->second.energies;
}

}  // namespace driftscope
