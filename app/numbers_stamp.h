// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <limits>
#include <string>

#include "core/data/comparison.h"

namespace driftscope {

/// What a finished comparison found, short enough for a session file: opening the session again
/// computes the numbers anew and holds them against this.
struct NumbersStamp {
    std::string digest;  ///< SHA-256 of the bits of every distance, loss and generated id
    std::string verdict;
    double lossA = std::numeric_limits<double>::quiet_NaN();  ///< nats
    double lossB = std::numeric_limits<double>::quiet_NaN();
    double maxKl = std::numeric_limits<double>::quiet_NaN();  ///< KL(A ‖ B), worst position, nats
};

/// Times, paths and names do not enter, so another folder or a slower machine changes nothing.
NumbersStamp stampOf(const Comparison& comparison);

/// One sentence with the figures that moved; empty: every bit is as it was.
QString numbersDifference(const NumbersStamp& stored, const NumbersStamp& now);

}  // namespace driftscope
