// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/sampler.h"

#include <cmath>

#include "core/nn/numerics.h"
#include "core/options/option.h"

namespace driftscope {

Sampling sampling_from(const OptionValues& given) {
    const OptionValues o = complete(given);
    Sampling s;
    s.greedy = o.at("sample") == "greedy";
    s.temperature = std::stod(o.at("temperature"));
    s.top_p = std::stod(o.at("top_p"));
    if (o.at("top_k") != "off") s.top_k = std::stoll(o.at("top_k"));
    s.seed = std::stoull(o.at("seed"));
    return s;
}

double ulp_at(double value, at::ScalarType type) {
    const int lowest = type == at::kDouble ? -1022 : type == at::kHalf ? -14 : -126;
    int exponent = lowest;
    if (value != 0 && std::isfinite(value)) {
        std::frexp(value, &exponent);  // |value| in [2^(e-1), 2^e)
        exponent = std::max(exponent - 1, lowest);
    }
    return std::ldexp(1.0, exponent - (significand_bits(type) - 1));
}

namespace {

uint64_t mix(uint64_t x) {  // SplitMix64 (Steele, Lea, Flood 2014)
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

double gumbel(uint64_t seed, int64_t position, int64_t id) {
    const uint64_t bits =
        mix(mix(mix(seed) ^ static_cast<uint64_t>(position)) ^ static_cast<uint64_t>(id));
    const double u = (static_cast<double>(bits >> 11) + 0.5) * 0x1.0p-53;
    return -std::log(-std::log(u));
}

int32_t draw(const at::Tensor& logits, const Sampling& s, int64_t position) {
    const at::Tensor scaled = logits / s.temperature;  // [d_vocab], float64
    const auto [sorted, order] = at::sort(scaled, /*stable=*/true, -1, /*descending=*/true);
    const at::Tensor probability = at::softmax(sorted, 0);
    const double* value = sorted.data_ptr<double>();
    const double* p = probability.data_ptr<double>();
    const int64_t* id = order.data_ptr<int64_t>();
    const int64_t limit = s.top_k > 0 ? std::min(s.top_k, sorted.size(0)) : sorted.size(0);
    double mass = 0, best = -std::numeric_limits<double>::infinity();
    int64_t chosen = id[0];
    for (int64_t i = 0; i < limit && (i == 0 || mass < s.top_p); ++i) {
        mass += p[i];
        const double noisy = value[i] + gumbel(s.seed, position, id[i]);
        if (noisy > best) best = noisy, chosen = id[i];
    }
    return static_cast<int32_t>(chosen);
}

}  // namespace

GenerationStep pick_token(const at::Tensor& row, const Sampling& sampling, int64_t position,
                          at::ScalarType step_type, const PieceOf& piece) {
    const at::Tensor logits = row.to(at::kDouble).contiguous();
    const at::Tensor logprob = at::log_softmax(logits, 0);
    GenerationStep step;
    step.id = sampling.greedy ? static_cast<int32_t>(at::argmax(row.to(at::kFloat)).item<int64_t>())
                              : draw(logits, sampling, position);
    step.piece = piece(step.id);
    step.logprob = logprob[step.id].item<double>();
    const int64_t n = std::min<int64_t>(10, logits.size(0));
    const auto [values, ids] = at::topk(logits, n);
    for (int64_t i = 0; i < n; ++i) {
        const auto id = static_cast<int32_t>(ids[i].item<int64_t>());
        step.top.push_back({id, piece(id), logprob[id].item<double>()});
    }
    if (n > 1) step.margin = values[0].item<double>() - values[1].item<double>();
    step.margin_ulp = step.margin / ulp_at(values[0].item<double>(), step_type);
    return step;
}

}  // namespace driftscope
