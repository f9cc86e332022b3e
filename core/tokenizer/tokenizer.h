// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope {

/// How `encode` treats what stands around and inside a text.
struct TokenizeOptions {
    /// Put around the text what the files ask for: normally BOS before it, for a few models EOS
    /// after it. Off: the text's own tokens only.
    bool add_bos = true;
    /// Read special tokens written in the text ("<s>", "<|im_start|>") as those tokens. Off: their
    /// characters are encoded as any other. Added tokens that are not special are always read.
    bool parse_special = true;
};

/// Text to token ids and back. Immutable after loading; every method may be called from any thread.
class Tokenizer {
public:
    virtual ~Tokenizer();

    /// Token ids of `utf8`. Bytes that are not UTF-8 are read as U+FFFD.
    /// Throws Error{limit} if a regex of the file needs too many steps on this text, and
    /// Error{mismatch} for a character that the vocabulary has no token and no fallback for.
    virtual std::vector<std::int32_t> encode(std::string_view utf8,
                                             const TokenizeOptions&) const = 0;
    /// Raw bytes this token stands for in mid-text (may be part of a UTF-8 character).
    /// Special tokens give their text, ids without a token "<unused N>".
    virtual std::string piece(std::int32_t id) const = 0;
    /// The whole text of these tokens, special ones included; one leading space is removed where
    /// the encoder adds one; what is not UTF-8 becomes U+FFFD. No clean-up of spaces.
    virtual std::string decode(std::span<const std::int32_t> ids) const = 0;

    /// Highest id with a token, plus one. The model's logits may be wider (padded rows).
    virtual std::int32_t vocab_size() const = 0;
    /// True for control tokens: BOS, EOS, chat markers, the unknown token.
    virtual bool is_special(std::int32_t id) const = 0;
    /// The beginning-of-sequence token, whether or not `encode` adds it.
    virtual std::optional<std::int32_t> bos() const = 0;
    /// The tokens that end a text according to the tokenizer's files, lowest id first; may be
    /// empty.
    virtual std::vector<std::int32_t> eos() const = 0;

    /// What it is, in words: "byte-level BPE", "sentencepiece BPE", ...
    virtual std::string kind() const = 0;
    /// SHA-256 of the file's bytes in hexadecimal.
    virtual std::string hash() const = 0;
};

/// Loads `tokenizer.json`, else `tokenizer.model`, else the metadata of the folder's GGUF model; or
/// the given file, told apart by content. A `tokenizer_config.json` beside it is consulted for BOS
/// and EOS. Throws Error: not_found (nothing there), unreadable, format, mismatch (the file
/// contradicts itself), unsupported (names what it is), limit (file above 256 MB).
std::shared_ptr<const Tokenizer> load_tokenizer(const std::filesystem::path& folder_or_file);

/// Text of a growing row of tokens: gives complete UTF-8 characters only.
class StreamDecoder {
public:
    /// @param text_start the first token begins the text: drop the space the encoder put before it
    explicit StreamDecoder(std::shared_ptr<const Tokenizer> tokenizer, bool text_start = false);

    /// Adds a token; returns the text that is now complete (may be empty), valid UTF-8.
    std::string feed(std::int32_t id);
    /// Ends the row: what was held back, as U+FFFD.
    std::string flush();

private:
    std::shared_ptr<const Tokenizer> tokenizer_;
    std::string pending_;  ///< bytes of one incomplete character
    bool text_start_;
};

}  // namespace driftscope
