// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/exec.h"

namespace driftscope {

struct NormResult {
    at::Tensor output;  ///< [.., pos, d_model], the run's dtype
    at::Tensor scale;   ///< [.., pos, 1], sqrt(mean(x²) + eps), the norm's type
};

/// RMSNorm as LlamaRMSNorm of transformers 4.57: x to float32, x · rsqrt(mean(x²) + eps), cast to
/// the model's dtype, then times the weight in that dtype (a second rounding).
NormResult rms_norm(const Exec& exec, const at::Tensor& x, const at::Tensor& weight, double eps);

}  // namespace driftscope
