// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/verdict.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace driftscope {

namespace {

constexpr double kSame = 100;       // δ64 up to this many floors: the same function
constexpr double kDifferent = 1e4;  // above this many: another one

double worst(const std::vector<double>& values) {
    double most = 0;
    for (double v : values) most = std::isnan(v) ? v : std::max(most, v);
    return most;
}

std::string short_text(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", value);
    return text;
}

std::string rule_text(const Verdict& v) {
    const std::string figures = "float64 distance " + short_text(v.delta64) + ", floor " +
                                short_text(v.floor64) + " (amplification " +
                                short_text(v.amplification) + " × 2^-53 + 4 ulp)";
    switch (v.kind) {
        case VerdictKind::rounding:
            return figures + ": at most 100 floors, so the same function on these tokens";
        case VerdictKind::semantic:
            return figures + ": more than 10^4 floors, so two different functions";
        case VerdictKind::unclear:
            return figures + ": between 100 and 10^4 floors, so neither is proved";
        default: return figures;
    }
}

std::optional<Site> first_non_finite(const Evidence& e) {
    for (const SiteEvidence& s : e.sites) {
        if (s.non_finite) return s.site;
    }
    return std::nullopt;
}

void localise(const Evidence& e, Verdict& v) {
    const double limit = kDifferent * v.floor64;
    for (const SiteEvidence& s : e.sites) {
        if (s.delta64 > limit && !v.site) v.site = s.site;
        const bool leaves = s.error_a > s.band_a || s.error_b > s.band_b;
        if (leaves && !v.excess) v.excess = s.site;
    }
    const bool same = v.kind == VerdictKind::rounding;
    for (const SiteEvidence& s : e.sites) {
        if (!same || s.site.kind != SiteKind::logits || s.delta64 <= limit) continue;
        // The function is judged after log-softmax, which takes out just this.
        v.remarks.emplace_back(
            "a constant is added to all logits of a position: softmax does not see "
            "it, so it is harmless");
    }
    if (v.site && same) {
        v.remarks.push_back("another representation: " + to_string(*v.site) +
                            " differs in float64 while the function does not");
        v.site.reset();
    }
}

}  // namespace

double amplification(const FunctionDistances& f) {
    return std::max(worst(f.a32_a64) / std::ldexp(1.0, -24),
                    worst(f.tiny_a64) / std::ldexp(1.0, -40));
}

double floor64(double amplification) { return amplification * 0x1.0p-53 + 4 * 0x1.0p-52; }

double same_limit(const Verdict& verdict) { return kSame * verdict.floor64; }

double different_limit(const Verdict& verdict) { return kDifferent * verdict.floor64; }

Verdict judge(const Evidence& e) {
    Verdict v;
    v.delta = worst(e.function.a_b);
    const bool all_equal =
        e.same_logits &&
        std::all_of(e.sites.begin(), e.sites.end(), [](const SiteEvidence& s) { return s.equal; });
    if (const auto site = first_non_finite(e)) {
        v.kind = VerdictKind::non_finite;
        v.site = site;
        v.rule = "a run makes NaN or infinity, first at " + to_string(*site);
        return v;
    }
    if (all_equal) {
        v.kind = VerdictKind::identical;
        v.rule = "every value at every site and position is equal bit for bit";
        return v;
    }
    if (!e.judged) return v;
    v.delta64 = worst(e.function.a64_b64);
    v.error_a = worst(e.function.a_a64);
    v.error_b = worst(e.function.b_b64);
    v.band = worst(e.function.band);
    v.amplification = amplification(e.function);
    v.floor64 = floor64(v.amplification);
    v.kind = v.delta64 <= kSame * v.floor64       ? VerdictKind::rounding
             : v.delta64 > kDifferent * v.floor64 ? VerdictKind::semantic
                                                  : VerdictKind::unclear;
    if (std::isnan(v.delta64)) v.kind = VerdictKind::non_finite;
    const double all = v.delta64 * v.delta64 + v.error_a * v.error_a + v.error_b * v.error_b;
    v.share = all > 0 ? v.delta64 * v.delta64 / all : 0;
    v.rule = rule_text(v);
    localise(e, v);
    return v;
}

}  // namespace driftscope
