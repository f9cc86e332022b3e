// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/position_shape.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>

namespace driftscope {

namespace {

constexpr double kSignificant = 0.01;
constexpr double kLeastExponent = 0.25;
const double kLeastStep = std::log10(2.0);
constexpr double kFlatSpread = 0.30103;  // standard deviation of log10: a factor of 2
constexpr size_t kLeastPositions = 4;

std::string figure(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", value);
    return text;
}

std::string probability(double p) { return p < 1e-4 ? "p < 0.0001" : "p = " + figure(p); }

double mean(const std::vector<double>& v) {
    return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
}

double squares_about(const std::vector<double>& v, double centre) {
    double sum = 0;
    for (const double x : v) sum += (x - centre) * (x - centre);
    return sum;
}

/// A fit with one parameter more than the constant.
struct Fit {
    double effect = 0;    ///< slope, or the second constant less the first
    double residual = 0;  ///< sum of squares left
    double p = 1;
    size_t at = 0;  ///< border
};

double p_of(double flat, double residual, size_t n) {
    const auto freedom = static_cast<double>(n) - 2;
    if (flat <= 0) return 1;
    if (residual <= flat * 1e-14) return 0;
    return f_test((flat - residual) / (residual / freedom), freedom);
}

Fit line(const std::vector<double>& x, const std::vector<double>& y) {
    const double mx = mean(x), my = mean(y);
    double xx = 0, xy = 0;
    for (size_t i = 0; i < x.size(); ++i) {
        xx += (x[i] - mx) * (x[i] - mx);
        xy += (x[i] - mx) * (y[i] - my);
    }
    Fit fit;
    const double flat = squares_about(y, my);
    fit.effect = xx > 0 ? xy / xx : 0;
    fit.residual = std::max(0.0, flat - fit.effect * xy);
    fit.p = p_of(flat, fit.residual, y.size());
    return fit;
}

Fit two_levels(const std::vector<double>& y) {
    Fit best;
    const double flat = squares_about(y, mean(y));
    best.residual = flat;
    size_t tried = 0;
    for (size_t at = 2; at + 2 <= y.size(); ++at, ++tried) {
        const auto border = y.begin() + static_cast<std::ptrdiff_t>(at);
        const std::vector<double> before(y.begin(), border), after(border, y.end());
        const double left = mean(before), right = mean(after);
        const double residual = squares_about(before, left) + squares_about(after, right);
        if (residual >= best.residual) continue;
        best.residual = residual;
        best.effect = right - left;
        best.at = at;
    }
    best.p = std::min(1.0, p_of(flat, best.residual, y.size()) * static_cast<double>(tried));
    return best;
}

struct Shaper {
    PositionShape out;
    const std::vector<double>& d;
    double clean;

    bool dirty(size_t p) const { return d[p] > clean; }
    double largest() const { return *std::max_element(d.begin(), d.end()); }

    PositionShape none(const std::string& why) {
        out.kind = "none";
        out.text = "no shape along the text: " + why;
        return out;
    }
    PositionShape growth(double exponent, double p, size_t first, const std::string& of) {
        out.kind = "growth";
        out.figure = exponent;
        out.text = "grows with the position, as " + of + " to the power of " + figure(exponent) +
                   " (" + probability(p) + "): " + figure(d[first]) + " at position " +
                   std::to_string(first) + ", " + figure(d.back()) + " at position " +
                   std::to_string(d.size() - 1);
        return out;
    }
    PositionShape step(size_t at, double ratio, const std::string& how) {
        out.kind = "step";
        out.step_at = static_cast<int>(at);
        out.figure = ratio;
        out.text = "a step at position " + std::to_string(at) + ": " + how;
        return out;
    }

    /// log10 of the distances from `first` on; what is clean among them counts as half the least.
    std::vector<double> logs(size_t first) const {
        double least = std::numeric_limits<double>::infinity();
        for (size_t p = first; p < d.size(); ++p)
            if (dirty(p)) least = std::min(least, d[p]);
        std::vector<double> y;
        for (size_t p = first; p < d.size(); ++p)
            y.push_back(std::log10(dirty(p) ? d[p] : least / 2));
        return y;
    }

    /// Clean up to `first`.
    PositionShape after_clean(size_t first) {
        const std::vector<double> y = logs(first);
        if (first == 1 && y.size() >= kLeastPositions) {
            std::vector<double> x;
            for (size_t p = first; p < d.size(); ++p)
                x.push_back(std::log10(static_cast<double>(p)));
            const Fit fit = line(x, y);
            if (fit.p < kSignificant && fit.effect >= kLeastExponent)
                return growth(fit.effect, fit.p, first, "the position");
        }
        const std::string before =
            first == 1 ? "position 0 is equal"
                       : "positions 0 to " + std::to_string(first - 1) + " are equal";
        return step(first, std::numeric_limits<double>::infinity(),
                    before + ", from there on the distance is up to " + figure(largest()));
    }

    PositionShape by_fits() {
        const std::vector<double> y = logs(0);
        std::vector<double> x;
        for (size_t p = 0; p < d.size(); ++p) x.push_back(std::log10(static_cast<double>(p) + 1));
        const Fit slope = line(x, y), levels = two_levels(y);
        const bool grows = slope.p < kSignificant && slope.effect >= kLeastExponent;
        const bool steps = levels.p < kSignificant && std::abs(levels.effect) >= kLeastStep;
        if (steps && (!grows || levels.residual < slope.residual)) {
            const double ratio = std::pow(10.0, levels.effect);
            return step(levels.at, ratio,
                        "the distance is " + figure(ratio) + " times what it is before (" +
                            probability(levels.p) + ")");
        }
        if (grows) return growth(slope.effect, slope.p, 0, "position + 1");
        const double centre = mean(y);
        const double spread =
            std::sqrt(squares_about(y, centre) / static_cast<double>(y.size() - 1));
        if (spread > kFlatSpread)
            return none("the distances scatter by a factor of " + figure(std::pow(10.0, spread)));
        out.kind = "flat";
        out.figure = std::pow(10.0, centre);
        out.text = "the same at every position: " + figure(out.figure) +
                   ", give or take a factor of " + figure(std::pow(10.0, spread));
        return out;
    }

    PositionShape run() {
        const size_t n = d.size();
        if (n < kLeastPositions) return none("fewer than 4 positions");
        if (!std::all_of(d.begin(), d.end(), [](double v) { return std::isfinite(v); }))
            return none("not every distance is finite");
        size_t first = 0, count = 0;
        for (size_t p = 0; p < n; ++p) count += dirty(p) ? 1 : 0;
        if (count == 0) return none("no position differs");
        while (!dirty(first)) ++first;
        const size_t clean_after = n - first - count;
        if (3 * clean_after > n - first) {
            return none(std::to_string(count) + " of " + std::to_string(n) +
                        " positions differ, others between them do not");
        }
        return first > 0 ? after_clean(first) : by_fits();
    }
};

/// Continued fraction of the incomplete beta function (Lentz's method; Abramowitz and
/// Stegun 26.5.8).
double beta_fraction(double a, double b, double x) {
    constexpr double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (std::abs(d) < tiny ? tiny : d);
    double result = d;
    for (int m = 1; m <= 300; ++m) {
        for (const bool odd : {false, true}) {
            const double term = odd ? -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
                                    : m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 + term * d;
            c = 1 + term / c;
            d = 1 / (std::abs(d) < tiny ? tiny : d);
            if (std::abs(c) < tiny) c = tiny;
            result *= d * c;
        }
        if (std::abs(d * c - 1) < 1e-14) break;
    }
    return result;
}

}  // namespace

double f_test(double f, double freedom) {
    if (!(f > 0) || freedom <= 0) return 1;
    // I_x(ν/2, 1/2) with x = ν / (ν + F), Abramowitz and Stegun 26.6.2.
    const double a = freedom / 2, b = 0.5, x = freedom / (freedom + f);
    const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                  a * std::log(x) + b * std::log1p(-x));
    if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

PositionShape position_shape(const Site& site, const std::vector<double>& distance, double clean) {
    Shaper shaper{{}, distance, clean};
    shaper.out.site = site;
    return shaper.run();
}

}  // namespace driftscope
