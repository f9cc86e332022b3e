// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/contradiction.h"

#include <optional>
#include <string_view>

namespace driftscope {
namespace {

/// A size that one dimension of one kind of weight shows.
struct Reading {
    std::string_view ending;  ///< of the canonical name
    size_t dimension;         ///< which size of the shape differs
    ConfigField field;
    int64_t ModelConfig::* says;
    bool heads;  ///< the size is a number of heads of d_head rows
};
constexpr Reading readings[] = {
    {"embed.W_E", 0, ConfigField::d_vocab, &ModelConfig::d_vocab, false},
    {"unembed.W_U", 0, ConfigField::d_vocab, &ModelConfig::d_vocab, false},
    {"embed.W_E", 1, ConfigField::d_model, &ModelConfig::d_model, false},
    {".attn.W_K", 0, ConfigField::n_kv_heads, &ModelConfig::n_kv_heads, true},
    {".attn.W_V", 0, ConfigField::n_kv_heads, &ModelConfig::n_kv_heads, true},
    {".attn.W_Q", 0, ConfigField::n_heads, &ModelConfig::n_heads, true},
    {".W_gate", 0, ConfigField::d_mlp, &ModelConfig::d_mlp, false},
    {".W_up", 0, ConfigField::d_mlp, &ModelConfig::d_mlp, false},
    {".W_router", 0, ConfigField::n_experts, &ModelConfig::n_experts, false},
};

/// The number of heads in so many rows; nothing if they are not whole heads.
std::optional<int64_t> heads_in(int64_t rows, int64_t d_head) {
    if (d_head < 1 || rows % d_head != 0) return std::nullopt;
    return rows / d_head;
}

std::string sentence(const FamilySpec& family, ConfigField field, int64_t says, int64_t shows) {
    for (const KeyRow& row : family.keys)
        if (row.field == field)
            return "config.json contradicts the weights: " + row.keys.front() + " is " +
                   std::to_string(says) + ", the file is that of a model with " +
                   std::to_string(shows);
    return {};
}

/// Key/value heads that a packed q, k, v of so many rows has beside the config's query heads.
std::string packed(const FamilySpec& family, const ModelConfig& config, int64_t rows) {
    const auto heads = heads_in(rows, config.d_head);
    if (!heads || *heads <= config.n_heads || (*heads - config.n_heads) % 2 != 0) return {};
    return sentence(family, ConfigField::n_kv_heads, config.n_kv_heads,
                    (*heads - config.n_heads) / 2);
}

}  // namespace

std::string config_contradiction(const FamilySpec& family, const ModelConfig& config,
                                 const std::string& canonical, const std::vector<int64_t>& expected,
                                 const std::vector<int64_t>& found) {
    if (expected.size() != found.size() || found.empty()) return {};
    size_t differing = 0, where = 0;
    for (size_t i = 0; i < found.size(); ++i)
        if (expected[i] != found[i]) ++differing, where = i;
    if (differing != 1) return {};
    if (canonical.ends_with(".attn.W_QKV") && where == 0) return packed(family, config, found[0]);
    for (const Reading& reading : readings) {
        if (!canonical.ends_with(reading.ending) || where != reading.dimension) continue;
        const auto shows = reading.heads ? heads_in(found[where], config.d_head)
                                         : std::optional<int64_t>(found[where]);
        // A width that the experts' table calls otherwise, or half a head, is not explained.
        if (!shows || expected[where] != config.*reading.says * (reading.heads ? config.d_head : 1))
            return {};
        return sentence(family, reading.field, config.*reading.says, *shows);
    }
    return {};
}

}  // namespace driftscope
