// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/rope.h"

#include "core/data/error.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace driftscope {
namespace {

/// Number of rotated dimensions. Errors: format.
int64_t rotary_dimensions(const RopeConfig& rope, int64_t d_head) {
    const auto d = static_cast<int64_t>(static_cast<double>(d_head) * rope.partial);
    if (d < 2 || d % 2 != 0 || d > d_head)
        throw Error(ErrorCode::format, "rope",
                    std::to_string(d) + " of " + std::to_string(d_head) +
                        " dimensions cannot be rotated in pairs");
    return d;
}

/// 1 / base^(2i/d), i = 0 .. d/2-1.
std::vector<double> plain_frequencies(double base, int64_t d) {
    std::vector<double> inv_freq(static_cast<size_t>(d / 2));
    for (size_t i = 0; i < inv_freq.size(); ++i)
        inv_freq[i] = 1.0 / std::pow(base, 2.0 * static_cast<double>(i) / static_cast<double>(d));
    return inv_freq;
}

/// llama3: short wavelengths kept, long ones divided by the factor, a blend between.
double llama3_frequency(double inv_freq, const RopeConfig& rope) {
    const auto context = static_cast<double>(rope.original_context);
    const double wavelength = 2.0 * std::numbers::pi / inv_freq;
    if (wavelength < context / rope.high_freq_factor) return inv_freq;
    if (wavelength > context / rope.low_freq_factor) return inv_freq / rope.factor;
    const double smooth = (context / wavelength - rope.low_freq_factor) /
                          (rope.high_freq_factor - rope.low_freq_factor);
    return (1.0 - smooth) * inv_freq / rope.factor + smooth * inv_freq;
}

/// yarn: the dimension that makes `rotations` turns within the original context.
double yarn_dimension(double rotations, const RopeConfig& rope, int64_t d) {
    const auto context = static_cast<double>(rope.original_context);
    return static_cast<double>(d) * std::log(context / (rotations * 2.0 * std::numbers::pi)) /
           (2.0 * std::log(rope.base));
}

/// yarn: a ramp over the dimensions from the plain to the divided frequencies.
void scale_yarn(std::vector<double>& inv_freq, const RopeConfig& rope, int64_t d) {
    double low = yarn_dimension(rope.beta_fast, rope, d);
    double high = yarn_dimension(rope.beta_slow, rope, d);
    if (rope.truncate) {
        low = std::floor(low);
        high = std::ceil(high);
    }
    low = std::max(low, 0.0);
    high = std::min(high, static_cast<double>(d - 1));
    if (low == high) high += 0.001;  // as transformers does, against division by zero
    for (size_t i = 0; i < inv_freq.size(); ++i) {
        const double ramp = std::clamp((static_cast<double>(i) - low) / (high - low), 0.0, 1.0);
        inv_freq[i] = inv_freq[i] / rope.factor * ramp + inv_freq[i] * (1.0 - ramp);
    }
}

double yarn_mscale(double scale, double mscale) {
    return scale <= 1.0 ? 1.0 : 0.1 * mscale * std::log(scale) + 1.0;
}

}  // namespace

double dynamic_rope_base(const RopeConfig& rope, int64_t d_head, int64_t n_ctx, int64_t seq_len) {
    const int64_t d = rotary_dimensions(rope, d_head);
    // Equal lengths leave the base exactly as it is; the formula could round.
    if (rope.kind != RopeKind::dynamic || seq_len <= n_ctx || d <= 2) return rope.base;
    const double ratio = static_cast<double>(seq_len) / static_cast<double>(n_ctx);
    const double exponent = static_cast<double>(d) / static_cast<double>(d - 2);
    return rope.base * std::pow(rope.factor * ratio - (rope.factor - 1.0), exponent);
}

double rope_attention_scaling(const RopeConfig& rope) {
    if (rope.kind != RopeKind::yarn && rope.kind != RopeKind::longrope) return 1.0;
    if (rope.attention_factor) return *rope.attention_factor;
    if (rope.kind == RopeKind::longrope) {
        const auto context = static_cast<double>(rope.original_context);
        return rope.factor <= 1.0 ? 1.0
                                  : std::sqrt(1.0 + std::log(rope.factor) / std::log(context));
    }
    if (rope.mscale && rope.mscale_all_dim)
        return yarn_mscale(rope.factor, *rope.mscale) /
               yarn_mscale(rope.factor, *rope.mscale_all_dim);
    return yarn_mscale(rope.factor, 1.0);
}

RopeTable rope_frequencies(const RopeConfig& rope, int64_t d_head, int64_t n_ctx, int64_t seq_len) {
    const int64_t d = rotary_dimensions(rope, d_head);
    RopeTable table;
    table.inv_freq_d = plain_frequencies(dynamic_rope_base(rope, d_head, n_ctx, seq_len), d);
    switch (rope.kind) {
        case RopeKind::none:
        case RopeKind::dynamic: break;
        case RopeKind::linear:
            for (double& f : table.inv_freq_d) f /= rope.factor;
            break;
        case RopeKind::llama3:
            for (double& f : table.inv_freq_d) f = llama3_frequency(f, rope);
            break;
        case RopeKind::yarn: scale_yarn(table.inv_freq_d, rope, d); break;
        case RopeKind::longrope: {
            const auto& factor =
                seq_len > rope.original_context ? rope.long_factor : rope.short_factor;
            for (size_t i = 0; i < table.inv_freq_d.size(); ++i) table.inv_freq_d[i] /= factor[i];
            break;
        }
    }
    table.attention_scaling = rope_attention_scaling(rope);
    for (const double f : table.inv_freq_d) table.inv_freq_f.push_back(static_cast<float>(f));
    return table;
}

}  // namespace driftscope
