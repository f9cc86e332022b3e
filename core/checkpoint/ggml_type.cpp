// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/ggml_type.h"

#include <algorithm>
#include <array>

namespace driftscope {
namespace {

struct TypeRow {
    uint32_t number;
    std::string_view name;
    GgmlBlock block;  ///< bytes 0: known by name, not read
};

// gguf 0.19 constants.py: GGMLQuantizationType, GGML_QUANT_SIZES.
constexpr std::array type_rows = {
    TypeRow{0, "F32", {1, 4}},        TypeRow{1, "F16", {1, 2}},
    TypeRow{2, "Q4_0", {32, 18}},     TypeRow{3, "Q4_1", {32, 20}},
    TypeRow{6, "Q5_0", {32, 22}},     TypeRow{7, "Q5_1", {32, 24}},
    TypeRow{8, "Q8_0", {32, 34}},     TypeRow{9, "Q8_1", {32, 0}},
    TypeRow{10, "Q2_K", {256, 84}},   TypeRow{11, "Q3_K", {256, 110}},
    TypeRow{12, "Q4_K", {256, 144}},  TypeRow{13, "Q5_K", {256, 176}},
    TypeRow{14, "Q6_K", {256, 210}},  TypeRow{15, "Q8_K", {256, 0}},
    TypeRow{16, "IQ2_XXS", {256, 0}}, TypeRow{17, "IQ2_XS", {256, 0}},
    TypeRow{18, "IQ3_XXS", {256, 0}}, TypeRow{19, "IQ1_S", {256, 0}},
    TypeRow{20, "IQ4_NL", {32, 0}},   TypeRow{21, "IQ3_S", {256, 0}},
    TypeRow{22, "IQ2_S", {256, 0}},   TypeRow{23, "IQ4_XS", {256, 0}},
    TypeRow{24, "I8", {1, 0}},        TypeRow{25, "I16", {1, 0}},
    TypeRow{26, "I32", {1, 0}},       TypeRow{27, "I64", {1, 0}},
    TypeRow{28, "F64", {1, 0}},       TypeRow{29, "IQ1_M", {256, 0}},
    TypeRow{30, "BF16", {1, 2}},      TypeRow{34, "TQ1_0", {256, 0}},
    TypeRow{35, "TQ2_0", {256, 0}},   TypeRow{39, "MXFP4", {32, 0}},
    TypeRow{40, "NVFP4", {64, 0}},    TypeRow{41, "Q1_0", {128, 0}},
};

const TypeRow* row_of(uint32_t number) {
    const auto found = std::find_if(type_rows.begin(), type_rows.end(),
                                    [number](const TypeRow& row) { return row.number == number; });
    return found == type_rows.end() ? nullptr : &*found;
}

}  // namespace

std::optional<GgmlType> ggml_type(uint32_t number) {
    const TypeRow* row = row_of(number);
    if (!row || row->block.bytes == 0) return std::nullopt;
    return static_cast<GgmlType>(number);
}

std::string ggml_type_name(uint32_t number) {
    const TypeRow* row = row_of(number);
    return row ? std::string(row->name) : "type " + std::to_string(number);
}

GgmlBlock ggml_block(GgmlType type) { return row_of(static_cast<uint32_t>(type))->block; }

std::optional<StoredType> plain_type(GgmlType type) {
    switch (type) {
        case GgmlType::F32: return StoredType::F32;
        case GgmlType::F16: return StoredType::F16;
        case GgmlType::BF16: return StoredType::BF16;
        default: return std::nullopt;
    }
}

}  // namespace driftscope
