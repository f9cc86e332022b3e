// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/gguf_file.h"
#include "core/tokenizer/tokenizer.h"

#include <memory>
#include <string>

namespace driftscope {

/// The tokenizer in a GGUF file's metadata (tokenizer.ggml.*), through the same code as the files
/// it was made from: "gpt2" (byte-level BPE) becomes a tokenizer.json in memory, "llama"
/// (sentencepiece with scores) a ModelProto. The pre-tokenizer of "gpt2" is known by the name in
/// tokenizer.ggml.pre alone; its rule is that of the tokenizer.json that the name stands for.
/// Errors: not_found (no tokenizer in the file), unsupported (another kind, a pre-tokenizer that is
/// not known: both by name), format, mismatch, limit.
std::shared_ptr<const Tokenizer> parse_tokenizer_gguf(const GgufContent& content,
                                                      const std::string& file);

}  // namespace driftscope
