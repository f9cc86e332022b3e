// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/row_bytes.h"

#include "core/data/error.h"
#include "core/data/sha256.h"

#include <cstring>
#include <string_view>

namespace driftscope {

void each_stretch(const BoundWeight& weight,
                  const std::function<void(std::span<const std::byte>)>& visit) {
    if (weight.transposed)
        throw Error(ErrorCode::internal, weight.canonical, "rows of a transposed tensor");
    const TensorView& tensor = *weight.tensor;
    std::vector<std::byte> made;
    std::span<const std::byte> all(tensor.data, tensor.bytes);
    if (tensor.maker) {
        made.resize(tensor.bytes);
        tensor.read(made);
        all = made;
    }
    const RowRuns& runs = weight.rows;
    if (runs.whole()) return visit(all);
    const size_t row = all.size() / static_cast<size_t>(tensor.shape.front());
    for (int64_t block = 0; block < runs.blocks; ++block)
        visit(all.subspan(static_cast<size_t>(runs.first + block * runs.step) * row,
                          static_cast<size_t>(runs.count) * row));
}

std::vector<std::byte> gathered_bytes(const BoundWeight& weight) {
    std::vector<std::byte> out;
    each_stretch(weight, [&out](std::span<const std::byte> bytes) {
        out.insert(out.end(), bytes.begin(), bytes.end());
    });
    return out;
}

void scatter_rows(std::span<const std::byte> rows, const RowRuns& runs, size_t row_bytes,
                  std::span<std::byte> out) {
    const size_t count = static_cast<size_t>(runs.count) * row_bytes;
    for (int64_t block = 0; block < runs.blocks; ++block)
        std::memcpy(out.data() + static_cast<size_t>(runs.first + block * runs.step) * row_bytes,
                    rows.data() + static_cast<size_t>(block) * count, count);
}

std::string rows_hash(const BoundWeight& weight) {
    Sha256 sum;
    each_stretch(weight, [&sum](std::span<const std::byte> bytes) {
        sum.update({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    });
    return sum.hex();
}

}  // namespace driftscope
