// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope {

/// Element types of the safetensors format (safetensors README, "Format" and `Dtype`).
/// F64, F32, F16 and BF16 can be computed with; the others are listed and refused on use.
enum class StoredType {
    F64,
    F32,
    F16,
    BF16,
    I64,
    I32,
    I16,
    I8,
    U64,
    U32,
    U16,
    U8,
    BOOL,
    C64,
    F8_E5M2,
    F8_E4M3,
    F8_E8M0,
    F8_E5M2FNUZ,
    F8_E4M3FNUZ,
    F6_E2M3,
    F6_E3M2,
    F4
};

/// The name as it stands in a header, e.g. "BF16".
std::string_view type_name(StoredType type);
/// Inverse of type_name(); nothing if the name is unknown.
std::optional<StoredType> type_from_name(std::string_view name);
/// Bits of one element (4 to 64).
int type_bits(StoredType type);
/// True for F64, F32, F16, BF16.
bool is_usable(StoredType type);

/// Makes the values of a tensor that its file holds in another form: quantised, with its rows in
/// another order, or with strides. Immutable, callable from any thread; keeps no values.
class TensorMaker {
public:
    virtual ~TensorMaker();
    /// Writes all values, row-major, of the view's type. `out` has the view's `bytes`. Memory
    /// beside `out`: at most one row.
    virtual void make(std::span<std::byte> out) const = 0;
    /// The stretches of the file that the values come from, in order.
    virtual std::vector<std::span<const std::byte>> sources() const = 0;
    /// What is done to them, in words; with sources() it determines the values.
    virtual std::string recipe() const = 0;
    /// What the file holds: "Q4_1".
    virtual std::string stored_name() const = 0;
};

/// One tensor of a checkpoint: a name and a read-only stretch of a mapped file.
/// Row-major, little-endian, no strides. `data` may be misaligned for its type in foreign files:
/// copy with memcpy. Valid as long as the Checkpoint (or SafetensorsFile) that gave it lives.
/// With a maker the file does not hold the values as they are used: `data` is null, `type` and
/// `bytes` are those of the made values; read() gives them in either case.
struct TensorView {
    std::string name;
    StoredType type = StoredType::F32;
    std::vector<int64_t> shape;  ///< empty: a scalar; a zero: no data
    const std::byte* data = nullptr;
    size_t bytes = 0;
    std::string source;                        ///< file name without folder
    std::shared_ptr<const TensorMaker> maker;  ///< null: `data` holds the values

    /// Number of elements; the product of the shape, checked against overflow when the file opened.
    int64_t elements() const;
    /// Copies or makes the values; `out` has room for `bytes`.
    void read(std::span<std::byte> out) const;
    /// What the file holds: the type's name, or a quantised one such as "Q4_1".
    std::string stored_name() const;
    /// Bytes in the file.
    size_t stored_bytes() const;
    /// The values from byte `first` on, `count` bytes, under the same name and shape.
    TensorView part(size_t first, size_t count) const;
};

/// "[2, 3]", "[]" for a scalar.
std::string shape_text(const std::vector<int64_t>& shape);

/// Throws Error unsupported, naming tensor and type, unless is_usable(tensor.type).
void require_usable(const TensorView& tensor);

}  // namespace driftscope
