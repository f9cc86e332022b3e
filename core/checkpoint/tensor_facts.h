// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/tensor_view.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace driftscope {

/// What reading a tensor once says about it.
struct TensorFacts {
    std::string hash;      ///< see Checkpoint::tensor_hash
    bool scanned = false;  ///< its values were looked at; else only its bytes were hashed
    int64_t elements = 0;
    int64_t nan = 0, infinite = 0;
    // Of vectors (norms, biases) only, 0 for others:
    int64_t not_positive = 0;  ///< zero or below
    double mean = 0;           ///< of the finite values; 0 if there are none
};

/// The largest tensor whose values are made (quantised, strided) only to be scanned, bytes.
inline constexpr size_t max_scanned_made_bytes = size_t{256} << 20;

/// Reads the tensor once, hashing and scanning; kept in the process's memory under the file's path,
/// size, mtime, inode and offset. Scanned are F64, F32, F16 and BF16.
TensorFacts tensor_facts(const Checkpoint& checkpoint, const TensorView& tensor);
/// The facts if they are known already; never reads the tensor.
std::optional<TensorFacts> known_facts(const Checkpoint& checkpoint, const TensorView& tensor);

/// Names the tensor's bytes and what is made of them: equal keys, equal values.
/// Errors: internal (a tensor of another checkpoint).
std::string tensor_key(const Checkpoint& checkpoint, const TensorView& tensor);

/// Calls `visit` with every value, widened to double, of bytes that hold `type` (F64, F32, F16 or
/// BF16; nothing for others).
void each_value(std::span<const std::byte> bytes, StoredType type,
                const std::function<void(std::span<const double>)>& visit);

}  // namespace driftscope
