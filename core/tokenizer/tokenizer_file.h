// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/tokenizer.h"
#include "core/tokenizer/tokenizer_hints.h"

#include <memory>
#include <string>
#include <string_view>

namespace driftscope {

/// The loaders behind `load_tokenizer`, on bytes in memory; `file` names them in messages.

/// Hugging Face's tokenizer.json with the model BPE, byte-level or sentencepiece-like.
std::shared_ptr<const Tokenizer> parse_tokenizer_json(std::string_view bytes,
                                                      const std::string& file,
                                                      const TokenizerHints& hints = {});

/// A sentencepiece ModelProto (tokenizer.model).
std::shared_ptr<const Tokenizer> parse_tokenizer_model(std::string_view bytes,
                                                       const std::string& file,
                                                       const TokenizerHints& hints = {});

/// Tells the two apart by the first byte that is no white space and parses.
std::shared_ptr<const Tokenizer> parse_tokenizer(std::string_view bytes, const std::string& file,
                                                 const TokenizerHints& hints = {});

}  // namespace driftscope
