// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/data/comparison.h"

namespace driftscope {

/// The steps of a run that can be computed in a type of their own: "embed", "blocks.L.attn",
/// "blocks.L.mlp", "unembed" (last norm and head), numbered 0, 2L + 1, 2L + 2, 2 · n_layers + 1.

/// All steps of a model, in order.
std::vector<std::string> step_names(int64_t n_layers);
/// "none", or steps joined by +, to names in forward order, each once; throws usage on what is
/// none.
std::vector<std::string> parse_steps(std::string_view value);
/// The numbers of these steps; throws usage, naming `where`, when the model has no such block.
std::vector<bool> chosen_steps(std::string_view value, int64_t n_layers, const std::string& where);

/// Run B's options with the precision plan of an attribution, as --b takes them: "dtype=bfloat16,
/// raised=embed+blocks.0.mlp,raised.dtype=float32". Empty where the plan is none of types: there is
/// no plan, or A and B differ in more than the dtype.
std::string plan_options(const Comparison& comparison);

}  // namespace driftscope
