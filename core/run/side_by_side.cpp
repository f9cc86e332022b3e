// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/side_by_side.h"

#include <ATen/ThreadLocalState.h>
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <vector>

namespace driftscope {

void side_by_side(size_t count, const std::function<void(size_t)>& work) {
    if (count == 0) return;
    const size_t team = std::min(count, static_cast<size_t>(omp_get_num_procs()));
    const at::ThreadLocalState state;
    std::vector<std::exception_ptr> thrown(count);
    std::atomic<size_t> next{0};
#pragma omp parallel num_threads(static_cast<int>(team))
    {
        const at::ThreadLocalStateGuard guard(state);
        for (size_t i = next++; i < count; i = next++) {
            try {
                work(i);
            } catch (...) {
                thrown[i] = std::current_exception();
            }
        }
    }
    for (const std::exception_ptr& one : thrown)
        if (one) std::rethrow_exception(one);
}

void side_by_side_over(int64_t positions, size_t count, const std::function<void(size_t)>& work) {
    constexpr int64_t kWorthIt = 8;
    if (positions >= kWorthIt) return side_by_side(count, work);
    for (size_t i = 0; i < count; ++i) work(i);
}

}  // namespace driftscope
