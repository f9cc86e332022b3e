// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace driftscope {

/// Walks the fields of one protobuf message in untrusted bytes. Every size is checked against what
/// is left. Source: protobuf.dev, "Encoding".
class ProtobufReader {
public:
    struct Field {
        std::uint32_t number;
        std::uint64_t varint;    ///< wire type 0; otherwise 0
        std::string_view bytes;  ///< wire type 2, or the raw 4 or 8 bytes of types 5 and 1
    };

    ProtobufReader(std::string_view bytes, std::string file)
        : rest_(bytes), file_(std::move(file)) {}

    /// Reads the next field; false at the end. Throws Error{format} for anything ill-formed.
    bool next(Field& field);

private:
    std::uint64_t varint();
    std::string_view take(std::uint64_t n);
    [[noreturn]] void fail(const char* what) const;

    std::string_view rest_;
    std::string file_;
};

/// Appends a length-delimited field.
void append_protobuf_bytes(std::string& message, std::uint32_t number, std::string_view bytes);

}  // namespace driftscope
