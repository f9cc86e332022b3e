// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "core/model/config.h"
#include "core/run/loaded_model.h"

namespace driftscope {

/// Weights after HookedTransformer's default processing (2.16, load_and_process_state_dict):
/// fold_ln, center_writing_weights, center_unembed, fold_value_biases, in that order and with the
/// library's exceptions: norms of models with experts are not folded, only LayerNorm models have
/// biases folded and weights centred, capped logits are not centred. The function stays; logits
/// lose a constant per position.
///
/// Norms become ones (zeros for 1 + w) and zeros; new biases appear: b_Q, b_K, b_up, b_O, b_U.
class ProcessedWeights {
public:
    ProcessedWeights(std::shared_ptr<LoadedModel> model, const ModelConfig& config);

    bool has(const std::string& name) const;
    /// The weight computed in `steps` and then brought into `form`. Kept as widened weights are.
    at::Tensor weight(const std::string& name, const WeightForm& form, at::ScalarType steps) const;

private:
    at::Tensor raw(const std::string& name, at::ScalarType type) const;
    at::Tensor raw_or_zero(const std::string& name, const at::Tensor& like) const;
    at::Tensor made(const std::string& name, at::ScalarType type) const;
    at::Tensor reading(const std::string& name, const std::string& norm, bool centred,
                       at::ScalarType type) const;
    at::Tensor reading_bias(const std::string& bias, const std::string& weight,
                            const std::string& norm, at::ScalarType type) const;
    at::Tensor writing(const std::string& name, at::ScalarType type) const;
    at::Tensor output_bias(const std::string& block, at::ScalarType type) const;
    at::Tensor unembedding(at::ScalarType type) const;
    at::Tensor unembedding_bias(at::ScalarType type) const;
    at::Tensor plain_norm(const std::string& name, at::ScalarType type) const;

    std::shared_ptr<LoadedModel> model_;
    NormKind norm_;
    bool fold_ = true;     ///< norms into what reads them
    bool centre_ = false;  ///< LayerNorm: biases folded, weights centred
    bool centre_unembed_ = true;
    bool learned_ = false;
    int64_t n_heads_, d_head_;
};

}  // namespace driftscope
