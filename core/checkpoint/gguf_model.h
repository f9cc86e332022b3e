// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/gguf_file.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace driftscope {

/// The GGUF file that a model's place means: the file itself; or in a folder without safetensors
/// and torch archives its only GGUF file, or the first part of its only split model.
/// Nothing if the place is no GGUF model. Errors: usage (several are in the folder: name one).
std::optional<std::filesystem::path> find_gguf(const std::filesystem::path& place);

/// Opens a GGUF file, or all parts of a split model (NAME-00001-of-00003.gguf, any part named).
/// Errors: as GgufFile::open; not_found (a part is missing); mismatch (split.count says otherwise).
std::vector<GgufFile> open_gguf(const std::filesystem::path& path);

/// The text of a model's config.json.
struct ConfigText {
    std::string text;
    std::string where;  ///< the file, for messages
    /// Where the value of a key comes from, if not from config.json: see GgufConfig::origins.
    std::map<std::string, std::string> origins;
};

/// config.json of the folder, or for a GGUF model what its metadata says.
/// @param place  as model_folder() gives it
/// Errors: as find_gguf, open_gguf, gguf_config, read_text_file.
ConfigText read_config_text(const std::filesystem::path& place, size_t max_bytes);

}  // namespace driftscope
