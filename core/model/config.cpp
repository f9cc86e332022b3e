// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/config.h"

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/json_text.h"
#include "core/model/config_draft.h"
#include "core/model/config_keys.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace driftscope {

using Json = nlohmann::json;

namespace {

/// model_type of the file, empty if absent. Errors: format.
std::string model_type_of(const Json& root, const std::string& where) {
    const auto found = root.find("model_type");
    if (found == root.end() || found->is_null()) return {};
    if (!found->is_string())
        throw Error(ErrorCode::format, where,
                    "model_type is " + display_text(*found) + ", expected text");
    return found->get<std::string>();
}

/// architectures of the file, empty if absent. Errors: format.
std::vector<std::string> architectures_of(const Json& root, const std::string& where) {
    const auto found = root.find("architectures");
    if (found == root.end() || found->is_null()) return {};
    const bool names =
        found->is_array() &&
        std::all_of(found->begin(), found->end(), [](const Json& v) { return v.is_string(); });
    if (!names)
        throw Error(ErrorCode::format, where,
                    "architectures is " + display_text(*found) + ", expected a list of names");
    return found->get<std::vector<std::string>>();
}

/// Lines for model_type and architectures; a note where they disagree with the family chosen.
void record_family(ConfigDraft& draft, const std::string& type,
                   const std::vector<std::string>& architectures) {
    const FamilySpec& family = draft.family();
    const auto holds = [](const std::vector<std::string>& names, const std::string& wanted) {
        return std::find(names.begin(), names.end(), wanted) != names.end();
    };
    const std::string read_as = "not known; read as " + family.id;
    if (draft.root().contains("model_type"))
        draft.record("model_type", draft.root()["model_type"], Origin::file, true,
                     holds(family.model_types, type) ? "" : read_as);
    if (draft.root().contains("architectures"))
        draft.record("architectures", draft.root()["architectures"], Origin::file, true,
                     architectures.empty() || holds(family.architectures, architectures.front())
                         ? ""
                         : read_as);
}

/// Other families or forms of storage that the key announces.
void refuse_quantized(ConfigDraft& draft) {
    for (const char* key : {"quantization_config", "compression_config"}) {
        const auto found = draft.root().find(key);
        if (found == draft.root().end() || found->is_null()) continue;
        std::string method = "the weights are quantized";
        if (found->is_object() && found->contains("quant_method"))
            method += " (" + display_text((*found)["quant_method"]) + ")";
        draft.problem(ErrorCode::unsupported,
                      std::string(key) + ": " + method + ", which is not computed");
        draft.record(key, *found, Origin::file, true);
    }
}

/// Multiplies the sizes of a row, over the layers that have it; saturates.
int64_t row_parameters(const WeightRow& row, const ModelConfig& config) {
    const bool layered = row.canonical.find("{L}") != std::string::npos;
    int64_t count = 0;
    for (int64_t layer = 0; layer < (layered ? config.n_layers : 1); ++layer)
        count += eval_condition(row.condition, config, layered ? layer : -1) ? 1 : 0;
    const auto times = [&count](int64_t factor) {
        if (__builtin_mul_overflow(count, factor, &count)) count = INT64_MAX;
    };
    for (const std::string& size : row.shape) times(eval_size(size, config));
    if (row.canonical.find("{E}") != std::string::npos) times(config.n_experts);
    return count;
}

}  // namespace

const ConfigValue* ModelConfig::value(std::string_view key) const {
    const auto found = std::find_if(values.begin(), values.end(),
                                    [key](const ConfigValue& line) { return line.key == key; });
    return found == values.end() ? nullptr : &*found;
}

std::optional<int64_t> ModelConfig::window(int64_t layer) const {
    if (!sliding.empty() && !sliding[static_cast<size_t>(layer)]) return std::nullopt;
    return sliding_window;
}

bool ModelConfig::moe_layer(int64_t layer) const {
    return n_experts > 0 && (dense.empty() || !dense[static_cast<size_t>(layer)]);
}

const RopeConfig& ModelConfig::layer_rope(int64_t layer) const {
    const bool local = local_rope && !sliding.empty() && sliding[static_cast<size_t>(layer)];
    return local ? *local_rope : rope;
}

double ModelConfig::score_scale() const {
    if (!scale_scores) return 1.0;
    // `x ** -0.5` of Python is pow(), which gives the same double.
    return std::pow(query_scalar > 0 ? query_scalar : static_cast<double>(d_head), -0.5);
}

int64_t ModelConfig::parameter_count() const {
    int64_t total = 0;
    for (const WeightRow& row : family_by_id(family).weights) {
        if (row.kind != WeightKind::required) continue;
        if (__builtin_add_overflow(total, row_parameters(row, *this), &total)) return INT64_MAX;
    }
    return total;
}

ModelConfig parse_config(std::string_view json_text, const std::string& where,
                         const std::map<std::string, std::string>& overrides) {
    if (json_text.size() > max_config_bytes)
        throw Error(ErrorCode::limit, where,
                    "larger than " + std::to_string(max_config_bytes) + " bytes");
    const Json root = parse_json(json_text, where, {.max_depth = max_json_depth});
    if (!root.is_object())
        throw Error(ErrorCode::format, where, "not a JSON object",
                    "A config.json is an object of keys such as \"model_type\"");
    const std::string type = model_type_of(root, where);
    const std::vector<std::string> architectures = architectures_of(root, where);
    const FamilySpec& family = family_for(type, architectures, where);

    ModelConfig config;
    Problems problems;
    config.family = family.id;
    config.architecture = architectures.empty() ? "" : architectures.front();
    config.norm_topk_prob = family.norm_topk_prob;
    config.block = family.block;
    if (!family.fixed_activation.empty()) config.activation = family.fixed_activation;
    ConfigDraft draft(root, family, overrides, config, problems);
    record_family(draft, type, architectures);
    refuse_quantized(draft);
    read_keys(draft);
    if (config.block.positions == PositionKind::rotary) read_rope(draft);
    check_sizes(draft);
    draft.record_rest();
    problems.raise_if_any(where);
    return config;
}

ModelConfig load_config(const std::filesystem::path& path,
                        const std::map<std::string, std::string>& overrides) {
    const std::filesystem::path file = model_folder(path) / "config.json";
    return parse_config(read_text_file(file, max_config_bytes), file.string(), overrides);
}

}  // namespace driftscope
