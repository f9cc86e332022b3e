// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/safetensors_writer.h"

#include "core/data/error.h"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace driftscope {
namespace {

/// Length field and header text, padded by spaces to a multiple of 8 (safetensors README, Format).
std::string header_bytes(const std::vector<TensorPlan>& plan) {
    nlohmann::ordered_json header;
    header["__metadata__"] = {{"format", "pt"}};
    size_t at = 0;
    for (const TensorPlan& tensor : plan) {
        header[tensor.name] = {{"dtype", type_name(tensor.type)},
                               {"shape", tensor.shape},
                               {"data_offsets", {at, at + tensor.bytes}}};
        at += tensor.bytes;
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    std::string length(8, '\0');
    for (size_t i = 0; i < 8; ++i) length[i] = static_cast<char>(text.size() >> (8 * i));
    return length + text;
}

}  // namespace

SafetensorsWriter::SafetensorsWriter(std::filesystem::path path,
                                     const std::vector<TensorPlan>& plan)
    : path_(std::move(path)) {
    file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file_ < 0) fail();
    const std::string header = header_bytes(plan);
    left_ = header.size();
    for (const TensorPlan& tensor : plan) left_ += tensor.bytes;
    append(std::as_bytes(std::span(header)));
}

SafetensorsWriter::~SafetensorsWriter() {
    if (file_ >= 0) ::close(file_);
}

void SafetensorsWriter::fail() const {
    throw Error(ErrorCode::unreadable, path_.string(),
                std::string("cannot be written: ") + std::strerror(errno),
                "Choose a place with enough room that you may write to");
}

void SafetensorsWriter::append(std::span<const std::byte> bytes) {
    if (bytes.size() > left_)
        throw Error(ErrorCode::internal, path_.string(), "more bytes than the header says");
    left_ -= bytes.size();
    while (!bytes.empty()) {
        const ssize_t done = ::write(file_, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) fail();
        bytes = bytes.subspan(static_cast<size_t>(done));
    }
}

void SafetensorsWriter::finish() {
    if (left_ > 0)
        throw Error(ErrorCode::internal, path_.string(), "fewer bytes than the header says");
    if (::fsync(file_) != 0) fail();
    ::posix_fadvise(file_, 0, 0, POSIX_FADV_DONTNEED);
    const int closed = ::close(std::exchange(file_, -1));
    if (closed != 0) fail();
}

std::string shard_name(size_t shard, size_t shards) {
    if (shards <= 1) return "model.safetensors";
    const auto number = [](size_t value) {
        const std::string digits = std::to_string(value);
        return std::string(5 - std::min<size_t>(5, digits.size()), '0') + digits;
    };
    return "model-" + number(shard + 1) + "-of-" + number(shards) + ".safetensors";
}

}  // namespace driftscope
