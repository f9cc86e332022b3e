// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace driftscope {

/// work(0) … work(count − 1), each once, on as many threads as the machine has processors; who
/// calls waits. Beside each other, LibTorch and the BLAS use one thread for each. What the calling
/// thread has set (inference mode) holds for the others too. All are done even when one throws;
/// then the exception of the lowest index goes on.
void side_by_side(size_t count, const std::function<void(size_t)>& work);

/// The same where each call goes over so many positions: of few, more is done by one thread before
/// a second one wakes.
void side_by_side_over(int64_t positions, size_t count, const std::function<void(size_t)>& work);

}  // namespace driftscope
