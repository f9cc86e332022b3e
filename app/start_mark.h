// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLockFile>

namespace driftscope {

/// Lies in the state folder while the program runs. One that nobody holds any more says that the
/// program was killed or crashed, so that what it kept can be offered.
class StartMark {
public:
    StartMark();
    /// The start before this one ended without end(); false while another instance runs.
    bool previousDied() const { return m_previousDied; }
    /// Ends well: the mark goes.
    void end() { m_lock.unlock(); }

private:
    QLockFile m_lock;
    bool m_previousDied = false;
};

}  // namespace driftscope
