// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/compare/lockstep.h"
#include "core/data/memory_budget.h"

namespace driftscope {

/// The sites of a stored trace.
struct StoredSites {
    int64_t bytes = 0;    ///< as the file holds them
    int64_t values = 0;   ///< all of them
    int64_t largest = 0;  ///< values of the largest site, as they are compared
};

/// What decides how much memory a comparison takes.
struct MemoryQuestion {
    const RunPlan &a, &b;
    int64_t first_stretch = 0;  ///< positions of the first stretch
    int64_t positions = 0;      ///< of the whole text: prompt and what may be written
    bool judged = true;
    bool attributed = false;
    bool by_option = false;               ///< of the attribution: options are mixed too
    bool same_function = false;           ///< B64 is A64
    const StoredSites* stored = nullptr;  ///< not null: run B alone is held against these
};

/// At most, from shapes, types and options alone; nothing is computed and no weight is read.
MemoryBudget memory_budget(const MemoryQuestion& question);

/// What the system could give this process now: free memory with what it takes back by itself, or
/// less where the process's control group allows less. 0: unknown.
int64_t available_memory();

inline constexpr const char* kLessMemory =
    "use fewer tokens, leave the judge out (--judge none), or free memory";
/// Empty: it fits. Else one sentence with both figures and what to do. Throws limit where it cannot
/// fit even without the weights that are kept to be faster.
std::string check_memory(const MemoryBudget& budget, const std::string& advice = kLessMemory);

/// "118 MB" (of 10^6 bytes).
std::string megabytes(int64_t bytes);

}  // namespace driftscope
