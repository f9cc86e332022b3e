// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace driftscope {

/// resources/symptoms.json, part of the program.
extern const char* const kSymptomsText;

}  // namespace driftscope
