// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace driftscope {

/// A pattern in PCRE2's dialect.
struct TranslatedPattern {
    std::string pattern;
    bool extended_class = false;  ///< has nested classes or "&&": needs PCRE2_ALT_EXTENDED_CLASS
};

/// Rewrites a pattern of tokenizer.json (Oniguruma, Ruby syntax: doc/RE of that library) for PCRE2
/// so that it means the same: Unicode White_Space for \s (PCRE2's own also takes U+180E), \h as a
/// hexadecimal digit, \v as one character, (?m) as "dot matches newline", {n,m}+ as a repeated
/// interval, scripts without Script_Extensions, nested classes.
/// Throws Error{unsupported} naming a construct it does not know, at `file`.
TranslatedPattern translate_pattern(std::string_view pattern, const std::string& file);

}  // namespace driftscope
