// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output/config_difference.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

namespace driftscope {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Keys = std::map<std::string, std::string>;

/// Objects are taken apart, lists stay whole.
void collect(const Json& json, const std::string& prefix, Keys& keys) {
    for (const auto& [name, value] : json.items()) {
        const std::string key = prefix.empty() ? name : prefix + "." + name;
        if (value.is_object() && !value.empty()) {
            collect(value, key, keys);
        } else {
            keys[key] = value.dump();
        }
    }
}

/// False: there is no such file, or it is no object.
bool read(const fs::path& file, Keys& keys) {
    std::ifstream in(file);
    const Json json = Json::parse(in, nullptr, false);
    if (!json.is_object()) return false;
    collect(json, {}, keys);
    return true;
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
