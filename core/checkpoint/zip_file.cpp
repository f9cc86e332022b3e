// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/zip_file.h"

#include "core/checkpoint/problems.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

namespace driftscope {
namespace {

constexpr uint32_t local_sign = 0x04034b50, central_sign = 0x02014b50, end_sign = 0x06054b50,
                   end64_sign = 0x06064b50, locator_sign = 0x07064b50;
constexpr size_t local_bytes = 30, central_bytes = 46, end_bytes = 22, end64_bytes = 56,
                 locator_bytes = 20;
constexpr uint64_t max_entries = 1'000'000;
constexpr uint32_t in_zip64 = 0xFFFFFFFF;  ///< stands where the zip64 field has the value

/// Where the central directory is.
struct Directory {
    uint64_t offset = 0, bytes = 0, entries = 0;
};

class ZipReader {
public:
    ZipReader(std::span<const std::byte> file, const std::string& where)
        : file_(file), where_(where) {}

    std::vector<ZipEntry> read() {
        const Directory directory = find_directory();
        if (directory.entries > max_entries)
            fail("it claims " + std::to_string(directory.entries) + " entries", ErrorCode::limit);
        if (!inside(directory.offset, directory.bytes))
            fail("its directory at byte " + std::to_string(directory.offset) +
                 " lies outside the file");
        size_t at = static_cast<size_t>(directory.offset);
        const size_t end = at + static_cast<size_t>(directory.bytes);
        std::vector<ZipEntry> entries;
        entries.reserve(std::min<size_t>(directory.entries, (end - at) / central_bytes));
        for (uint64_t i = 0; i < directory.entries; ++i) entries.push_back(read_entry(at, end));
        check_overlap(entries);
        return entries;
    }

private:
    [[noreturn]] void fail(const std::string& message, ErrorCode code = ErrorCode::format) const {
        throw Error(code, where_, message,
                    code == ErrorCode::unsupported
                        ? "Save the model again with torch.save, or with safetensors"
                        : "The file is cut short or damaged: fetch it again");
    }

    bool inside(uint64_t offset, uint64_t bytes) const {
        return offset <= file_.size() && bytes <= file_.size() - offset;
    }

    /// An unsigned number of 2, 4 or 8 bytes. The caller has checked that it is inside.
    uint64_t number(size_t at, size_t bytes) const {
        uint64_t value = 0;
        for (size_t i = 0; i < bytes; ++i)
            value |= std::to_integer<uint64_t>(file_[at + i]) << (8 * i);
        return value;
    }
    uint32_t u32(size_t at) const { return static_cast<uint32_t>(number(at, 4)); }
    uint64_t u16(size_t at) const { return number(at, 2); }

    Directory find_directory() const {
        // The end record is followed by a comment of at most 65535 bytes.
        const size_t least =
            file_.size() > end_bytes + 65535 ? file_.size() - end_bytes - 65535 : 0;
        for (size_t at = file_.size() >= end_bytes ? file_.size() - end_bytes : 0;
             file_.size() >= end_bytes; --at) {
            if (u32(at) == end_sign && u16(at + 20) == file_.size() - at - end_bytes)
                return read_end(at);
            if (at == least) break;
        }
        fail("it begins as a zip archive and has no directory at its end");
    }

    Directory read_end(size_t at) const {
        if (u16(at + 4) != 0 && u16(at + 4) != 0xFFFF)
            fail("it is one of several volumes", ErrorCode::unsupported);
        Directory out{u32(at + 16), u32(at + 12), u16(at + 10)};
        if (at < locator_bytes || u32(at - locator_bytes) != locator_sign) return out;
        const uint64_t end64 = number(at - locator_bytes + 8, 8);
        if (!inside(end64, end64_bytes) || u32(static_cast<size_t>(end64)) != end64_sign)
            fail("its zip64 end record is not where the locator says");
        const auto place = static_cast<size_t>(end64);
        return {number(place + 48, 8), number(place + 40, 8), number(place + 32, 8)};
    }

    ZipEntry read_entry(size_t& at, size_t end) {
        if (end - at < central_bytes || u32(at) != central_sign)
            fail("its directory is broken at byte " + std::to_string(at));
        const size_t name_bytes = u16(at + 28), extra_bytes = u16(at + 30), rest = u16(at + 32);
        if (end - at - central_bytes < name_bytes + extra_bytes + rest)
            fail("its directory ends inside an entry at byte " + std::to_string(at));
        ZipEntry entry;
        entry.name.assign(reinterpret_cast<const char*>(file_.data()) + at + central_bytes,
                          name_bytes);
        const std::string name = "the entry " + in_quotes(entry.name);
        if (!names_.insert(entry.name).second) fail(name + " is there twice");
        if (u16(at + 8) & 1) fail(name + " is encrypted", ErrorCode::unsupported);
        if (u16(at + 10) != 0) fail(name + " is compressed", ErrorCode::unsupported);
        uint64_t packed = u32(at + 20), bytes = u32(at + 24), local = u32(at + 42);
        read_zip64(at + central_bytes + name_bytes, extra_bytes, bytes, packed, local, name);
        if (packed != bytes)
            fail(name + " has two sizes, " + std::to_string(bytes) + " and " +
                 std::to_string(packed));
        entry.data = data_of(local, bytes, name);
        at += central_bytes + name_bytes + extra_bytes + rest;
        return entry;
    }

    /// The zip64 extra field (§4.5.3) holds, in this order, the values that did not fit.
    void read_zip64(size_t at, size_t length, uint64_t& bytes, uint64_t& packed, uint64_t& local,
                    const std::string& name) const {
        std::vector<uint64_t*> wanted;
        for (uint64_t* value : {&bytes, &packed, &local})
            if (*value == in_zip64) wanted.push_back(value);
        const size_t end = at + length;
        while (!wanted.empty() && end - at >= 4) {
            const uint64_t id = u16(at);
            const size_t field = u16(at + 2);
            if (field > end - at - 4) break;
            if (id == 1) {
                if (field < 8 * wanted.size()) break;
                for (size_t i = 0; i < wanted.size(); ++i) *wanted[i] = number(at + 4 + 8 * i, 8);
                return;
            }
            at += 4 + field;
        }
        if (!wanted.empty()) fail(name + " lacks its zip64 sizes");
    }

    std::span<const std::byte> data_of(uint64_t local, uint64_t bytes,
                                       const std::string& name) const {
        if (!inside(local, local_bytes) || u32(static_cast<size_t>(local)) != local_sign)
            fail(name + " has no header at byte " + std::to_string(local));
        const auto at = static_cast<size_t>(local);
        const uint64_t begin = local + local_bytes + u16(at + 26) + u16(at + 28);
        if (!inside(begin, bytes))
            fail(name + " takes " + std::to_string(bytes) + " bytes at " + std::to_string(begin) +
                 ", but the file has " + std::to_string(file_.size()));
        return file_.subspan(static_cast<size_t>(begin), static_cast<size_t>(bytes));
    }

    void check_overlap(const std::vector<ZipEntry>& entries) const {
        std::vector<const ZipEntry*> sorted;
        sorted.reserve(entries.size());
        for (const ZipEntry& entry : entries)
            if (!entry.data.empty()) sorted.push_back(&entry);
        std::sort(sorted.begin(), sorted.end(), [](const ZipEntry* a, const ZipEntry* b) {
            return a->data.data() < b->data.data();
        });
        for (size_t i = 1; i < sorted.size(); ++i)
            if (sorted[i - 1]->data.data() + sorted[i - 1]->data.size() > sorted[i]->data.data())
                fail("the entries " + in_quotes(sorted[i - 1]->name) + " and " +
                     in_quotes(sorted[i]->name) + " lie over each other");
    }

    std::span<const std::byte> file_;
    const std::string& where_;
    std::set<std::string> names_;
};

}  // namespace

std::vector<ZipEntry> parse_zip(std::span<const std::byte> file, const std::string& where) {
    return ZipReader(file, where).read();
}

}  // namespace driftscope
