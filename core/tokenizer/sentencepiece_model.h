// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace driftscope {

/// What a ModelProto says that the sentencepiece library does not tell, and a copy it accepts.
struct SentencepieceModel {
    std::string bytes;  ///< the model, its NUL piece (if any) renamed
    std::int32_t n_pieces = 0;
    std::uint64_t type = 1;       ///< TrainerSpec.model_type: 1 unigram, 2 BPE, 3 word, 4 char
    bool adds_prefix = true;      ///< NormalizerSpec.add_dummy_prefix
    bool trims_spaces = true;     ///< NormalizerSpec.remove_extra_whitespaces
    std::int32_t nul_piece = -1;  ///< id of the piece that is one NUL byte; -1: none
    std::string nul_stand_in;     ///< a character no piece holds, in place of NUL
};

/// Reads a tokenizer.model. InternLM2's has a piece that is a NUL byte, which the library refuses:
/// it is renamed to a character that is in no piece. Throws Error: format, unsupported, limit.
SentencepieceModel read_sentencepiece_model(std::string_view bytes, const std::string& file);

}  // namespace driftscope
