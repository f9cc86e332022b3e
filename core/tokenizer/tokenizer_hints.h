// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/added_tokens.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope {

/// What a `tokenizer_config.json` says beside the tokenizer's own file. Its other keys (templates,
/// sides of padding) change neither ids nor texts and are not read.
struct TokenizerHints {
    std::string tokenizer_class;
    std::optional<bool> add_bos, add_eos;
    std::optional<std::string> bos, eos;
    /// Llama's sentencepiece class of transformers: false, its behaviour since 4.31: only the start
    /// of the text gets the space before it, not what follows a special token. Absent: true.
    std::optional<bool> legacy;
    std::vector<AddedToken> added_tokens;  ///< "added_tokens_decoder"
    /// How the class joins tokens to a text; ids do not depend on these.
    std::optional<std::string> unk, pad;
    std::vector<std::string> additional_special;  ///< "additional_special_tokens"
    std::optional<bool> prefix_space;             ///< "add_prefix_space"; null in the file: false
    std::optional<bool> clean_up;                 ///< "clean_up_tokenization_spaces"

    /// The class builds its template from add_bos / add_eos instead of taking the file's: Llama,
    /// CodeLlama, Gemma, Cohere in Hugging Face's fast tokenizers.
    bool overrides_template() const;
};

/// Throws Error{format} where a key that is read has the wrong type.
TokenizerHints parse_tokenizer_hints(std::string_view bytes, const std::string& file);

}  // namespace driftscope
