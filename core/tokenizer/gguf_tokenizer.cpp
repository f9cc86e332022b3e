// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/gguf_tokenizer.h"

#include "core/checkpoint/problems.h"
#include "core/tokenizer/bpe_model.h"
#include "core/tokenizer/protobuf_reader.h"
#include "core/tokenizer/tokenizer_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <iterator>
#include <utility>

namespace driftscope {
namespace {

using Json = nlohmann::json;

constexpr const char* hint = "Give token ids with --tokens, or a folder with tokenizer.json";

/// Token types of llama.cpp, which are those of sentencepiece.
constexpr int control_type = 3, user_defined_type = 4;

/// What tokenizer.ggml.* holds.
struct Vocabulary {
    std::vector<std::string_view> tokens;
    std::vector<int> types;     ///< one for each token
    std::vector<float> scores;  ///< one for each token; empty for BPE
    std::optional<int64_t> bos, eos, unknown;
    std::optional<bool> add_bos, add_eos;

    TokenizerHints hints(bool default_bos) const {
        TokenizerHints out;
        const auto text = [this](std::optional<int64_t> id) -> std::optional<std::string> {
            if (!id || *id < 0 || *id >= static_cast<int64_t>(tokens.size())) return std::nullopt;
            return std::string(tokens[static_cast<size_t>(*id)]);
        };
        out.bos = text(bos), out.eos = text(eos);
        out.add_bos = add_bos.value_or(default_bos), out.add_eos = add_eos.value_or(false);
        return out;
    }
};

Vocabulary read_vocabulary(const GgufContent& content, const std::string& file) {
    Vocabulary out;
    const GgufArray* tokens = content.array("tokenizer.ggml.tokens");
    if (!tokens || !tokens->is_text() || tokens->count == 0)
        throw Error(ErrorCode::format, file, "tokenizer.ggml.tokens is no list of texts", hint);
    if (tokens->count > static_cast<uint64_t>(max_token_id))
        throw Error(ErrorCode::limit, file, "more than 4 million tokens");
    out.tokens = tokens->texts();
    out.types.assign(out.tokens.size(), 1);
    const auto same_length = [&](const GgufArray& array, const char* key) {
        if (array.count != tokens->count || array.numbers().size() != array.count)
            throw Error(ErrorCode::mismatch, file,
                        std::string(key) + " has " + std::to_string(array.count) +
                            " entries, tokenizer.ggml.tokens has " + std::to_string(tokens->count));
        return array.numbers();
    };
    if (const GgufArray* types = content.array("tokenizer.ggml.token_type"))
        std::ranges::transform(same_length(*types, "tokenizer.ggml.token_type"), out.types.begin(),
                               [](double type) { return static_cast<int>(type); });
    if (const GgufArray* scores = content.array("tokenizer.ggml.scores"))
        std::ranges::transform(same_length(*scores, "tokenizer.ggml.scores"),
                               std::back_inserter(out.scores),
                               [](double score) { return static_cast<float>(score); });
    out.bos = content.whole("tokenizer.ggml.bos_token_id");
    out.eos = content.whole("tokenizer.ggml.eos_token_id");
    out.unknown = content.whole("tokenizer.ggml.unknown_token_id");
    out.add_bos = content.truth("tokenizer.ggml.add_bos_token");
    out.add_eos = content.truth("tokenizer.ggml.add_eos_token");
    return out;
}

/// How a text is cut up before merging, by the names that llama.cpp gives
/// (convert_hf_to_gguf.py, get_vocab_base_pre). The patterns are those of the tokenizer.json files.
struct PreRule {
    std::string_view name;
    std::string_view pattern = {};  ///< of a Split before ByteLevel; empty: ByteLevel's own
    bool digits = false;            ///< each digit by itself
    bool nfc = false;               ///< NFC first
    bool ignore_merges = false;     ///< a whole word that is a token is that token
    bool add_bos = false;           ///< BOS before a text where the file does not say
};

constexpr std::string_view qwen_pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view llama3_pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view bloom_pattern =
    " ?[^(\\s|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)]+";

constexpr std::array pre_rules = {
    PreRule{.name = "gpt-2"},
    PreRule{.name = "gpt2"},
    PreRule{.name = "phi-2"},
    PreRule{.name = "mpt"},
    PreRule{.name = "olmo", .nfc = true},
    PreRule{.name = "dbrx", .pattern = llama3_pattern},
    PreRule{.name = "smollm", .digits = true},
    PreRule{.name = "starcoder", .digits = true},
    PreRule{.name = "refact", .digits = true},
    PreRule{.name = "codeshell", .digits = true},
    PreRule{.name = "exaone", .digits = true},
    PreRule{.name = "qwen2", .pattern = qwen_pattern, .nfc = true},
    PreRule{.name = "deepseek-r1-qwen", .pattern = qwen_pattern, .nfc = true},
    PreRule{.name = "stablelm2", .pattern = qwen_pattern},
    PreRule{.name = "llama-bpe", .pattern = llama3_pattern, .ignore_merges = true, .add_bos = true},
    PreRule{.name = "llama3", .pattern = llama3_pattern, .ignore_merges = true, .add_bos = true},
    PreRule{.name = "llama-v3", .pattern = llama3_pattern, .ignore_merges = true, .add_bos = true},
    PreRule{.name = "bloom", .pattern = bloom_pattern},
};

const PreRule& pre_rule(const GgufContent& content, const std::string& file) {
    const std::string name = content.text("tokenizer.ggml.pre").value_or("");
    for (const PreRule& rule : pre_rules)
        if (rule.name == name) return rule;
    std::string known;
    for (const PreRule& rule : pre_rules)
        known += (known.empty() ? "" : ", ") + std::string(rule.name);
    throw Error(ErrorCode::unsupported, file,
                name.empty() ? "tokenizer.ggml.pre does not say how texts are cut up"
                             : "the pre-tokenizer " + in_quotes(name) + " is not known",
                "Known are " + known + ". " + hint);
}

Json pre_tokenizer_json(const PreRule& rule) {
    Json byte_level = {{"type", "ByteLevel"},
                       {"add_prefix_space", false},
                       {"trim_offsets", true},
                       {"use_regex", rule.pattern.empty()}};
    Json steps = Json::array();
    if (rule.digits) steps.push_back({{"type", "Digits"}, {"individual_digits", true}});
    if (!rule.pattern.empty())
        steps.push_back({{"type", "Split"},
                         {"pattern", {{"Regex", std::string(rule.pattern)}}},
                         {"behavior", "Isolated"},
                         {"invert", false}});
    steps.push_back(std::move(byte_level));
    return {{"type", "Sequence"}, {"pretokenizers", std::move(steps)}};
}

/// BOS and EOS around a text as a TemplateProcessing; null if there are none.
Json template_json(const TokenizerHints& hints, const Vocabulary& vocabulary) {
    Json single = Json::array(), specials = Json::object();
    const auto add = [&](const std::string& token, int64_t id) {
        single.push_back({{"SpecialToken", {{"id", token}, {"type_id", 0}}}});
        specials[token] = {
            {"id", token}, {"ids", Json::array({id})}, {"tokens", Json::array({token})}};
    };
    if (hints.add_bos.value_or(false) && hints.bos) add(*hints.bos, *vocabulary.bos);
    single.push_back({{"Sequence", {{"id", "A"}, {"type_id", 0}}}});
    if (hints.add_eos.value_or(false) && hints.eos) add(*hints.eos, *vocabulary.eos);
    if (specials.empty()) return nullptr;
    return {{"type", "TemplateProcessing"},
            {"single", single},
            {"pair", single},
            {"special_tokens", specials}};
}

std::string tokenizer_json(const GgufContent& content, const Vocabulary& vocabulary,
                           const PreRule& rule, const TokenizerHints& hints,
                           const std::string& file) {
    Json vocab = Json::object(), merges = Json::array(), added = Json::array();
    for (size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        const std::string token(vocabulary.tokens[id]);
        if (!vocab.emplace(token, id).second)
            throw Error(ErrorCode::mismatch, file,
                        "the token " + in_quotes(token) + " is there twice");
        const int type = vocabulary.types[id];
        if (type == control_type || type == user_defined_type)
            added.push_back({{"id", id},
                             {"content", token},
                             {"single_word", false},
                             {"lstrip", false},
                             {"rstrip", false},
                             {"normalized", false},
                             {"special", type == control_type}});
    }
    const GgufArray* stored = content.array("tokenizer.ggml.merges");
    if (!stored || !stored->is_text())
        throw Error(ErrorCode::format, file, "tokenizer.ggml.merges is no list of texts", hint);
    for (const std::string_view merge : stored->texts()) merges.push_back(std::string(merge));
    Json root = {{"version", "1.0"},
                 {"added_tokens", std::move(added)},
                 {"normalizer", rule.nfc ? Json{{"type", "NFC"}} : Json(nullptr)},
                 {"pre_tokenizer", pre_tokenizer_json(rule)},
                 {"post_processor", template_json(hints, vocabulary)},
                 {"decoder",
                  {{"type", "ByteLevel"},
                   {"add_prefix_space", true},
                   {"trim_offsets", true},
                   {"use_regex", true}}},
                 {"model",
                  {{"type", "BPE"},
                   {"ignore_merges", rule.ignore_merges},
                   {"vocab", std::move(vocab)},
                   {"merges", std::move(merges)}}}};
    try {
        return root.dump();
    } catch (const Json::exception&) {
        throw Error(ErrorCode::format, file, "a token or a merge is not UTF-8", hint);
    }
}

void append_varint(std::string& message, uint32_t field, uint64_t value) {
    const auto put = [&message](uint64_t number) {
        for (; number >= 0x80; number >>= 7) message += static_cast<char>((number & 0x7F) | 0x80);
        message += static_cast<char>(number);
    };
    put(field << 3);
    put(value);
}

/// A sentencepiece ModelProto with these pieces; field numbers: sentencepiece_model.proto.
std::string model_proto(const GgufContent& content, const Vocabulary& vocabulary,
                        const std::string& file) {
    if (vocabulary.scores.empty())
        throw Error(ErrorCode::format, file, "tokenizer.ggml.scores is missing", hint);
    std::string proto;
    bool bytes = false;
    for (size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        std::string piece;
        append_protobuf_bytes(piece, 1, vocabulary.tokens[id]);
        const auto score = std::bit_cast<uint32_t>(vocabulary.scores[id]);
        piece += static_cast<char>(2 << 3 | 5);
        for (int byte = 0; byte < 4; ++byte) piece += static_cast<char>(score >> (8 * byte) & 255);
        const int type = std::clamp(vocabulary.types[id], 1, 6);
        append_varint(piece, 3, static_cast<uint64_t>(type));
        bytes = bytes || type == 6;
        append_protobuf_bytes(proto, 1, piece);
    }
    std::string trainer, normalizer;
    append_varint(trainer, 3, 2);  // BPE
    append_varint(trainer, 35, bytes ? 1 : 0);
    const auto token = [&](uint32_t id_field, uint32_t text_field, std::optional<int64_t> id) {
        if (!id || *id < 0 || *id >= static_cast<int64_t>(vocabulary.tokens.size())) return;
        append_varint(trainer, id_field, static_cast<uint64_t>(*id));
        append_protobuf_bytes(trainer, text_field, vocabulary.tokens[static_cast<size_t>(*id)]);
    };
    token(40, 45, vocabulary.unknown);
    token(41, 46, vocabulary.bos);
    token(42, 47, vocabulary.eos);
    append_protobuf_bytes(proto, 2, trainer);
    append_protobuf_bytes(normalizer, 1, "identity");
    const bool prefix = content.truth("tokenizer.ggml.add_space_prefix").value_or(true);
    const bool trims = content.truth("tokenizer.ggml.remove_extra_whitespaces").value_or(false);
    append_varint(normalizer, 3, prefix ? 1 : 0);
    append_varint(normalizer, 4, trims ? 1 : 0);
    append_protobuf_bytes(proto, 3, normalizer);
    return proto;
}

}  // namespace

std::shared_ptr<const Tokenizer> parse_tokenizer_gguf(const GgufContent& content,
                                                      const std::string& file) {
    const auto kind = content.text("tokenizer.ggml.model");
    if (!kind) throw Error(ErrorCode::not_found, file, "there is no tokenizer in this file", hint);
    if (*kind != "gpt2" && *kind != "llama")
        throw Error(ErrorCode::unsupported, file,
                    "its tokenizer is of the kind " + in_quotes(*kind) +
                        "; gpt2 (byte-level BPE) "
                        "and llama (sentencepiece) are read",
                    hint);
    const Vocabulary vocabulary = read_vocabulary(content, file);
    if (*kind == "llama")
        return parse_tokenizer_model(model_proto(content, vocabulary, file), file,
                                     vocabulary.hints(true));
    const PreRule& rule = pre_rule(content, file);
    const TokenizerHints hints = vocabulary.hints(rule.add_bos);
    return parse_tokenizer_json(tokenizer_json(content, vocabulary, rule, hints, file), file,
                                hints);
}

}  // namespace driftscope
