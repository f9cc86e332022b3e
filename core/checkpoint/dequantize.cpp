// SPDX-License-Identifier: GPL-3.0-or-later
// Block layouts: gguf 0.19 quants.py. Each product and sum is rounded to float32 by itself, as
// there: this file is compiled without contraction to fused multiply-adds.
#include "core/checkpoint/ggml_type.h"

#include <array>
#include <bit>
#include <cstring>

namespace driftscope {
namespace {

/// Bytes of one block as numbers, and the float16 among them.
class Block {
public:
    explicit Block(const std::byte* data) : data_(data) {}
    unsigned operator[](int i) const { return std::to_integer<unsigned>(data_[i]); }
    int as_signed(int i) const { return static_cast<int8_t>((*this)[i]); }
    float half(int i) const {
        return half_to_float(static_cast<uint16_t>((*this)[i] | (*this)[i + 1] << 8));
    }
    Block at(int i) const { return Block(data_ + i); }

private:
    const std::byte* data_;
};

/// Value i of 32 that are stored as nibbles: the low ones of 16 bytes, then the high ones.
int nibble(Block qs, int i) { return static_cast<int>(i < 16 ? qs[i] & 15 : qs[i - 16] >> 4); }

int bit(Block bytes, int i) { return static_cast<int>(bytes[i / 8] >> (i % 8) & 1); }

void q4_0(Block b, float* out) {
    const float d = b.half(0);
    for (int i = 0; i < 32; ++i) out[i] = d * static_cast<float>(nibble(b.at(2), i) - 8);
}

void q4_1(Block b, float* out) {
    const float d = b.half(0), m = b.half(2);
    for (int i = 0; i < 32; ++i) {
        const float scaled = d * static_cast<float>(nibble(b.at(4), i));
        out[i] = scaled + m;
    }
}

void q5_0(Block b, float* out) {
    const float d = b.half(0);
    for (int i = 0; i < 32; ++i)
        out[i] = d * static_cast<float>((nibble(b.at(6), i) | bit(b.at(2), i) << 4) - 16);
}

void q5_1(Block b, float* out) {
    const float d = b.half(0), m = b.half(2);
    for (int i = 0; i < 32; ++i) {
        const float scaled = d * static_cast<float>(nibble(b.at(8), i) | bit(b.at(4), i) << 4);
        out[i] = scaled + m;
    }
}

void q8_0(Block b, float* out) {
    const float d = b.half(0);
    for (int i = 0; i < 32; ++i) out[i] = static_cast<float>(b.as_signed(2 + i)) * d;
}

/// Value i of 256 at two bits each: four planes in 32 bytes, then four in the next 32.
int two_bits(Block qs, int i) {
    return static_cast<int>(qs[i / 128 * 32 + i % 32] >> (i / 32 % 4 * 2) & 3);
}

void q2_k(Block b, float* out) {
    const Block scales = b, qs = b.at(16);
    const float d = b.half(80), dmin = b.half(82);
    for (int i = 0; i < 256; ++i) {
        const float scale = d * static_cast<float>(scales[i / 16] & 15);
        const float low = dmin * static_cast<float>(scales[i / 16] >> 4);
        const float scaled = scale * static_cast<float>(two_bits(qs, i));
        out[i] = scaled - low;
    }
}

void q3_k(Block b, float* out) {
    const Block high = b, qs = b.at(32), scales = b.at(96);
    const float d = b.half(108);
    for (int i = 0; i < 256; ++i) {
        const int s = i / 16;
        const unsigned low4 = s < 8 ? scales[s] & 15 : scales[s - 8] >> 4;
        const unsigned high2 = scales[8 + s % 4] >> (s / 4 * 2) & 3;
        const float scale = d * static_cast<float>(static_cast<int>(low4 | high2 << 4) - 32);
        const bool whole = high[i % 32] >> (i / 32) & 1;  // a set bit: no 4 to take off
        out[i] = scale * static_cast<float>(two_bits(qs, i) - (whole ? 0 : 4));
    }
}

/// The eight scales and minima of Q4_K and Q5_K, six bits each in 12 bytes, times d and dmin.
struct KScales {
    std::array<float, 8> scale, low;
    KScales(Block s, float d, float dmin) {
        for (int i = 0; i < 4; ++i) {
            const unsigned mixed = s[8 + i];
            const auto at = static_cast<size_t>(i);
            scale[at] = d * static_cast<float>(s[i] & 63);
            low[at] = dmin * static_cast<float>(s[4 + i] & 63);
            scale[at + 4] = d * static_cast<float>((mixed & 15) | (s[i] >> 2 & 48));
            low[at + 4] = dmin * static_cast<float>((mixed >> 4) | (s[4 + i] >> 2 & 48));
        }
    }
};

/// Value i of 256 stored as nibbles: 32 low ones, then the 32 high ones of the same bytes.
unsigned k_nibble(Block qs, int i) { return qs[i / 64 * 32 + i % 32] >> (i / 32 % 2 * 4) & 15; }

void q4_k(Block b, float* out) {
    const KScales k(b.at(4), b.half(0), b.half(2));
    for (int i = 0; i < 256; ++i) {
        const auto s = static_cast<size_t>(i / 32);
        const float scaled = k.scale[s] * static_cast<float>(k_nibble(b.at(16), i));
        out[i] = scaled - k.low[s];
    }
}

void q5_k(Block b, float* out) {
    const KScales k(b.at(4), b.half(0), b.half(2));
    for (int i = 0; i < 256; ++i) {
        const auto s = static_cast<size_t>(i / 32);
        const unsigned high = b[16 + i % 32] >> (i / 32) & 1;
        const float scaled = k.scale[s] * static_cast<float>(k_nibble(b.at(48), i) | high << 4);
        out[i] = scaled - k.low[s];
    }
}

void q6_k(Block b, float* out) {
    const float d = b.half(208);
    for (int i = 0; i < 256; ++i) {
        const float scale = d * static_cast<float>(b.as_signed(192 + i / 16));
        const unsigned low = b[i / 128 * 64 + i % 64] >> (i / 64 % 2 * 4) & 15;
        const int q = static_cast<int>(low) | two_bits(b.at(128), i) << 4;
        out[i] = scale * static_cast<float>(q - 32);
    }
}

void one_value(GgmlType type, Block b, float* out) {
    const unsigned low = b[0] | b[1] << 8;
    if (type == GgmlType::F16)
        *out = half_to_float(static_cast<uint16_t>(low));
    else if (type == GgmlType::BF16)
        *out = std::bit_cast<float>(low << 16);
    else
        *out = std::bit_cast<float>(low | b[2] << 16 | b[3] << 24);
}

void one_block(GgmlType type, Block b, float* out) {
    switch (type) {
        case GgmlType::F32:
        case GgmlType::F16:
        case GgmlType::BF16: return one_value(type, b, out);
        case GgmlType::Q4_0: return q4_0(b, out);
        case GgmlType::Q4_1: return q4_1(b, out);
        case GgmlType::Q5_0: return q5_0(b, out);
        case GgmlType::Q5_1: return q5_1(b, out);
        case GgmlType::Q8_0: return q8_0(b, out);
        case GgmlType::Q2_K: return q2_k(b, out);
        case GgmlType::Q3_K: return q3_k(b, out);
        case GgmlType::Q4_K: return q4_k(b, out);
        case GgmlType::Q5_K: return q5_k(b, out);
        case GgmlType::Q6_K: return q6_k(b, out);
    }
}

}  // namespace

float half_to_float(uint16_t half) {
    const uint32_t sign = (half & 0x8000u) << 16, exponent = half >> 10 & 31, rest = half & 0x3FF;
    if (exponent == 31) return std::bit_cast<float>(sign | 0x7F800000u | rest << 13);
    if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | rest << 13);
    const float small = static_cast<float>(rest) * 0x1p-24f;  // exact: subnormal or zero
    return sign ? -small : small;
}

void dequantize(GgmlType type, std::span<const std::byte> blocks, float* out) {
    const GgmlBlock block = ggml_block(type);
    const size_t count = blocks.size() / static_cast<size_t>(block.bytes);
    for (size_t i = 0; i < count; ++i)
        one_block(type, Block(blocks.data() + i * static_cast<size_t>(block.bytes)),
                  out + i * static_cast<size_t>(block.values));
}

}  // namespace driftscope
