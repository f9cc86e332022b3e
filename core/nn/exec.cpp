// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/exec.h"

#include <cmath>
#include <functional>

namespace driftscope {

namespace {

std::span<const double> values(const at::Tensor& x) {
    return {x.const_data_ptr<double>(), static_cast<size_t>(x.numel())};
}

std::span<double> room(const at::Tensor& x) {
    return {x.mutable_data_ptr<double>(), static_cast<size_t>(x.numel())};
}

/// As float64 without holes in memory: elements may be walked in the order they lie in.
at::Tensor dense(const at::Tensor& x) {
    const at::Tensor wide = x.to(at::kDouble);
    return wide.is_non_overlapping_and_dense() ? wide : wide.contiguous();
}

/// A running sum of K independent terms passes through partial sums whose mean square grows
/// linearly, so K roundings of ±u leave u·sqrt(K/2 · Σ(x w)²) (Higham, Accuracy and Stability of
/// Numerical Algorithms, §4.2, in its statistical form).
double sum_unit(at::ScalarType sums, int64_t terms) {
    return unit_roundoff(sums) * std::sqrt(static_cast<double>(terms) / 2);
}

}  // namespace

Exec::Exec(const Numerics& numerics, bool judge, Noise noise, uint64_t seed,
           std::shared_ptr<WeightEnergies> energies)
    : numerics_(numerics), judge_(judge), noise_(noise), seed_(seed),
      energies_(energies ? std::move(energies) : std::make_shared<WeightEnergies>()) {}

int Exec::weight_sign(const std::string& canonical) const {
    // Of another weight, or of another pass, the sign is another draw.
    return (NoiseStream::of(seed_, std::hash<std::string>{}(canonical)).key & 1) != 0 ? 1 : -1;
}

at::Tensor Exec::round(const at::Tensor& x, at::ScalarType from, at::ScalarType to) const {
    if (!judge_) return x.to(to);
    if (significand_bits(to) >= significand_bits(from)) return x;
    return rounded(x, to);
}

double Exec::unit(at::ScalarType type) const {
    return noise_ == Noise::tiny ? std::ldexp(1.0, -40) : unit_roundoff(type);
}

at::Tensor Exec::rounded(const at::Tensor& x, at::ScalarType type) const {
    if (noise_ == Noise::none) return x;
    const at::Tensor from = dense(x);
    at::Tensor to = at::empty_like(from);
    round_with_noise(values(from), unit(type), next_stream(), room(to));
    return to;
}

at::Tensor Exec::separable(const at::Tensor& y, const at::Tensor& x, const at::Tensor& by_input,
                           const at::Tensor& by_output, double scale, at::ScalarType type) const {
    const at::Tensor from = y.contiguous(), rows = x.contiguous();
    const int64_t n = rows.numel() / rows.size(-1);
    const at::Tensor of_row = at::empty({n}, rows.options());
    weighted_row_norms(values(rows), values(by_input), room(of_row));
    at::Tensor to = at::empty_like(from);
    sum_with_noise(values(from), values(of_row), values(by_output), scale, unit(type),
                   next_stream(), room(to));
    return to;
}

at::Tensor Exec::rounded_linear(const at::Tensor& y, const at::Tensor& x, const at::Tensor& weight,
                                at::ScalarType sums, at::ScalarType type) const {
    if (!disturbs_sums(sums)) return rounded(y, type);
    const Energies energies = energies_->of(weight);
    return separable(y, x, energies.by_input, energies.by_output, sum_unit(sums, x.size(-1)), type);
}

at::Tensor Exec::rounded_product(const at::Tensor& y, const at::Tensor& x, const at::Tensor& w,
                                 at::ScalarType sums, at::ScalarType type) const {
    if (!disturbs_sums(sums)) return rounded(y, type);
    // Sizes of noise need no more than float32. Here both factors are values of the run, and which
    // elements they meet in decides (a key that is large in one dimension): summed one by one.
    const at::Tensor terms =
        at::matmul(x.to(at::kFloat).square(), w.to(at::kFloat).square()).sqrt_().contiguous();
    const at::Tensor from = y.contiguous();
    at::Tensor to = at::empty_like(from);
    const std::span<const float> size{terms.const_data_ptr<float>(),
                                      static_cast<size_t>(terms.numel())};
    sum_with_noise(values(from), size, sum_unit(sums, x.size(-1)), unit(type), next_stream(),
                   room(to));
    return to;
}

at::Tensor Exec::rounded_sum(const at::Tensor& y, const at::Tensor& x, double scale,
                             at::ScalarType type) const {
    if (!disturbs_sums(type)) return rounded(y, type);
    const int64_t terms = x.size(-1);
    return separable(y, x, at::full({terms}, scale, x.options()), at::ones({1}, x.options()),
                     sum_unit(type, terms), type);
}

}  // namespace driftscope
