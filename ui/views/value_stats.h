// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/data/comparison.h"

namespace driftscope {

/// Some of a site's values: those at one position and at one index of the second axis (head,
/// expert, slot, feature), or at all.
class ValueSlice {
public:
    ValueSlice() = default;
    /// `pos`, `other`: empty takes all; out of range takes none.
    ValueSlice(ValuesPtr values, std::optional<int64_t> pos, std::optional<int64_t> other);

    int64_t count() const { return m_count; }
    /// Index into ValuePair::a of the i-th value.
    int64_t flat(int64_t i) const;
    /// The i-th value's index along each axis.
    std::vector<int64_t> index(int64_t i) const;
    double a(int64_t i) const { return at(m_values->a, i); }
    double b(int64_t i) const { return at(m_values->b, i); }
    const ValuePair* values() const { return m_values.get(); }
    ValuesPtr shared() const { return m_values; }

    /// Where "pos" stands in the axes, and the axis that `other` fixes; −1: none.
    static int posAxis(const ValuePair& values);
    static int otherAxis(const ValuePair& values);
    /// Axis lengths of the run that has them.
    static const std::vector<int64_t>& shape(const ValuePair& values);

private:
    double at(const std::vector<double>& from, int64_t i) const;

    ValuesPtr m_values;
    std::vector<int64_t> m_begin, m_length;  ///< by axis
    int64_t m_count = 0;
};

/// Significant bits of a dtype by name, the hidden one counted; 0: not a floating type.
int significandBits(const std::string& dtype);
/// |a − b| in units in the last place of a type with `bits` significant bits, at the larger of the
/// two; the smallest unit is that of the type's smallest number. NaN where a value is not finite.
double ulpDistance(double a, double b, int bits, int lowestExponent = -126);
/// Exponent of the smallest normal number of the dtype.
int lowestExponent(const std::string& dtype);

/// What the plots and words of a slice come from.
struct ValueStats {
    int64_t count = 0, equal = 0, masked = 0, nonFinite = 0;
    double maxAbs = 0, maxUlp = 0;
    double slope = 1, r2 = 1;  ///< of B on A through the origin, as in the site's metrics
    /// Values by ulp distance: 0, then up to 1/2, 1, 2, 4, … 2^20, then more.
    static constexpr int kBuckets = 24;
    std::array<int64_t, kBuckets> buckets{};
    /// At most kMostPoints (a, b), evenly taken; `step`: every how many-th.
    static constexpr int64_t kMostPoints = 4000;
    std::vector<std::pair<double, double>> points;
    std::vector<int64_t> pointRows;  ///< which value of the slice each point is
    int64_t step = 1;
};
ValueStats statsOf(const ValueSlice& slice);
/// "0", "≤ ½", "≤ 1", …, "> 2^20": the edge of a bucket.
std::string bucketName(int bucket);

}  // namespace driftscope
