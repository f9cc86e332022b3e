// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace driftscope {

/// A whole file mapped read-only and private; unmapped when the last shared_ptr goes.
///
/// A mapping is not a copy. If another program cuts the file short while it is open, reading
/// beyond its new end raises SIGBUS, which no portable code can turn into an Error: replace model
/// files by writing a new file and renaming it over the old one, as every downloader does; the old
/// content then stays readable here. still_unchanged() lets callers check before a long run.
class MappedFile {
public:
    /// Maps `path`. Errors: not_found; unreadable (a folder, a pipe, no permission).
    static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::span<const std::byte> bytes() const { return {data_, size_}; }
    size_t size() const { return size_; }
    const std::filesystem::path& path() const { return path_; }
    int64_t mtime_ns() const { return mtime_ns_; }  ///< last change when opened, ns since 1970
    uint64_t inode() const { return inode_; }
    uint64_t device() const { return device_; }

    /// "path|device|inode|size|mtime": equal keys mean equal content, for caches.
    std::string cache_key() const;
    /// False if the file at path() now has another size, change time or inode, or is gone.
    bool still_unchanged() const;

private:
    MappedFile() = default;
    std::filesystem::path path_;
    const std::byte* data_ = nullptr;
    size_t size_ = 0;
    int64_t mtime_ns_ = 0;
    uint64_t inode_ = 0;
    uint64_t device_ = 0;
};

/// Reads a small text file whole. Errors: not_found, unreadable, limit (more than max_bytes).
std::string read_text_file(const std::filesystem::path& path, size_t max_bytes);

}  // namespace driftscope
