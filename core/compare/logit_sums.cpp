// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/logit_sums.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <span>

#include "core/run/side_by_side.h"

namespace driftscope {

namespace {

at::Tensor log_probabilities(const at::Tensor& logits) {
    return at::log_softmax(logits.to(at::kDouble), -1).contiguous();  // [pos, d_vocab]
}

/// The same of each [pos, d_vocab].
std::vector<at::Tensor> all_log_probabilities(const std::vector<at::Tensor>& logits) {
    std::vector<at::Tensor> all(logits.size());
    side_by_side_over(logits.front().size(0), logits.size(),
                      [&](size_t i) { all[i] = log_probabilities(logits[i]); });
    return all;
}

/// Whether the logits of a position chose a token of A's text.
bool predicts(const LockstepJob& job, int64_t pos) {
    return pos >= job.n_prompt - 1 && pos + 1 < static_cast<int64_t>(job.tokens.size());
}

void append(std::vector<double>& to, const at::Tensor& from) {
    const at::Tensor v = from.to(at::kDouble).contiguous();
    to.insert(to.end(), v.data_ptr<double>(), v.data_ptr<double>() + v.numel());
}

void append_distance(std::vector<double>& to, const at::Tensor& x, const at::Tensor& y) {
    append(to, distance_by_pos(SiteKind::logits, flat_rows(x), flat_rows(y)));
}

/// Of one position: Σ p (log p − log q), the same the other way, and half the sum of both to the
/// mean of the two. Terms with p = 0 count nothing.
struct Divergences {
    double ab = 0, ba = 0, js = 0;
};

Divergences divergences(std::span<const double> log_p, std::span<const double> log_q,
                        std::span<const double> p, std::span<const double> q,
                        std::span<const double> log_mean) {
    Divergences d;
    for (size_t i = 0; i < p.size(); ++i) {
        if (p[i] > 0) d.ab += p[i] * (log_p[i] - log_q[i]), d.js += p[i] * (log_p[i] - log_mean[i]);
        if (q[i] > 0) d.ba += q[i] * (log_q[i] - log_p[i]), d.js += q[i] * (log_q[i] - log_mean[i]);
    }
    const auto floor = [](double v) { return v < 0 ? 0.0 : v; };
    return {floor(d.ab), floor(d.ba), floor(d.js / 2)};
}

at::Tensor top_ids(const at::Tensor& values, int64_t k) {
    return std::get<1>(at::topk(values, std::min<int64_t>(k, values.size(-1)), -1));
}

/// How many values are larger; among equal ones the lower id stands first.
int rank_of(std::span<const double> values, int64_t id) {
    const double value = values[static_cast<size_t>(id)];
    int64_t before = 0;
    for (size_t i = 0; i < values.size(); ++i) {
        before += values[i] > value || (values[i] == value && static_cast<int64_t>(i) < id) ? 1 : 0;
    }
    return static_cast<int>(before);
}

/// Row i of [pos, d_vocab] float64, contiguous.
std::span<const double> row_of(const at::Tensor& values, int64_t i) {
    const auto n = static_cast<size_t>(values.size(1));
    return {values.const_data_ptr<double>() + static_cast<size_t>(i) * n, n};
}

double mean_finite(const std::vector<double>& values) {
    double sum = 0;
    int64_t n = 0;
    for (double v : values) {
        if (std::isnan(v)) continue;
        sum += v;
        ++n;
    }
    return n > 0 ? sum / static_cast<double>(n) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

void LogitSums::add_divergences(const at::Tensor& a, const at::Tensor& b, LogitMetrics& m) {
    const at::Tensor p = a.exp(), q = b.exp(), log_mean = ((p + q) / 2).log_();
    for (int64_t i = 0; i < a.size(0); ++i) {
        const Divergences d = divergences(row_of(a, i), row_of(b, i), row_of(p, i), row_of(q, i),
                                          row_of(log_mean, i));
        m.kl_ab.push_back(d.ab);
        m.kl_ba.push_back(d.ba);
        m.js.push_back(d.js);
    }
}

void LogitSums::add_top(const at::Tensor& a, const at::Tensor& b) {
    const at::Tensor top_a = top_ids(a, 5).contiguous(), top_b = top_ids(b, 5).contiguous();
    const auto k = static_cast<size_t>(top_a.size(1));
    for (int64_t i = 0; i < a.size(0); ++i) {
        const auto offset = static_cast<size_t>(i) * k;
        const std::span in_a{top_a.const_data_ptr<int64_t>() + offset, k};
        const std::span in_b{top_b.const_data_ptr<int64_t>() + offset, k};
        const auto shared = std::count_if(in_a.begin(), in_a.end(), [&](int64_t id) {
            return std::find(in_b.begin(), in_b.end(), id) != in_b.end();
        });
        top5_ += static_cast<double>(shared) / static_cast<double>(k);
    }
}

void LogitSums::add_ranks(const at::Tensor& a, const at::Tensor& b, int64_t start,
                          LogitMetrics& m) const {
    const at::Tensor best_a = at::argmax(a, -1), best_b = at::argmax(b, -1);
    const double none = std::numeric_limits<double>::quiet_NaN();
    for (int64_t i = 0; i < a.size(0); ++i) {
        const auto id_a = best_a[i].item<int64_t>(), id_b = best_b[i].item<int64_t>();
        m.best_a.push_back(static_cast<int32_t>(id_a));
        m.best_b.push_back(static_cast<int32_t>(id_b));
        m.top1_equal.push_back(id_a == id_b ? 1 : 0);
        m.best_piece_a.push_back(job_.piece ? job_.piece(m.best_a.back()) : std::string());
        m.best_piece_b.push_back(job_.piece ? job_.piece(m.best_b.back()) : std::string());
        const auto row_a = row_of(a, i), row_b = row_of(b, i);
        m.best_rank_in_b.push_back(rank_of(row_b, id_a));
        const auto next = static_cast<size_t>(start + i + 1);
        const bool known = next < job_.tokens.size();
        const auto id = known ? static_cast<size_t>(job_.tokens[next]) : 0;
        m.rank_a.push_back(known ? rank_of(row_a, job_.tokens[next]) : -1);
        m.rank_b.push_back(known ? rank_of(row_b, job_.tokens[next]) : -1);
        m.loss_a.push_back(known ? -row_a[id] : none);
        m.loss_b.push_back(known ? -row_b[id] : none);
    }
}

void LogitSums::add_steps(const at::Tensor& a, const at::Tensor& b, int64_t start,
                          LockstepResult& result) {
    for (int64_t i = 0; i < a.size(0); ++i) {
        const int64_t pos = start + i;
        if (!predicts(job_, pos)) continue;
        const at::Tensor row_a = a[i].to(at::kDouble), row_b = b[i].to(at::kDouble);
        result.b_forced.push_back(
            pick_token(b[i], Sampling{}, pos + 1, logits_type(job_.b.numerics), job_.piece));
        const at::Tensor best = top_ids(row_a, 2);
        result.error_at_step.push_back(
            (row_a.index_select(0, best) - row_b.index_select(0, best)).abs().max().item<double>());
    }
}

void LogitSums::add(const at::Tensor& logits_a, const at::Tensor& logits_b, int64_t start,
                    LockstepResult& result) {
    const std::vector<at::Tensor> of = all_log_probabilities({logits_a, logits_b});
    const at::Tensor &a = of[0], &b = of[1];
    const std::vector<std::function<void()>> parts{
        [&] { add_divergences(a, b, result.logits); },
        [&] { add_ranks(a, b, start, result.logits); },
        [&] { add_top(a, b); },
        [&] { append_distance(result.function.a_b, a, b); },
        [&] { add_steps(logits_a, logits_b, start, result); },
    };
    side_by_side_over(a.size(0), parts.size(), [&](size_t i) { parts[i](); });
}

void LogitSums::finish(LockstepResult& result) const {
    LogitMetrics& m = result.logits;
    const auto n = static_cast<double>(m.top1_equal.size());
    double equal = 0;
    for (uint8_t same : m.top1_equal) equal += same;
    m.top1_agreement = n > 0 ? equal / n : 0;
    m.top5_agreement = n > 0 ? top5_ / n : 0;
    for (double v : m.kl_ab) m.max_kl = std::isnan(v) ? v : std::max(m.max_kl, v);
    result.loss_a = mean_finite(m.loss_a);
    result.loss_b = mean_finite(m.loss_b);
}

void add_function(const Lanes& lanes, const at::Tensor& a, const at::Tensor& b,
                  FunctionDistances& f) {
    const Lane &a64 = *lanes.a64, &b64 = *lanes.b64, &held = *lanes.a64_held;
    const at::Tensor a32 = lanes.a32 ? lanes.a32->logits : a;
    const std::vector<at::Tensor> of =
        all_log_probabilities({a, b, a64.logits, b64.logits, held.logits, a32, lanes.tiny->logits});
    struct Part {
        std::vector<double>& to;
        size_t x, y;
    };
    const std::vector<Part> parts{
        {f.a64_b64, 2, 3}, {f.a_a64, 2, 0}, {f.b_b64, 3, 1}, {f.a32_a64, 4, 5}, {f.tiny_a64, 4, 6}};
    side_by_side_over(a.size(0), parts.size(), [&](size_t i) {
        append_distance(parts[i].to, of[parts[i].x], of[parts[i].y]);
    });
}

void add_function_band(const Lanes& lanes, std::vector<double>& band) {
    std::vector<at::Tensor> logits{lanes.a64_held->logits, lanes.b64_held->logits};
    for (const auto* passes : {&lanes.noise_a, &lanes.noise_b})
        for (const Lane* pass : *passes) logits.push_back(pass->logits);
    const std::vector<at::Tensor> of = all_log_probabilities(logits);
    at::Tensor sum;
    for (size_t i = 2; i < of.size(); ++i) {
        std::vector<double> d;
        append_distance(d, of[i < 2 + lanes.noise_a.size() ? 0 : 1], of[i]);
        const at::Tensor square = at::tensor(d, at::kDouble).square() * (9.0 / kNoisePasses);
        sum = sum.defined() ? sum + square : square;
    }
    append(band, sum.sqrt());
}

void add_fragility(const LockstepJob& job, const Lanes& lanes, int64_t start,
                   std::vector<double>& fragility) {
    const at::Tensor& logits = lanes.a->logits;
    for (int64_t i = 0; i < logits.size(0); ++i) {
        if (!predicts(job, start + i)) continue;
        const at::Tensor row = logits[i].to(at::kDouble);
        const at::Tensor best = top_ids(row, 2);
        const at::Tensor exact = lanes.a64_held->logits[i].index_select(0, best);
        double square = 0;
        for (const Lane* pass : lanes.noise_a) {
            const at::Tensor off = pass->logits[i].index_select(0, best) - exact;
            square += off.to(at::kDouble).square().mean().item<double>();
        }
        const double noise = 3 * std::sqrt(2 * square / static_cast<double>(lanes.noise_a.size()));
        const at::Tensor top = row.index_select(0, best);
        const double margin = best.size(0) > 1 ? (top[0] - top[1]).item<double>() : INFINITY;
        fragility.push_back(margin > 0 ? noise / margin : noise > 0 ? INFINITY : 0.0);
    }
}

}  // namespace driftscope
