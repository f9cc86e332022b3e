// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output/convert_json.h"

#include <nlohmann/json.hpp>

namespace driftscope {

namespace {

using Json = nlohmann::ordered_json;

/// JSON text of a config value as JSON; an absent one is null.
Json valueOf(const std::string& text) { return text.empty() ? Json() : Json::parse(text); }

}  // namespace

Json convertJson(const ConvertResult& result) {
    Json config = Json::array(), slices = Json::array();
    for (const ConvertedKey& key : result.config) {
        config.push_back({{"key", key.key},
                          {"what", key.what},
                          {"from", valueOf(key.from)},
                          {"to", valueOf(key.to)},
                          {"note", key.note}});
    }
    for (const ConvertedSlice& slice : result.slices) {
        slices.push_back({{"weight", slice.weight},
                          {"tensor", slice.target},
                          {"file", slice.target_file},
                          {"source", slice.source},
                          {"source_file", slice.source_file},
                          {"shape", slice.shape},
                          {"dtype", slice.dtype},
                          {"bytes", slice.bytes},
                          {"sha256", slice.hash}});
    }
    return {{"schema", "driftscope/convert/1"},
            {"model", result.model},
            {"out", result.out},
            {"from", result.from},
            {"to", result.to},
            {"bytes", result.bytes},
            {"files", result.files},
            {"copied", result.copied},
            {"config", config},
            {"slices", slices},
            {"notes", result.notes}};
}

}  // namespace driftscope
