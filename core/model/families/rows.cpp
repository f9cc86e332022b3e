// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/families/rows.h"

#include <iterator>
#include <string_view>
#include <utility>

namespace driftscope {

WeightRow required_row(std::string canonical, std::string pattern, std::vector<std::string> shape) {
    WeightRow row;
    row.canonical = std::move(canonical);
    row.pattern = std::move(pattern);
    row.shape = std::move(shape);
    return row;
}

WeightRow bias_row(const WeightRow& weight, std::string canonical, std::string condition) {
    constexpr std::string_view ending = ".weight";
    WeightRow row = required_row(std::move(canonical), weight.pattern, {weight.shape.front()});
    row.pattern.replace(row.pattern.size() - ending.size(), ending.size(), ".bias");
    row.condition = std::move(condition);
    return row;
}

void append_rows(std::vector<WeightRow>& rows, std::vector<WeightRow> more) {
    rows.insert(rows.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

std::vector<WeightRow> layer_norm_rows(const std::string& canonical, const std::string& pattern) {
    return {required_row(canonical + ".w", pattern + ".weight", {"d_model"}),
            required_row(canonical + ".b", pattern + ".bias", {"d_model"})};
}

std::vector<WeightRow> projection_rows(const ProjectionRows& p) {
    WeightRow weight = required_row(p.weight, p.pattern + ".weight", {p.out, p.in});
    std::vector<WeightRow> rows;
    if (!p.bias.empty()) rows.push_back(bias_row(weight, p.bias, p.condition));
    if (p.transposed) {
        weight.transposed = true;
        weight.stored = {p.in, p.out};
    }
    rows.insert(rows.begin(), weight);
    return rows;
}

namespace {

/// The rows of q (part 0), k (1) and v (2) among all rows of a packed tensor.
RowSlice packed_slice(QkvStore store, int part) {
    switch (store) {
        case QkvStore::by_head: {
            const char* first[] = {"0", "d_head", "2*d_head"};
            return {first[part], "d_head", "3*d_head", "n_heads"};
        }
        case QkvStore::by_group: {
            const char* first[] = {"0", "group*d_head", "group_k*d_head"};
            return {first[part], part == 0 ? "group*d_head" : "d_head", "group_kv*d_head",
                    "n_kv_heads"};
        }
        case QkvStore::separate:
        case QkvStore::by_group_swapped:
        case QkvStore::stacked: break;
    }
    const char* first[] = {"0", "n_heads*d_head", "n_qk_heads*d_head"};
    return {first[part], part == 0 ? "n_heads*d_head" : "n_kv_heads*d_head", "0", "1"};
}

}  // namespace

std::vector<WeightRow> packed_qkv_rows(const std::string& pattern, QkvStore store,
                                       const std::string& bias_condition, bool transposed) {
    const std::string all = "n_qkv_heads*d_head", attn = "blocks.{L}.attn.";
    std::vector<WeightRow> rows;
    const auto add = [&](const char* letters, const std::string& count, const RowSlice& slice) {
        const bool whole = slice.whole();
        WeightRow weight =
            required_row(attn + "W_" + letters, pattern + ".weight", {count, "d_model"});
        WeightRow bias = required_row(attn + "b_" + letters, pattern + ".bias", {count});
        weight.kind = bias.kind = whole ? WeightKind::fused : WeightKind::required;
        weight.rows = bias.rows = slice;
        weight.transposed = transposed;
        weight.stored = transposed ? std::vector<std::string>{"d_model", all}
                                   : std::vector<std::string>{all, "d_model"};
        bias.stored = {all};
        bias.condition = bias_condition;
        rows.push_back(weight);
        if (bias_condition != "-") rows.push_back(bias);
    };
    add("QKV", all, {});
    add("Q", "n_heads*d_head", packed_slice(store, 0));
    add("K", "n_kv_heads*d_head", packed_slice(store, 1));
    add("V", "n_kv_heads*d_head", packed_slice(store, 2));
    return rows;
}

std::vector<WeightRow> head_rows(const std::string& pattern) {
    WeightRow own = required_row("unembed.W_U", pattern, {"d_vocab", "d_model"});
    own.condition = "!tied";
    WeightRow tied = required_row("unembed.W_U", "", {"d_vocab", "d_model"});
    tied.kind = WeightKind::tied;
    tied.tied_to = "embed.W_E";
    tied.condition = "tied";
    return {own, tied};
}

std::vector<std::string> common_ignored_keys() {
    return {"_name_or_path",     "transformers_version",
            "use_cache",         "initializer_range",
            "attention_dropout", "pad_token_id",
            "auto_map",          "_attn_implementation",
            "unk_token_id",      "attn_implementation",
            "is_decoder",        "return_dict",
            "output_attentions", "output_hidden_states",
            "max_length",        "chunk_size_feed_forward",
            "id2label",          "label2id",
            "problem_type",      "finetuning_task"};
}

}  // namespace driftscope
