// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

#include "core/data/comparison.h"

namespace driftscope {

/// Comparisons of earlier settings by fingerprint, the least recently seen dropped first, so that
/// flipping back to a setting needs no run.
class KeptResults {
public:
    explicit KeptResults(std::size_t capacity = 32) : m_capacity(capacity) {}

    /// Keeps a finished comparison; partial and cancelled ones are not worth keeping.
    void keep(const std::string& fingerprint, const ComparisonPtr& comparison);
    /// Null when there is none.
    ComparisonPtr find(const std::string& fingerprint);
    /// By the engine's id; null when it is no longer kept.
    ComparisonPtr byId(uint64_t id) const;
    std::size_t size() const { return m_order.size(); }
    void clear();

private:
    struct Entry {
        std::string fingerprint;
        ComparisonPtr comparison;
    };
    std::size_t m_capacity;
    std::list<Entry> m_order;  ///< most recently seen first
    std::unordered_map<std::string, std::list<Entry>::iterator> m_index;
};

}  // namespace driftscope
