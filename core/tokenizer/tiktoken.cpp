// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/tiktoken.h"

#include "core/data/error.h"
#include "core/data/sha256.h"
#include "core/tokenizer/bpe_model.h"
#include "core/tokenizer/byte_alphabet.h"
#include "core/tokenizer/json_tokenizer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace driftscope {
namespace {

using Json = nlohmann::json;

constexpr std::int32_t llama3_ranks = 128000;
constexpr std::int32_t llama3_specials = 256;

// llama-models models/llama3/tokenizer.py, pat_str.
constexpr const char* llama3_pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// Value of a base64 digit (RFC 4648), −1 if it is none.
int digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string out;
    std::uint32_t bits = 0;
    int held = 0;
    const std::size_t digits = std::min(text.find('='), text.size());
    if (text.size() - digits > 2 || text.find_first_not_of('=', digits) != text.npos)
        return std::nullopt;
    for (const char c : text.substr(0, digits)) {
        const int value = digit(c);
        if (value < 0) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out += static_cast<char>(bits >> held & 255);
    }
    return out;
}

/// The tokens' bytes by rank.
std::vector<std::string> read_ranks(std::string_view bytes, const std::string& file) {
    std::vector<std::string> tokens;
    std::vector<bool> there;
    std::size_t line = 0;
    while (!bytes.empty()) {
        ++line;
        std::string_view text = bytes.substr(0, bytes.find('\n'));
        bytes.remove_prefix(std::min(bytes.size(), text.size() + 1));
        if (text.ends_with('\r')) text.remove_suffix(1);
        if (text.empty()) continue;
        const auto fail = [&](const std::string& what) {
            throw Error(ErrorCode::format, file, "line " + std::to_string(line) + ": " + what,
                        "A line of a rank file is a token in base64, a space and its rank");
        };
        const auto space = text.find(' ');
        if (space == text.npos) fail("there is no space");
        const auto token = from_base64(text.substr(0, space));
        if (!token || token->empty()) fail("the token is not base64");
        std::int32_t rank = -1;
        const std::string_view number = text.substr(space + 1);
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), rank);
        if (error != std::errc() || end != number.data() + number.size() || rank < 0)
            fail("the rank is not a number");
        if (rank > max_token_id) throw Error(ErrorCode::limit, file, "more than 4 million tokens");
        if (static_cast<std::size_t>(rank) >= tokens.size()) {
            tokens.resize(static_cast<std::size_t>(rank) + 1);
            there.resize(tokens.size());
        }
        if (there[static_cast<std::size_t>(rank)])
            fail("rank " + std::to_string(rank) + " is there twice");
        there[static_cast<std::size_t>(rank)] = true;
        tokens[static_cast<std::size_t>(rank)] = *token;
    }
    const auto gap = std::find(there.begin(), there.end(), false);
    if (gap != there.end())
        throw Error(ErrorCode::format, file,
                    "rank " + std::to_string(gap - there.begin()) + " is missing");
    return tokens;
}

/// All pairs whose bytes together are a token, by that token's rank, then by those of the pair.
Json merges_of(const std::vector<std::string>& tokens,
               const std::unordered_map<std::string_view, std::int32_t>& ranks) {
    std::vector<std::tuple<std::int32_t, std::int32_t, std::int32_t>> pairs;
    for (std::size_t rank = 0; rank < tokens.size(); ++rank) {
        const std::string_view token = tokens[rank];
        for (std::size_t cut = 1; cut < token.size(); ++cut) {
            const auto left = ranks.find(token.substr(0, cut));
            const auto right = ranks.find(token.substr(cut));
            if (left != ranks.end() && right != ranks.end())
                pairs.emplace_back(static_cast<std::int32_t>(rank), left->second, right->second);
        }
    }
    std::sort(pairs.begin(), pairs.end());
    Json merges = Json::array();
    for (const auto& [rank, left, right] : pairs)
        merges.push_back({bytes_to_alphabet(tokens[static_cast<std::size_t>(left)]),
                          bytes_to_alphabet(tokens[static_cast<std::size_t>(right)])});
    return merges;
}

Json model_of(const std::vector<std::string>& tokens, const std::string& file) {
    std::unordered_map<std::string_view, std::int32_t> ranks;
    Json vocab = Json::object();
    for (std::size_t rank = 0; rank < tokens.size(); ++rank) {
        if (!ranks.emplace(tokens[rank], static_cast<std::int32_t>(rank)).second)
            throw Error(ErrorCode::format, file,
                        "the token of rank " + std::to_string(rank) + " is there twice");
        vocab[bytes_to_alphabet(tokens[rank])] = rank;
    }
    for (int byte = 0; byte < 256; ++byte)
        if (!ranks.contains(std::string(1, static_cast<char>(byte))))
            throw Error(ErrorCode::format, file, "byte " + std::to_string(byte) + " has no token");
    return {{"type", "BPE"},
            {"ignore_merges", true},
            {"vocab", std::move(vocab)},
            {"merges", merges_of(tokens, ranks)}};
}

Json added_token(std::int32_t id, const std::string& content) {
    return {{"id", id},        {"content", content}, {"special", true},     {"normalized", false},
            {"lstrip", false}, {"rstrip", false},    {"single_word", false}};
}

/// The 256 tokens after Llama 3.1's ranks, as its tokenizer.json names them. (Llama 3.0 calls some
/// of them reserved.)
Json llama3_tokens() {
    const std::pair<std::int32_t, const char*> named[] = {
        {0, "<|begin_of_text|>"},   {1, "<|end_of_text|>"},   {4, "<|finetune_right_pad_id|>"},
        {6, "<|start_header_id|>"}, {7, "<|end_header_id|>"}, {8, "<|eom_id|>"},
        {9, "<|eot_id|>"},          {10, "<|python_tag|>"}};
    Json out = Json::array();
    int reserved = 0;
    for (std::int32_t i = 0; i < llama3_specials; ++i) {
        const auto found = std::find_if(std::begin(named), std::end(named),
                                        [i](const auto& row) { return row.first == i; });
        out.push_back(added_token(llama3_ranks + i, found != std::end(named)
                                                        ? std::string(found->second)
                                                        : "<|reserved_special_token_" +
                                                              std::to_string(reserved++) + "|>"));
    }
    return out;
}

Json added_tokens(const TokenizerHints& hints, std::size_t ranks, const std::string& file) {
    if (hints.added_tokens.empty()) {
        if (ranks == static_cast<std::size_t>(llama3_ranks)) return llama3_tokens();
        throw Error(ErrorCode::unsupported, file,
                    "a rank file of " + std::to_string(ranks) +
                        " tokens: only Llama 3's, of 128000, says by itself what comes after them",
                    "Put the model's tokenizer_config.json beside it, or use its tokenizer.json");
    }
    Json out = Json::array();
    for (const AddedToken& token : hints.added_tokens) {
        Json entry = added_token(token.id, token.content);
        entry["special"] = token.special;
        entry["lstrip"] = token.lstrip;
        entry["rstrip"] = token.rstrip;
        entry["single_word"] = token.single_word;
        out.push_back(std::move(entry));
    }
    return out;
}

/// TemplateProcessing that puts BOS first, null where the family adds none.
Json template_of(const Json& added, const TokenizerHints& hints) {
    const std::string bos = hints.bos.value_or("<|begin_of_text|>");
    if (!hints.add_bos.value_or(true)) return nullptr;
    for (const Json& token : added) {
        if (token["content"] != bos) continue;
        const Json special = {{"SpecialToken", {{"id", bos}, {"type_id", 0}}}};
        const Json text = {{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
        return {
            {"type", "TemplateProcessing"},
            {"single", Json::array({special, text})},
            {"pair", Json::array()},
            {"special_tokens", {{bos, {{"id", bos}, {"ids", {token["id"]}}, {"tokens", {bos}}}}}}};
    }
    return nullptr;
}

}  // namespace

bool is_tiktoken(std::string_view bytes) {
    const std::string_view line = bytes.substr(0, bytes.find_first_of("\r\n"));
    const auto space = line.find(' ');
    if (space == line.npos || space == 0 || space + 1 == line.size() || line.size() > 4096)
        return false;
    return from_base64(line.substr(0, space)) &&
           line.find_first_not_of("0123456789", space + 1) == line.npos;
}

std::shared_ptr<const Tokenizer> parse_tiktoken(std::string_view bytes, const std::string& file,
                                                const TokenizerHints& hints) {
    const std::vector<std::string> tokens = read_ranks(bytes, file);
    const Json byte_level = {{"type", "ByteLevel"},
                             {"add_prefix_space", false},
                             {"trim_offsets", true},
                             {"use_regex", false}};
    const Json split = {{"type", "Split"},
                        {"pattern", {{"Regex", llama3_pattern}}},
                        {"behavior", "Isolated"},
                        {"invert", false}};
    Json root = {{"version", "1.0"}, {"model", model_of(tokens, file)}};
    root["added_tokens"] = added_tokens(hints, tokens.size(), file);
    root["pre_tokenizer"] = {{"type", "Sequence"},
                             {"pretokenizers", Json::array({split, byte_level})}};
    root["post_processor"] = template_of(root["added_tokens"], hints);
    root["decoder"] = byte_level;
    return std::make_shared<JsonTokenizer>(JsonValue(root, file, ""), sha256_hex(bytes), hints);
}

}  // namespace driftscope
