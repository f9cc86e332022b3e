// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace driftscope {

/// The report's style sheet (without colours) and script; their text is built in.
extern const char* const kReportStyle;
extern const char* const kReportScript;

}  // namespace driftscope
