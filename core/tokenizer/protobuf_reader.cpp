// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/protobuf_reader.h"

#include "core/data/error.h"

namespace driftscope {

namespace {

void append_varint(std::string& message, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) message += static_cast<char>(value | 0x80);
    message += static_cast<char>(value);
}

}  // namespace

void ProtobufReader::fail(const char* what) const {
    throw Error(ErrorCode::format, file_,
                std::string("neither JSON nor a sentencepiece model: ") + what,
                "The file may be cut short; fetch it again");
}

std::uint64_t ProtobufReader::varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        const auto byte = static_cast<unsigned char>(take(1)[0]);
        value |= std::uint64_t{byte & 0x7Fu} << shift;
        if (byte < 0x80) return value;
    }
    fail("a number is too long");
}

std::string_view ProtobufReader::take(std::uint64_t n) {
    if (n > rest_.size()) fail("it ends inside a field");
    const auto taken = rest_.substr(0, static_cast<std::size_t>(n));
    rest_.remove_prefix(taken.size());
    return taken;
}

bool ProtobufReader::next(Field& field) {
    if (rest_.empty()) return false;
    const auto tag = varint();
    if (tag >> 3 == 0 || tag >> 3 > 0x1FFFFFFF) fail("a field number is out of range");
    field = {static_cast<std::uint32_t>(tag >> 3), 0, {}};
    switch (tag & 7) {
        case 0: field.varint = varint(); break;
        case 1: field.bytes = take(8); break;
        case 2: field.bytes = take(varint()); break;
        case 5: field.bytes = take(4); break;
        default: fail("a field has a type that is not used");
    }
    return true;
}

void append_protobuf_bytes(std::string& message, std::uint32_t number, std::string_view bytes) {
    append_varint(message, (std::uint64_t{number} << 3) | 2);
    append_varint(message, bytes.size());
    message += bytes;
}

}  // namespace driftscope
