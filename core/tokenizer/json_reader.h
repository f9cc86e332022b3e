// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/error.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace driftscope {

/// Parses untrusted JSON. Throws Error{format} for bad syntax (with the byte), text that is not
/// UTF-8, nesting deeper than 64, or a key written twice in one object.
nlohmann::json parse_json(std::string_view bytes, const std::string& file);

/// A value of a JSON file with its place, for messages.
class JsonValue {
public:
    JsonValue(const nlohmann::json& value, std::string file, std::string path)
        : value_(&value), file_(std::move(file)), path_(std::move(path)) {}

    const nlohmann::json& raw() const { return *value_; }
    bool is_null() const { return value_->is_null(); }

    bool boolean() const;
    const std::string& string() const;
    /// An integer within [low, high].
    std::int64_t integer(std::int64_t low, std::int64_t high) const;
    /// Throws unless it is an array, an object.
    const nlohmann::json& array() const;
    const nlohmann::json& object() const;
    JsonValue element(std::size_t index) const;

    /// "[file] path: message".
    Error error(ErrorCode code, const std::string& message) const;
    Error wrong_type(const char* expected) const;

    const std::string& file() const { return file_; }
    const std::string& path() const { return path_; }

private:
    const nlohmann::json* value_;
    std::string file_, path_;
};

/// An object whose every key must be known: `finish` refuses keys nobody asked for.
class JsonObject {
public:
    explicit JsonObject(const JsonValue& value);

    const JsonValue& self() const { return self_; }
    /// The value under `key`, nothing if absent. Null counts as present.
    std::optional<JsonValue> find(const std::string& key);
    /// The value under `key`; throws Error{format} if it is absent.
    JsonValue at(const std::string& key);
    /// Absent and null give the default.
    bool boolean(const std::string& key, bool otherwise);
    std::string string(const std::string& key, const std::string& otherwise);
    /// Throws Error{unsupported} naming the first key that was never asked for.
    void finish() const;

private:
    JsonValue self_;
    std::set<std::string> known_;
};

}  // namespace driftscope
