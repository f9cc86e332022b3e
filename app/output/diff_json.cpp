// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output/diff_json.h"

#include <nlohmann/json.hpp>

namespace driftscope {

nlohmann::ordered_json diffJson(const ModelDiff& diff) {
    using Json = nlohmann::ordered_json;
    Json config = Json::array(), tensors = Json::array();
    for (const ConfigDiff& row : diff.config) {
        config.push_back({{"key", row.key},
                          {"kind", diff_word(row.kind)},
                          {"a", row.value_a},
                          {"origin_a", row.origin_a},
                          {"b", row.value_b},
                          {"origin_b", row.origin_b},
                          {"used", row.used}});
    }
    for (const TensorDiff& row : diff.tensors) {
        tensors.push_back({{"name", row.name},
                           {"kind", diff_word(row.kind)},
                           {"source_a", row.source_a},
                           {"source_b", row.source_b},
                           {"shape_a", row.shape_a},
                           {"shape_b", row.shape_b},
                           {"dtype_a", row.dtype_a},
                           {"dtype_b", row.dtype_b},
                           {"hash_a", row.hash_a},
                           {"hash_b", row.hash_b}});
    }
    const auto side = [](const std::string& path, const std::string& family,
                         const std::vector<std::string>& problems) {
        return Json{{"path", path}, {"family", family}, {"problems", problems}};
    };
    return {{"schema", "driftscope/diff/1"},
            {"a", side(diff.path_a, diff.family_a, diff.problems_a)},
            {"b", side(diff.path_b, diff.family_b, diff.problems_b)},
            {"config", config},
            {"counts",
             {{"equal", diff.count(DiffKind::equal)},
              {"different", diff.count(DiffKind::different)},
              {"only_in_a", diff.count(DiffKind::only_a)},
              {"only_in_b", diff.count(DiffKind::only_b)}}},
            {"tensors", tensors}};
}

}  // namespace driftscope
