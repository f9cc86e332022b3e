// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/added_tokens.h"
#include "core/tokenizer/bpe_model.h"
#include "core/tokenizer/normalizer.h"
#include "core/tokenizer/post_processor.h"
#include "core/tokenizer/pre_tokenizer.h"
#include "core/tokenizer/token_decoder.h"
#include "core/tokenizer/tokenizer.h"
#include "core/tokenizer/tokenizer_hints.h"

#include <map>

namespace driftscope {

/// A tokenizer.json. Order of work: added tokens are cut out of the text (those marked
/// "normalized" after normalising), the rest is normalised, pre-tokenised and merged, then the
/// post-processor's tokens go around it.
/// "truncation" and "padding" of the file are not applied: Hugging Face resets both on every call.
class JsonTokenizer : public Tokenizer {
public:
    /// @param root the parsed file
    JsonTokenizer(const JsonValue& root, std::string hash, const TokenizerHints& hints);

    std::vector<std::int32_t> encode(std::string_view utf8, const TokenizeOptions&) const override;
    std::string piece(std::int32_t id) const override;
    std::string decode(std::span<const std::int32_t> ids) const override;
    std::int32_t vocab_size() const override { return size_; }
    bool is_special(std::int32_t id) const override;
    std::optional<std::int32_t> bos() const override { return bos_; }
    std::vector<std::int32_t> eos() const override { return eos_; }
    std::string kind() const override;
    std::string hash() const override { return hash_; }

private:
    JsonTokenizer(JsonObject root, std::string hash, const TokenizerHints& hints);
    void read_added_tokens(const JsonValue& value);
    void check_added(const AddedToken& token, const JsonValue& entry) const;
    void check_template(const JsonValue& root) const;
    void find_ends(const TokenizerHints& hints);
    std::optional<std::int32_t> id_of(const std::string& token) const;
    /// Text of a token as the file writes it; nothing for ids without one.
    const std::string* text_of(std::int32_t id) const;
    void encode_plain(std::string_view text, bool text_start, bool parse_special,
                      std::vector<std::int32_t>& ids) const;

    std::string hash_;
    BpeModel model_;
    Normalizer normalizer_;
    PreTokenizer pre_tokenizer_;
    PostProcessor post_processor_;
    TokenDecoder decoder_;
    std::map<std::int32_t, AddedToken> added_;
    AddedTokenFinder raw_finder_, normalized_finder_;
    std::int32_t size_ = 0;
    std::optional<std::int32_t> bos_;
    std::vector<std::int32_t> eos_;
};

}  // namespace driftscope
