// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/pattern.h"

#include "core/data/error.h"
#include "core/tokenizer/regex_dialect.h"
#include "core/tokenizer/utf8.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>

namespace driftscope {

namespace {

constexpr std::uint32_t match_limit = 10'000'000;     // backtracking steps from one start
constexpr std::uint32_t heap_limit_kib = 256 * 1024;  // for the interpreter
constexpr std::size_t jit_stack_first = 32 * 1024, jit_stack_most = 8 * 1024 * 1024;
constexpr std::size_t longest_pattern = 64 * 1024;

#ifdef PCRE2_ALT_EXTENDED_CLASS
constexpr std::uint32_t extended_class = PCRE2_ALT_EXTENDED_CLASS;  // since PCRE2 10.45
#else
constexpr std::uint32_t extended_class = 0;
#endif

template <auto Function>
struct Free {
    template <typename T>
    void operator()(T* object) const {
        Function(object);
    }
};

using Code = std::unique_ptr<pcre2_code, Free<pcre2_code_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Free<pcre2_match_data_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Free<pcre2_match_context_free>>;
using CompileContext = std::unique_ptr<pcre2_compile_context, Free<pcre2_compile_context_free>>;
using JitStack = std::unique_ptr<pcre2_jit_stack, Free<pcre2_jit_stack_free>>;

PCRE2_SPTR units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

std::string message_of(int code) {
    std::array<PCRE2_UCHAR, 256> text{};
    pcre2_get_error_message(code, text.data(), text.size());
    return reinterpret_cast<const char*>(text.data());
}

/// What one thread needs to match; reused, because texts are cut into many small pieces.
struct MatchState {
    MatchContext context{pcre2_match_context_create(nullptr)};
    MatchData data{pcre2_match_data_create(1, nullptr)};
    JitStack stack{pcre2_jit_stack_create(jit_stack_first, jit_stack_most, nullptr)};

    MatchState() {
        if (!context || !data) throw std::bad_alloc();
        pcre2_set_match_limit(context.get(), match_limit);
        pcre2_set_heap_limit(context.get(), heap_limit_kib);
        if (stack) pcre2_jit_stack_assign(context.get(), nullptr, stack.get());
    }
};

MatchState& match_state() {
    thread_local MatchState state;
    return state;
}

}  // namespace

struct Pattern::Regex {
    Code code;
    std::string source, file;

    /// First match at or after `from`; false if there is none.
    bool next(std::string_view text, std::size_t from, Span& span) const {
        auto& state = match_state();
        int rc = pcre2_match(code.get(), units(text), text.size(), from, PCRE2_NO_UTF_CHECK,
                             state.data.get(), state.context.get());
        if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
            rc = pcre2_match(code.get(), units(text), text.size(), from,
                             PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, state.data.get(),
                             state.context.get());
        if (rc == PCRE2_ERROR_NOMATCH) return false;
        if (rc < 0)
            throw Error(ErrorCode::limit, file,
                        "the regex " + source + " gave up on this text: " + message_of(rc));
        const auto* offsets = pcre2_get_ovector_pointer(state.data.get());
        span = {offsets[0], offsets[1], true};
        return true;
    }
};

Pattern Pattern::regex(std::string_view pattern, const std::string& file) {
    if (pattern.size() > longest_pattern)
        throw Error(ErrorCode::limit, file, "a regex is longer than 64 KiB");
    const auto translated = translate_pattern(pattern, file);
    if (translated.extended_class && !extended_class)
        throw Error(ErrorCode::unsupported, file,
                    "the regex " + std::string(pattern) + " has nested classes",
                    "They need PCRE2 10.45 or newer");
    CompileContext context(pcre2_compile_context_create(nullptr));
    if (!context) throw std::bad_alloc();
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    const std::uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE |
                                  PCRE2_NEVER_BACKSLASH_C |
                                  (translated.extended_class ? extended_class : 0);
    int error = 0;
    PCRE2_SIZE offset = 0;
    auto compiled = std::make_shared<Regex>();
    compiled->code.reset(pcre2_compile(units(translated.pattern), translated.pattern.size(),
                                       options, &error, &offset, context.get()));
    if (!compiled->code)
        throw Error(ErrorCode::format, file,
                    "the regex " + std::string(pattern) + " is not valid: " + message_of(error));
    pcre2_jit_compile(compiled->code.get(), PCRE2_JIT_COMPLETE);  // without it: the interpreter
    compiled->source = pattern;
    compiled->file = file;
    Pattern result;
    result.regex_ = std::move(compiled);
    return result;
}

Pattern Pattern::literal(std::string text) {
    Pattern result;
    result.literal_ = std::move(text);
    return result;
}

std::vector<Pattern::Span> Pattern::cut(std::string_view text) const {
    return regex_ ? cut_regex(text) : cut_literal(text);
}

std::string Pattern::replace(std::string_view text, std::string_view content) const {
    std::string result;
    result.reserve(text.size());
    for (const auto& span : cut(text))
        result += span.matched ? content : text.substr(span.begin, span.end - span.begin);
    return result;
}

std::vector<Pattern::Span> Pattern::cut_literal(std::string_view text) const {
    std::vector<Span> spans;
    std::size_t done = 0;
    while (!literal_.empty()) {
        const auto found = text.find(literal_, done);
        if (found == text.npos) break;
        if (found > done) spans.push_back({done, found, false});
        done = found + literal_.size();
        spans.push_back({found, done, true});
    }
    if (done < text.size()) spans.push_back({done, text.size(), false});
    return spans;
}

std::vector<Pattern::Span> Pattern::cut_regex(std::string_view text) const {
    std::vector<Span> spans;
    std::size_t done = 0, from = 0;
    bool any = false;
    for (Span span{}; from <= text.size() && regex_->next(text, from, span);) {
        if (span.begin == span.end && any && span.end == done) {
            // an empty match right behind the last one does not count: look one character on
            from = span.end + (span.end < text.size() ? utf8_width(text[span.end]) : 1);
            continue;
        }
        if (span.begin > done) spans.push_back({done, span.begin, false});
        spans.push_back(span);
        done = from = span.end;
        any = true;
    }
    if (done < text.size()) spans.push_back({done, text.size(), false});
    return spans;
}

}  // namespace driftscope
