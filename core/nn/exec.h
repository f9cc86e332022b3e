// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/numerics.h"

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
    Exec(const Numerics& numerics, bool judge, Noise noise = Noise::none, uint64_t seed = 0);

    /// The same kind of run in another arithmetic, with noise of its own.
    Exec with(const Numerics& numerics) const { return {numerics, judge_, noise_, seed_ + 7919}; }

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
    /// The result of a product with K terms summed in `sums` and then rounded to `type`.
    /// `x2`, `w2t`: squares of the operands, [.., S, K] and [.., K, N], made only when needed.
    bool wants_sum_noise(at::ScalarType sums) const {
        return noise_ == Noise::contract && sums != at::kDouble;
    }
    at::Tensor sum_noise(const at::Tensor& y, const at::Tensor& x, const at::Tensor& wt,
                         at::ScalarType sums) const;

private:
    at::Tensor uniform(const at::Tensor& like) const;

    Numerics numerics_;
    bool judge_;
    Noise noise_;
    uint64_t seed_;
    mutable at::Generator generator_;
};

}  // namespace driftscope
