// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/normalizer.h"

#include "core/tokenizer/pattern_json.h"
#include "core/tokenizer/unicode.h"
#include "core/tokenizer/utf8.h"

#include <utility>

namespace driftscope {

namespace {

std::string strip(const std::string& text, bool left, bool right) {
    std::size_t begin = 0, end = text.size();
    for (std::size_t next = begin; left && begin < end; begin = next)
        if (!is_white_space(next_code_point(text, next))) break;
    while (right && end > begin) {
        const auto start = previous_start(text, end);
        std::size_t pos = start;
        if (!is_white_space(next_code_point(text, pos))) break;
        end = start;
    }
    return text.substr(begin, end - begin);
}

const std::pair<const char*, NormalForm> normal_forms[] = {{"NFC", NormalForm::nfc},
                                                           {"NFD", NormalForm::nfd},
                                                           {"NFKC", NormalForm::nfkc},
                                                           {"NFKD", NormalForm::nfkd}};

}  // namespace

Normalizer::Normalizer(const JsonValue& value) {
    if (!value.is_null()) add(value);
}

void Normalizer::add(const JsonValue& value) {
    JsonObject object(value);
    const auto type = object.at("type").string();
    for (const auto& [name, form] : normal_forms)
        if (type == name) {
            object.finish();
            steps_.push_back(
                [target = form](const std::string& text) { return normalize(text, target); });
            return;
        }
    if (type == "Sequence") {
        const auto list = object.at("normalizers");
        for (std::size_t i = 0; i < list.array().size(); ++i) add(list.element(i));
    } else if (type == "Replace") {
        steps_.push_back([pattern = read_pattern(object.at("pattern")),
                          content = object.at("content").string()](const std::string& text) {
            return pattern.replace(text, content);
        });
    } else if (type == "Prepend") {
        steps_.push_back([prefix = object.at("prepend").string()](const std::string& text) {
            return text.empty() ? text : prefix + text;
        });
    } else if (type == "Strip") {
        const bool left = object.boolean("strip_left", true);
        const bool right = object.boolean("strip_right", true);
        steps_.push_back([=](const std::string& text) { return strip(text, left, right); });
    } else if (type == "Lowercase") {
        steps_.push_back([](const std::string& text) { return lowercase(text); });
    } else {
        throw value.error(ErrorCode::unsupported, "the normalizer \"" + type + "\" is not known");
    }
    object.finish();
}

std::string Normalizer::apply(std::string text) const {
    for (const auto& step : steps_) text = step(std::move(text));
    return text;
}

}  // namespace driftscope
