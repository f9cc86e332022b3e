// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/json_text.h"

#include "core/checkpoint/problems.h"

#include <nlohmann/json.hpp>

#include <unordered_set>
#include <vector>

namespace driftscope {
namespace {

/// Watches a parse: depth, number of values, duplicate keys.
class ParseGuard {
public:
    ParseGuard(const std::string& where, const JsonLimits& limits)
        : where_(where), limits_(limits) {}

    void see(int depth, nlohmann::json::parse_event_t event, const nlohmann::json& parsed) {
        using Event = nlohmann::json::parse_event_t;
        if (++values_ > limits_.max_values)
            throw Error(ErrorCode::limit, where_,
                        "more than " + std::to_string(limits_.max_values) + " JSON values");
        if (event == Event::object_start || event == Event::array_start) {
            if (depth >= limits_.max_depth)
                throw Error(
                    ErrorCode::format, where_,
                    "nested more than " + std::to_string(limits_.max_depth) + " levels deep");
            if (event == Event::object_start) keys_.emplace_back();
        } else if (event == Event::object_end) {
            keys_.pop_back();
        } else if (event == Event::key) {
            const auto& key = parsed.get_ref<const std::string&>();
            if (!keys_.back().insert(key).second)
                throw Error(ErrorCode::format, where_, "key " + in_quotes(key) + " is there twice");
        }
    }

private:
    const std::string& where_;
    const JsonLimits& limits_;
    std::vector<std::unordered_set<std::string>> keys_;
    size_t values_ = 0;
};

}  // namespace

std::string json_message(std::string_view what) {
    if (what.starts_with('[')) {
        const auto end = what.find("] ");
        if (end != std::string_view::npos) what.remove_prefix(end + 2);
    }
    constexpr size_t max_bytes = 240;
    std::string out;
    for (const char c : what.substr(0, max_bytes)) {
        const auto byte = static_cast<unsigned char>(c);
        out += byte >= 0x20 && byte < 0x7F ? c : '?';  // may quote broken UTF-8
    }
    if (what.size() > max_bytes) out += "...";
    return out;
}

nlohmann::json parse_json(std::string_view text, const std::string& where,
                          const JsonLimits& limits) {
    // The library takes a NUL byte for the end of its input.
    if (text.find('\0') != std::string_view::npos)
        throw Error(ErrorCode::format, where, "not JSON: it holds a NUL byte");
    ParseGuard guard(where, limits);
    try {
        return nlohmann::json::parse(
            text.begin(), text.end(),
            [&guard](int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
                guard.see(depth, event, parsed);
                return true;
            });
    } catch (const nlohmann::json::exception& e) {
        throw Error(ErrorCode::format, where, "not JSON: " + json_message(e.what()),
                    "NaN and Infinity are not JSON numbers");
    }
}

}  // namespace driftscope
