// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

namespace driftscope {

/// One row of the metric table. Formulas: a, b are the site's values in float64; n their count.
struct MetricInfo {
    std::string_view id, label, formula;
    bool lower_is_closer;
    std::string_view format;  ///< printf conversion for full precision
};

/// Metrics of a site, in the order they are shown.
const std::vector<MetricInfo>& metrics();

}  // namespace driftscope
