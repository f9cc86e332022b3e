// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/protobuf_reader.h"

#include <cstring>
#include <string>

namespace driftscope::test {

/// Types of sentencepiece_model.proto.
enum class PieceType : char { normal = 1, unknown = 2, control = 3, byte = 6 };

/// A piece as field 1 of a sentencepiece ModelProto: text, score, type.
inline std::string sentencepiece_piece(const std::string& text, float score, PieceType type) {
    std::string body, field;
    append_protobuf_bytes(body, 1, text);
    std::string bits(sizeof score, '\0');
    std::memcpy(bits.data(), &score, sizeof score);
    body += '\x15' + bits + '\x18' + static_cast<char>(type);
    append_protobuf_bytes(field, 1, body);
    return field;
}

/// The fields behind the pieces: BPE, and a normaliser that leaves texts as they are but for the
/// space before them.
inline std::string sentencepiece_specs(bool byte_fallback, bool add_prefix) {
    std::string bytes, normalizer;
    append_protobuf_bytes(
        bytes, 2,
        byte_fallback ? std::string("\x18\x02\x98\x02\x01", 5) : std::string("\x18\x02", 2));
    append_protobuf_bytes(normalizer, 1, "identity");
    normalizer += std::string("\x18") + (add_prefix ? '\1' : '\0') + std::string("\x20\0", 2);
    append_protobuf_bytes(bytes, 3, normalizer);
    return bytes;
}

}  // namespace driftscope::test
