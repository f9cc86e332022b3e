// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/post_processor.h"

#include "core/tokenizer/bpe_model.h"

#include <map>

namespace driftscope {

namespace {

using Ids = std::vector<std::int32_t>;

std::map<std::string, Ids> read_special_tokens(const JsonValue& value) {
    std::map<std::string, Ids> tokens;
    for (const auto& [name, body] : value.object().items()) {
        JsonObject object(JsonValue(body, value.file(), value.path() + ".\"" + name + '"'));
        object.at("id").string();
        object.at("tokens").array();
        const auto ids = object.at("ids");
        for (std::size_t i = 0; i < ids.array().size(); ++i)
            tokens[name].push_back(
                static_cast<std::int32_t>(ids.element(i).integer(0, max_token_id)));
        object.finish();
    }
    return tokens;
}

}  // namespace

PostProcessor::PostProcessor(const JsonValue& value) {
    if (!value.is_null()) add(value);
}

void PostProcessor::add(const JsonValue& value) {
    JsonObject object(value);
    const auto type = object.at("type").string();
    if (type == "Sequence") {
        const auto list = object.at("processors");
        for (std::size_t i = 0; i < list.array().size(); ++i) add(list.element(i));
    } else if (type == "ByteLevel") {
        for (const char* key : {"add_prefix_space", "trim_offsets", "use_regex"})
            object.boolean(key, true);
    } else if (type == "TemplateProcessing") {
        add_template(object);
    } else {
        throw value.error(ErrorCode::unsupported,
                          "the post-processor \"" + type + "\" is not known");
    }
    object.finish();
}

void PostProcessor::add_template(JsonObject& object) {
    const auto specials = read_special_tokens(object.at("special_tokens"));
    object.find("pair");  // the form for two texts is never used
    const auto list = object.at("single");
    Ids left, right;
    bool seen_text = false;
    for (std::size_t i = 0; i < list.array().size(); ++i) {
        JsonObject item(list.element(i));
        const auto special = item.find("SpecialToken");
        const auto text = item.find("Sequence");
        item.finish();
        if (special.has_value() == text.has_value() || (text && seen_text))
            throw item.self().error(ErrorCode::format,
                                    "expected a special token or the text, once");
        seen_text |= text.has_value();
        JsonObject part(special ? *special : *text);
        part.find("type_id");
        const auto name = part.at("id");
        part.finish();
        if (!special) continue;
        const auto found = specials.find(name.string());
        if (found == specials.end())
            throw name.error(ErrorCode::mismatch,
                             "\"" + name.string() + "\" is not among the special tokens");
        auto& side = seen_text ? right : left;
        side.insert(side.end(), found->second.begin(), found->second.end());
    }
    if (!seen_text) throw list.error(ErrorCode::format, "the text itself is not in the template");
    before.insert(before.begin(), left.begin(), left.end());
    after.insert(after.end(), right.begin(), right.end());
}

}  // namespace driftscope
