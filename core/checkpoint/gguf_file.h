// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/ggml_type.h"
#include "core/checkpoint/mapped_file.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace driftscope {

/// Types of metadata values (gguf.md, `gguf_metadata_value_type`; the values are the file's).
enum class GgufKind : uint32_t {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
    boolean,
    text,
    array,
    U64,
    I64,
    F64
};

/// An array of a GGUF file's metadata, left where it is in the file; its lengths were checked.
struct GgufArray {
    GgufKind kind = GgufKind::U8;
    uint64_t count = 0;
    std::span<const std::byte> bytes;

    bool is_text() const { return kind == GgufKind::text; }
    std::vector<std::string_view> texts() const;  ///< empty unless is_text()
    std::vector<double> numbers() const;          ///< empty if it holds no numbers
};

/// One metadata value; texts point into the file.
using GgufValue = std::variant<uint64_t, int64_t, double, bool, std::string_view, GgufArray>;

/// One tensor of a GGUF file, checked against the file's size.
struct GgufTensor {
    std::string name;  ///< as in the file: "blk.0.attn_q.weight"
    GgmlType type = GgmlType::F32;
    std::vector<int64_t> shape;  ///< row-major: the file's dimensions in reverse
    std::span<const std::byte> data;
};

/// What a GGUF file says, after every check.
struct GgufContent {
    uint32_t version = 0;
    std::map<std::string, GgufValue, std::less<>> metadata;
    std::vector<GgufTensor> tensors;  ///< in the order of the file

    const GgufValue* value(std::string_view key) const;
    std::optional<std::string> text(std::string_view key) const;
    /// A whole number of any width; also a float without fraction. Nothing if absent.
    std::optional<int64_t> whole(std::string_view key) const;
    std::optional<double> real(std::string_view key) const;
    std::optional<bool> truth(std::string_view key) const;
    const GgufArray* array(std::string_view key) const;
};

/// Most metadata keys and most tensors that are believed: 256 experts × 100 layers stay below.
inline constexpr uint64_t max_gguf_entries = 1'000'000;

/// Parses and validates a whole GGUF file, version 2 or 3, little-endian (ggml docs/gguf.md).
/// Views point into `file`. Checked: every length against the bytes that are left; keys and names
/// unique; known value kinds; at most four dimensions, without overflow, rows of whole blocks;
/// offsets aligned, inside the file, without overlap. Arrays in arrays are refused. Memory is in
/// proportion to the header that is there, never to what it claims.
/// @param where  names the file in messages
/// Errors: format, unsupported (version, byte order, types that are not read), limit.
GgufContent parse_gguf(std::span<const std::byte> file, const std::string& where);

/// One GGUF file, mapped; only its header has been read.
struct GgufFile {
    std::shared_ptr<const MappedFile> file;
    GgufContent content;
    /// Errors: as MappedFile::open and parse_gguf; messages start with the path.
    static GgufFile open(const std::filesystem::path& path);
};

}  // namespace driftscope
