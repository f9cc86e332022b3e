// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/metric.h"

namespace driftscope {

const std::vector<MetricInfo>& metrics() {
    static const std::vector<MetricInfo> table = {
        {"exact", "exact matches", "share of elements with a = b bit for bit", false, "%.6f"},
        {"max_abs", "max |A−B|", "max |a−b|", true, "%.6g"},
        {"mean_abs", "mean |A−B|", "Σ|a−b| / n", true, "%.6g"},
        {"rel_l2", "relative L2", "worst position of ‖a−b‖ / max(‖a‖, ‖b‖)", true, "%.6g"},
        {"nmse", "NMSE", "Σ(a−b)² / Σa²", true, "%.6g"},
        {"cosine", "cosine", "Σab / (‖a‖ ‖b‖)", false, "%.9f"},
        {"max_ulp", "max ulp", "max |a−b| / ulp of the larger, in the coarser dtype", true, "%.6g"},
        {"p99_ulp", "p99 ulp", "99 % of elements lie at or below, to a factor of √2", true, "%.6g"},
        {"slope", "slope B on A", "Σab / Σa²", false, "%.9f"},
        {"r2", "R² of B on A", "1 − Σ(b−slope·a)² / Σ(b−mean b)²", false, "%.9f"},
    };
    return table;
}

}  // namespace driftscope
