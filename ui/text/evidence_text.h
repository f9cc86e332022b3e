// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <string>

namespace driftscope {

/// A sentence that core wrote (rule, remark, cause, shape along the text, symptom) in the window's
/// language; its numbers and names stay as they are. What no pattern knows comes back in English.
/// Files keep core's own words: this is for the screen alone.
QString evidenceText(const std::string& sentence);

}  // namespace driftscope
