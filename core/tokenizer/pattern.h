// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope {

/// Something to look for in a text: a regex of tokenizer.json or a literal string.
class Pattern {
public:
    /// Bytes [begin, end) of a text.
    struct Span {
        std::size_t begin, end;
        bool matched;
    };

    /// Compiles an Oniguruma-style regex with PCRE2, JIT where the machine has it.
    /// Throws Error{format} where it is not valid, Error{unsupported} for constructs not known.
    static Pattern regex(std::string_view pattern, const std::string& file);
    static Pattern literal(std::string text);

    /// Cuts valid UTF-8 into matches and the gaps between them, in order, covering all of it.
    /// Empty matches are kept: they cut the text in two.
    /// Throws Error{limit} when matching needs more than the bounded number of steps.
    std::vector<Span> cut(std::string_view text) const;
    /// `text` with every match replaced by `content`.
    std::string replace(std::string_view text, std::string_view content) const;

private:
    struct Regex;
    std::vector<Span> cut_literal(std::string_view text) const;
    std::vector<Span> cut_regex(std::string_view text) const;

    std::shared_ptr<const Regex> regex_;  ///< null: a literal
    std::string literal_;
};

}  // namespace driftscope
