// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/tokenizer.h"
#include "core/tokenizer/tokenizer_hints.h"

#include <memory>
#include <string>
#include <string_view>

namespace driftscope {

/// True if the bytes begin with a line of base64, a space and a number: a rank file of tiktoken.
bool is_tiktoken(std::string_view bytes);

/// Reads tiktoken ranks, one token a line: its bytes in base64 and its rank, which is its id. Llama
/// 3's tokenizer.model is one. Merges, pattern and special tokens are made as transformers' own
/// converter makes them (TikTokenConverter, convert_llama_weights_to_hf.py): every pair of tokens
/// whose bytes together are a token may merge, the lowest rank first; a pre-token that is a token
/// is taken whole; Llama 3's pattern; special tokens from tokenizer_config.json, else Llama 3.1's.
/// Throws Error: format (a line, base64, ranks that are not 0 … n−1, a byte without a token),
/// unsupported (a vocabulary whose special tokens are not known), limit.
std::shared_ptr<const Tokenizer> parse_tiktoken(std::string_view bytes, const std::string& file,
                                                const TokenizerHints& hints = {});

}  // namespace driftscope
