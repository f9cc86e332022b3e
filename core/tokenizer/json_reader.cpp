// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/json_reader.h"

#include <unordered_set>
#include <utility>
#include <vector>

namespace driftscope {

namespace {

constexpr int max_depth = 64;

std::string quoted(const std::string& text) {
    constexpr std::size_t longest = 60;
    return '"' + (text.size() > longest ? text.substr(0, longest) + "…" : text) + '"';
}

}  // namespace

nlohmann::json parse_json(std::string_view bytes, const std::string& file) {
    using Event = nlohmann::json::parse_event_t;
    std::vector<std::unordered_set<std::string>> keys;
    const auto check = [&](int depth, Event event, nlohmann::json& parsed) {
        if (depth > max_depth)
            throw Error(ErrorCode::format, file,
                        "nested deeper than " + std::to_string(max_depth) + " levels");
        if (event == Event::object_start) keys.emplace_back();
        if (event == Event::object_end) keys.pop_back();
        if (event == Event::key) {
            const auto& key = parsed.get_ref<const std::string&>();
            if (!keys.back().insert(key).second)
                throw Error(ErrorCode::format, file, "the key " + quoted(key) + " is there twice");
        }
        return true;
    };
    try {
        return nlohmann::json::parse(bytes.begin(), bytes.end(), check);
    } catch (const nlohmann::json::parse_error& failure) {
        throw Error(ErrorCode::format, file,
                    "not valid JSON near byte " + std::to_string(failure.byte),
                    "The file may be cut short; fetch it again");
    } catch (const nlohmann::json::exception&) {
        throw Error(ErrorCode::format, file, "not valid JSON: a number is out of range");
    }
}

Error JsonValue::error(ErrorCode code, const std::string& message) const {
    return Error(code, file_, path_.empty() ? message : path_ + ": " + message);
}

Error JsonValue::wrong_type(const char* expected) const {
    return error(ErrorCode::format,
                 std::string("expected ") + expected + ", found " + value_->type_name());
}

bool JsonValue::boolean() const {
    if (!value_->is_boolean()) throw wrong_type("true or false");
    return value_->get<bool>();
}

const std::string& JsonValue::string() const {
    if (!value_->is_string()) throw wrong_type("a string");
    return value_->get_ref<const std::string&>();
}

std::int64_t JsonValue::integer(std::int64_t low, std::int64_t high) const {
    if (!value_->is_number_integer()) throw wrong_type("an integer");
    const bool huge = value_->is_number_unsigned() &&
                      value_->get<std::uint64_t>() > static_cast<std::uint64_t>(high);
    const auto number = huge ? high : value_->get<std::int64_t>();
    if (huge || number < low || number > high)
        throw error(ErrorCode::format, value_->dump() + " is outside " + std::to_string(low) +
                                           " to " + std::to_string(high));
    return number;
}

const nlohmann::json& JsonValue::array() const {
    if (!value_->is_array()) throw wrong_type("an array");
    return *value_;
}

const nlohmann::json& JsonValue::object() const {
    if (!value_->is_object()) throw wrong_type("an object");
    return *value_;
}

JsonValue JsonValue::element(std::size_t index) const {
    return {(*value_)[index], file_, path_ + '[' + std::to_string(index) + ']'};
}

JsonObject::JsonObject(const JsonValue& value) : self_(value) { self_.object(); }

std::optional<JsonValue> JsonObject::find(const std::string& key) {
    known_.insert(key);
    const auto found = self_.raw().find(key);
    if (found == self_.raw().end()) return std::nullopt;
    const auto& path = self_.path();
    return JsonValue(*found, self_.file(), path.empty() ? key : path + '.' + key);
}

JsonValue JsonObject::at(const std::string& key) {
    if (auto value = find(key)) return *value;
    throw self_.error(ErrorCode::format, "the key \"" + key + "\" is missing");
}

bool JsonObject::boolean(const std::string& key, bool otherwise) {
    const auto value = find(key);
    return value && !value->is_null() ? value->boolean() : otherwise;
}

std::string JsonObject::string(const std::string& key, const std::string& otherwise) {
    const auto value = find(key);
    return value && !value->is_null() ? value->string() : otherwise;
}

void JsonObject::finish() const {
    for (const auto& [key, value] : self_.raw().items())
        if (!known_.contains(key))
            throw self_.error(ErrorCode::unsupported, "the key " + quoted(key) + " is not known");
}

}  // namespace driftscope
