// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace driftscope {

/// Everything wrong with `value` under the schema, each with its place; empty: it is valid.
/// Knows type, const, enum, properties, required, additionalProperties, items, anyOf and $ref into
/// $defs; any other keyword that decides something is itself an error.
std::vector<std::string> schemaProblems(const nlohmann::json& value, const nlohmann::json& schema);

}  // namespace driftscope
