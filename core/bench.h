// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <stop_token>

#include "core/engine.h"

namespace driftscope {

/// Measures opening, prefill, decode, capture and comparison of a model, each against what this
/// machine gives in the same run: read bandwidth for decode, the fp32 product peak for prefill.
BenchResult run_bench(const std::filesystem::path& folder, const Callbacks& callbacks,
                      std::stop_token stop);

}  // namespace driftscope
