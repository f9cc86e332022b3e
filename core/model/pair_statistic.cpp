// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/pair_statistic.h"

#include "core/checkpoint/tensor_facts.h"
#include "core/model/row_bytes.h"

#include <algorithm>
#include <cmath>

namespace driftscope {
namespace {

/// Euclidean length of every row.
std::vector<double> row_lengths(const BoundWeight& weight) {
    const auto columns = static_cast<size_t>(weight.shape.back());
    std::vector<double> lengths;
    double sum = 0;
    size_t at = 0;
    each_stretch(weight, [&](std::span<const std::byte> bytes) {
        each_value(bytes, weight.tensor->type, [&](std::span<const double> values) {
            for (const double x : values) {
                sum += x * x;
                if (++at < columns) continue;
                lengths.push_back(std::sqrt(sum));
                sum = 0;
                at = 0;
            }
        });
    });
    return lengths;
}

}  // namespace

int64_t rotated_width(const ModelConfig& config) {
    return static_cast<int64_t>(static_cast<double>(config.d_head) * config.rope.partial);
}

double PairStatistic::mean() const { return heads > 0 ? sum / static_cast<double>(heads) : 0.0; }

double PairStatistic::standard_error() const {
    if (heads < 2) return 0.0;
    const auto n = static_cast<double>(heads);
    return std::sqrt(std::max(0.0, squares / n - mean() * mean()) / (n - 1));
}

bool PairStatistic::interleaved() const {
    constexpr int64_t fewest_heads = 8;
    constexpr double least_mean = 0.5, errors = 6.0;
    return heads >= fewest_heads && mean() > least_mean && mean() > errors * standard_error();
}

void PairStatistic::add(const PairStatistic& other) {
    heads += other.heads;
    sum += other.sum;
    squares += other.squares;
}

PairStatistic pair_statistic(const std::vector<double>& lengths, int64_t d_head, int64_t rotated) {
    PairStatistic out;
    const auto d = static_cast<size_t>(d_head), half = static_cast<size_t>(rotated / 2);
    // Two pairs say nothing about which rows are neighbours.
    if (half < 4 || d == 0) return out;
    for (size_t head = 0; head + d <= lengths.size(); head += d) {
        double halves = 0, neighbours = 0;
        const auto gap = [&](size_t i, size_t j) {
            const double x = std::log(lengths[head + i]) - std::log(lengths[head + j]);
            return x * x;
        };
        for (size_t i = 0; i < half; ++i) {
            halves += gap(i, i + half);
            neighbours += gap(2 * i, 2 * i + 1);
        }
        const double ratio = std::log(halves / neighbours);
        if (!std::isfinite(ratio)) continue;  // a head of zeros, or NaN
        ++out.heads;
        out.sum += ratio;
        out.squares += ratio * ratio;
    }
    return out;
}

PairStatistic pair_statistic(const BoundWeight& weight, const ModelConfig& config) {
    return pair_statistic(row_lengths(weight), config.d_head, rotated_width(config));
}

}  // namespace driftscope
