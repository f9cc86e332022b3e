// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/problems.h"
#include "core/checkpoint/tensor_view.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope {

/// One entry of a safetensors header as written, not yet checked against the file.
struct HeaderEntry {
    std::string name;
    std::optional<StoredType> type;
    std::vector<int64_t> shape;
    uint64_t begin = 0, end = 0;  ///< bytes, relative to the data buffer
};

/// The header's JSON, read entry by entry.
struct RawHeader {
    std::vector<HeaderEntry> entries;  ///< well-formed ones, in the order of the text
    std::map<std::string, std::string> metadata;
};

/// Reads the JSON text of a safetensors header with a streaming parser: memory in proportion to
/// the text, at most three levels deep. Entries that are malformed go to `problems` and are left
/// out; broken JSON ends the reading.
RawHeader read_header_json(std::string_view text, Problems& problems);

}  // namespace driftscope
