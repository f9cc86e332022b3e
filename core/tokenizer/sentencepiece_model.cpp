// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/sentencepiece_model.h"

#include "core/data/error.h"
#include "core/tokenizer/bpe_model.h"
#include "core/tokenizer/protobuf_reader.h"
#include "core/tokenizer/utf8.h"

namespace driftscope {

namespace {

using Field = ProtobufReader::Field;

// ModelProto, SentencePiece, TrainerSpec and NormalizerSpec field numbers: sentencepiece's
// src/sentencepiece_model.proto.
constexpr std::uint32_t pieces_field = 1, trainer_field = 2, normalizer_field = 3;
constexpr std::uint32_t piece_text_field = 1;
constexpr std::uint32_t trainer_type_field = 3, trainer_suffix_field = 24;
constexpr std::uint32_t normalizer_prefix_field = 3, normalizer_trim_field = 4;
constexpr char32_t last_private_character = 0x10FFFD;

std::string_view piece_text(std::string_view piece, const std::string& file) {
    ProtobufReader reader(piece, file);
    std::string_view text;
    for (Field field; reader.next(field);)
        if (field.number == piece_text_field) text = field.bytes;
    return text;
}

void read_trainer(std::string_view spec, const std::string& file, SentencepieceModel& model) {
    ProtobufReader reader(spec, file);
    for (Field field; reader.next(field);) {
        if (field.number == trainer_type_field) model.type = field.varint;
        if (field.number == trainer_suffix_field && field.varint)
            throw Error(
                ErrorCode::unsupported, file,
                "spaces at the end of pieces (treat_whitespace_as_suffix) are not supported");
    }
}

void read_normalizer(std::string_view spec, const std::string& file, SentencepieceModel& model) {
    ProtobufReader reader(spec, file);
    for (Field field; reader.next(field);) {
        if (field.number == normalizer_prefix_field) model.adds_prefix = field.varint != 0;
        if (field.number == normalizer_trim_field) model.trims_spaces = field.varint != 0;
    }
}

/// A character that occurs nowhere in the file.
std::string free_character(std::string_view bytes, const std::string& file) {
    for (char32_t point = last_private_character; point > last_private_character - 1000; --point) {
        std::string text;
        append_utf8(text, point);
        if (bytes.find(text) == bytes.npos) return text;
    }
    throw Error(ErrorCode::unsupported, file, "no character is free to stand for the NUL piece");
}

/// The piece with its text replaced, other fields kept.
std::string renamed_piece(std::string_view piece, const std::string& text,
                          const std::string& file) {
    ProtobufReader reader(piece, file);
    std::string result;
    append_protobuf_bytes(result, piece_text_field, text);
    for (Field field; reader.next(field);) {
        if (field.number == piece_text_field) continue;
        if (field.bytes.size() == 4) {  // score, a 32-bit float
            result += static_cast<char>((field.number << 3) | 5);
            result += field.bytes;
        } else if (field.bytes.empty() && field.varint < 0x80) {  // type, a small enumeration
            result += static_cast<char>(field.number << 3);
            result += static_cast<char>(field.varint);
        } else {
            throw Error(ErrorCode::unsupported, file, "the NUL piece has fields not known");
        }
    }
    return result;
}

std::string with_nul_renamed(std::string_view bytes, const std::string& stand_in,
                             const std::string& file) {
    std::string result;
    result.reserve(bytes.size() + 16);
    ProtobufReader reader(bytes, file);
    for (Field field; reader.next(field);) {
        const bool is_nul = field.number == pieces_field &&
                            piece_text(field.bytes, file) == std::string_view("\0", 1);
        append_protobuf_bytes(result, field.number,
                              is_nul ? renamed_piece(field.bytes, stand_in, file) : field.bytes);
    }
    return result;
}

}  // namespace

SentencepieceModel read_sentencepiece_model(std::string_view bytes, const std::string& file) {
    SentencepieceModel model;
    ProtobufReader reader(bytes, file);
    for (Field field; reader.next(field);) {
        if (field.number == pieces_field) {
            const auto text = piece_text(field.bytes, file);
            if (text == std::string_view("\0", 1)) model.nul_piece = model.n_pieces;
            if (++model.n_pieces > max_token_id)
                throw Error(ErrorCode::limit, file, "more than 4 million pieces");
        } else if (field.number == trainer_field) {
            read_trainer(field.bytes, file, model);
        } else if (field.number == normalizer_field) {
            read_normalizer(field.bytes, file, model);
        }
    }
    if (model.n_pieces == 0)
        throw Error(ErrorCode::format, file, "neither JSON nor a sentencepiece model: no pieces");
    if (model.nul_piece < 0) {
        model.bytes = bytes;
    } else {
        model.nul_stand_in = free_character(bytes, file);
        model.bytes = with_nul_renamed(bytes, model.nul_stand_in, file);
    }
    return model;
}

}  // namespace driftscope
