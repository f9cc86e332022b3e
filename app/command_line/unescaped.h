// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace driftscope {

/// The bytes that a line means: \n, \r, \t, \xNN (two hexadecimal digits) and \\ stand for one
/// byte each, everything else for itself. Throws Error (format) at any other use of a backslash.
/// @param where  names the line in messages
std::string unescaped(std::string_view line, const std::string& where);

}  // namespace driftscope
