// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QJsonObject>
#include <QString>

namespace driftscope {

/// What undo brings back: what was asked, and what was looked at.
struct WindowState {
    QJsonObject request, look;
    bool operator==(const WindowState&) const = default;
};

/// The states that were, the one that is, and those undone. Steps of the look alone that follow
/// each other within a moment (a walk with the arrow keys) count as one.
class UndoHistory {
public:
    /// Forgets all; `now` is where undo ends.
    void start(WindowState now);
    /// Something changed at `ms` of any clock; equal states are no change.
    void note(WindowState now, qint64 ms);
    /// The state that is became this without anybody's doing (a result came): no step. A state of
    /// another request is left for note(), which comes.
    void amend(WindowState now);
    bool canUndo() const { return m_at > 0; }
    bool canRedo() const { return m_at + 1 < m_states.size(); }
    /// The state to go to; empty: none. What changed is in `word`: "setup" or "view".
    std::optional<WindowState> undo(QString* word = nullptr);
    std::optional<WindowState> redo(QString* word = nullptr);

private:
    void tell(size_t from, size_t to, QString* word) const;

    std::vector<WindowState> m_states;
    size_t m_at = 0;
    qint64 m_lastMs = 0;
    bool m_walking = false;  ///< the state that is came by a change of the look alone
};

}  // namespace driftscope
