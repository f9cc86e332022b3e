// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/mapped_file.h"

#include "core/data/error.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace driftscope {
namespace {

/// A file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

[[noreturn]] void fail_errno(const std::filesystem::path& path, const char* doing) {
    const int error = errno;
    if (error == ENOENT || error == ENOTDIR)
        throw Error(ErrorCode::not_found, path.string(), "no such file");
    throw Error(ErrorCode::unreadable, path.string(),
                std::string("cannot ") + doing + ": " + std::strerror(error));
}

struct stat stat_regular(int fd, const std::filesystem::path& path) {
    struct stat info{};
    if (::fstat(fd, &info) != 0) fail_errno(path, "look at it");
    if (!S_ISREG(info.st_mode))
        throw Error(ErrorCode::unreadable, path.string(), "not a regular file");
    return info;
}

int open_for_reading(const std::filesystem::path& path) {
    // O_NONBLOCK: opening a pipe that nobody writes to must not hang; no effect on files.
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) fail_errno(path, "open it");
    return fd;
}

int64_t nanoseconds(const struct timespec& time) {
    return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

std::shared_ptr<const MappedFile> MappedFile::open(const std::filesystem::path& path) {
    const Descriptor fd(open_for_reading(path));
    const struct stat info = stat_regular(fd.get(), path);
    std::shared_ptr<MappedFile> file(new MappedFile);
    file->path_ = path;
    file->mtime_ns_ = nanoseconds(info.st_mtim);
    file->inode_ = info.st_ino;
    file->device_ = info.st_dev;
    const auto size = static_cast<size_t>(info.st_size);
    if (size > 0) {  // mmap refuses an empty stretch
        void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
        if (data == MAP_FAILED) fail_errno(path, "map it into memory");
        file->data_ = static_cast<const std::byte*>(data);
        file->size_ = size;
    }
    return file;
}

MappedFile::~MappedFile() {
    if (data_) ::munmap(const_cast<std::byte*>(data_), size_);
}

std::string MappedFile::cache_key() const {
    return path_.string() + "|" + std::to_string(device_) + "|" + std::to_string(inode_) + "|" +
           std::to_string(size_) + "|" + std::to_string(mtime_ns_);
}

bool MappedFile::still_unchanged() const {
    struct stat info{};
    return ::stat(path_.c_str(), &info) == 0 && info.st_ino == inode_ && info.st_dev == device_ &&
           static_cast<size_t>(info.st_size) == size_ && nanoseconds(info.st_mtim) == mtime_ns_;
}

std::string read_text_file(const std::filesystem::path& path, size_t max_bytes) {
    const Descriptor fd(open_for_reading(path));
    const struct stat info = stat_regular(fd.get(), path);
    const auto too_large = [&path, max_bytes] {
        return Error(ErrorCode::limit, path.string(),
                     "larger than " + std::to_string(max_bytes) + " bytes, the most that is read");
    };
    if (static_cast<size_t>(info.st_size) > max_bytes) throw too_large();
    std::string text;
    char buffer[1 << 16];
    for (;;) {
        const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail_errno(path, "read it");
        if (got == 0) return text;
        text.append(buffer, static_cast<size_t>(got));
        if (text.size() > max_bytes) throw too_large();
    }
}

}  // namespace driftscope
