// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace driftscope {

/// Uniform draws from (−1, 1) on a grid of 2^-31, each a hash of the stream and its number
/// (lowbias32, Chris Wellons, 2018): what element i gets depends neither on the thread count nor on
/// the instruction set. A call numbers its elements from 0; another call takes another stream.
struct NoiseStream {
    uint64_t key = 0;
    /// The streams of a run: the `count`-th of seed `seed`.
    static NoiseStream of(uint64_t seed, uint64_t count);
    NoiseStream next() const { return of(key, 1); }
};

/// out[i] = x[i] · (1 + u·r). `out` may be `x`.
void round_with_noise(std::span<const double> x, double u, NoiseStream stream,
                      std::span<double> out);

/// out[i] = (y[i] + s · size[i] · r) · (1 + u·r'), r and r' drawn independently.
void sum_with_noise(std::span<const double> y, std::span<const float> size, double s, double u,
                    NoiseStream stream, std::span<double> out);

/// As above with sizes that are products: size[row, column] = of_row[row] · of_column[column].
void sum_with_noise(std::span<const double> y, std::span<const double> of_row,
                    std::span<const double> of_column, double s, double u, NoiseStream stream,
                    std::span<double> out);

/// out[row] = √(Σ_k (x[row, k] · weight[k])²) for x [rows, weight.size()].
void weighted_row_norms(std::span<const double> x, std::span<const double> weight,
                        std::span<double> out);

}  // namespace driftscope
