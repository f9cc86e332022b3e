// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/tensor_view.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace driftscope {

/// A tensor that is going to be written.
struct TensorPlan {
    std::string name;
    StoredType type = StoredType::F32;
    std::vector<int64_t> shape;
    size_t bytes = 0;
};

/// Writes one safetensors file: the header at once, then the tensors' bytes in the order of the
/// plan. The file is complete only after finish(), which also brings it to the disk.
class SafetensorsWriter {
public:
    /// Metadata is {"format": "pt"}, without which transformers refuses the file.
    /// Errors: unreadable (the file cannot be made or written; disk full).
    SafetensorsWriter(std::filesystem::path path, const std::vector<TensorPlan>& plan);
    ~SafetensorsWriter();
    SafetensorsWriter(const SafetensorsWriter&) = delete;
    SafetensorsWriter& operator=(const SafetensorsWriter&) = delete;

    /// The next bytes of the data. Errors: unreadable.
    void append(std::span<const std::byte> bytes);
    /// Closes the file, its bytes on the disk and out of the page cache, so that reading it again
    /// asks the disk. Errors: unreadable; internal (fewer or more bytes than planned).
    void finish();

private:
    [[noreturn]] void fail() const;
    std::filesystem::path path_;
    int file_ = -1;
    size_t left_ = 0;  ///< bytes planned and not yet written
};

/// "model-00002-of-00005.safetensors", or "model.safetensors" when there is one file.
std::string shard_name(size_t shard, size_t shards);

}  // namespace driftscope
