// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/norm.h"

namespace driftscope {

NormResult rms_norm(const Exec& exec, const at::Tensor& x, const at::Tensor& weight, double eps) {
    const at::ScalarType wide = exec.num().norm, dtype = exec.num().dtype;
    // norm.dtype=follow keeps half types; a float32 norm inside a float64 run rounds x first.
    const at::Tensor wide_x = exec.round(x, dtype, wide);
    at::Tensor variance = wide_x.pow(2).mean(-1, true);  // [.., pos, 1]
    if (exec.wants_sum_noise(wide)) {
        // A sum of d_model squares, as any product's sum.
        const double n = static_cast<double>(wide_x.size(-1));
        const at::Tensor square = wide_x.square() / n;
        variance = exec.sum_noise(variance, square, at::ones({wide_x.size(-1), 1}, square.options()), wide);
    }
    variance = exec.rounded(exec.rounded(variance, wide) + eps, wide);
    const at::Tensor inverse = exec.rounded(at::rsqrt(variance), wide);
    const at::Tensor normal = exec.rounded(wide_x * inverse, wide);
    const at::Tensor output = weight * exec.round(normal, wide, dtype);
    return {exec.rounded(output, dtype), exec.rounded(at::sqrt(variance), wide)};
}

}  // namespace driftscope
