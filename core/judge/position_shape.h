// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/data/comparison.h"

namespace driftscope {

/// How a distance goes along the text, from its values at each position alone. `clean`: a position
/// with at most so much counts as equal; 0: equal bit for bit.
///
/// Positions in front that are clean end in a step at the first that is not, or, where that is
/// position 1 and the distance grows as a power of the position, in growth: a rotation by a wrong
/// angle is nothing at position 0. Without such positions three fits of log10 distance are
/// compared: one constant, a power of position + 1, and two constants with the best border. The
/// better of the last two counts where its F test against the constant has p < 0.01 (times the
/// number of borders tried) and its effect is worth a word: an exponent of 0.25, a factor of 2.
/// Else the distance is flat where it scatters by less than a factor of 2, and has no shape where
/// it scatters more, lies on single positions, or is nothing.
PositionShape position_shape(const Site& site, const std::vector<double>& distance, double clean);

/// Probability that F with 1 and `freedom` degrees of freedom exceeds `f`.
double f_test(double f, double freedom);

}  // namespace driftscope
