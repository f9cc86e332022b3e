// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/token_decoder.h"

#include "core/tokenizer/byte_alphabet.h"
#include "core/tokenizer/byte_token.h"
#include "core/tokenizer/pattern_json.h"
#include "core/tokenizer/utf8.h"

#include <utility>

namespace driftscope {

namespace {

std::string from_alphabet(const std::string& token) {
    return alphabet_to_bytes(token).value_or(token);  // added tokens stand in the file as they are
}

std::string from_byte_token(const std::string& token) {
    const auto byte = byte_of_token(token);
    return byte ? std::string(1, *byte) : token;
}

/// Runs of byte tokens become their text; a run that is not UTF-8 becomes one U+FFFD for each byte.
void join_byte_tokens(std::vector<std::string>& tokens) {
    std::vector<std::string> joined;
    std::string run;
    const auto end_run = [&] {
        if (run.empty()) return;
        if (is_valid_utf8(run))
            joined.push_back(run);
        else
            for (std::size_t i = 0; i < run.size(); ++i) joined.push_back("\uFFFD");
        run.clear();
    };
    for (auto& token : tokens) {
        if (const auto byte = byte_of_token(token)) {
            run += *byte;
            continue;
        }
        end_run();
        joined.push_back(std::move(token));
    }
    end_run();
    tokens = std::move(joined);
}

void fuse(std::vector<std::string>& tokens) {
    std::string whole;
    for (const auto& token : tokens) whole += token;
    tokens.assign(1, whole);
}

}  // namespace

TokenDecoder::TokenDecoder(const JsonValue& value) : none_(value.is_null()) {
    if (!none_) add(value);
}

void TokenDecoder::add(const JsonValue& value) {
    JsonObject object(value);
    const auto type = object.at("type").string();
    if (type == "Sequence") {
        const auto list = object.at("decoders");
        for (std::size_t i = 0; i < list.array().size(); ++i) add(list.element(i));
    } else if (type == "ByteLevel") {
        for (const char* key : {"add_prefix_space", "trim_offsets", "use_regex"})
            object.boolean(key, true);  // they matter to the encoder only
        add_each(from_alphabet);
    } else if (type == "Replace") {
        add_each([pattern = read_pattern(object.at("pattern")),
                  content = object.at("content").string()](const std::string& token) {
            return pattern.replace(token, content);
        });
    } else if (type == "ByteFallback") {
        steps_.push_back({join_byte_tokens, from_byte_token});
    } else if (type == "Fuse") {
        steps_.push_back({fuse, nullptr});
    } else if (type == "Strip") {
        add_strip(object);
    } else if (type == "Metaspace") {
        add_metaspace(object);
    } else {
        throw value.error(ErrorCode::unsupported, "the decoder \"" + type + "\" is not known");
    }
    object.finish();
}

void TokenDecoder::add_each(std::function<std::string(const std::string&)> one) {
    auto all = [one](std::vector<std::string>& tokens) {
        for (auto& token : tokens) token = one(token);
    };
    steps_.push_back({std::move(all), std::move(one)});
}

void TokenDecoder::add_strip(JsonObject& object) {
    const auto content = object.at("content").string();
    const auto start = object.at("start").integer(0, 1 << 20);
    const auto stop = object.at("stop").integer(0, 1 << 20);
    if (content.empty() || utf8_width(content[0]) != content.size())
        throw object.self().error(ErrorCode::format, "\"content\" must be one character");
    const auto all = [=](std::vector<std::string>& tokens) {
        for (auto& token : tokens) {
            std::size_t begin = 0, end = token.size();
            for (auto n = start; n > 0 && token.compare(begin, content.size(), content) == 0; --n)
                begin += content.size();
            for (auto n = stop; n > 0 && end >= begin + content.size() &&
                                token.compare(end - content.size(), content.size(), content) == 0;
                 --n)
                end -= content.size();
            token = token.substr(begin, end - begin);
        }
    };
    steps_.push_back({all, nullptr});
}

void TokenDecoder::add_metaspace(JsonObject& object) {
    const auto mark = object.at("replacement").string();
    const bool legacy = object.boolean("add_prefix_space", true);
    const bool prepends = object.string("prepend_scheme", legacy ? "always" : "never") != "never";
    object.boolean("split", true);
    object.find("str_rep");
    if (mark.empty())
        throw object.self().error(ErrorCode::format, "\"replacement\" must be one character");
    const auto pattern = Pattern::literal(mark);
    const auto all = [=](std::vector<std::string>& tokens) {
        // the first token loses all its marks, as in the reference implementation
        for (std::size_t i = 0; i < tokens.size(); ++i)
            tokens[i] = pattern.replace(tokens[i], i == 0 && prepends ? "" : " ");
    };
    steps_.push_back({all, [=](const std::string& token) { return pattern.replace(token, " "); }});
}

std::string TokenDecoder::join(std::vector<std::string> tokens) const {
    for (const auto& step : steps_) step.all(tokens);
    std::string whole;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (none_ && i > 0) whole += ' ';
        whole += tokens[i];
    }
    return whole;
}

std::string TokenDecoder::one(std::string token) const {
    for (const auto& step : steps_)
        if (step.one) token = step.one(token);
    return token;
}

}  // namespace driftscope
