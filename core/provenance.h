// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

namespace driftscope {

/// version, libtorch, blas, threads, cpu, cpu_features; "warning" when the BLAS is the slow
/// reference one (multiplications take about 75 times longer with it).
std::map<std::string, std::string> measure_provenance();

}  // namespace driftscope
