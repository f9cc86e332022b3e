// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <map>
#include <mutex>
#include <tuple>

namespace driftscope {

/// How large the terms x·w of a product with one weight are, for the noise of its sums:
/// Σ_n Σ_k x_k² w_kn² over all outputs n is Σ_k x_k² by_input[k]², to the last digit; how it
/// spreads over the outputs is taken from the weight alone, by_output[n]².
struct Energies {
    at::Tensor by_input;   ///< [in] float64, √Σ_n w²
    at::Tensor by_output;  ///< [out] float64, √(Σ_k w² / Σ_n Σ_k w²)
};

/// Those of the weights met so far: a weight is read once, not in every call of every noise pass.
/// May be asked from several threads.
class WeightEnergies {
public:
    /// `weight` [out, in] float64. One whose memory was let go is read anew.
    Energies of(const at::Tensor& weight);

private:
    using Key = std::tuple<const void*, int64_t, int64_t, int64_t, int64_t>;  // sizes, strides
    struct Known {
        c10::weak_intrusive_ptr<c10::StorageImpl> storage;
        Energies energies;
    };
    std::mutex mutex_;
    std::map<Key, Known> known_;
    int64_t bytes_ = 0;
};

}  // namespace driftscope
