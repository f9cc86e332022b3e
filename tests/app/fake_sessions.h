// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace driftscope {

/// A session file that must be refused, and what the message must name.
struct HostileSession {
    const char* name;
    std::string text;
    const char* place;
};
std::vector<HostileSession> hostileSessions();

/// A session file of these fields, written as `,"key":value…`.
std::string sessionOf(const std::string& fields);

}  // namespace driftscope
