// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output/config_difference.h"

#include <filesystem>
#include <map>

#include "core/data/error.h"
#include "core/files.h"

namespace driftscope {

namespace {

namespace fs = std::filesystem;
using Keys = std::map<std::string, std::string>;

/// What the file itself says, nested keys with dots. False: it cannot be read as a config.
bool read(const fs::path& file, Keys& keys) {
    try {
        for (const ConfigEntry& entry : read_config(file.string()).entries)
            if (entry.origin == "file") keys[entry.key] = entry.value;
        return true;
    } catch (const Error&) {
        return false;
    }
}

}  // namespace

std::vector<ConfigKey> configDifference(const CompareRequest& request) {
    const fs::path a = fs::path(request.model_a) / "config.json";
    const fs::path b =
        !request.config_b.empty()
            ? fs::path(request.config_b)
            : fs::path(request.model_b.empty() ? request.model_a : request.model_b) / "config.json";
    Keys keysA, keysB;
    if (!request.against.empty() || a == b || !read(a, keysA) || !read(b, keysB)) return {};
    std::map<std::string, ConfigKey> all;
    for (const auto& [key, value] : keysA) all[key] = {key, value, {}};
    for (const auto& [key, value] : keysB) {
        all[key].key = key;
        all[key].b = value;
    }
    std::vector<ConfigKey> differing;
    for (const auto& [key, row] : all) {
        if (row.a != row.b) differing.push_back(row);
    }
    return differing;
}

}  // namespace driftscope
