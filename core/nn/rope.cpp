// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/rope.h"

#include "core/model/rope.h"

#include <cmath>
#include <numbers>

namespace driftscope {

namespace {

/// 1 / base^(2i/d) in float32 as torch computes it: int64 arange, cast, divide, pow, reciprocal.
at::Tensor plain_frequencies(double base, int64_t d) {
    const at::Tensor i = at::arange(0, d, 2, at::kLong).to(at::kFloat) / static_cast<double>(d);
    return 1.0 / at::pow(at::Scalar(base), i);
}

/// _compute_llama3_parameters of transformers 4.57, operation by operation in float32.
at::Tensor llama3(const RopeConfig& rope, const at::Tensor& inv_freq) {
    const double context = static_cast<double>(rope.original_context);
    const double low_wavelength = context / rope.low_freq_factor;
    const double high_wavelength = context / rope.high_freq_factor;
    const at::Tensor wavelength = 2 * std::numbers::pi / inv_freq;
    const at::Tensor scaled =
        at::where(wavelength > low_wavelength, inv_freq / rope.factor, inv_freq);
    const at::Tensor smooth = (context / wavelength - rope.low_freq_factor) /
                              (rope.high_freq_factor - rope.low_freq_factor);
    const at::Tensor blended = (1 - smooth) * scaled / rope.factor + smooth * scaled;
    const at::Tensor medium = ~(wavelength < high_wavelength) * ~(wavelength > low_wavelength);
    return at::where(medium, blended, scaled);
}

double yarn_dimension(const RopeConfig& rope, int64_t d, double rotations) {
    return static_cast<double>(d) *
           std::log(static_cast<double>(rope.original_context) /
                    (rotations * 2 * std::numbers::pi)) /
           (2 * std::log(rope.base));
}

/// _compute_yarn_parameters of transformers 4.57.
at::Tensor yarn(const RopeConfig& rope, int64_t d) {
    const at::Tensor exponent =
        at::arange(0, d, 2, at::kLong).to(at::kFloat) / static_cast<double>(d);
    const at::Tensor powers = at::pow(at::Scalar(rope.base), exponent);
    const at::Tensor extrapolated = 1.0 / powers;
    const at::Tensor interpolated = 1.0 / (rope.factor * powers);
    double low = yarn_dimension(rope, d, rope.beta_fast);
    double high = yarn_dimension(rope, d, rope.beta_slow);
    if (rope.truncate) {
        low = std::floor(low);
        high = std::ceil(high);
    }
    low = std::max(low, 0.0);
    high = std::min(high, static_cast<double>(d - 1));
    if (low == high) high += 0.001;
    const at::Tensor ramp = at::clamp((at::arange(d / 2, at::kFloat) - low) / (high - low), 0, 1);
    const at::Tensor keep = 1 - ramp;
    return interpolated * (1 - keep) + extrapolated * keep;
}

/// _compute_longrope_parameters of transformers 4.57.
at::Tensor longrope(const RopeConfig& rope, int64_t d, int64_t seq_len) {
    const auto& factor = seq_len > rope.original_context ? rope.long_factor : rope.short_factor;
    const at::Tensor divisors = at::tensor(factor, at::kDouble).to(at::kFloat);
    const at::Tensor exponent =
        at::arange(0, d, 2, at::kLong).to(at::kFloat) / static_cast<double>(d);
    return 1.0 / (divisors * at::pow(at::Scalar(rope.base), exponent));
}

/// _compute_dynamic_ntk_parameters of transformers 4.57: past the context the length is a tensor,
/// so that the base is computed in float32, operation by operation. InternLM2's own code has a
/// double.
at::Tensor dynamic(const ModelConfig& config, const RopeConfig& rope, int64_t d, int64_t seq_len) {
    if (seq_len <= config.n_ctx || config.block.scaled_positions) {
        return plain_frequencies(dynamic_rope_base(rope, config.d_head, config.n_ctx, seq_len), d);
    }
    const at::Tensor length = at::scalar_tensor(seq_len, at::TensorOptions().dtype(at::kLong));
    const at::Tensor ratio =
        rope.factor * length / static_cast<double>(config.n_ctx) - (rope.factor - 1);
    const double power = static_cast<double>(d) / static_cast<double>(d - 2);
    const at::Tensor base = rope.base * at::pow(ratio, power);
    const at::Tensor i = at::arange(0, d, 2, at::kLong).to(at::kFloat) / static_cast<double>(d);
    return 1.0 / at::pow(base, i);
}

at::Tensor float_frequencies(const ModelConfig& config, const RopeConfig& rope, int64_t d,
                             int64_t seq_len) {
    switch (rope.kind) {
        case RopeKind::none: return plain_frequencies(rope.base, d);
        case RopeKind::linear: {
            const at::Tensor plain = plain_frequencies(rope.base, d);
            return config.block.scaled_positions ? plain : plain / rope.factor;
        }
        case RopeKind::dynamic: return dynamic(config, rope, d, seq_len);
        case RopeKind::llama3: return llama3(rope, plain_frequencies(rope.base, d));
        case RopeKind::yarn: return yarn(rope, d);
        case RopeKind::longrope: return longrope(rope, d, seq_len);
    }
    return {};
}

/// abstract_attention.py, calculate_sin_cos_rotary: base^(i / (d/2)) in float32 without scaling;
/// scaled ones are 1 over the frequencies.
at::Tensor lens_divisors(const RopeConfig& rope, int64_t d, const at::Tensor& inv_freq) {
    if (rope.kind != RopeKind::none) return 1.0 / inv_freq;
    const at::Tensor i = at::arange(d / 2, at::kFloat);
    return at::pow(at::Scalar(rope.base), i / (static_cast<double>(d) / 2));
}

}  // namespace

Frequencies inverse_frequencies(const Exec& exec, const ModelConfig& config, const RopeConfig& rope,
                                int64_t seq_len) {
    const at::ScalarType type = exec.num().rope;
    const int64_t d = static_cast<int64_t>(static_cast<double>(config.d_head) * rope.partial);
    if (exec.judge() || type == at::kDouble) {
        const RopeTable table = rope_frequencies(rope, config.d_head, config.n_ctx, seq_len);
        at::Tensor exact = at::empty({d / 2}, at::kDouble);
        std::copy(table.inv_freq_d.begin(), table.inv_freq_d.end(), exact.data_ptr<double>());
        return {exec.rounded(exact, type), table.attention_scaling, 1.0, {}};
    }
    // Half types round the finished frequencies once: what a converter that casts its buffers does.
    const bool divides = config.block.scaled_positions && rope.kind == RopeKind::linear;
    Frequencies out{float_frequencies(config, rope, d, seq_len).to(type),
                    rope_attention_scaling(rope),
                    divides ? rope.factor : 1.0,
                    {}};
    if (lens(exec.num())) out.divisors = lens_divisors(rope, d, out.inv_freq).to(type);
    return out;
}

RopeAngles rope_angles(const Exec& exec, const Frequencies& frequencies, int64_t start,
                       int64_t length) {
    const at::ScalarType type = exec.num().rope, dtype = exec.num().dtype;
    const auto& [inv_freq, scaling, divisor, divisors] = frequencies;
    at::Tensor positions =
        at::arange(start, start + length, at::kLong).to(exec.type(type)).view({1, 1, length});
    if (divisor != 1.0) positions = exec.rounded(positions / divisor, type);
    // [1, d/2, 1] x [1, 1, pos] as the reference has it: one rounding per angle.
    const at::Tensor angles =
        divisors.defined()
            ? positions.transpose(1, 2) / divisors.view({1, 1, -1})
            : exec.rounded(at::matmul(inv_freq.view({1, -1, 1}), positions).transpose(1, 2), type);
    // Interleaved pairs (2i, 2i+1) need each angle twice in a row.
    const at::Tensor both = exec.num().defect.interleaved ? angles.repeat_interleave(2, -1)
                                                          : at::cat({angles, angles}, -1);
    const at::Tensor cos = exec.rounded(both.cos() * scaling, type);
    const at::Tensor sin = exec.rounded(both.sin() * scaling, type);
    if (exec.num().defect.neox_softmax) return {cos, sin};  // modeling_gpt_neox.py of 4.42
    return {exec.round(cos, type, dtype), exec.round(sin, type, dtype)};
}

namespace {

/// (−x2, x1) of halves, or of each interleaved pair.
at::Tensor rotate(const Exec& exec, const at::Tensor& x) {
    if (exec.num().defect.interleaved) {
        const at::Tensor pairs = x.unflatten(-1, {-1, 2});
        return at::stack({-pairs.select(-1, 1), pairs.select(-1, 0)}, -1).flatten(-2);
    }
    const int64_t d = x.size(-1);
    return at::cat({-x.narrow(-1, d / 2, d - d / 2), x.narrow(-1, 0, d / 2)}, -1);
}

}  // namespace

at::Tensor apply_rope(const Exec& exec, const at::Tensor& x, const RopeAngles& angles) {
    const at::ScalarType dtype =
        exec.num().defect.neox_softmax ? exec.num().rope : exec.num().dtype;
    const int64_t d = angles.cos.size(-1);
    const bool partial = d < x.size(-1);
    const at::Tensor rotated_part = partial ? x.narrow(-1, 0, d) : x;
    const at::Tensor cos = angles.cos.unsqueeze(1), sin = angles.sin.unsqueeze(1);
    const at::Tensor half = rotate(exec, rotated_part);
    const at::Tensor straight = exec.rounded(rotated_part * cos, dtype);
    const at::Tensor crossed = exec.rounded(half * sin, dtype);
    const at::Tensor out = exec.rounded(straight + crossed, dtype);
    if (!partial) return out;
    return at::cat({out, x.narrow(-1, d, x.size(-1) - d).to(out.scalar_type())}, -1);
}

namespace {

/// base^first, base^(first + step), …: `count` powers. The base is rounded to `type`, the powers
/// again: slopes of high heads carry the first error many times.
at::Tensor powers(const Exec& exec, double base, int64_t first, int64_t step, int64_t count,
                  at::ScalarType type) {
    const at::Tensor b =
        exec.rounded(at::scalar_tensor(base, at::TensorOptions().dtype(exec.type(type))), type);
    return exec.rounded(at::pow(b, at::arange(first, first + step * count, step, at::kInt)), type);
}

at::Tensor alibi_slopes(const Exec& exec, int64_t n_heads, at::ScalarType type) {
    int64_t power = 1;
    while (2 * power <= n_heads) power *= 2;
    if (exec.num().defect.alibi == AlibiDefect::slopes) power = n_heads;
    const auto base = [](int64_t n) {
        return std::pow(2.0, -std::pow(2.0, -(std::log2(static_cast<double>(n)) - 3.0)));
    };
    const at::Tensor slopes = powers(exec, base(power), 1, 1, power, type);
    if (power == n_heads) return slopes;
    return at::cat({slopes, powers(exec, base(2 * power), 1, 2, n_heads - power, type)});
}

}  // namespace

namespace {

/// What the slopes multiply, [queries or 1, n_keys]: the key's index; defects say otherwise.
at::Tensor alibi_index(AlibiDefect defect, int64_t n_keys, int64_t queries) {
    const at::Tensor key = at::arange(n_keys, at::kLong).unsqueeze(0);
    const at::Tensor row = at::arange(queries, at::kLong).unsqueeze(1);
    switch (defect) {
        // slope · min(key − row, 0) of the relative matrix, plus slope · row, which no softmax
        // sees: equal to the key's index wherever row is the query's position.
        case AlibiDefect::top_rows: return at::minimum(key, row);
        case AlibiDefect::query_length: return (key - (n_keys - queries)).clamp_min(0);
        case AlibiDefect::stale: return key - 512;
        default: return key;
    }
}

/// slope · min(key − query, 0), left in float32: the scores it is added to are float32 too.
at::Tensor lens_bias(const Exec& exec, int64_t n_heads, int64_t n_keys, int64_t queries,
                     at::ScalarType wide) {
    const at::Tensor slopes = alibi_slopes(exec, n_heads, wide);
    const at::Tensor key = at::arange(n_keys, at::kLong).unsqueeze(0);
    const at::Tensor query = at::arange(n_keys - queries, n_keys, at::kLong).unsqueeze(1);
    const at::Tensor distance = (key - query).clamp_max(0).to(exec.type(wide)).unsqueeze(0);
    return exec.rounded(slopes.view({n_heads, 1, 1}) * distance, wide);
}

}  // namespace

at::Tensor alibi_bias(const Exec& exec, int64_t n_heads, int64_t n_keys, int64_t queries) {
    const at::ScalarType dtype = exec.num().dtype, wide = wider(at::kFloat, dtype);
    if (lens(exec.num())) {
        return lens_bias(exec, n_heads, n_keys, queries, wide);
    }
    const at::Tensor slopes = alibi_slopes(exec, n_heads, wide);
    const at::Tensor index =
        alibi_index(exec.num().defect.alibi, n_keys, queries).to(exec.type(wide)).unsqueeze(0);
    const at::Tensor bias = exec.rounded(slopes.view({n_heads, 1, 1}) * index, wide);
    return exec.round(bias, wide, dtype);
}

}  // namespace driftscope
