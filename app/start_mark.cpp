// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/start_mark.h"

#include <QFileInfo>

#include "app/session_file.h"

namespace driftscope {

namespace {
QString markPath() { return stateFolder() + QStringLiteral("/running.lock"); }
}  // namespace

StartMark::StartMark() : m_lock(markPath()) {
    const bool left = QFileInfo::exists(markPath());
    m_lock.setStaleLockTime(0);  // only a dead process makes it stale
    m_previousDied = m_lock.tryLock(0) && left;
}

}  // namespace driftscope
