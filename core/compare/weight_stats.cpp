// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/weight_stats.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "core/data/error.h"
#include "core/nn/numerics.h"

namespace driftscope {

namespace {

constexpr int64_t kPiece = int64_t{1} << 18;  // elements between two looks at the stop token

/// A weight as stored, row after row.
struct Stored {
    at::Tensor values;  ///< flat, in the stored type; undefined: there is none
    std::vector<int64_t> shape;
    std::string dtype;
};

Stored stored(LoadedModel* model, const std::string& name) {
    if (!model || !model->has(name)) return {};
    const at::ScalarType type = torch_type(model->weights().at(name).tensor->type);
    const at::Tensor w = model->weight(name, {type, std::nullopt, 1});
    return {w.reshape({-1}), w.sizes().vec(), dtype_name(type)};
}

/// Piece after piece in float64: [first, first + values.numel()).
void each_piece(const at::Tensor& flat, std::stop_token stop,
                const std::function<void(int64_t first, const double* values, int64_t n)>& take) {
    for (int64_t first = 0; first < flat.numel(); first += kPiece) {
        if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "weight", "stopped");
        const int64_t n = std::min(kPiece, flat.numel() - first);
        const at::Tensor piece = flat.narrow(0, first, n).to(at::kDouble).contiguous();
        take(first, piece.data_ptr<double>(), n);
    }
}

WeightStats measure(const Stored& weight, std::stop_token stop) {
    WeightStats s;
    s.dtype = weight.dtype;
    s.shape = weight.shape;
    if (!weight.values.defined()) return s;
    s.count = weight.values.numel();
    s.low = std::numeric_limits<double>::infinity(), s.high = -s.low;
    double sum = 0;
    each_piece(weight.values, stop, [&](int64_t, const double* v, int64_t n) {
        for (int64_t i = 0; i < n; ++i) {
            if (!std::isfinite(v[i])) {
                ++s.non_finite;
                continue;
            }
            s.zeros += v[i] == 0;
            s.low = std::min(s.low, v[i]);
            s.high = std::max(s.high, v[i]);
            sum += v[i];
        }
    });
    const int64_t finite = s.count - s.non_finite;
    if (finite == 0) {
        s.low = s.high = 0;
        return s;
    }
    s.mean = sum / static_cast<double>(finite);
    double squares = 0;
    each_piece(weight.values, stop, [&](int64_t, const double* v, int64_t n) {
        for (int64_t i = 0; i < n; ++i) {
            if (std::isfinite(v[i])) squares += (v[i] - s.mean) * (v[i] - s.mean);
        }
    });
    s.deviation = std::sqrt(squares / static_cast<double>(finite));
    return s;
}

/// `count` equal bins from low to high; a single value gets bins of width 1 around it.
std::vector<double> equal_bins(double low, double high, int count) {
    if (!(high > low)) low -= 0.5, high = low + 1;
    std::vector<double> edges;
    for (int i = 0; i <= count; ++i) edges.push_back(low + (high - low) * i / count);
    edges.back() = high;
    return edges;
}

/// The bin that holds the value, which lies between the first edge and the last.
size_t bin_of(const std::vector<double>& edges, double value) {
    const auto above = std::upper_bound(edges.begin(), edges.end(), value);
    const auto bin = static_cast<size_t>(std::max<std::ptrdiff_t>(1, above - edges.begin())) - 1;
    return std::min(bin, edges.size() - 2);
}

void count_values(const Stored& weight, const std::vector<double>& edges, WeightStats& stats,
                  std::stop_token stop) {
    if (!weight.values.defined()) return;
    stats.bins.assign(edges.size() - 1, 0);
    each_piece(weight.values, stop, [&](int64_t, const double* v, int64_t n) {
        for (int64_t i = 0; i < n; ++i) {
            if (std::isfinite(v[i])) ++stats.bins[bin_of(edges, v[i])];
        }
    });
}

/// take(index, a, b) for every element of both.
void each_pair(const Stored& a, const Stored& b, std::stop_token stop,
               const std::function<void(int64_t index, double x, double y)>& take) {
    each_piece(a.values, stop, [&](int64_t first, const double* v, int64_t n) {
        const at::Tensor other = b.values.narrow(0, first, n).to(at::kDouble).contiguous();
        const double* w = other.data_ptr<double>();
        for (int64_t i = 0; i < n; ++i) take(first + i, v[i], w[i]);
    });
}

std::vector<int64_t> unravelled(int64_t index, const std::vector<int64_t>& shape) {
    std::vector<int64_t> at(shape.size());
    for (size_t axis = shape.size(); axis-- > 0;) {
        at[axis] = index % shape[axis];
        index /= shape[axis];
    }
    return at;
}

void subtract(const Stored& a, const Stored& b, WeightPair& pair, std::stop_token stop) {
    int64_t finite = 0, worst = 0;
    double sum = 0, sum_abs = 0;
    each_pair(a, b, stop, [&](int64_t index, double x, double y) {
        pair.equal += x == y || (std::isnan(x) && std::isnan(y));
        const double delta = x - y;
        if (!std::isfinite(delta)) return;
        ++finite;
        sum += delta;
        sum_abs += std::fabs(delta);
        if (std::fabs(delta) > pair.max_delta) pair.max_delta = std::fabs(delta), worst = index;
    });
    if (finite > 0) {
        pair.mean_delta = sum / static_cast<double>(finite);
        pair.mean_abs_delta = sum_abs / static_cast<double>(finite);
    }
    pair.max_at = unravelled(worst, a.shape);
    pair.delta_edges = equal_bins(-pair.max_delta, pair.max_delta, kDeltaBins);
    pair.delta_bins.assign(kDeltaBins, 0);
    each_pair(a, b, stop, [&](int64_t, double x, double y) {
        if (std::isfinite(x - y)) ++pair.delta_bins[bin_of(pair.delta_edges, x - y)];
    });
}

}  // namespace

WeightPair weight_pair(LoadedModel& a, LoadedModel* b, const std::string& name,
                       std::stop_token stop) {
    const Stored wa = stored(&a, name), wb = stored(b, name);
    if (!wa.values.defined() && !wb.values.defined()) {
        throw Error(ErrorCode::not_found, name, "no model reads a weight of this name",
                    "choose a weight that is bound");
    }
    WeightPair pair;
    pair.same_file = !b;
    pair.a = measure(wa, stop);
    pair.b = measure(wb, stop);
    const auto finite = [](const WeightStats& s) { return s.count > s.non_finite; };
    double low = finite(pair.a) ? pair.a.low : pair.b.low;
    double high = finite(pair.a) ? pair.a.high : pair.b.high;
    if (finite(pair.a) && finite(pair.b)) {
        low = std::min(pair.a.low, pair.b.low);
        high = std::max(pair.a.high, pair.b.high);
    }
    pair.edges = equal_bins(low, high, kWeightBins);
    count_values(wa, pair.edges, pair.a, stop);
    count_values(wb, pair.edges, pair.b, stop);
    pair.comparable = wa.values.defined() && wb.values.defined() && wa.shape == wb.shape;
    if (pair.comparable) {
        subtract(wa, wb, pair, stop);
    } else if (b) {
        pair.note = !wa.values.defined()   ? "only B has this weight"
                    : !wb.values.defined() ? "only A has this weight"
                                           : "the shapes differ";
    }
    return pair;
}

}  // namespace driftscope
