// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/value_stats.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace driftscope {

namespace {
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr int kLastPower = 20;

int bucketOf(double ulp) {
    if (ulp == 0) return 0;
    if (ulp <= 0.5) return 1;
    const int power = static_cast<int>(std::ceil(std::log2(ulp)));
    return power > kLastPower ? ValueStats::kBuckets - 1 : 2 + std::max(0, power);
}
}  // namespace

int ValueSlice::posAxis(const ValuePair& values) {
    const auto at = std::find(values.axes.begin(), values.axes.end(), "pos");
    return at == values.axes.end() ? -1 : static_cast<int>(at - values.axes.begin());
}

int ValueSlice::otherAxis(const ValuePair& values) {
    if (values.axes.size() < 2) return -1;
    return posAxis(values) == 0 ? 1 : 0;
}

const std::vector<int64_t>& ValueSlice::shape(const ValuePair& values) {
    return values.shape_a.empty() ? values.shape_b : values.shape_a;
}

ValueSlice::ValueSlice(ValuesPtr values, std::optional<int64_t> pos, std::optional<int64_t> other)
    : m_values(std::move(values)) {
    const std::vector<int64_t>& sizes = shape(*m_values);
    m_begin.assign(sizes.size(), 0);
    m_length = sizes;
    const auto fix = [&](int axis, std::optional<int64_t> index) {
        if (axis < 0 || axis >= static_cast<int>(sizes.size()) || !index) return;
        const auto i = static_cast<size_t>(axis);
        m_begin[i] = std::max<int64_t>(0, *index);
        m_length[i] = *index >= 0 && *index < sizes[i] ? 1 : 0;
    };
    fix(posAxis(*m_values), pos);
    fix(otherAxis(*m_values), other);
    m_count = sizes.empty() ? 0 : 1;
    for (const int64_t length : m_length) m_count *= length;
}

std::vector<int64_t> ValueSlice::index(int64_t i) const {
    std::vector<int64_t> out(m_length.size());
    for (size_t axis = m_length.size(); axis-- > 0;) {
        out[axis] = m_begin[axis] + i % m_length[axis];
        i /= m_length[axis];
    }
    return out;
}

int64_t ValueSlice::flat(int64_t i) const {
    const std::vector<int64_t>& sizes = shape(*m_values);
    int64_t offset = 0, stride = 1;
    for (size_t axis = m_length.size(); axis-- > 0;) {
        offset += stride * (m_begin[axis] + i % m_length[axis]);
        i /= m_length[axis];
        stride *= sizes[axis];
    }
    return offset;
}

double ValueSlice::at(const std::vector<double>& from, int64_t i) const {
    const auto where = static_cast<size_t>(flat(i));
    return where < from.size() ? from[where] : kNone;
}

int significandBits(const std::string& dtype) {
    if (dtype == "float64") return 53;
    if (dtype == "float32") return 24;
    if (dtype == "float16") return 11;
    return dtype == "bfloat16" ? 8 : 0;
}

int lowestExponent(const std::string& dtype) {
    return dtype == "float64" ? -1022 : dtype == "float16" ? -14 : -126;
}

double ulpDistance(double a, double b, int bits, int lowest) {
    if (!std::isfinite(a) || !std::isfinite(b) || bits <= 0) return kNone;
    if (a == b) return 0;
    const int exponent = std::max(lowest, std::ilogb(std::max(std::abs(a), std::abs(b))));
    return std::abs(a - b) / std::ldexp(1.0, exponent - (bits - 1));
}

ValueStats statsOf(const ValueSlice& slice) {
    ValueStats stats;
    const ValuePair* values = slice.values();
    if (!values || !values->comparable()) return stats;
    const int bitsA = significandBits(values->dtype_a), bitsB = significandBits(values->dtype_b);
    const bool coarseA = bitsA < bitsB;
    const int bits = std::min(bitsA, bitsB);
    const int lowest = lowestExponent(coarseA ? values->dtype_a : values->dtype_b);
    double aa = 0, ab = 0, bb = 0, sumB = 0;
    stats.step = std::max<int64_t>(
        1, (slice.count() + ValueStats::kMostPoints - 1) / ValueStats::kMostPoints);
    for (int64_t i = 0; i < slice.count(); ++i) {
        const double a = slice.a(i), b = slice.b(i);
        if (std::isnan(a) && std::isnan(b)) {
            ++stats.masked;
            continue;
        }
        ++stats.count;
        if (!std::isfinite(a) || !std::isfinite(b)) {
            ++stats.nonFinite;
            continue;
        }
        if (a == b) ++stats.equal;
        stats.maxAbs = std::max(stats.maxAbs, std::abs(a - b));
        aa += a * a, ab += a * b, bb += b * b, sumB += b;
        if (i % stats.step == 0) {
            stats.points.emplace_back(a, b);
            stats.pointRows.push_back(i);
        }
        if (bits == 0) continue;
        const double ulp = ulpDistance(a, b, bits, lowest);
        stats.maxUlp = std::max(stats.maxUlp, ulp);
        ++stats.buckets[static_cast<size_t>(bucketOf(ulp))];
    }
    const auto n = static_cast<double>(stats.count - stats.nonFinite);
    if (aa > 0) stats.slope = ab / aa;
    const double residual = bb - 2 * stats.slope * ab + stats.slope * stats.slope * aa;
    const double spread = n > 0 ? bb - sumB * sumB / n : 0;
    if (spread > 0) stats.r2 = 1 - std::max(residual, 0.0) / spread;
    return stats;
}

std::string bucketName(int bucket) {
    if (bucket == 0) return "0";
    if (bucket == 1) return "½";
    if (bucket == ValueStats::kBuckets - 1) return "more";
    const int power = bucket - 2;
    return power < 10 ? std::to_string(1 << power) : "2^" + std::to_string(power);
}

}  // namespace driftscope
