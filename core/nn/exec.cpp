// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/exec.h"

#include <ATen/CPUGeneratorImpl.h>

#include <functional>

namespace driftscope {

Exec::Exec(const Numerics& numerics, bool judge, Noise noise, uint64_t seed)
    : numerics_(numerics), judge_(judge), noise_(noise), seed_(seed),
      generator_(at::detail::createCPUGenerator(seed)) {}

int Exec::weight_sign(const std::string& canonical) const {
    return ((std::hash<std::string>{}(canonical) ^ seed_) & 1) != 0 ? 1 : -1;
}

at::Tensor Exec::uniform(const at::Tensor& like) const {
    return at::empty(like.sizes(), like.options()).uniform_(-1.0, 1.0, generator_);
}

at::Tensor Exec::round(const at::Tensor& x, at::ScalarType from, at::ScalarType to) const {
    if (!judge_) return x.to(to);
    if (significand_bits(to) >= significand_bits(from)) return x;
    return rounded(x, to);
}

at::Tensor Exec::rounded(const at::Tensor& x, at::ScalarType type) const {
    if (noise_ == Noise::none) return x;
    const double u = noise_ == Noise::tiny ? std::ldexp(1.0, -40) : unit_roundoff(type);
    return at::addcmul(x, x, uniform(x), u);
}

at::Tensor Exec::sum_noise(const at::Tensor& y, const at::Tensor& x, const at::Tensor& wt,
                           at::ScalarType sums) const {
    // A running sum of K independent terms passes through partial sums whose mean square grows
    // linearly, so K roundings of ±u leave u·sqrt(K/2 · Σ(x w)²) (Higham, Accuracy and Stability
    // of Numerical Algorithms, §4.2, in its statistical form).
    const double k = static_cast<double>(x.size(-1));
    const at::Tensor size = at::matmul(x.square(), wt.square()).sqrt_();
    return at::addcmul(y, size, uniform(y), unit_roundoff(sums) * std::sqrt(k / 2));
}

}  // namespace driftscope
