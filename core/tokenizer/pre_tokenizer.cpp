// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/pre_tokenizer.h"

#include "core/tokenizer/byte_alphabet.h"
#include "core/tokenizer/pattern_json.h"
#include "core/tokenizer/split_behavior.h"
#include "core/tokenizer/unicode.h"
#include "core/tokenizer/utf8.h"

#include <array>
#include <utility>

namespace driftscope {

namespace {

// GPT-2's own pattern, used by ByteLevel when "use_regex" is on.
constexpr const char* gpt2_pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

constexpr std::array<std::pair<const char*, SplitBehavior>, 5> behaviors{
    {{"Removed", SplitBehavior::removed},
     {"Isolated", SplitBehavior::isolated},
     {"MergedWithPrevious", SplitBehavior::merged_with_previous},
     {"MergedWithNext", SplitBehavior::merged_with_next},
     {"Contiguous", SplitBehavior::contiguous}}};

SplitBehavior read_behavior(const JsonValue& value) {
    for (const auto& [name, behavior] : behaviors)
        if (value.string() == name) return behavior;
    throw value.error(ErrorCode::unsupported,
                      "the behaviour \"" + value.string() + "\" is not known");
}

std::vector<Pattern::Span> digit_spans(std::string_view text) {
    std::vector<Pattern::Span> spans;
    for (std::size_t pos = 0; pos < text.size();) {
        const auto begin = pos;
        const bool digit = is_number(next_code_point(text, pos));
        if (!digit && !spans.empty() && !spans.back().matched)
            spans.back().end = pos;
        else
            spans.push_back({begin, pos, digit});
    }
    return spans;
}

}  // namespace

PreTokenizer::PreTokenizer(const JsonValue& value) {
    if (!value.is_null()) add(value);
}

void PreTokenizer::add(const JsonValue& value) {
    JsonObject object(value);
    const auto type = object.at("type").string();
    if (type == "Sequence") {
        const auto list = object.at("pretokenizers");
        for (std::size_t i = 0; i < list.array().size(); ++i) add(list.element(i));
    } else if (type == "ByteLevel") {
        add_byte_level(object);
    } else if (type == "Split") {
        add_split(object);
    } else if (type == "Digits") {
        add_digits(object);
    } else if (type == "Metaspace") {
        add_metaspace(object);
    } else {
        throw value.error(ErrorCode::unsupported,
                          "the pre-tokenizer \"" + type + "\" is not known");
    }
    object.finish();
}

void PreTokenizer::add_byte_level(JsonObject& object) {
    const bool prefix = object.boolean("add_prefix_space", true);
    object.boolean("trim_offsets", true);  // moves offsets, not ids
    if (prefix)
        steps_.push_back([](PreToken token) {
            if (!token.text.starts_with(' ')) token.text.insert(0, 1, ' ');
            return std::vector{std::move(token)};
        });
    if (object.boolean("use_regex", true))
        steps_.push_back(
            [pattern = Pattern::regex(gpt2_pattern, object.self().file())](const PreToken& token) {
                return split_at(token, pattern.cut(token.text), SplitBehavior::isolated);
            });
    steps_.push_back([](PreToken token) {
        token.text = bytes_to_alphabet(token.text);
        return std::vector{std::move(token)};
    });
    byte_level_ = true;
}

void PreTokenizer::add_split(JsonObject& object) {
    steps_.push_back([pattern = read_pattern(object.at("pattern")),
                      behavior = read_behavior(object.at("behavior")),
                      invert = object.boolean("invert", false)](const PreToken& token) {
        auto spans = pattern.cut(token.text);
        if (invert)
            for (auto& span : spans) span.matched = !span.matched;
        return split_at(token, std::move(spans), behavior);
    });
}

void PreTokenizer::add_digits(JsonObject& object) {
    const auto behavior = object.boolean("individual_digits", false) ? SplitBehavior::isolated
                                                                     : SplitBehavior::contiguous;
    steps_.push_back([behavior](const PreToken& token) {
        return split_at(token, digit_spans(token.text), behavior);
    });
}

void PreTokenizer::add_metaspace(JsonObject& object) {
    const auto mark = object.at("replacement").string();
    const bool legacy = object.boolean("add_prefix_space", true);
    const auto scheme = object.string("prepend_scheme", legacy ? "always" : "never");
    const bool split = object.boolean("split", true);
    object.find("str_rep");  // an old copy of "replacement"
    if (mark.empty() || utf8_width(mark[0]) != mark.size())
        throw object.self().error(ErrorCode::format, "\"replacement\" must be one character");
    if (scheme != "always" && scheme != "first" && scheme != "never")
        throw object.self().error(ErrorCode::unsupported,
                                  "the prepend scheme \"" + scheme + "\" is not known");
    steps_.push_back([=, pattern = Pattern::literal(mark)](PreToken token) {
        std::string text;
        for (const char c : token.text) c == ' ' ? text += mark : text += c;
        const bool prepend = scheme == "always" || (scheme == "first" && token.text_start);
        if (prepend && !text.starts_with(mark)) text.insert(0, mark);
        token.text = std::move(text);
        if (!split) return std::vector{std::move(token)};
        return split_at(token, pattern.cut(token.text), SplitBehavior::merged_with_next);
    });
}

std::vector<PreToken> PreTokenizer::apply(std::string text, bool text_start) const {
    std::vector<PreToken> tokens;
    if (text.empty()) return tokens;
    tokens.push_back({std::move(text), text_start});
    for (const auto& step : steps_) {
        std::vector<PreToken> next;
        next.reserve(tokens.size());
        for (auto& token : tokens)
            for (auto& piece : step(std::move(token))) next.push_back(std::move(piece));
        tokens = std::move(next);
    }
    return tokens;
}

}  // namespace driftscope
