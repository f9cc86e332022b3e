// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/tensor_view.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope {

/// All tensors of a model folder: `model.safetensors`, else `model.safetensors.index.json` and
/// the shards that it names, else `pytorch_model.bin`, else its index and shards (the precedence of
/// transformers 4.57), else a GGUF file, whose tensors appear under their Hugging Face names.
/// Immutable and thread-safe.
class Checkpoint {
public:
    /// Maps the files and reads their headers only. `path` is the folder, or a file in it
    /// (config.json, a .safetensors file, pytorch_model*.bin, an index), or a GGUF file.
    /// Errors: not_found, unreadable, format, unsupported (a torch file with anything but tensors,
    /// a GGUF file of another architecture); all problems of all shards are collected into one
    /// Error.
    static std::shared_ptr<const Checkpoint> open(const std::filesystem::path& path);

    const std::vector<TensorView>& tensors() const { return tensors_; }  ///< sorted by name
    const TensorView* find(std::string_view name) const;                 ///< nullptr if absent
    size_t total_bytes() const { return total_bytes_; }  ///< of all tensors, in the files

    /// SHA-256 of the tensor's bytes as stored, 64 hex digits; of a made tensor's recipe and the
    /// bytes that it is made from. Computed on the first call and kept
    /// in the process's memory under path, size, mtime, inode and offset, so that opening the same
    /// file again does not read it again. Reads the whole tensor: not for the user's thread.
    std::string tensor_hash(const TensorView& tensor) const;
    /// The hash if it is known already, else empty; never reads the tensor.
    std::string known_hash(const TensorView& tensor) const;

    /// The model's folder; of a GGUF model that was named as a file, the file.
    const std::filesystem::path& folder() const { return folder_; }
    const std::vector<std::shared_ptr<const MappedFile>>& files() const { return files_; }
    /// `__metadata__` of the files; on a clash the first file's value stands.
    const std::map<std::string, std::string>& metadata() const { return metadata_; }
    /// What was seen and not used, one sentence each, e.g. "consolidated.safetensors is in the
    /// folder and not in the index: not read".
    const std::vector<std::string>& notes() const { return notes_; }
    /// True if every file is as it was when opened.
    bool still_unchanged() const;

private:
    friend class CheckpointReader;
    Checkpoint() = default;

    std::filesystem::path folder_;
    std::vector<std::shared_ptr<const MappedFile>> files_;
    std::vector<TensorView> tensors_;
    std::map<std::string, std::string> metadata_;
    std::vector<std::string> notes_;
    size_t total_bytes_ = 0;
};

/// The place that `path` means: itself, or the folder of a model file that it names. A GGUF file
/// is a place of its own: several may lie in one folder.
/// Errors: not_found with a hint if nothing is there; usage if it is another kind of file.
std::filesystem::path model_folder(const std::filesystem::path& path);

/// Tensor name to file name, as an index file says (transformers `*.safetensors.index.json`,
/// `pytorch_model.bin.index.json`; `ending` is that of the shards).
/// Refused: duplicate names, file names with a path separator, "..", NUL, or another ending.
/// Errors: format, naming `where`.
std::map<std::string, std::string> parse_index(std::string_view json_text, const std::string& where,
                                               const std::string& ending = ".safetensors");

}  // namespace driftscope
