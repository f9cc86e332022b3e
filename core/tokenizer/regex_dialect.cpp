// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/regex_dialect.h"

#include "core/data/error.h"
#include "core/tokenizer/utf8.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

namespace driftscope {

namespace {

struct Escape {
    char letter;
    const char* outside;  ///< nullptr: not known there
    const char* in_class;
};

constexpr const char* word_members = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}";

// Letters after a backslash, Oniguruma -> PCRE2; what is absent is refused by name.
constexpr std::array<Escape, 22> escapes{{
    {'r', "\\r", "\\r"},
    {'n', "\\n", "\\n"},
    {'t', "\\t", "\\t"},
    {'f', "\\f", "\\f"},
    {'v', "\\x0b", "\\x0b"},
    {'a', "\\a", "\\a"},
    {'e', "\\e", "\\e"},
    {'d', "\\p{Nd}", "\\p{Nd}"},
    {'D', "\\P{Nd}", "\\P{Nd}"},
    {'s', "\\p{White_Space}", "\\p{White_Space}"},
    {'S', "\\P{White_Space}", "\\P{White_Space}"},
    {'w', "[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}]", word_members},
    {'W', "[^\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}]", nullptr},
    {'h', "[0-9A-Fa-f]", "0-9A-Fa-f"},
    {'H', "[^0-9A-Fa-f]", nullptr},
    {'b', "\\b", "\\b"},
    {'B', "\\B", nullptr},
    {'A', "\\A", nullptr},
    {'z', "\\z", nullptr},
    {'Z', "\\Z", nullptr},
    {'R', "\\R", nullptr},
    {'X', "\\X", nullptr},
}};

// PCRE2 reads \p{Han} as Script_Extensions, Oniguruma as Script.
constexpr std::array<std::string_view, 12> scripts{"Arabic",   "Cyrillic", "Devanagari", "Greek",
                                                   "Han",      "Hangul",   "Hebrew",     "Hiragana",
                                                   "Katakana", "Latin",    "Thai",       "Common"};

class Translator {
public:
    Translator(std::string_view pattern, const std::string& file) : in_(pattern), file_(file) {}

    TranslatedPattern run() {
        while (pos_ < in_.size()) step();
        return std::move(result_);
    }

private:
    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(ErrorCode::unsupported, file_,
                    "the regex construct " + what + " is not known, in: " + std::string(in_));
    }

    bool at(std::string_view text) const { return in_.substr(pos_).starts_with(text); }

    void copy(std::size_t n) {
        result_.pattern += in_.substr(pos_, n);
        pos_ = std::min(pos_ + n, in_.size());
    }

    void put(std::string_view text, std::size_t consumed) {
        result_.pattern += text;
        pos_ += consumed;
    }

    void step() {
        const char c = in_[pos_];
        const std::size_t start = result_.pattern.size();
        if (c == '(') {
            groups_.push_back(start);
            open_group();
        } else if (c == ')') {
            atom_ = groups_.empty() ? start : groups_.back();
            if (!groups_.empty()) groups_.pop_back();
            copy(1);
        } else if (c == '{') {
            interval();
        } else if (c == '*' || c == '+' || c == '?') {
            copy(1);
        } else {
            atom_ = start;
            if (c == '[')
                character_class();
            else if (c == '\\')
                escape(false);
            else
                copy(utf8_width(c));
        }
    }

    /// "(", "(?:", "(?<name>", "(?=", "(?i-x:" and the like.
    void open_group() {
        if (at("(*")) refuse("(*");
        if (!at("(?")) return copy(1);
        for (const std::string_view plain : {"(?:", "(?=", "(?!", "(?>", "(?<=", "(?<!"})
            if (at(plain)) return copy(plain.size());
        if (at("(?#")) {
            const auto end = in_.find(')', pos_);
            return put("(", end == in_.npos ? in_.size() - pos_ : end - pos_);
        }
        if (at("(?<") && pos_ + 3 < in_.size() && std::isalpha(byte(pos_ + 3))) return copy(3);
        const auto end = in_.find_first_not_of("imx-", pos_ + 2);
        if (end == in_.npos || end == pos_ + 2 || (in_[end] != ':' && in_[end] != ')'))
            refuse(std::string(in_.substr(pos_, 3)));
        std::string flags(in_.substr(pos_, end - pos_));
        std::replace(flags.begin(), flags.end(), 'm', 's');
        put(flags, flags.size());
    }

    /// "{n,m}"; a "+" behind it repeats the interval (in PCRE2 it would forbid backtracking).
    void interval() {
        const auto end = in_.find('}', pos_);
        const auto body = end == in_.npos ? "" : in_.substr(pos_ + 1, end - pos_ - 1);
        if (body.empty() || body.find_first_not_of("0123456789,") != body.npos) {
            atom_ = result_.pattern.size();
            return put("\\{", 1);
        }
        copy(body.size() + 2);
        if (at("?") && body.find(',') == body.npos) refuse("{n}?");  // optional, not lazy, in Ruby
        if (!at("+")) return;
        result_.pattern.insert(atom_, "(?:");
        put(")+", 1);
    }

    void character_class() {
        std::size_t depth = 0;
        do {
            if (pos_ >= in_.size()) return;  // PCRE2 reports the missing bracket
            if (at("[:")) {
                const auto end = in_.find(":]", pos_);
                copy(end == in_.npos ? in_.size() - pos_ : end + 2 - pos_);
            } else if (in_[pos_] == '[') {
                result_.extended_class |= ++depth > 1;
                copy(1);
                if (at("^")) copy(1);
                if (at("]")) put("\\]", 1);
            } else if (in_[pos_] == ']') {
                --depth;
                copy(1);
            } else if (in_[pos_] == '\\') {
                escape(true);
            } else {
                result_.extended_class |= at("&&");
                doubled_ |= at("||") || at("--") || at("~~");
                copy(at("&&") ? 2 : utf8_width(in_[pos_]));
            }
        } while (depth > 0);
        if (result_.extended_class && doubled_) refuse("|| or -- or ~~ beside a nested class");
    }

    void escape(bool in_class) {
        if (pos_ + 1 >= in_.size()) refuse("\\ at the end");
        const char letter = in_[pos_ + 1];
        if (letter == 'p' || letter == 'P') return property();
        if (letter == 'u' || letter == 'x') return code_point(letter);
        if (std::isdigit(static_cast<unsigned char>(letter))) {
            if (in_class || letter == '0') refuse("\\" + std::string(1, letter));
            return copy(2);
        }
        if (!std::isalpha(static_cast<unsigned char>(letter))) return copy(1 + utf8_width(letter));
        const auto known = std::find_if(escapes.begin(), escapes.end(),
                                        [&](const Escape& e) { return e.letter == letter; });
        const char* target = known == escapes.end() ? nullptr
                             : in_class             ? known->in_class
                                                    : known->outside;
        if (!target) refuse("\\" + std::string(1, letter));
        put(target, 2);
    }

    void property() {
        const auto end = in_.find('}', pos_);
        if (pos_ + 2 >= in_.size() || in_[pos_ + 2] != '{' || end == in_.npos)
            refuse("\\p without braces");
        auto name = in_.substr(pos_ + 3, end - pos_ - 3);
        result_.pattern += in_.substr(pos_, 3);
        if (name.starts_with('^')) {
            result_.pattern += '^';
            name.remove_prefix(1);
        }
        if (std::find(scripts.begin(), scripts.end(), name) != scripts.end())
            result_.pattern += "sc:";
        result_.pattern += name;
        result_.pattern += '}';
        pos_ = end + 1;
    }

    /// \uHHHH, \x{H...} and \xHH (below 0x80: above that it is a byte in Oniguruma).
    void code_point(char letter) {
        std::size_t begin = pos_ + 2;
        const bool braced = letter == 'x' && begin < in_.size() && in_[begin] == '{';
        begin += braced;
        const std::size_t most = braced ? 8 : letter == 'u' ? 4 : 2;
        std::size_t end = begin;
        while (end < in_.size() && end - begin < most && std::isxdigit(byte(end))) ++end;
        const auto digits = in_.substr(begin, end - begin);
        const bool closed = !braced || (end < in_.size() && in_[end] == '}');
        if (digits.empty() || !closed || (letter == 'u' && digits.size() < 4) ||
            (!braced && letter == 'x' && digits.size() == 2 && digits[0] > '7'))
            refuse(std::string(in_.substr(pos_, 6)));
        put("\\x{" + std::string(digits) + "}", end + braced - pos_);
    }

    unsigned char byte(std::size_t pos) const { return static_cast<unsigned char>(in_[pos]); }

    std::string_view in_;
    const std::string& file_;
    std::size_t pos_ = 0;
    TranslatedPattern result_;
    std::vector<std::size_t> groups_;  ///< where open groups begin in the result
    std::size_t atom_ = 0;             ///< where the last atom begins in the result
    bool doubled_ = false;
};

}  // namespace

TranslatedPattern translate_pattern(std::string_view pattern, const std::string& file) {
    return Translator(pattern, file).run();
}

}  // namespace driftscope
