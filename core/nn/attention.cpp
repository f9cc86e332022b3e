// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/attention.h"

#include "core/nn/linear.h"

#include <cmath>
#include <limits>

namespace driftscope {

namespace {

double lowest(at::ScalarType type) {
    switch (type) {
        case at::kDouble: return std::numeric_limits<double>::lowest();
        case at::kBFloat16: return -3.3895313892515355e38;
        case at::kHalf: return -65504.0;
        default: return static_cast<double>(std::numeric_limits<float>::lowest());
    }
}

/// Each key/value head repeated n_heads / n_kv_heads times, consecutively (repeat_kv).
at::Tensor repeat_heads(const at::Tensor& x, int64_t n_heads) {
    const int64_t repeats = n_heads / x.size(1);
    if (repeats == 1) return x;
    return x.unsqueeze(2)
        .expand({x.size(0), x.size(1), repeats, x.size(2), x.size(3)})
        .reshape({x.size(0), n_heads, x.size(2), x.size(3)});
}

at::Tensor scale_scores(const Exec& exec, const at::Tensor& raw, int64_t d_head) {
    const at::ScalarType dtype = exec.num().dtype;
    if (exec.num().scale == ScaleRule::divide) {
        return exec.rounded(raw / std::sqrt(static_cast<double>(d_head)), dtype);
    }
    // head_dim ** -0.5 of Python: std::pow gives the same double.
    return exec.rounded(raw * std::pow(static_cast<double>(d_head), -0.5), dtype);
}

AttentionResult eager(const Exec& exec, const AttentionInput& in, bool mix) {
    const at::ScalarType dtype = exec.num().dtype, soft = exec.num().softmax;
    const int64_t n_heads = in.q.size(1);
    const at::Tensor keys = repeat_heads(in.k, n_heads);
    const at::Tensor raw = product(exec, in.q, keys.transpose(2, 3), dtype);
    at::Tensor scores = scale_scores(exec, raw, in.q.size(3));  // [1, head, pos, key_pos]
    const at::Tensor forbidden = forbidden_keys(in);
    const at::Tensor mask = at::zeros(forbidden.sizes(), scores.options())
                                .masked_fill_(forbidden, lowest(exec.type(dtype)));
    scores = scores + mask;
    at::Tensor pattern = at::softmax(exec.round(scores, dtype, soft), -1);
    pattern = exec.round(exec.rounded(pattern, soft), soft, dtype);
    AttentionResult result;
    result.scores = scores.squeeze(0);
    result.pattern = pattern.squeeze(0);
    if (mix) result.z = product(exec, pattern, repeat_heads(in.v, n_heads), dtype);
    return result;
}

/// The fused kernel keeps scores and softmax in float32 (half types) and rounds once at the end;
/// its noise is that of the eager steps with scores and softmax in the accumulating type.
AttentionResult judged_sdpa(const Exec& exec, const AttentionInput& in) {
    const at::ScalarType dtype = exec.num().dtype, inner = wider(at::kFloat, dtype);
    const at::Tensor keys = repeat_heads(in.k, in.q.size(1));
    at::Tensor scores = product(exec, in.q, keys.transpose(2, 3), inner);
    scores = exec.rounded(scores * std::pow(static_cast<double>(in.q.size(3)), -0.5), inner);
    scores = scores.masked_fill(forbidden_keys(in), -std::numeric_limits<double>::infinity());
    const at::Tensor pattern = exec.rounded(at::softmax(scores, -1), inner);
    const at::Tensor z = product(exec, exec.round(pattern, inner, dtype),
                                 repeat_heads(in.v, in.q.size(1)), dtype);
    return {z, {}, {}};
}

AttentionResult fused(const Exec& exec, const AttentionInput& in) {
    if (exec.judge()) return judged_sdpa(exec, in);
    const int64_t n_query = in.q.size(2), n_key = in.k.size(2);
    const double scale = std::pow(static_cast<double>(in.q.size(3)), -0.5);
    const bool windowed = in.window && *in.window < in.start + n_query - in.key_start;
    const bool plain = !windowed && (n_query == 1 || n_query == n_key);
    // As sdpa_attention_forward: is_causal when no mask is needed and there is more than one
    // query; else an explicit mask, aligned to the last key.
    std::optional<at::Tensor> mask;
    if (!plain) mask = ~forbidden_keys(in);
    const at::Tensor k = repeat_heads(in.k, in.q.size(1)), v = repeat_heads(in.v, in.q.size(1));
    return {at::scaled_dot_product_attention(in.q, k, v, mask, 0.0, plain && n_query > 1, scale),
            {}, {}};
}

}  // namespace

at::Tensor forbidden_keys(const AttentionInput& in) {
    const at::Tensor query =
        at::arange(in.start, in.start + in.q.size(2), at::kLong).unsqueeze(1);
    const at::Tensor key =
        at::arange(in.key_start, in.key_start + in.k.size(2), at::kLong).unsqueeze(0);
    at::Tensor forbidden = key > query;
    if (in.window) forbidden = forbidden | (key <= query - *in.window);
    return forbidden;  // [pos, key_pos]
}

AttentionResult attention(const Exec& exec, const AttentionInput& in) {
    return exec.num().sdpa ? fused(exec, in) : eager(exec, in, true);
}

AttentionResult attention_pattern(const Exec& exec, const AttentionInput& in) {
    return eager(exec, in, false);
}

}  // namespace driftscope
