// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace driftscope {

/// Bounds on JSON from a file that nobody has checked.
struct JsonLimits {
    int max_depth = 64;           ///< nested arrays and objects
    size_t max_values = 200'000;  ///< values and keys in all
};

/// Parses strict JSON (RFC 8259) and refuses duplicate keys and NUL bytes.
/// Errors: format, with line and column; limit.
nlohmann::json parse_json(std::string_view text, const std::string& where,
                          const JsonLimits& limits = {});

/// A JSON library's message without its own tag, cut to one readable clause.
std::string json_message(std::string_view what);

}  // namespace driftscope
