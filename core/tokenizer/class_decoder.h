// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace driftscope {

/// The Python classes that read one tokenizer.model and join its pieces by rules of their own.
enum class TokenizerClass { llama, internlm2 };
/// "LlamaTokenizer", "InternLM2Tokenizer".
std::string to_string(TokenizerClass rules);

/// A tokenizer whose tokens these classes can join: one with a sentencepiece model.
class DecodesByClass {
public:
    virtual ~DecodesByClass();
    /// What `decode(ids)` of that class gives for these ids alone, special tokens included.
    virtual std::string decode_by(TokenizerClass rules, std::span<const int32_t> ids) const = 0;
    /// The class that `tokenizer_config.json` names; nothing: none of these two.
    virtual std::optional<TokenizerClass> named_class() const = 0;
};

/// What the rules ask of a tokenizer beside its pieces.
struct ClassRules {
    TokenizerClass rules = TokenizerClass::llama;
    bool legacy = true;             ///< LlamaTokenizer's "legacy"
    bool prefix_space = true;       ///< LlamaTokenizer's "add_prefix_space"
    bool clean_up = false;          ///< "clean_up_tokenization_spaces"
    std::set<std::string> special;  ///< all_special_tokens
    std::set<std::string> apart;    ///< added tokens that the pieces around are not joined with
    /// The sentencepiece model's own text of these pieces.
    std::function<std::string(const std::vector<std::string>&)> pieces_to_text;
};

/// PreTrainedTokenizer._decode of transformers 4.57.6 (tokenization_utils.py) over
/// convert_tokens_to_string of LlamaTokenizer (4.57.6, models/llama/tokenization_llama.py) or of
/// InternLM2Tokenizer (tokenization_internlm2.py of the models of InternLM2).
///
/// @param tokens  pieces and added tokens as their files write them
std::string decode_by_class(const ClassRules& rules, const std::vector<std::string>& tokens);

}  // namespace driftscope
