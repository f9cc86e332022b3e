// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace driftscope {

/// What a comparison takes at most, in bytes, known from shapes and options before it runs.
struct MemoryBudget {
    int64_t mapped = 0;       ///< weights read where the files are mapped: the system may drop them
    int64_t weights = 0;      ///< weights in other types and orders, and one block's in the making
    int64_t activations = 0;  ///< of the runs that advance together, within one block
    int64_t caches = 0;       ///< keys and values of all of these runs
    int64_t logits = 0;       ///< and what is formed of them
    int64_t patterns = 0;     ///< queries, keys and patterns kept to be shown
    /// Streams and runs kept while A | B is taken apart, or the values of a stored trace with those
    /// made to be held against them; 0: neither.
    int64_t parts = 0;
    int64_t program = 0;    ///< what the process held already, LibTorch's code included
    int64_t available = 0;  ///< what the system could give when this was stated; 0: unknown
    int runs = 0;           ///< that advance together

    /// Without what the system takes back by itself.
    int64_t needed() const { return weights + activations + caches + logits + patterns + parts; }
    /// Of the whole process.
    int64_t total() const { return program + mapped + needed(); }
};

}  // namespace driftscope
