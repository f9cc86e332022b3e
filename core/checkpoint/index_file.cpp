// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/checkpoint.h"

#include "core/checkpoint/json_text.h"
#include "core/checkpoint/problems.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace driftscope {
namespace {

/// What is wrong with a shard's file name; empty if nothing is.
std::string file_name_problem(std::string_view name, const std::string& ending) {
    if (name.find('\0') != std::string_view::npos) return "holds a NUL";
    if (name.find_first_of("/\\") != std::string_view::npos)
        return "holds a path separator; shards lie beside the index";
    if (name.find("..") != std::string_view::npos) return "holds \"..\"";
    if (!name.ends_with(ending) || name == ending) return "does not end in " + ending;
    return {};
}

}  // namespace

std::map<std::string, std::string> parse_index(std::string_view json_text, const std::string& where,
                                               const std::string& ending) {
    // Large mixtures of experts name 100,000 tensors: a key and a value each.
    const nlohmann::json root = parse_json(json_text, where, {.max_values = 2'000'000});
    if (!root.is_object()) throw Error(ErrorCode::format, where, "not a JSON object");
    const auto found = root.find("weight_map");
    if (found == root.end()) throw Error(ErrorCode::format, where, "the key weight_map is missing");
    if (!found->is_object())
        throw Error(ErrorCode::format, where, "weight_map is not an object of names");
    if (found->empty()) throw Error(ErrorCode::format, where, "weight_map is empty");
    Problems problems;
    std::map<std::string, std::string> out;
    for (const auto& [tensor, file] : found->items()) {
        if (tensor.find('\0') != std::string::npos) {
            problems.add(ErrorCode::format,
                         "the tensor name " + in_quotes(tensor) + " holds a NUL");
        } else if (!file.is_string()) {
            problems.add(ErrorCode::format,
                         "weight_map has no file name for tensor " + in_quotes(tensor));
        } else {
            auto name = file.get<std::string>();
            const std::string wrong = file_name_problem(name, ending);
            if (wrong.empty())
                out.emplace(tensor, std::move(name));
            else
                problems.add(ErrorCode::format, "the file name " + in_quotes(name) + " of tensor " +
                                                    in_quotes(tensor) + " " + wrong);
        }
    }
    problems.raise_if_any(where);
    return out;
}

}  // namespace driftscope
