// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/data/comparison.h"

namespace driftscope {

/// Distances of the function (log-softmax of the logits) at each compared position.
struct FunctionDistances {
    std::vector<double> a_b, a64_b64, a_a64, b_b64;
    std::vector<double> a32_a64;   ///< float32 run with A's routes held, against float64 so held
    std::vector<double> tiny_a64;  ///< noise of 2^-40 at each rounding point, routes held
    std::vector<double> band;      ///< noise band of A | B
};

/// One site's share of the evidence, forward order.
struct SiteEvidence {
    Site site;
    bool equal = true;  ///< A = B bit for bit
    bool non_finite = false;
    double delta64 = 0;              ///< worst position
    double error_a = 0, band_a = 0;  ///< root mean square over positions, each run against its own
    double error_b = 0, band_b = 0;
};

/// Everything the judge sees: numbers measured on tensors. No option, path, name or defect.
struct Evidence {
    bool judged = false;       ///< float64 runs were made
    bool same_logits = false;  ///< logits equal bit for bit
    FunctionDistances function;
    std::vector<SiteEvidence> sites;
};

/// floor64 = amplification · 2^-53 + 4 ulp; amplification the larger of |A32−A64| / 2^-24 and of
/// |noise 2^-40| / 2^-40, both at the worst position.
double amplification(const FunctionDistances& function);
double floor64(double amplification);
/// Distances in float64 up to the first are the same function (100 floors), above the second
/// another one (10^4 floors).
double same_limit(const Verdict& verdict);
double different_limit(const Verdict& verdict);

/// The verdict by the rule of design §5: identical, rounding (δ64 ≤ 100 floor64), semantic
/// (δ64 > 10^4 floor64), unclear between, non-finite. Then the first site that is another function,
/// and the first where a run leaves its own noise band.
Verdict judge(const Evidence& evidence);

}  // namespace driftscope
