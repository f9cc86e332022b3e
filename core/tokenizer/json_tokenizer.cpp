// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/json_tokenizer.h"

#include "core/data/sha256.h"
#include "core/tokenizer/added_tokens_json.h"
#include "core/tokenizer/tokenizer_ends.h"
#include "core/tokenizer/tokenizer_file.h"
#include "core/tokenizer/utf8.h"

#include <algorithm>

namespace driftscope {

namespace {

const nlohmann::json null_json;

/// An optional part of the file; absent reads as null.
JsonValue part(JsonObject& root, const char* key) {
    const auto value = root.find(key);
    return value ? *value : JsonValue(null_json, root.self().file(), key);
}

void check_head(JsonObject& root) {
    const auto version = root.string("version", "1.0");
    if (version != "1.0")
        throw root.self().error(ErrorCode::unsupported, "version \"" + version + "\" is not known");
    for (const char* key : {"truncation", "padding"}) {
        const auto value = part(root, key);
        if (!value.is_null()) value.object();
    }
}

}  // namespace

JsonTokenizer::JsonTokenizer(const JsonValue& root, std::string hash, const TokenizerHints& hints)
    : JsonTokenizer(JsonObject(root), std::move(hash), hints) {}

JsonTokenizer::JsonTokenizer(JsonObject root, std::string hash, const TokenizerHints& hints)
    : hash_(std::move(hash)), model_(root.at("model")), normalizer_(part(root, "normalizer")),
      pre_tokenizer_(part(root, "pre_tokenizer")), post_processor_(part(root, "post_processor")),
      decoder_(part(root, "decoder")), size_(model_.size()) {
    check_head(root);
    const auto added = part(root, "added_tokens");
    root.finish();
    if (!added.is_null()) read_added_tokens(added);
    check_template(root.self());
    find_ends(hints);
}

void JsonTokenizer::read_added_tokens(const JsonValue& value) {
    std::vector<AddedToken> raw, normalized;
    std::map<std::string, std::int32_t> contents;
    for (std::size_t i = 0; i < value.array().size(); ++i) {
        const auto entry = value.element(i);
        JsonObject object(entry);
        const auto id = object.at("id").integer(0, max_token_id);
        auto token = read_added_token(object, static_cast<std::int32_t>(id));
        check_added(token, entry);
        if (!added_.emplace(token.id, token).second)
            throw entry.error(ErrorCode::mismatch, "id " + std::to_string(id) + " is there twice");
        if (!contents.emplace(token.content, token.id).second)
            throw entry.error(ErrorCode::mismatch, '"' + token.content + "\" is there twice");
        size_ = std::max(size_, token.id + 1);
        if (token.normalized) token.content = normalizer_.apply(token.content);
        (token.normalized ? normalized : raw).push_back(std::move(token));
    }
    raw_finder_ = AddedTokenFinder(std::move(raw));
    normalized_finder_ = AddedTokenFinder(std::move(normalized));
}

void JsonTokenizer::check_added(const AddedToken& token, const JsonValue& entry) const {
    const auto in_model = model_.id(token.content);
    if (in_model && *in_model != token.id)
        throw entry.error(
            ErrorCode::mismatch,
            '"' + token.content + "\" has id " + std::to_string(*in_model) + " in the vocabulary");
    const auto* other = model_.token(token.id);
    if (other && *other != token.content)
        throw entry.error(ErrorCode::mismatch, "id " + std::to_string(token.id) + " is that of \"" +
                                                   *other + "\" in the vocabulary");
}

void JsonTokenizer::check_template(const JsonValue& root) const {
    for (const auto* side : {&post_processor_.before, &post_processor_.after})
        for (const auto id : *side)
            if (!text_of(id))
                throw root.error(ErrorCode::mismatch,
                                 "post_processor: id " + std::to_string(id) + " has no token");
}

void JsonTokenizer::find_ends(const TokenizerHints& hints) {
    const auto find = [this](const std::string& token) { return id_of(token); };
    const auto special = [this](const std::string& token) {
        const auto id = id_of(token);
        return id && is_special(*id) ? id : std::nullopt;
    };
    if (hints.bos) bos_ = find(*hints.bos);
    if (!bos_ && !post_processor_.before.empty()) bos_ = post_processor_.before.front();
    if (!bos_) bos_ = usual_bos(special);
    if (const auto eos = hints.eos ? find(*hints.eos) : std::nullopt)
        eos_ = {*eos};
    else
        eos_ = usual_eos(special);
    if (!hints.overrides_template()) return;
    post_processor_ = {};
    if (hints.add_bos.value_or(true) && bos_) post_processor_.before = {*bos_};
    if (hints.add_eos.value_or(false) && !eos_.empty()) post_processor_.after = {eos_.front()};
}

std::optional<std::int32_t> JsonTokenizer::id_of(const std::string& token) const {
    if (const auto id = model_.id(token)) return id;
    for (const auto& [id, added] : added_)
        if (added.content == token) return id;
    return std::nullopt;
}

const std::string* JsonTokenizer::text_of(std::int32_t id) const {
    const auto added = added_.find(id);
    return added != added_.end() ? &added->second.content : model_.token(id);
}

std::vector<std::int32_t> JsonTokenizer::encode(std::string_view utf8,
                                                const TokenizeOptions& options) const {
    constexpr std::size_t longest = std::size_t{1} << 29;
    if (utf8.size() > longest)
        throw Error(ErrorCode::limit, "tokenizer", "the text is above 512 MB");
    const auto text = to_valid_utf8(utf8);
    std::vector<std::int32_t> ids;
    if (options.add_bos) ids = post_processor_.before;
    for (const auto& segment : raw_finder_.split(text, options.parse_special)) {
        if (segment.token)
            ids.push_back(*segment.token);
        else
            encode_plain(segment.text, segment.text.data() == text.data(), options.parse_special,
                         ids);
    }
    if (options.add_bos)
        ids.insert(ids.end(), post_processor_.after.begin(), post_processor_.after.end());
    return ids;
}

void JsonTokenizer::encode_plain(std::string_view text, bool text_start, bool parse_special,
                                 std::vector<std::int32_t>& ids) const {
    const auto normal = normalizer_.apply(std::string(text));
    for (const auto& segment : normalized_finder_.split(normal, parse_special)) {
        if (segment.token) {
            ids.push_back(*segment.token);
            continue;
        }
        const bool first = text_start && segment.text.data() == normal.data();
        for (const auto& token : pre_tokenizer_.apply(std::string(segment.text), first))
            model_.encode(token.text, ids);
    }
}

std::string JsonTokenizer::piece(std::int32_t id) const {
    if (const auto added = added_.find(id); added != added_.end()) return added->second.content;
    const auto* token = model_.token(id);
    return token ? decoder_.one(*token) : "<unused " + std::to_string(id) + '>';
}

std::string JsonTokenizer::decode(std::span<const std::int32_t> ids) const {
    std::vector<std::string> tokens;
    tokens.reserve(ids.size());
    for (const auto id : ids) {
        const auto* text = text_of(id);
        tokens.push_back(text ? *text : piece(id));
    }
    return to_valid_utf8(decoder_.join(std::move(tokens)));
}

bool JsonTokenizer::is_special(std::int32_t id) const {
    if (const auto added = added_.find(id); added != added_.end()) return added->second.special;
    return model_.unknown() == id;
}

std::string JsonTokenizer::kind() const {
    if (pre_tokenizer_.byte_level()) return "byte-level BPE";
    return model_.byte_fallback() ? "BPE with byte fallback" : "BPE";
}

std::shared_ptr<const Tokenizer> parse_tokenizer_json(std::string_view bytes,
                                                      const std::string& file,
                                                      const TokenizerHints& hints) {
    const auto json = parse_json(bytes, file);
    return std::make_shared<JsonTokenizer>(JsonValue(json, file, ""), sha256_hex(bytes), hints);
}

}  // namespace driftscope
