// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/request_queue.h"

#include <algorithm>
#include <utility>

namespace driftscope {

RequestQueue::RequestQueue(std::vector<std::string> urgent) : m_urgent(std::move(urgent)) {}

uint64_t RequestQueue::push(const std::string& tag, Work work) {
    std::stop_source stale(std::nostopstate);
    uint64_t id = 0;
    {
        const std::lock_guard lock(m_mutex);
        if (m_closed) return 0;
        dropWaiting(tag);
        if (m_runningId != 0 && m_runningTag == tag) stale = m_stop;
        id = ++m_lastId;
        m_waiting.push_back({id, tag, std::move(work)});
        const auto known = std::find_if(m_newest.begin(), m_newest.end(),
                                        [&](const auto& entry) { return entry.first == tag; });
        if (known != m_newest.end()) {
            known->second = id;
        } else {
            m_newest.emplace_back(tag, id);
        }
    }
    stale.request_stop();  // outside the lock: it may run callbacks
    return id;
}

std::optional<Job> RequestQueue::take() {
    const std::lock_guard lock(m_mutex);
    if (m_closed || m_waiting.empty()) return std::nullopt;
    auto next = std::find_if(m_waiting.begin(), m_waiting.end(),
                             [&](const Waiting& w) { return isUrgent(w.tag); });
    if (next == m_waiting.end()) next = m_waiting.begin();
    m_stop = std::stop_source();
    m_runningId = next->id;
    m_runningTag = next->tag;
    Job job{next->id, std::move(next->tag), std::move(next->work), m_stop.get_token()};
    m_waiting.erase(next);
    return job;
}

void RequestQueue::finish(uint64_t id) {
    const std::lock_guard lock(m_mutex);
    if (m_runningId == id) m_runningId = 0;
}

uint64_t RequestQueue::cancel(const std::string& tag) {
    std::stop_source running(std::nostopstate);
    uint64_t dropped = 0;
    {
        const std::lock_guard lock(m_mutex);
        dropped = dropWaiting(tag);
        if (m_runningId != 0 && m_runningTag == tag) running = m_stop;
    }
    running.request_stop();
    return dropped;
}

void RequestQueue::close() {
    std::stop_source running(std::nostopstate);
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
        m_waiting.clear();
        if (m_runningId != 0) running = m_stop;
    }
    running.request_stop();
}

uint64_t RequestQueue::newest(const std::string& tag) const {
    const std::lock_guard lock(m_mutex);
    for (const auto& [name, id] : m_newest) {
        if (name == tag) return id;
    }
    return 0;
}

bool RequestQueue::busy() const {
    const std::lock_guard lock(m_mutex);
    return m_runningId != 0 || !m_waiting.empty();
}

/// At most one waits under a tag: push() drops the one before.
uint64_t RequestQueue::dropWaiting(const std::string& tag) {
    const auto waiting = std::find_if(m_waiting.begin(), m_waiting.end(),
                                      [&](const Waiting& w) { return w.tag == tag; });
    if (waiting == m_waiting.end()) return 0;
    const uint64_t id = waiting->id;
    m_waiting.erase(waiting);
    return id;
}

bool RequestQueue::isUrgent(const std::string& tag) const {
    return std::find(m_urgent.begin(), m_urgent.end(), tag) != m_urgent.end();
}

}  // namespace driftscope
