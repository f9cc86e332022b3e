// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/gguf_file.h"

#include "core/checkpoint/problems.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <set>
#include <utility>

namespace driftscope {
namespace {

constexpr uint32_t max_dimensions = 4;  // ggml.h GGML_MAX_DIMS
constexpr uint64_t default_alignment = 32;
constexpr size_t least_tensor_bytes = 25;  // a name of one letter, no dimensions

/// Bytes of a metadata value of fixed size; 0 for texts and arrays.
size_t kind_bytes(GgufKind kind) {
    switch (kind) {
        case GgufKind::U8:
        case GgufKind::I8:
        case GgufKind::boolean: return 1;
        case GgufKind::U16:
        case GgufKind::I16: return 2;
        case GgufKind::U32:
        case GgufKind::I32:
        case GgufKind::F32: return 4;
        case GgufKind::U64:
        case GgufKind::I64:
        case GgufKind::F64: return 8;
        case GgufKind::text:
        case GgufKind::array: break;
    }
    return 0;
}

uint64_t little_endian(std::span<const std::byte> bytes) {
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.size(); ++i)
        value |= std::to_integer<uint64_t>(bytes[i]) << (8 * i);
    return value;
}

/// A value of fixed size.
GgufValue scalar(GgufKind kind, std::span<const std::byte> bytes) {
    const uint64_t raw = little_endian(bytes);
    switch (kind) {
        case GgufKind::boolean: return raw != 0;
        case GgufKind::F32: return static_cast<double>(std::bit_cast<float>(uint32_t(raw)));
        case GgufKind::F64: return std::bit_cast<double>(raw);
        case GgufKind::I8: return int64_t{static_cast<int8_t>(raw)};
        case GgufKind::I16: return int64_t{static_cast<int16_t>(raw)};
        case GgufKind::I32: return int64_t{static_cast<int32_t>(raw)};
        case GgufKind::I64: return static_cast<int64_t>(raw);
        default: return raw;
    }
}

std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A tensor as the header describes it.
struct RawTensor {
    std::string name;
    uint32_t type = 0;
    std::vector<uint64_t> dims;  ///< as in the file, fastest first
    uint64_t offset = 0;
};

/// Walks through the header from front to back.
class Reader {
public:
    Reader(std::span<const std::byte> file, const std::string& where)
        : file_(file), where_(where) {}

    GgufContent read() {
        GgufContent content;
        content.version = read_version();
        const uint64_t n_tensors = read_count("tensors"), n_keys = read_count("metadata keys");
        for (uint64_t i = 0; i < n_keys; ++i) read_key(content);
        std::vector<RawTensor> raw;
        raw.reserve(std::min<size_t>(n_tensors, (file_.size() - at_) / least_tensor_bytes));
        for (uint64_t i = 0; i < n_tensors; ++i) raw.push_back(read_tensor());
        const uint64_t alignment = alignment_of(content);
        const size_t begin = at_ + static_cast<size_t>((alignment - at_ % alignment) % alignment);
        place(raw, begin, alignment, content);
        return content;
    }

private:
    [[noreturn]] void fail(const std::string& message, const std::string& hint = {},
                           ErrorCode code = ErrorCode::format) const {
        throw Error(code, where_, message, hint);
    }

    std::span<const std::byte> take(uint64_t bytes, const std::string& what) {
        if (bytes > file_.size() - at_)
            fail(what + " at byte " + std::to_string(at_) + " takes " + std::to_string(bytes) +
                     " bytes, but only " + std::to_string(file_.size() - at_) + " follow",
                 "The file is cut short or damaged: fetch it again");
        const auto part = file_.subspan(at_, static_cast<size_t>(bytes));
        at_ += static_cast<size_t>(bytes);
        return part;
    }
    uint32_t u32(const std::string& what) {
        return static_cast<uint32_t>(little_endian(take(4, what)));
    }
    uint64_t u64(const std::string& what) { return little_endian(take(8, what)); }
    std::string_view text(const std::string& what) {
        const uint64_t length = u64("the length of " + what);
        return as_text(take(length, what));
    }

    uint32_t read_version() {
        if (file_.size() < 4 || as_text(file_.first(4)) != "GGUF")
            fail("a GGUF file begins with the letters GGUF, this one does not",
                 "It may be another format, or a page that was saved instead of the file");
        at_ = 4;
        const uint32_t version = u32("the version");
        if (version != 0 && (version & 0xFFFF) == 0)
            fail("it is big-endian, which is not read",
                 "Convert the model again without "
                 "--bigendian",
                 ErrorCode::unsupported);
        if (version != 2 && version != 3)
            fail("it is GGUF version " + std::to_string(version) + "; 2 and 3 are read",
                 "Convert the model again with a current llama.cpp", ErrorCode::unsupported);
        return version;
    }

    uint64_t read_count(const std::string& what) {
        const uint64_t count = u64("the number of " + what);
        if (count > max_gguf_entries)
            fail("it claims " + std::to_string(count) + " " + what + "; at most " +
                     std::to_string(max_gguf_entries) + " are read",
                 "The file is damaged", ErrorCode::limit);
        return count;
    }

    void read_key(GgufContent& content) {
        std::string key(text("a metadata key"));
        if (key.empty() || key.size() > 65535) fail("a metadata key is empty or above 65535 bytes");
        const std::string what = "the value of " + in_quotes(key);
        GgufValue value = read_value(u32("the kind of " + what), what);
        if (!content.metadata.emplace(key, value).second)
            fail("the metadata key " + in_quotes(key) + " occurs twice");
    }

    GgufKind checked_kind(uint32_t kind, const std::string& what) const {
        if (kind > static_cast<uint32_t>(GgufKind::F64))
            fail(what + " is of kind " + std::to_string(kind) + ", which GGUF does not have");
        return static_cast<GgufKind>(kind);
    }

    GgufValue read_value(uint32_t number, const std::string& what) {
        const GgufKind kind = checked_kind(number, what);
        if (kind == GgufKind::text) return text(what);
        if (kind == GgufKind::array) return read_array(what);
        return scalar(kind, take(kind_bytes(kind), what));
    }

    GgufArray read_array(const std::string& what) {
        GgufArray array;
        array.kind = checked_kind(u32("the kind of " + what), what);
        array.count = u64("the length of " + what);
        if (array.kind == GgufKind::array)
            fail(what + " is an array of arrays, which is not read", "", ErrorCode::unsupported);
        const size_t begin = at_;
        if (array.is_text()) {
            for (uint64_t i = 0; i < array.count; ++i) text(what);
        } else {
            uint64_t bytes = 0;
            if (__builtin_mul_overflow(array.count, uint64_t{kind_bytes(array.kind)}, &bytes))
                bytes = UINT64_MAX;
            take(bytes, what);
        }
        array.bytes = file_.subspan(begin, at_ - begin);
        return array;
    }

    RawTensor read_tensor() {
        RawTensor tensor;
        const std::string_view name = text("a tensor name");
        if (name.empty() || name.size() > 1024 || name.find('\0') != name.npos)
            fail("the tensor name " + in_quotes(name) +
                 " is empty, above 1024 bytes or holds a NUL");
        tensor.name = name;
        const std::string what = "tensor " + in_quotes(name);
        const uint32_t n_dims = u32("the dimensions of " + what);
        if (n_dims > max_dimensions)
            fail(what + " has " + std::to_string(n_dims) + " dimensions; GGUF has at most 4");
        for (uint32_t i = 0; i < n_dims; ++i)
            tensor.dims.push_back(u64("the dimensions of " + what));
        tensor.type = u32("the type of " + what);
        tensor.offset = u64("the offset of " + what);
        return tensor;
    }

    uint64_t alignment_of(const GgufContent& content) const {
        const GgufValue* value = content.value("general.alignment");
        if (!value) return default_alignment;
        const auto* number = std::get_if<uint64_t>(value);
        if (!number || !std::has_single_bit(*number) || *number > (1u << 30))
            fail("general.alignment is not a power of two");
        return *number;
    }

    /// The bytes that shape and type ask for; nothing, and a problem, if they make no sense.
    std::optional<uint64_t> expected_bytes(const RawTensor& raw, Problems& problems) const {
        const std::string name = "tensor " + in_quotes(raw.name);
        const auto type = ggml_type(raw.type);
        if (!type) {
            problems.add(
                ErrorCode::unsupported,
                name + " is stored as " + ggml_type_name(raw.type) + ", which is not read");
            return std::nullopt;
        }
        const GgmlBlock block = ggml_block(*type);
        uint64_t values = 1, bytes = 0;
        bool fits = true;
        for (const uint64_t size : raw.dims)
            fits = fits && !__builtin_mul_overflow(values, size, &values);
        fits = fits && values <= static_cast<uint64_t>(INT64_MAX) / 8;
        for (const uint64_t size : raw.dims) fits = fits && size <= uint64_t{INT64_MAX};
        const uint64_t row = raw.dims.empty() ? 1 : raw.dims.front();
        if (fits && row % static_cast<uint64_t>(block.values) != 0) {
            problems.add(ErrorCode::format, name + " has rows of " + std::to_string(row) +
                                                " values, " + ggml_type_name(*type) +
                                                " has blocks of " + std::to_string(block.values));
            return std::nullopt;
        }
        bytes = values / static_cast<uint64_t>(block.values);
        fits = fits && !__builtin_mul_overflow(bytes, uint64_t(block.bytes), &bytes);
        if (fits) return bytes;
        problems.add(ErrorCode::format, name + " has sizes that overflow");
        return std::nullopt;
    }

    void place(const std::vector<RawTensor>& raw, size_t begin, uint64_t alignment,
               GgufContent& content) {
        const uint64_t room = begin < file_.size() ? file_.size() - begin : 0;
        Problems problems;
        std::set<std::string_view> names;
        std::vector<std::pair<uint64_t, const RawTensor*>> ends;
        for (const RawTensor& tensor : raw) {
            const std::string name = "tensor " + in_quotes(tensor.name);
            if (!names.insert(tensor.name).second)
                problems.add(ErrorCode::format, name + " occurs twice");
            const auto bytes = expected_bytes(tensor, problems);
            if (!bytes) continue;
            if (tensor.offset % alignment != 0)
                problems.add(ErrorCode::format, name + " is at " + std::to_string(tensor.offset) +
                                                    ", not a multiple of the alignment, " +
                                                    std::to_string(alignment));
            if (tensor.offset > room || *bytes > room - tensor.offset) {
                problems.add(ErrorCode::format,
                             name + " lies at byte " + std::to_string(tensor.offset) +
                                 " and takes " + std::to_string(*bytes) + ", but the file has " +
                                 std::to_string(room) + " bytes of data: it is cut short or wrong");
                continue;
            }
            ends.emplace_back(*bytes, &tensor);
            content.tensors.push_back(made(tensor, begin, *bytes));
        }
        check_overlap(ends, problems);
        problems.raise_if_any(where_,
                              "Types read are F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1 "
                              "and Q2_K to Q6_K; a damaged file must be fetched again");
    }

    GgufTensor made(const RawTensor& raw, size_t begin, uint64_t bytes) const {
        GgufTensor tensor;
        tensor.name = raw.name;
        tensor.type = *ggml_type(raw.type);
        tensor.shape.assign(raw.dims.rbegin(), raw.dims.rend());
        tensor.data =
            file_.subspan(begin + static_cast<size_t>(raw.offset), static_cast<size_t>(bytes));
        return tensor;
    }

    static void check_overlap(std::vector<std::pair<uint64_t, const RawTensor*>>& tensors,
                              Problems& problems) {
        std::sort(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) {
            return std::pair(a.second->offset, a.first) < std::pair(b.second->offset, b.first);
        });
        uint64_t end = 0;
        for (const auto& [bytes, tensor] : tensors) {
            if (tensor->offset < end && bytes > 0)
                problems.add(ErrorCode::format, "tensor " + in_quotes(tensor->name) +
                                                    " overlaps the one before it by " +
                                                    std::to_string(end - tensor->offset) +
                                                    " bytes");
            end = std::max(end, tensor->offset + bytes);
        }
    }

    std::span<const std::byte> file_;
    const std::string& where_;
    size_t at_ = 0;
};

}  // namespace

std::vector<std::string_view> GgufArray::texts() const {
    std::vector<std::string_view> out;
    if (!is_text()) return out;
    for (size_t at = 0; at < bytes.size();) {
        const auto length = static_cast<size_t>(little_endian(bytes.subspan(at, 8)));
        out.push_back(as_text(bytes.subspan(at + 8, length)));
        at += 8 + length;
    }
    return out;
}

std::vector<double> GgufArray::numbers() const {
    const size_t size = kind_bytes(kind);
    std::vector<double> out;
    if (size == 0 || kind == GgufKind::boolean) return out;
    for (size_t at = 0; at < bytes.size(); at += size) {
        const GgufValue value = scalar(kind, bytes.subspan(at, size));
        if (const auto* real = std::get_if<double>(&value)) out.push_back(*real);
        if (const auto* plus = std::get_if<uint64_t>(&value)) out.push_back(double(*plus));
        if (const auto* whole = std::get_if<int64_t>(&value)) out.push_back(double(*whole));
    }
    return out;
}

const GgufValue* GgufContent::value(std::string_view key) const {
    const auto found = metadata.find(key);
    return found == metadata.end() ? nullptr : &found->second;
}

std::optional<std::string> GgufContent::text(std::string_view key) const {
    const GgufValue* found = value(key);
    const auto* text = found ? std::get_if<std::string_view>(found) : nullptr;
    return text ? std::optional<std::string>(*text) : std::nullopt;
}

std::optional<double> GgufContent::real(std::string_view key) const {
    const GgufValue* found = value(key);
    if (!found) return std::nullopt;
    if (const auto* real = std::get_if<double>(found)) return *real;
    if (const auto* plus = std::get_if<uint64_t>(found)) return static_cast<double>(*plus);
    if (const auto* whole = std::get_if<int64_t>(found)) return static_cast<double>(*whole);
    return std::nullopt;
}

std::optional<int64_t> GgufContent::whole(std::string_view key) const {
    const auto number = real(key);
    if (!number || std::abs(*number) > 0x1p53 || *number != std::floor(*number))
        return std::nullopt;
    return static_cast<int64_t>(*number);
}

std::optional<bool> GgufContent::truth(std::string_view key) const {
    const GgufValue* found = value(key);
    const auto* truth = found ? std::get_if<bool>(found) : nullptr;
    return truth ? std::optional<bool>(*truth) : std::nullopt;
}

const GgufArray* GgufContent::array(std::string_view key) const {
    const GgufValue* found = value(key);
    return found ? std::get_if<GgufArray>(found) : nullptr;
}

GgufContent parse_gguf(std::span<const std::byte> file, const std::string& where) {
    return Reader(file, where).read();
}

GgufFile GgufFile::open(const std::filesystem::path& path) {
    GgufFile out;
    out.file = MappedFile::open(path);
    out.content = parse_gguf(out.file->bytes(), path.string());
    return out;
}

}  // namespace driftscope
