// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/tensor_view.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace driftscope {

/// A storage type of a GGUF file that is read here (ggml.h, `ggml_type`; the values are the
/// file's).
enum class GgmlType : uint32_t {
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q4_1 = 3,
    Q5_0 = 6,
    Q5_1 = 7,
    Q8_0 = 8,
    Q2_K = 10,
    Q3_K = 11,
    Q4_K = 12,
    Q5_K = 13,
    Q6_K = 14,
    BF16 = 30
};

/// Values of one block and the bytes that they take; plain types are blocks of one value.
struct GgmlBlock {
    int64_t values = 1;
    int64_t bytes = 4;
};

/// The type with this number in a file; nothing if it is not read here.
std::optional<GgmlType> ggml_type(uint32_t number);
/// The name of a number, read here or not: "Q4_K", "IQ2_XS", "type 99".
std::string ggml_type_name(uint32_t number);
inline std::string ggml_type_name(GgmlType type) {
    return ggml_type_name(static_cast<uint32_t>(type));
}
GgmlBlock ggml_block(GgmlType type);
/// F32, F16, BF16 as they are called in other files; nothing for quantised types.
std::optional<StoredType> plain_type(GgmlType type);

/// float32 of a float16, exact.
float half_to_float(uint16_t half);

/// The values of whole blocks as float32, bit for bit those of the Python package gguf 0.19
/// (quants.py, `dequantize`), which are those of ggml's reference code: float32 products and sums,
/// each rounded by itself. `out` needs room for values × blocks floats; blocks may be misaligned.
void dequantize(GgmlType type, std::span<const std::byte> blocks, float* out);

}  // namespace driftscope
