// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/tensor_view.h"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace driftscope {

/// What a file of torch.save says, after every check.
struct TorchContent {
    std::vector<TensorView> tensors;  ///< in the order of the state dict
    std::vector<std::string> notes;   ///< entries of the dict that are no tensors
};

/// Reads a zip archive as torch.save has written it since 1.6: NAME/data.pkl and one stored entry
/// NAME/data/KEY for each storage. The pickle is read without executing it, see Pickle.
/// Contiguous tensors are views of the file, others (strides) have a maker; several may share a
/// storage. Views point into `file`.
/// @param where  names the file in messages
/// Errors: as parse_zip and Pickle; unsupported (the older form without zip, big-endian, a storage
/// type that is not known); format (a tensor beyond its storage, a storage that is missing).
TorchContent parse_torch_archive(std::span<const std::byte> file, const std::string& where);

/// One such file, mapped.
struct TorchFile {
    std::shared_ptr<const MappedFile> file;
    TorchContent content;
    /// Errors: as MappedFile::open and parse_torch_archive; messages start with the path.
    static TorchFile open(const std::filesystem::path& path);
};

}  // namespace driftscope
