// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/noise.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

namespace driftscope {

namespace {

constexpr size_t kChunk = size_t{1} << 15;  ///< elements that share a key: the unit of threading

struct Keys {
    uint32_t mask, shift;
};

uint64_t mix(uint64_t x) {  // splitmix64's finaliser (Steele, Lea, Flood 2014)
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

Keys keys_of(NoiseStream stream, size_t chunk) {
    const uint64_t key = mix(stream.key ^ mix(chunk));
    return {static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32)};
}

[[gnu::always_inline]] inline double draw(uint32_t i, Keys keys) {
    uint32_t h = i ^ keys.mask;
    h ^= h >> 16;
    h *= 0x7FEB352Du;
    h ^= h >> 15;
    h *= 0x846CA68Bu;
    h ^= h >> 16;
    return static_cast<double>(static_cast<int32_t>(h + keys.shift)) * 0x1p-31;
}

// The loops below are written once and compiled for three instruction sets; the last of these that
// the processor has is taken. Without vectors the hash costs as much as the product it disturbs.

struct Round {
    const double* x;
    double u;
    double* out;
    [[gnu::always_inline]] void operator()(size_t begin, size_t end, Keys keys, Keys) const {
        const double* __restrict from = x + begin;
        double* to = out + begin;
        const auto n = static_cast<uint32_t>(end - begin);
#pragma GCC ivdep
        for (uint32_t i = 0; i < n; ++i) to[i] = from[i] * (1.0 + u * draw(i, keys));
    }
};

struct Sum {
    const double* y;
    const float* size;
    double s, u;
    double* out;
    [[gnu::always_inline]] void operator()(size_t begin, size_t end, Keys one, Keys two) const {
        const double* from = y + begin;
        const float* width = size + begin;
        double* to = out + begin;
        const auto n = static_cast<uint32_t>(end - begin);
#pragma GCC ivdep
        for (uint32_t i = 0; i < n; ++i) {
            const double sum = from[i] + s * static_cast<double>(width[i]) * draw(i, one);
            to[i] = sum * (1.0 + u * draw(i, two));
        }
    }
};

struct SeparableSum {
    const double *y, *of_row, *of_column;
    size_t columns;
    double s, u;
    double* out;
    [[gnu::always_inline]] void operator()(size_t begin, size_t end, Keys one, Keys two) const {
        for (size_t at = begin; at < end;) {
            const size_t row = at / columns, column = at % columns;
            const auto n = static_cast<uint32_t>(std::min(end - at, columns - column));
            const auto first = static_cast<uint32_t>(at - begin);
            const double* from = y + at;
            const double* width = of_column + column;
            const double scale = s * of_row[row];
            double* to = out + at;
#pragma GCC ivdep
            for (uint32_t i = 0; i < n; ++i) {
                const double sum = from[i] + scale * width[i] * draw(first + i, one);
                to[i] = sum * (1.0 + u * draw(first + i, two));
            }
            at += n;
        }
    }
};

#if defined(__x86_64__)
template <typename Loop>
[[gnu::target("avx512f,avx512dq,avx512vl,fma")]] void run_avx512(const Loop& loop, size_t begin,
                                                                 size_t end, Keys one, Keys two) {
    loop(begin, end, one, two);
}
template <typename Loop>
[[gnu::target("avx2,fma")]] void run_avx2(const Loop& loop, size_t begin, size_t end, Keys one,
                                          Keys two) {
    loop(begin, end, one, two);
}
#endif

template <typename Loop>
void run(const Loop& loop, size_t begin, size_t end, Keys one, Keys two) {
#if defined(__x86_64__)
    static const bool avx512 = __builtin_cpu_supports("avx512f") &&
                               __builtin_cpu_supports("avx512dq") &&
                               __builtin_cpu_supports("avx512vl");
    static const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx512) return run_avx512(loop, begin, end, one, two);
    if (avx2) return run_avx2(loop, begin, end, one, two);
#endif
    loop(begin, end, one, two);
}

template <typename Loop>
void run_all(const Loop& loop, size_t count, NoiseStream stream) {
    const NoiseStream second = stream.next();
    const auto chunks = static_cast<int64_t>((count + kChunk - 1) / kChunk);
    at::parallel_for(0, chunks, 1, [&](int64_t first, int64_t last) {
        for (auto c = static_cast<size_t>(first); c < static_cast<size_t>(last); ++c) {
            run(loop, c * kChunk, std::min(count, (c + 1) * kChunk), keys_of(stream, c),
                keys_of(second, c));
        }
    });
}

}  // namespace

NoiseStream NoiseStream::of(uint64_t seed, uint64_t count) {
    return {mix(mix(seed) ^ (count * 0xD1342543DE82EF95u))};
}

void round_with_noise(std::span<const double> x, double u, NoiseStream stream,
                      std::span<double> out) {
    run_all(Round{x.data(), u, out.data()}, x.size(), stream);
}

void sum_with_noise(std::span<const double> y, std::span<const float> size, double s, double u,
                    NoiseStream stream, std::span<double> out) {
    run_all(Sum{y.data(), size.data(), s, u, out.data()}, y.size(), stream);
}

void sum_with_noise(std::span<const double> y, std::span<const double> of_row,
                    std::span<const double> of_column, double s, double u, NoiseStream stream,
                    std::span<double> out) {
    run_all(
        SeparableSum{y.data(), of_row.data(), of_column.data(), of_column.size(), s, u, out.data()},
        y.size(), stream);
}

void weighted_row_norms(std::span<const double> x, std::span<const double> weight,
                        std::span<double> out) {
    constexpr size_t kLanes = 8;  // sums that run side by side, so that vectors can hold them
    for (size_t row = 0; row < out.size(); ++row) {
        const double* from = x.data() + row * weight.size();
        double sums[kLanes] = {};
        size_t k = 0;
        for (; k + kLanes <= weight.size(); k += kLanes) {
            for (size_t lane = 0; lane < kLanes; ++lane) {
                const double term = from[k + lane] * weight[k + lane];
                sums[lane] += term * term;
            }
        }
        double all = 0;
        for (; k < weight.size(); ++k) all += from[k] * weight[k] * (from[k] * weight[k]);
        for (const double sum : sums) all += sum;
        out[row] = std::sqrt(all);
    }
}

}  // namespace driftscope
