// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/tokenizer_hints.h"

#include "core/tokenizer/added_tokens_json.h"
#include "core/tokenizer/bpe_model.h"

#include <charconv>

namespace driftscope {

namespace {

std::optional<bool> optional_boolean(JsonObject& object, const char* key) {
    const auto value = object.find(key);
    if (!value || value->is_null()) return std::nullopt;
    return value->boolean();
}

/// A token written as a string or as {"content": "..."}.
std::string token_text(const JsonValue& value) {
    if (value.raw().is_object()) return JsonObject(value).at("content").string();
    return value.string();
}

std::optional<std::string> optional_token(JsonObject& object, const char* key) {
    const auto value = object.find(key);
    if (!value || value->is_null()) return std::nullopt;
    return token_text(*value);
}

std::vector<std::string> token_list(JsonObject& object, const char* key) {
    std::vector<std::string> tokens;
    const auto value = object.find(key);
    if (!value || value->is_null()) return tokens;
    for (size_t i = 0; i < value->array().size(); ++i)
        tokens.push_back(token_text(value->element(i)));
    return tokens;
}

std::vector<AddedToken> read_added_tokens(const JsonValue& value) {
    std::vector<AddedToken> tokens;
    for (const auto& [number, body] : value.object().items()) {
        const JsonValue entry(body, value.file(), value.path() + ".\"" + number + '"');
        std::int32_t id = -1;
        const auto end = number.data() + number.size();
        const auto [rest, error] = std::from_chars(number.data(), end, id);
        if (error != std::errc() || rest != end || id < 0 || id > max_token_id)
            throw entry.error(ErrorCode::format, "the key is not a token id");
        JsonObject object(entry);
        tokens.push_back(read_added_token(object, id));
    }
    return tokens;
}

}  // namespace

bool TokenizerHints::overrides_template() const {
    for (const std::string_view name : {"Llama", "CodeLlama", "Gemma", "Cohere"})
        if (tokenizer_class.starts_with(name) &&
            tokenizer_class.substr(name.size()).starts_with("Tokenizer"))
            return true;
    return false;
}

TokenizerHints parse_tokenizer_hints(std::string_view bytes, const std::string& file) {
    const auto json = parse_json(bytes, file);
    JsonObject object(JsonValue(json, file, ""));
    TokenizerHints hints;
    hints.tokenizer_class = object.string("tokenizer_class", "");
    hints.add_bos = optional_boolean(object, "add_bos_token");
    hints.add_eos = optional_boolean(object, "add_eos_token");
    hints.legacy = optional_boolean(object, "legacy");
    hints.bos = optional_token(object, "bos_token");
    hints.eos = optional_token(object, "eos_token");
    hints.unk = optional_token(object, "unk_token");
    hints.pad = optional_token(object, "pad_token");
    hints.additional_special = token_list(object, "additional_special_tokens");
    if (const auto value = object.find("add_prefix_space"))
        hints.prefix_space = !value->is_null() && value->boolean();
    hints.clean_up = optional_boolean(object, "clean_up_tokenization_spaces");
    if (const auto added = object.find("added_tokens_decoder"); added && !added->is_null())
        hints.added_tokens = read_added_tokens(*added);
    return hints;
}

}  // namespace driftscope
