// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "core/compare/lockstep.h"

namespace driftscope {

/// Runs the plan over `tokens` and collects the sites whose canonical name fits one of `wanted`
/// (names in any accepted spelling, or globs; empty = all): name to value, in the run's types.
/// `n_prompt`: so many tokens as the prompt, the rest one a call, as in decoding; 0: all at once.
std::map<std::string, at::Tensor> trace_sites(const RunPlan& plan,
                                              const std::vector<int32_t>& tokens,
                                              const std::vector<std::string>& wanted,
                                              int64_t n_prompt, std::stop_token stop);

/// Writes tensors as a safetensors file, atomically. Bytes written.
/// Errors: unreadable when the place cannot be written.
int64_t write_safetensors(const std::filesystem::path& path,
                          const std::map<std::string, at::Tensor>& tensors,
                          const std::map<std::string, std::string>& metadata);

}  // namespace driftscope
