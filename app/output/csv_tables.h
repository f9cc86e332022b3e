// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <utility>
#include <vector>

#include "core/data/comparison.h"
#include "ui/export.h"

namespace driftscope {

/// A comparison as tables, each with the name of its file: sites.csv, positions.csv, logits.csv
/// and, where the comparison has them, routing.csv, generation.csv
/// and components.csv.
std::vector<std::pair<QString, Table>> csvTables(const Comparison& comparison);

}  // namespace driftscope
