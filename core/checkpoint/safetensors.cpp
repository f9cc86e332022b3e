// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/safetensors.h"

#include "core/checkpoint/header_reader.h"
#include "core/checkpoint/problems.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace driftscope {
namespace {

constexpr size_t length_bytes = 8;

/// The header's JSON text inside `file`, after the checks on its length. Errors: format.
std::string_view header_text(std::span<const std::byte> file, const std::string& where) {
    const auto fail = [&where](const std::string& message, const std::string& hint = {}) {
        throw Error(ErrorCode::format, where, message, hint);
    };
    if (file.size() < length_bytes)
        fail("the file has " + std::to_string(file.size()) +
                 " bytes; a safetensors file begins with 8 bytes of header length",
             "It may be cut short");
    uint64_t length = 0;
    for (size_t i = 0; i < length_bytes; ++i) length |= static_cast<uint64_t>(file[i]) << (8 * i);
    if (length > max_safetensors_header)
        fail("the header length is " + std::to_string(length) + " bytes; the format allows " +
                 std::to_string(max_safetensors_header),
             "It may not be a safetensors file");
    if (length > file.size() - length_bytes)
        fail("the header length is " + std::to_string(length) + " bytes, but only " +
                 std::to_string(file.size() - length_bytes) + " follow",
             "The file is cut short");
    std::string_view text(reinterpret_cast<const char*>(file.data()) + length_bytes, length);
    if (!text.starts_with('{')) fail("the header does not begin with {");
    // The JSON library takes a NUL for the end of the text and would not see what follows it.
    if (text.find('\0') != std::string_view::npos) fail("the header holds a NUL byte");
    return text;
}

/// Bytes that shape and type ask for; nothing on overflow or if they are not whole.
std::optional<uint64_t> expected_bytes(const HeaderEntry& entry) {
    uint64_t bits = 1;
    for (const int64_t size : entry.shape)
        if (__builtin_mul_overflow(bits, static_cast<uint64_t>(size), &bits)) return std::nullopt;
    // Element counts must also fit the signed sizes used everywhere else.
    if (bits > static_cast<uint64_t>(INT64_MAX)) return std::nullopt;
    if (__builtin_mul_overflow(bits, static_cast<uint64_t>(type_bits(*entry.type)), &bits))
        return std::nullopt;
    if (bits % 8 != 0) return std::nullopt;
    return bits / 8;
}

/// Checks one entry by itself: order, end inside the buffer, length against shape and type.
void check_entry(const HeaderEntry& entry, size_t buffer_bytes, Problems& problems) {
    const std::string name = "tensor " + in_quotes(entry.name);
    const std::string stretch =
        "[" + std::to_string(entry.begin) + ", " + std::to_string(entry.end) + "]";
    const auto fail = [&](const std::string& text) {
        problems.add(ErrorCode::format, name + text);
    };
    if (entry.begin > entry.end) return fail(" has its offsets the wrong way round: " + stretch);
    if (entry.end > buffer_bytes)
        return fail(" lies at bytes " + stretch + ", but the file has " +
                    std::to_string(buffer_bytes) + " bytes of data: it is cut short or wrong");
    const std::string kind = shape_text(entry.shape) + " " + std::string(type_name(*entry.type));
    const auto expected = expected_bytes(entry);
    if (!expected) return fail(": " + kind + " overflows or is not a whole number of bytes");
    if (*expected != entry.end - entry.begin)
        fail(": " + kind + " takes " + std::to_string(*expected) + " bytes, its offsets " +
             stretch + " span " + std::to_string(entry.end - entry.begin));
}

/// Checks that entries sorted by offset cover the buffer once, without hole or overlap.
void check_cover(const std::vector<HeaderEntry>& entries, size_t buffer_bytes, Problems& problems) {
    uint64_t position = 0;
    for (const HeaderEntry& entry : entries) {
        if (entry.begin > position)
            problems.add(ErrorCode::format, "a hole of " + std::to_string(entry.begin - position) +
                                                " bytes before tensor " + in_quotes(entry.name));
        else if (entry.begin < position)
            problems.add(ErrorCode::format, "tensor " + in_quotes(entry.name) +
                                                " overlaps the one " + "before it by " +
                                                std::to_string(position - entry.begin) + " bytes");
        position = std::max(position, entry.end);
    }
    if (position < buffer_bytes)
        problems.add(ErrorCode::format, std::to_string(buffer_bytes - position) +
                                            " bytes after the last tensor belong to none");
}

}  // namespace

SafetensorsHeader parse_safetensors(std::span<const std::byte> file, const std::string& where) {
    const std::string_view text = header_text(file, where);
    Problems problems;
    RawHeader raw = read_header_json(text, problems);
    SafetensorsHeader header;
    header.data_begin = length_bytes + text.size();
    const size_t buffer_bytes = file.size() - header.data_begin;
    for (const HeaderEntry& entry : raw.entries) check_entry(entry, buffer_bytes, problems);
    problems.raise_if_any(where);

    std::stable_sort(raw.entries.begin(), raw.entries.end(),
                     [](const HeaderEntry& a, const HeaderEntry& b) {
                         return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
                     });
    check_cover(raw.entries, buffer_bytes, problems);
    problems.raise_if_any(where);

    header.metadata = std::move(raw.metadata);
    header.tensors.reserve(raw.entries.size());
    for (HeaderEntry& entry : raw.entries) {
        TensorView view;
        view.name = std::move(entry.name);
        view.type = *entry.type;
        view.shape = std::move(entry.shape);
        view.data = file.data() + header.data_begin + entry.begin;
        view.bytes = entry.end - entry.begin;
        header.tensors.push_back(std::move(view));
    }
    return header;
}

SafetensorsFile SafetensorsFile::open(const std::filesystem::path& path) {
    SafetensorsFile out;
    out.file_ = MappedFile::open(path);
    out.header_ = parse_safetensors(out.file_->bytes(), path.string());
    for (TensorView& tensor : out.header_.tensors) tensor.source = path.filename().string();
    return out;
}

}  // namespace driftscope
