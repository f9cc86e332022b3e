// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/logit_sums.h"

#include <cmath>
#include <limits>

namespace driftscope {

namespace {

at::Tensor log_probabilities(const at::Tensor& logits) {
    return at::log_softmax(logits.to(at::kDouble), -1);  // [pos, d_vocab]
}

void append(std::vector<double>& to, const at::Tensor& from) {
    const at::Tensor v = from.to(at::kDouble).contiguous();
    to.insert(to.end(), v.data_ptr<double>(), v.data_ptr<double>() + v.numel());
}

void append_distance(std::vector<double>& to, const at::Tensor& x, const at::Tensor& y) {
    FlatSite fx{x, {}, at::kDouble}, fy{y, {}, at::kDouble};
    append(to, distance_by_pos(SiteKind::logits, fx, fy));
}

/// Σ p (log p − log q) over the vocabulary; terms with p = 0 count nothing.
at::Tensor kl(const at::Tensor& log_p, const at::Tensor& log_q) {
    const at::Tensor p = log_p.exp();
    return at::where(p > 0, p * (log_p - log_q), at::zeros_like(p)).sum(-1).clamp_min(0.0);
}

at::Tensor top_ids(const at::Tensor& values, int64_t k) {
    return std::get<1>(at::topk(values, std::min<int64_t>(k, values.size(-1)), -1));
}

/// How many values are larger; among equal ones the lower id stands first.
int rank_of(const at::Tensor& values, int64_t id) {
    const at::Tensor value = values[id];
    const int64_t above = (values > value).sum().item<int64_t>();
    const int64_t ties = (values.narrow(0, 0, id) == value).sum().item<int64_t>();
    return static_cast<int>(above + ties);
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

void LogitSums::add_pair(const at::Tensor& a, const at::Tensor& b, int64_t start,
                         LockstepResult& result) {
    LogitMetrics& m = result.logits;
    append(m.kl_ab, kl(a, b));
    append(m.kl_ba, kl(b, a));
    const at::Tensor mean = at::logaddexp(a, b) - std::log(2.0);
    append(m.js, 0.5 * (kl(a, mean) + kl(b, mean)));
    const at::Tensor best_a = at::argmax(a, -1), best_b = at::argmax(b, -1);
    const at::Tensor top_a = top_ids(a, 5), top_b = top_ids(b, 5);
    add_ranks(a, b, best_a, best_b, start, m);
    for (int64_t i = 0; i < a.size(0); ++i) {
        m.top1_equal.push_back(best_a[i].equal(best_b[i]) ? 1 : 0);
        const at::Tensor shared = (top_a[i].unsqueeze(1) == top_b[i].unsqueeze(0)).any(1);
        top5_ += shared.to(at::kDouble).mean().item<double>();
        const auto next = static_cast<size_t>(start + i + 1);
        const bool known = next < job_.tokens.size();
        const double none = std::numeric_limits<double>::quiet_NaN();
        m.loss_a.push_back(known ? -a[i][job_.tokens[next]].item<double>() : none);
        m.loss_b.push_back(known ? -b[i][job_.tokens[next]].item<double>() : none);
    }
}

void LogitSums::add_ranks(const at::Tensor& a, const at::Tensor& b, const at::Tensor& best_a,
                          const at::Tensor& best_b, int64_t start, LogitMetrics& m) const {
    for (int64_t i = 0; i < a.size(0); ++i) {
        const auto id_a = best_a[i].item<int64_t>(), id_b = best_b[i].item<int64_t>();
        m.best_a.push_back(static_cast<int32_t>(id_a));
        m.best_b.push_back(static_cast<int32_t>(id_b));
        m.best_piece_a.push_back(job_.piece ? job_.piece(m.best_a.back()) : std::string());
        m.best_piece_b.push_back(job_.piece ? job_.piece(m.best_b.back()) : std::string());
        m.best_rank_in_b.push_back(rank_of(b[i], id_a));
        const auto next = static_cast<size_t>(start + i + 1);
        const bool known = next < job_.tokens.size();
        m.rank_a.push_back(known ? rank_of(a[i], job_.tokens[next]) : -1);
        m.rank_b.push_back(known ? rank_of(b[i], job_.tokens[next]) : -1);
    }
}

/// Whether the logits of a position chose a token of A's text.
bool LogitSums::predicts(int64_t pos) const {
    return pos >= job_.n_prompt - 1 && pos + 1 < static_cast<int64_t>(job_.tokens.size());
}

/// A's own noise at its two best logits, 3 · √2 · root mean square over both and the noise passes
/// (a margin is a difference of two), against their margin. Nothing of run B is read.
void LogitSums::add_fragility(const Lanes& lanes, int64_t start, LockstepResult& result) const {
    const at::Tensor& logits = lanes.a->logits;
    for (int64_t i = 0; i < logits.size(0); ++i) {
        if (!predicts(start + i)) continue;
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
        result.fragility.push_back(margin > 0 ? noise / margin : noise > 0 ? INFINITY : 0.0);
    }
}

void LogitSums::add_steps(const at::Tensor& a, const at::Tensor& b, int64_t start,
                          LockstepResult& result) {
    for (int64_t i = 0; i < a.size(0); ++i) {
        const int64_t pos = start + i;
        if (!predicts(pos)) continue;
        const at::Tensor row_a = a[i].to(at::kDouble), row_b = b[i].to(at::kDouble);
        result.b_forced.push_back(
            pick_token(b[i], Sampling{}, pos + 1, logits_type(job_.b.numerics), job_.piece));
        const at::Tensor best = top_ids(row_a, 2);
        result.error_at_step.push_back(
            (row_a.index_select(0, best) - row_b.index_select(0, best)).abs().max().item<double>());
    }
}

void LogitSums::add(const Lanes& lanes, int64_t start, LockstepResult& result) {
    const at::Tensor a = log_probabilities(lanes.a->logits);
    const at::Tensor b = log_probabilities(lanes.b->logits);
    add_pair(a, b, start, result);
    add_steps(lanes.a->logits, lanes.b->logits, start, result);
    FunctionDistances& f = result.function;
    append_distance(f.a_b, a, b);
    if (!job_.judged) return;
    const at::Tensor a64 = log_probabilities(lanes.a64->logits);
    const at::Tensor b64 = log_probabilities(lanes.b64->logits);
    const at::Tensor a_held = log_probabilities(lanes.a64_held->logits);
    const at::Tensor b_held = log_probabilities(lanes.b64_held->logits);
    add_fragility(lanes, start, result);
    append_distance(f.a64_b64, a64, b64);
    append_distance(f.a_a64, a64, a);
    append_distance(f.b_b64, b64, b);
    append_distance(f.a32_a64, a_held, log_probabilities(lanes.a32->logits));
    append_distance(f.tiny_a64, a_held, log_probabilities(lanes.tiny->logits));
    at::Tensor sum;
    const auto add_noise = [&](const std::vector<Lane*>& passes, const at::Tensor& exact) {
        for (Lane* pass : passes) {
            std::vector<double> d;
            append_distance(d, exact, log_probabilities(pass->logits));
            const at::Tensor square = at::tensor(d, at::kDouble).square() * (9.0 / kNoisePasses);
            sum = sum.defined() ? sum + square : square;
        }
    };
    add_noise(lanes.noise_a, a_held);
    add_noise(lanes.noise_b, b_held);
    append(f.band, sum.sqrt());
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

}  // namespace driftscope
