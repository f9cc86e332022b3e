// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/tensor_view.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace driftscope {

/// What the header of a safetensors file says, after every check.
struct SafetensorsHeader {
    std::vector<TensorView> tensors;              ///< in order of their offsets
    std::map<std::string, std::string> metadata;  ///< "__metadata__"
    size_t data_begin = 0;                        ///< 8 + header length, bytes
};

/// Longest header that the reference reader accepts, bytes (safetensors src/tensor.rs).
inline constexpr size_t max_safetensors_header = 100'000'000;

/// Parses and validates a whole file held in memory. The views point into `file`.
///
/// Checked, as the reference reader does (safetensors README, src/tensor.rs): header length at most
/// 100,000,000 and inside the file; UTF-8 JSON object that begins with `{`, padded by spaces only;
/// no duplicate names; known dtypes; shapes of non-negative whole numbers; shape × element size
/// equal to the stretch, without overflow and in whole bytes; stretches contiguous from 0 without
/// hole or overlap, ending exactly at the end of the file; metadata text to text only.
/// Memory is in proportion to the header, never to what the header claims.
/// @param where  names the file in messages
/// Errors: format, with all bad entries in one Error (the first ten in full).
SafetensorsHeader parse_safetensors(std::span<const std::byte> file, const std::string& where);

/// One safetensors file, mapped; only its header has been read.
class SafetensorsFile {
public:
    /// Errors: as MappedFile::open and parse_safetensors; messages start with the path.
    static SafetensorsFile open(const std::filesystem::path& path);

    const std::vector<TensorView>& tensors() const { return header_.tensors; }
    const std::map<std::string, std::string>& metadata() const { return header_.metadata; }
    const std::shared_ptr<const MappedFile>& file() const { return file_; }

private:
    std::shared_ptr<const MappedFile> file_;
    SafetensorsHeader header_;
};

}  // namespace driftscope
