// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/undo_history.h"

#include <utility>

namespace driftscope {

namespace {
constexpr qint64 kWalk = 900;  // ms
constexpr size_t kMost = 200;
}  // namespace

void UndoHistory::start(WindowState now) {
    m_states.clear();
    m_states.push_back(std::move(now));
    m_at = 0;
    m_walking = false;
}

void UndoHistory::note(WindowState now, qint64 ms) {
    if (m_states.empty()) return start(std::move(now));
    if (now == m_states[m_at]) return;
    m_states.resize(m_at + 1);  // what was undone is gone
    const bool lookAlone = now.request == m_states[m_at].request;
    const bool walk = lookAlone && m_walking && m_at > 0 && ms - m_lastMs < kWalk;
    if (walk) {
        m_states[m_at] = std::move(now);
    } else {
        m_states.push_back(std::move(now));
        if (m_states.size() > kMost) m_states.erase(m_states.begin());
        m_at = m_states.size() - 1;
    }
    m_walking = lookAlone;
    m_lastMs = ms;
}

void UndoHistory::amend(WindowState now) {
    if (m_states.empty()) return start(std::move(now));
    if (now.request == m_states[m_at].request) m_states[m_at] = std::move(now);
}

void UndoHistory::tell(size_t from, size_t to, QString* word) const {
    if (!word) return;
    *word = m_states[from].request == m_states[to].request ? QStringLiteral("view")
                                                           : QStringLiteral("setup");
}

std::optional<WindowState> UndoHistory::undo(QString* word) {
    if (!canUndo()) return std::nullopt;
    m_walking = false;
    tell(m_at, m_at - 1, word);
    return m_states[--m_at];
}

std::optional<WindowState> UndoHistory::redo(QString* word) {
    if (!canRedo()) return std::nullopt;
    m_walking = false;
    tell(m_at, m_at + 1, word);
    return m_states[++m_at];
}

}  // namespace driftscope
