// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "app/session.h"

namespace driftscope {

/// Reads a .drift file. Throws Error with the path as its place.
Session loadSession(const QString& path);
/// Writes it, all or nothing. Throws Error.
void saveSession(const Session& session, const QString& path);

/// Where this person's program keeps what it must not lose: $XDG_STATE_HOME/driftscope, else
/// ~/.local/state/driftscope. Made when it is not there.
QString stateFolder();
/// The autosaved session of this start, and of the one before.
QString autosavePath();
QString lastSessionPath();
/// Turns the autosave of the last start into lastSessionPath(); call once at the start.
void rotateAutosave();

}  // namespace driftscope
