// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/added_tokens.h"
#include "core/tokenizer/class_decoder.h"
#include "core/tokenizer/sentencepiece_library.h"
#include "core/tokenizer/sentencepiece_model.h"
#include "core/tokenizer/tokenizer.h"
#include "core/tokenizer/tokenizer_hints.h"

#include <map>
#include <memory>

namespace driftscope {

/// A tokenizer.model through the sentencepiece library, with Llama's "legacy" behaviour: special
/// tokens are cut out of the text first, and each piece of plain text between them is encoded on
/// its own (so that it gets the space before it). With "legacy": false in `tokenizer_config.json`
/// the space goes before the start of the text only, and a model that trims spaces keeps one at the
/// start of a piece of text (transformers tokenization_llama.py, `tokenize` and `_tokenize`). BOS
/// is added unless `tokenizer_config.json` says no. User-defined pieces are always read, by the
/// library itself.
class SentencepieceTokenizer : public Tokenizer, public DecodesByClass {
public:
    SentencepieceTokenizer(std::string_view bytes, const std::string& file,
                           const TokenizerHints& hints);
    ~SentencepieceTokenizer() override;

    std::vector<std::int32_t> encode(std::string_view utf8, const TokenizeOptions&) const override;
    std::string piece(std::int32_t id) const override;
    std::string decode(std::span<const std::int32_t> ids) const override;
    std::string decode_by(TokenizerClass rules, std::span<const std::int32_t> ids) const override;
    std::optional<TokenizerClass> named_class() const override { return class_; }
    std::int32_t vocab_size() const override { return size_; }
    bool is_special(std::int32_t id) const override;
    std::optional<std::int32_t> bos() const override { return bos_; }
    std::vector<std::int32_t> eos() const override { return eos_; }
    std::string kind() const override;
    std::string hash() const override { return hash_; }

private:
    void read_added_tokens(const TokenizerHints& hints);
    void find_ends(const TokenizerHints& hints);
    void read_class(const TokenizerHints& hints);
    /// The piece or added token as the files write it.
    std::string token_text(std::int32_t id) const;
    std::string pieces_to_text(const std::vector<std::string>& pieces) const;
    void prepare_guard();
    /// Not legacy: the space before the start of the text alone.
    void encode_new(const std::vector<AddedTokenFinder::Segment>& segments,
                    std::vector<std::int32_t>& ids) const;
    /// A space at the start is kept: the text is encoded behind the unknown token's letters, whose
    /// ids are then taken away.
    void encode_guarded(const std::string& text, std::vector<std::int32_t>& ids) const;
    void encode_plain(std::string_view text, std::vector<std::int32_t>& ids) const;
    /// As `encode_plain` for a model with a NUL piece.
    void encode_with_nul(std::string_view text, std::vector<std::int32_t>& ids) const;
    void encode_library(std::string_view text, std::vector<std::int32_t>& ids) const;

    std::string file_, hash_;
    SentencepieceModel model_;
    std::unique_ptr<SentencepieceLibrary> processor_;
    std::map<std::int32_t, AddedToken> added_;
    AddedTokenFinder finder_;
    std::int32_t size_ = 0;
    std::optional<std::int32_t> bos_;
    std::vector<std::int32_t> eos_;
    bool adds_bos_ = false, adds_eos_ = false;
    bool legacy_ = true;
    std::string guard_;  ///< not legacy: what keeps a space at the start from being trimmed
    std::size_t guard_ids_ = 0;
    std::optional<TokenizerClass> class_;
    ClassRules rules_;  ///< all but which class and the model's own text
};

}  // namespace driftscope
