// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/noise.h"
#include "core/nn/numerics.h"
#include "core/nn/weight_energies.h"

namespace driftscope {

enum class Noise {
    none,
    contract,  ///< ±u of the type that the step rounds to: Monte-Carlo arithmetic
    tiny       ///< ±2^-40 at every rounding point: measures amplification
};

/// How the steps of one run are carried out.
///
/// A plain run computes each step in the type that Numerics names: LibTorch rounds. A judge run
/// has the same steps in float64; with noise on, every rounding point of the plain run's contract
/// is multiplied by 1 + u·U(−1, 1), independently (Monte-Carlo arithmetic, Stott Parker 1997).
class Exec {
public:
    /// `energies`: shared by noise passes over the same weights; null: own.
    Exec(const Numerics& numerics, bool judge, Noise noise = Noise::none, uint64_t seed = 0,
         std::shared_ptr<WeightEnergies> energies = nullptr);

    /// The same kind of run in another arithmetic, with noise of its own.
    Exec with(const Numerics& numerics) const {
        return {numerics, judge_, noise_, seed_ + 7919, energies_};
    }

    const Numerics& num() const { return numerics_; }
    bool judge() const { return judge_; }
    Noise noise() const { return noise_; }
    /// Sign of the weight rounding in this noise pass, +1 or −1, by weight name.
    int weight_sign(const std::string& canonical) const;

    /// The type a step that Numerics calls `type` is computed in: `type`, or float64 for the judge.
    at::ScalarType type(at::ScalarType type) const { return judge_ ? at::kDouble : type; }

    /// x in a type at least as wide: exact.
    at::Tensor widen(const at::Tensor& x, at::ScalarType to) const { return x.to(type(to)); }
    /// The rounding cast from one type to another.
    at::Tensor round(const at::Tensor& x, at::ScalarType from, at::ScalarType to) const;
    /// The result of an operation computed in `type`, which rounded it once.
    at::Tensor rounded(const at::Tensor& x, at::ScalarType type) const;
    /// The result of a product with `x` [.., S, K] whose terms were summed in `sums` and whose sum
    /// was then rounded to `type`; by the weight [N, K], or by another matrix `w` [.., K, N].
    at::Tensor rounded_linear(const at::Tensor& y, const at::Tensor& x, const at::Tensor& weight,
                              at::ScalarType sums, at::ScalarType type) const;
    at::Tensor rounded_product(const at::Tensor& y, const at::Tensor& x, const at::Tensor& w,
                               at::ScalarType sums, at::ScalarType type) const;
    /// As that of a product with ones: y [.., 1] = Σ_k x [.., k], its terms `scale` times as large.
    at::Tensor rounded_sum(const at::Tensor& y, const at::Tensor& x, double scale,
                           at::ScalarType type) const;

private:
    bool disturbs_sums(at::ScalarType sums) const {
        return noise_ == Noise::contract && sums != at::kDouble;
    }
    NoiseStream next_stream() const { return NoiseStream::of(seed_, draws_++); }
    double unit(at::ScalarType type) const;
    at::Tensor separable(const at::Tensor& y, const at::Tensor& x, const at::Tensor& by_input,
                         const at::Tensor& by_output, double scale, at::ScalarType type) const;

    Numerics numerics_;
    bool judge_;
    Noise noise_;
    uint64_t seed_;
    mutable uint64_t draws_ = 0;
    std::shared_ptr<WeightEnergies> energies_;
};

}  // namespace driftscope
