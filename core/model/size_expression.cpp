// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/problems.h"
#include "core/model/family.h"

#include <array>
#include <charconv>

namespace driftscope {
namespace {

struct SizeName {
    std::string_view name;
    int64_t ModelConfig::* member;
};

constexpr std::array size_names = {
    SizeName{"n_layers", &ModelConfig::n_layers},
    SizeName{"d_model", &ModelConfig::d_model},
    SizeName{"n_heads", &ModelConfig::n_heads},
    SizeName{"n_kv_heads", &ModelConfig::n_kv_heads},
    SizeName{"d_head", &ModelConfig::d_head},
    SizeName{"d_mlp", &ModelConfig::d_mlp},
    SizeName{"d_mlp_dense", &ModelConfig::d_mlp_dense},
    SizeName{"n_experts", &ModelConfig::n_experts},
    SizeName{"top_k", &ModelConfig::top_k},
    SizeName{"d_vocab", &ModelConfig::d_vocab},
    SizeName{"n_ctx", &ModelConfig::n_ctx},
};

int64_t factor_value(std::string_view factor, const ModelConfig& config) {
    for (const SizeName& row : size_names)
        if (row.name == factor) return config.*row.member;
    // Sums, which the products of an expression cannot say.
    const int64_t q = config.n_heads, kv = config.n_kv_heads;
    if (factor == "n_qk_heads") return q + kv;
    if (factor == "n_qkv_heads") return q + 2 * kv;
    if (factor == "group") return q / kv;  // query heads of a key/value head
    if (factor == "group_k") return q / kv + 1;
    if (factor == "group_kv") return q / kv + 2;
    int64_t value = 0;
    const auto [end, error] = std::from_chars(factor.data(), factor.data() + factor.size(), value);
    if (error != std::errc() || end != factor.data() + factor.size())
        throw Error(ErrorCode::internal, "families", "no size is called " + in_quotes(factor));
    return value;
}

}  // namespace

int64_t eval_size(const std::string& expression, const ModelConfig& config) {
    int64_t product = 1;
    std::string_view rest = expression;
    for (;;) {
        const size_t star = rest.find('*');
        if (__builtin_mul_overflow(product, factor_value(rest.substr(0, star), config), &product))
            throw Error(ErrorCode::limit, "config", "the size " + expression + " overflows");
        if (star == std::string_view::npos) return product;
        rest.remove_prefix(star + 1);
    }
}

bool eval_condition(const std::string& condition, const ModelConfig& config, int64_t layer) {
    if (condition.empty()) return true;
    const bool negated = condition.front() == '!';
    const std::string_view name = std::string_view(condition).substr(negated ? 1 : 0);
    for (const auto& [known, value] : {std::pair<std::string_view, bool>{"tied", config.tied},
                                       {"attention_bias", config.attention_bias},
                                       {"mlp_bias", config.mlp_bias},
                                       {"moe_layer", layer >= 0 && config.moe_layer(layer)},
                                       {"dense_layer", layer >= 0 && !config.moe_layer(layer)}})
        if (known == name) return value != negated;
    throw Error(ErrorCode::internal, "families", "no condition is called " + in_quotes(name));
}

std::string fill_pattern(const std::string& pattern, int64_t layer, int64_t expert,
                         const std::string& prefix) {
    std::string out = pattern.starts_with('~') ? prefix + pattern.substr(1) : pattern;
    const auto fill = [&out](std::string_view mark, int64_t number) {
        for (size_t at = out.find(mark); at != std::string::npos; at = out.find(mark, at))
            out.replace(at, mark.size(), std::to_string(number));
    };
    if (layer >= 0) fill("{L}", layer);
    if (expert >= 0) fill("{E}", expert);
    return out;
}

}  // namespace driftscope
