// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/weights.h"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace driftscope {

/// Calls `visit` with the bytes of a bound weight's rows, in order, as few stretches as they lie
/// in. The weight is not transposed. Made values (strides) are made once.
void each_stretch(const BoundWeight& weight,
                  const std::function<void(std::span<const std::byte>)>& visit);

/// The rows' bytes, one after the other.
std::vector<std::byte> gathered_bytes(const BoundWeight& weight);

/// Writes `rows` where `runs` says into `out`, a tensor of rows of `row_bytes`.
void scatter_rows(std::span<const std::byte> rows, const RowRuns& runs, size_t row_bytes,
                  std::span<std::byte> out);

/// SHA-256 of the rows' bytes, 64 hexadecimal digits.
std::string rows_hash(const BoundWeight& weight);

}  // namespace driftscope
