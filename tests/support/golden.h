// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "core/checkpoint/safetensors.h"

namespace driftscope::test {

inline float half_to_float(uint16_t h) {
    const int exponent = (h >> 10) & 31, fraction = h & 1023;
    const double sign = (h & 0x8000) != 0 ? -1 : 1;
    if (exponent == 31) return fraction ? NAN : static_cast<float>(sign * INFINITY);
    const double size =
        exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    return static_cast<float>(sign * size);
}

/// All values of a stored tensor, row-major.
inline std::vector<double> numbers(const TensorView& tensor) {
    std::vector<double> out;
    const size_t width = static_cast<size_t>(type_bits(tensor.type)) / 8;
    for (size_t at = 0; at < tensor.bytes; at += width) {
        uint64_t bits = 0;
        std::memcpy(&bits, tensor.data + at, width);
        const auto low = static_cast<uint32_t>(bits);
        switch (tensor.type) {
            case StoredType::F64: out.push_back(std::bit_cast<double>(bits)); break;
            case StoredType::F32: out.push_back(std::bit_cast<float>(low)); break;
            case StoredType::BF16: out.push_back(std::bit_cast<float>(low << 16)); break;
            case StoredType::F16: out.push_back(half_to_float(static_cast<uint16_t>(low))); break;
            default: out.push_back(static_cast<double>(static_cast<int64_t>(bits))); break;
        }
    }
    return out;
}

inline double norm(const std::vector<double>& x) {
    double sum = 0;
    for (const double v : x) sum += v * v;
    return std::sqrt(sum);
}

/// The norm of x - y, which have one length.
inline double distance(const std::vector<double>& x, const std::vector<double>& y) {
    double sum = 0;
    for (size_t i = 0; i < x.size(); ++i) sum += (x[i] - y[i]) * (x[i] - y[i]);
    return std::sqrt(sum);
}

}  // namespace driftscope::test
