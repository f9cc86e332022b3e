// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/exec.h"

#include <functional>
#include <string_view>

namespace driftscope {

/// Weights of one MLP; biases may be undefined, so may the gate. W_gate, W_up [d_mlp, d_model],
/// W_down [d_model, d_mlp].
struct MlpWeights {
    at::Tensor gate, up, down, gate_bias, up_bias, down_bias;
    at::Tensor gate_up;                    ///< both by rows: one product, as Phi3MLP
    std::string_view activation = "silu";  ///< see activate()
    int64_t down_slices = 1;               ///< see sliced_linear()
};

struct MlpResult {
    at::Tensor gate, up, post, out;  ///< [.., pos, d_mlp] x 3, [.., pos, d_model]
};

/// With a gate: down(act(gate x) · up x), act and product each rounding to the run's dtype
/// (LlamaMLP). Without: down(act(up x)) (GPT2MLP, GPTNeoXMLP, BloomMLP); `gate` stays undefined.
MlpResult mlp(const Exec& exec, const at::Tensor& x, const MlpWeights& weights);

struct MoeResult {
    at::Tensor router_logits;  ///< [pos, n_experts]
    at::Tensor weights;        ///< [pos, top_k], mixing weights
    at::Tensor indices;        ///< [pos, top_k], int64, largest weight first
    at::Tensor expert_out;     ///< [pos, top_k, d_model], before the mixing weight
    at::Tensor out;            ///< [pos, d_model]
};

struct MoeInput {
    at::Tensor x;       ///< [pos, d_model]
    at::Tensor router;  ///< W_router [n_experts, d_model]
    std::function<MlpWeights(int64_t expert)> expert;
    int64_t n_experts = 0, top_k = 0;
    bool normalise = true;  ///< divide the chosen weights by their sum
    at::Tensor held;        ///< [pos, top_k] choices to take instead of the own, −1 for the own;
                            ///< may be undefined
    bool keep_expert_out = false;
};

/// Mixtral's sparse block as transformers 4.57 has it: router product in the model's dtype, softmax
/// over all experts in float32, top-k, divided by their sum, cast; experts in ascending order, each
/// contribution rounded and added to the result in the model's dtype.
MoeResult moe(const Exec& exec, const MoeInput& in);

}  // namespace driftscope
