// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/family.h"

#include <string>
#include <vector>

namespace driftscope {

/// A weight that must be there.
WeightRow required_row(std::string canonical, std::string pattern, std::vector<std::string> shape);

/// The row of the bias that belongs to a weight: pattern in ".bias", the weight's first size.
WeightRow bias_row(const WeightRow& weight, std::string canonical, std::string condition);

/// Appends rows to rows.
void append_rows(std::vector<WeightRow>& rows, std::vector<WeightRow> more);

/// Weight and bias of a LayerNorm called `canonical` ("blocks.{L}.ln1") at `pattern` ("~ln_f").
std::vector<WeightRow> layer_norm_rows(const std::string& canonical, const std::string& pattern);

/// A matrix and its bias; `transposed`: stored [in, out] (GPT-2's Conv1D).
struct ProjectionRows {
    std::string weight, bias;    ///< canonical names; bias empty: none
    std::string pattern;         ///< of the module, without ".weight"
    std::string out, in;         ///< size expressions
    std::string condition = {};  ///< of the bias
    bool transposed = false;
};
std::vector<WeightRow> projection_rows(const ProjectionRows& rows);

/// Queries, keys and values of one stored tensor: the tensor whole (W_QKV) and the rows of each.
/// `bias_condition`: "-" for no bias.
std::vector<WeightRow> packed_qkv_rows(const std::string& pattern, QkvStore store,
                                       const std::string& bias_condition, bool transposed = false);

/// unembed at `pattern`: a matrix of its own, or tied to embed.
std::vector<WeightRow> head_rows(const std::string& pattern);

/// Keys that every config writes and that do not change the forward pass.
std::vector<std::string> common_ignored_keys();

}  // namespace driftscope
