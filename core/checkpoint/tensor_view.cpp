// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/tensor_view.h"

#include "core/checkpoint/problems.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace driftscope {
namespace {

struct TypeRow {
    StoredType type;
    std::string_view name;
    int bits;
    bool usable;
};

// safetensors src/tensor.rs, `Dtype`. Here F8_E4M3 is the variant without infinities.
constexpr std::array type_rows = {
    TypeRow{StoredType::F64, "F64", 64, true},
    TypeRow{StoredType::F32, "F32", 32, true},
    TypeRow{StoredType::F16, "F16", 16, true},
    TypeRow{StoredType::BF16, "BF16", 16, true},
    TypeRow{StoredType::I64, "I64", 64, false},
    TypeRow{StoredType::I32, "I32", 32, false},
    TypeRow{StoredType::I16, "I16", 16, false},
    TypeRow{StoredType::I8, "I8", 8, false},
    TypeRow{StoredType::U64, "U64", 64, false},
    TypeRow{StoredType::U32, "U32", 32, false},
    TypeRow{StoredType::U16, "U16", 16, false},
    TypeRow{StoredType::U8, "U8", 8, false},
    TypeRow{StoredType::BOOL, "BOOL", 8, false},
    TypeRow{StoredType::C64, "C64", 64, false},
    TypeRow{StoredType::F8_E5M2, "F8_E5M2", 8, false},
    TypeRow{StoredType::F8_E4M3, "F8_E4M3", 8, false},
    TypeRow{StoredType::F8_E8M0, "F8_E8M0", 8, false},
    TypeRow{StoredType::F8_E5M2FNUZ, "F8_E5M2FNUZ", 8, false},
    TypeRow{StoredType::F8_E4M3FNUZ, "F8_E4M3FNUZ", 8, false},
    TypeRow{StoredType::F6_E2M3, "F6_E2M3", 6, false},
    TypeRow{StoredType::F6_E3M2, "F6_E3M2", 6, false},
    TypeRow{StoredType::F4, "F4", 4, false},
};

const TypeRow& row_of(StoredType type) {
    return *std::find_if(type_rows.begin(), type_rows.end(),
                         [type](const TypeRow& row) { return row.type == type; });
}

/// A stretch of what another maker makes.
class PartMaker : public TensorMaker {
public:
    PartMaker(std::shared_ptr<const TensorMaker> whole, size_t whole_bytes, size_t first)
        : whole_(std::move(whole)), whole_bytes_(whole_bytes), first_(first) {}

    void make(std::span<std::byte> out) const override {
        std::vector<std::byte> all(whole_bytes_);
        whole_->make(all);
        std::memcpy(out.data(), all.data() + first_, out.size());
    }
    std::vector<std::span<const std::byte>> sources() const override { return whole_->sources(); }
    std::string recipe() const override {
        return whole_->recipe() + ", from byte " + std::to_string(first_);
    }
    std::string stored_name() const override { return whole_->stored_name(); }

private:
    std::shared_ptr<const TensorMaker> whole_;
    size_t whole_bytes_, first_;
};

}  // namespace

TensorMaker::~TensorMaker() = default;

std::string_view type_name(StoredType type) { return row_of(type).name; }
int type_bits(StoredType type) { return row_of(type).bits; }
bool is_usable(StoredType type) { return row_of(type).usable; }

std::optional<StoredType> type_from_name(std::string_view name) {
    for (const TypeRow& row : type_rows)
        if (row.name == name) return row.type;
    return std::nullopt;
}

int64_t TensorView::elements() const {
    int64_t product = 1;
    // A zero anywhere means no data, whatever the other sizes are.
    if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
    for (const int64_t size : shape) product *= size;
    return product;
}

void TensorView::read(std::span<std::byte> out) const {
    if (maker) return maker->make(out.first(bytes));
    if (bytes > 0) std::memcpy(out.data(), data, bytes);
}

std::string TensorView::stored_name() const {
    return maker ? maker->stored_name() : std::string(type_name(type));
}

size_t TensorView::stored_bytes() const {
    if (!maker) return bytes;
    size_t sum = 0;
    for (const auto& source_bytes : maker->sources()) sum += source_bytes.size();
    return sum;
}

TensorView TensorView::part(size_t first, size_t count) const {
    TensorView out = *this;
    if (maker)
        out.maker = std::make_shared<PartMaker>(maker, bytes, first);
    else
        out.data += first;
    out.bytes = count;
    return out;
}

std::string shape_text(const std::vector<int64_t>& shape) {
    constexpr size_t max_shown = 8;
    std::string out = "[";
    for (size_t i = 0; i < shape.size() && i < max_shown; ++i)
        out += (i ? ", " : "") + std::to_string(shape[i]);
    if (shape.size() > max_shown) out += ", ...";
    return out + "]";
}

void require_usable(const TensorView& tensor) {
    if (is_usable(tensor.type)) return;
    throw Error(ErrorCode::unsupported, tensor.source,
                in_quotes(tensor.name) + " is stored as " + std::string(type_name(tensor.type)) +
                    ", which cannot be computed with",
                "F64, F32, F16 and BF16 can");
}

}  // namespace driftscope
