// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/value_ticker.h"

#include <algorithm>
#include <cmath>

namespace driftscope {

namespace {

constexpr double kSame = 1e-9;  // of what is one number but for its last bits
constexpr double kDigits[] = {1, 2, 5};

/// Every n-th from the first on, so that at least two and at most `most` stay.
std::vector<double> thinned(const std::vector<double>& ticks, int most) {
    const auto count = static_cast<int>(ticks.size());
    if (count <= most) return ticks;
    const int stride = (count - 1 + most - 2) / (most - 1);
    std::vector<double> kept;
    for (int i = 0; i < count; i += stride) kept.push_back(ticks[static_cast<size_t>(i)]);
    return kept;
}

/// 1, 2, 5 × 10^k (or 10^k alone) from `low` to `high`, both within their last bits.
std::vector<double> ladder(double low, double high, bool powers) {
    std::vector<double> ticks;
    const int last = static_cast<int>(std::floor(std::log10(high) + kSame));
    for (int k = static_cast<int>(std::floor(std::log10(low))); k <= last; ++k) {
        for (const double digit : kDigits) {
            const double tick = digit * std::pow(10.0, k);
            if (powers && digit != 1) continue;
            if (tick >= low * (1 - kSame) && tick <= high * (1 + kSame)) ticks.push_back(tick);
        }
    }
    return ticks;
}

}  // namespace

std::vector<double> linearTicks(double low, double high, int most) {
    const double span = high - low;
    if (!(span > 0) || !std::isfinite(span)) return {};
    most = std::max(2, most);
    // From steps that are too long down to the last that leaves enough room: at least two ticks.
    std::vector<double> ticks;
    for (int k = static_cast<int>(std::ceil(std::log10(span)));; --k) {
        for (const double digit : {5.0, 2.0, 1.0}) {
            const double step = digit * std::pow(10.0, k);
            const double first = std::ceil(low / step - kSame);
            const double last = std::floor(high / step + kSame);
            if (last - first + 1 > most && ticks.size() >= 2) return ticks;
            ticks.clear();
            for (double i = first; i <= last; ++i) ticks.push_back(i * step + 0.0);  // no -0
            if (static_cast<int>(ticks.size()) >= most) return thinned(ticks, most);
        }
    }
}

std::vector<double> logTicks(double low, double high, int most) {
    most = std::max(2, most);
    if (!(low > 0) || !(high > low) || !std::isfinite(high)) return {};
    const std::vector<double> all = ladder(low, high, false);
    if (all.size() < 2) return linearTicks(low, high, most);
    if (static_cast<int>(all.size()) <= most) return all;
    const std::vector<double> powers = ladder(low, high, true);
    return thinned(powers.size() < 2 ? all : powers, most);
}

std::vector<double> endTicks(double low, double high, bool log) {
    if (log) {
        const std::vector<double> all = ladder(low, high, false);
        if (all.size() < 2) return all;
        return {all.front(), all.back()};
    }
    if (!(high > low)) return {};
    const double step = std::pow(10.0, std::floor(std::log10(high - low)) - 1);
    return {std::ceil(low / step - kSame) * step + 0.0, std::floor(high / step + kSame) * step};
}

double highForTwo(double low, double high) {
    if (!(low > 0) || !(high > low) || !std::isfinite(high)) return high;
    for (int k = static_cast<int>(std::floor(std::log10(high)));; ++k) {
        for (const double digit : kDigits) {
            const double top = std::max(high, digit * std::pow(10.0, k));
            if (ladder(low, top, false).size() >= 2) return top;
        }
    }
}

bool ValueTicker::touch(const std::vector<double>& ticks, const QCPRange& range) const {
    if (m_axis->orientation() != Qt::Vertical) return false;
    const auto place = [&](double value) {
        return m_log ? std::log(value / range.lower) / std::log(range.upper / range.lower)
                     : (value - range.lower) / range.size();
    };
    const int need = QFontMetrics(m_axis->tickLabelFont()).height() - 1;
    for (size_t i = 1; i < ticks.size(); ++i) {
        const double apart = place(ticks[i]) - place(ticks[i - 1]);
        if (apart * m_axis->axisRect()->height() < need) return true;
    }
    return false;
}

QVector<double> ValueTicker::createTickVector(double, const QCPRange& range) {
    std::vector<double> ticks = m_log ? logTicks(range.lower, range.upper, m_most)
                                      : linearTicks(range.lower, range.upper, m_most);
    if (touch(ticks, range)) ticks = endTicks(range.lower, range.upper, m_log);
    if (touch(ticks, range)) ticks = {ticks.back()};
    // Numbers that lie close together and far from 0 differ in later digits alone.
    m_digits = 0;
    if (!m_log && ticks.size() > 1) {
        const double largest = std::max(std::fabs(ticks.front()), std::fabs(ticks.back()));
        m_digits = 1 + static_cast<int>(std::floor(std::log10(largest) + kSame) -
                                        std::floor(std::log10(ticks[1] - ticks[0]) + kSame));
    }
    return QVector<double>(ticks.begin(), ticks.end());
}

/// Powers below a thousandth too: 0.0001 beside 10⁻⁵ would be two ways of writing on one axis.
QString ValueTicker::getTickLabel(double tick, const QLocale& locale, QChar format, int precision) {
    constexpr double kSmall = 0.9e-3;
    const int digits = std::max(precision, m_digits);
    if (m_log && tick > 0 && tick < kSmall) return locale.toString(tick, 'e', 0);
    QString label =
        m_share ? locale.toString(100 * tick, format.toLatin1(), digits) + QLatin1String(" %")
                : QCPAxisTicker::getTickLabel(tick, locale, format, digits);
    // A minus as tables have it; that of an exponent is read by who draws the power.
    if (label.startsWith(u'-')) label.replace(0, 1, QChar(0x2212));
    return label;
}

}  // namespace driftscope
