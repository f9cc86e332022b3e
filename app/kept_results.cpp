// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kept_results.h"

namespace driftscope {

void KeptResults::keep(const std::string& fingerprint, const ComparisonPtr& comparison) {
    if (!comparison || !comparison->complete || comparison->cancelled || m_capacity == 0) return;
    const auto known = m_index.find(fingerprint);
    if (known != m_index.end()) {
        m_order.erase(known->second);
        m_index.erase(known);
    }
    m_order.push_front({fingerprint, comparison});
    m_index[fingerprint] = m_order.begin();
    while (m_order.size() > m_capacity) {
        m_index.erase(m_order.back().fingerprint);
        m_order.pop_back();
    }
}

ComparisonPtr KeptResults::find(const std::string& fingerprint) {
    const auto known = m_index.find(fingerprint);
    if (known == m_index.end()) return nullptr;
    m_order.splice(m_order.begin(), m_order, known->second);
    return known->second->comparison;
}

ComparisonPtr KeptResults::byId(uint64_t id) const {
    for (const Entry& entry : m_order) {
        if (entry.comparison->id == id) return entry.comparison;
    }
    return nullptr;
}

void KeptResults::clear() {
    m_index.clear();
    m_order.clear();
}

}  // namespace driftscope
