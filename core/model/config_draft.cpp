// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/config_draft.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace driftscope {

using Json = nlohmann::json;

std::string display_text(const Json& value) {
    constexpr size_t max_bytes = 200;
    std::string text = value.dump(-1, ' ', true);  // ASCII, so that a cut breaks no character
    if (text.size() > max_bytes) text = text.substr(0, max_bytes) + "...";
    return text;
}

ConfigDraft::ConfigDraft(const Json& root, const FamilySpec& family,
                         const std::map<std::string, std::string>& flags, ModelConfig& out,
                         Problems& problems)
    : root_(root), family_(family), flags_(flags), out_(out), problems_(problems) {
    constexpr std::array known = {"attention.window", "context", "rope.base", "rope.scaling"};
    for (const auto& [id, value] : flags)
        if (std::find(known.begin(), known.end(), id) == known.end())
            problem(ErrorCode::usage, "no config value is set by the flag " + in_quotes(id));
}

std::optional<std::string> ConfigDraft::flag(const std::string& id) const {
    const auto found = flags_.find(id);
    if (found == flags_.end() || found->second == "config") return std::nullopt;
    return found->second;
}

void ConfigDraft::record(const std::string& key, const Json& value, Origin origin, bool used,
                         std::string note) {
    recorded_.insert(key.substr(0, key.find('.')));
    recorded_.insert(key);
    out_.values.push_back({key, display_text(value), origin, used, std::move(note), true});
}

void ConfigDraft::record_flag(const std::string& key, const std::string& value,
                              const std::string& flag) {
    const auto found = std::find_if(out_.values.begin(), out_.values.end(),
                                    [&key](const ConfigValue& line) { return line.key == key; });
    if (found == out_.values.end()) {
        out_.values.push_back({key, value, Origin::flag, true, "set by " + flag, true});
        return;
    }
    const char* before = found->origin == Origin::file ? "file says " : "default is ";
    found->note = "set by " + flag + "; " + before + found->value;
    found->value = value;
    found->origin = Origin::flag;
    found->used = true;
}

void ConfigDraft::record_rest() {
    const auto& ignored = family_.ignored_keys;
    for (const auto& [key, value] : root_.items()) {
        if (recorded_.contains(key)) continue;
        const bool known = std::find(ignored.begin(), ignored.end(), key) != ignored.end();
        out_.values.push_back({key, display_text(value), Origin::file, false,
                               known ? "no effect on the forward pass" : "unknown key, not used",
                               known});
    }
}

void ConfigDraft::wrong(const std::string& key, const Json& value, const std::string& expected) {
    const std::string shown =
        value.is_structured() ? (value.is_array() ? "a list" : "an object") : display_text(value);
    problem(ErrorCode::format, key + " is " + shown + ", expected " + expected);
}

std::optional<int64_t> ConfigDraft::whole(const std::string& key, const Json& value, int64_t low,
                                          int64_t high) {
    const std::string expected = low == 0   ? "a whole number of at least 0"
                                 : low == 1 ? "a whole number of at least 1"
                                            : "a whole number";
    double number = 0.0;
    if (value.is_number_float()) {
        number = value.get<double>();
        if (number != std::floor(number)) {
            wrong(key, value, expected);
            return std::nullopt;
        }
    } else if (value.is_number_unsigned()) {
        number = static_cast<double>(value.get<uint64_t>());
    } else if (value.is_number_integer()) {
        number = static_cast<double>(value.get<int64_t>());
    } else {
        wrong(key, value, expected);
        return std::nullopt;
    }
    if (number < static_cast<double>(low)) {
        wrong(key, value, expected);
        return std::nullopt;
    }
    if (number > static_cast<double>(high)) {
        problem(ErrorCode::limit, key + " is " + display_text(value) + ", at most " +
                                      std::to_string(high) + " is accepted");
        return std::nullopt;
    }
    return static_cast<int64_t>(number);  // exact: the bounds lie within 2^53
}

std::optional<double> ConfigDraft::real(const std::string& key, const Json& value) {
    if (value.is_number() && std::isfinite(value.get<double>())) return value.get<double>();
    wrong(key, value, "a number");
    return std::nullopt;
}

std::optional<double> ConfigDraft::positive(const std::string& key, const Json& value) {
    const auto number = real(key, value);
    if (number && *number > 0.0) return number;
    if (number) wrong(key, value, "a number above 0");
    return std::nullopt;
}

std::optional<bool> ConfigDraft::truth(const std::string& key, const Json& value) {
    if (value.is_boolean()) return value.get<bool>();
    wrong(key, value, "true or false");
    return std::nullopt;
}

std::optional<std::string> ConfigDraft::text(const std::string& key, const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    wrong(key, value, "text");
    return std::nullopt;
}

}  // namespace driftscope
