// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace driftscope {

/// One stored (not compressed) file of a zip archive.
struct ZipEntry {
    std::string name;
    std::span<const std::byte> data;  ///< inside the archive
};

/// The central directory of a zip or zip64 archive (PKWARE APPNOTE 6.3.10, §4.3), every entry
/// checked: stored, not encrypted, inside the file, local header in place, names unique, no two
/// entries over the same bytes. Views point into `file`.
/// @param where  names the file in messages
/// Errors: format (no directory, cut short, lengths that do not fit), unsupported (compressed,
/// encrypted, several volumes), limit (more than a million entries).
std::vector<ZipEntry> parse_zip(std::span<const std::byte> file, const std::string& where);

}  // namespace driftscope
