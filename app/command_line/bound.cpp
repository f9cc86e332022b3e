// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/bound.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "app/command_line/arguments.h"
#include "core/data/error.h"
#include "core/data/metric.h"
#include "ui/export.h"

namespace driftscope {

namespace {

using SiteField = double SiteMetrics::*;

/// Where a site keeps the metrics of the metric table.
const std::map<std::string, SiteField>& siteFields() {
    static const std::map<std::string, SiteField> fields = {
        {"exact", &SiteMetrics::exact},       {"max_abs", &SiteMetrics::max_abs},
        {"mean_abs", &SiteMetrics::mean_abs}, {"rel_l2", &SiteMetrics::rel_l2},
        {"nmse", &SiteMetrics::nmse},         {"cosine", &SiteMetrics::cosine},
        {"max_ulp", &SiteMetrics::max_ulp},   {"p99_ulp", &SiteMetrics::p99_ulp},
        {"slope", &SiteMetrics::slope},       {"r2", &SiteMetrics::r2}};
    return fields;
}

const std::vector<std::string>& names() {
    static const std::vector<std::string> list = [] {
        std::vector<std::string> all;
        for (const MetricInfo& metric : metrics()) {
            if (siteFields().count(std::string(metric.id)) > 0) all.emplace_back(metric.id);
        }
        all.insert(all.end(), {"delta", "delta64", "kl", "loss"});
        return all;
    }();
    return list;
}

bool lowerIsCloser(const std::string& id) {
    for (const MetricInfo& metric : metrics()) {
        if (metric.id == id) return metric.lower_is_closer;
    }
    return true;
}

struct Worst {
    double value = 0;
    std::string place;
};

/// A larger value, or one that is not a number, is worse.
bool worse(double value, double than) { return std::isnan(value) || value > than; }

Worst worstSite(const std::string& metric, const Comparison& c) {
    Worst worst;
    const SiteField field = siteFields().at(metric);
    for (const SiteMetrics& site : c.sites) {
        if (!site.in_a || !site.in_b) continue;
        const double stored = site.*field;
        const double value = lowerIsCloser(metric) ? stored : std::fabs(1 - stored);
        if (std::isnan(worst.value) || !worse(value, worst.value)) continue;
        worst = {value, " at " + to_string(site.site)};
    }
    return worst;
}

Worst measure(const std::string& metric, const Comparison& c) {
    if (c.verdict.kind == VerdictKind::failed) return {std::nan(""), ""};
    if (metric == "delta") return {c.verdict.delta, ""};
    if (metric == "delta64") return {c.verdict.delta64, ""};
    if (metric == "kl") return {c.logits.max_kl, ""};
    if (metric == "loss") return {std::fabs(c.b.loss - c.a.loss), ""};
    return worstSite(metric, c);
}

Bound parseBound(const std::string& text, bool judged) {
    const std::size_t equals = text.find('=');
    const std::string metric = text.substr(0, equals);
    if (std::find(names().begin(), names().end(), metric) == names().end()) {
        const std::string near = nearest(metric, names());
        throw Error(ErrorCode::usage, "--fail-above", "there is no metric '" + metric + "'",
                    near.empty() ? "it takes " + boundNames() : "did you mean " + near + "?");
    }
    const std::string number = equals == std::string::npos ? "" : text.substr(equals + 1);
    Bound bound{metric, 0};
    const char* end = number.data() + number.size();
    const auto parsed = std::from_chars(number.data(), end, bound.limit);
    if (parsed.ec != std::errc{} || parsed.ptr != end || std::isnan(bound.limit)) {
        throw Error(ErrorCode::usage, "--fail-above",
                    "'" + text + "' has no number to compare with",
                    "write --fail-above " + metric + "=1e-3");
    }
    if (metric == "delta64" && !judged) {
        throw Error(ErrorCode::usage, "--fail-above", "delta64 needs the float64 runs",
                    "leave out --judge none");
    }
    return bound;
}

}  // namespace

std::string boundNames() {
    std::string text;
    for (const std::string& name : names()) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::vector<Bound> parseBounds(const std::vector<std::string>& texts, bool judged) {
    std::vector<Bound> bounds;
    for (const std::string& text : texts) {
        const std::vector<std::string> parts = split(text, ',');
        if (parts.empty()) bounds.push_back(parseBound(text, judged));
        for (const std::string& part : parts) bounds.push_back(parseBound(part, judged));
    }
    return bounds;
}

std::vector<std::string> exceededBounds(const std::vector<Bound>& bounds, const Comparison& c) {
    std::vector<std::string> lines;
    for (const Bound& bound : bounds) {
        const Worst worst = measure(bound.metric, c);
        if (!worse(worst.value, bound.limit)) continue;
        lines.push_back(bound.metric + " is " + exact(worst.value).toStdString() + worst.place +
                        ", above " + exact(bound.limit).toStdString());
    }
    return lines;
}

}  // namespace driftscope
