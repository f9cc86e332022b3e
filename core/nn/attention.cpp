// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/attention.h"

#include "core/nn/activation.h"
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

double rounded_to(double value, at::ScalarType type) {
    return at::scalar_tensor(value, at::TensorOptions().dtype(type)).item<double>();
}

/// The type that scores are made in before the softmax.
at::ScalarType score_type(const Exec& exec, const AttentionInput& in) {
    const Numerics& n = exec.num();
    const bool wide = lens(n) ? n.conventions == Conventions::transformerlens2
                              : in.upcast || n.defect.neox_softmax;
    return wide ? wider(at::kFloat, n.dtype) : n.dtype;
}

/// HookedTransformer's, before cap and mask; ALiBi's float32 bias is added in one rounding.
at::Tensor lens_scores(const Exec& exec, const AttentionInput& in, const at::Tensor& keys) {
    const at::ScalarType inner = score_type(exec, in);
    const at::Tensor q = exec.widen(in.q, inner), k = exec.widen(keys, inner);
    const at::Tensor raw = product(exec, q, k.transpose(2, 3), inner);
    const at::Tensor scores = exec.rounded(raw / (in.layer_divisor / in.scale), inner);
    if (!in.key_bias.defined()) return scores;
    return exec.rounded((scores + in.key_bias).to(scores.scalar_type()), inner);
}

/// q·kᵀ scaled, before cap and mask: [1, head, pos, key_pos].
at::Tensor scaled_scores(const Exec& exec, const AttentionInput& in, const at::Tensor& keys) {
    const at::ScalarType dtype = exec.num().dtype;
    const ScoreRule rule = exec.num().score.value_or(in.rule);
    if (lens(exec.num())) return lens_scores(exec, in, keys);
    if (in.upcast || exec.num().defect.neox_softmax) {
        // torch.baddbmm with alpha: one rounding to float32.
        const at::ScalarType inner = wider(at::kFloat, dtype);
        const at::Tensor q = exec.widen(in.q, inner), k = exec.widen(keys, inner);
        return fused_product(exec, q, k.transpose(2, 3), {}, in.scale / in.layer_divisor, inner);
    }
    if (rule == ScoreRule::fused || (in.key_bias.defined() && !exec.num().score)) {
        return fused_product(exec, in.q, keys.transpose(2, 3), in.key_bias, in.scale, dtype);
    }
    at::Tensor scores = product(exec, in.q, keys.transpose(2, 3), dtype);
    switch (rule) {
        case ScoreRule::divide: scores = scores / (1.0 / in.scale); break;
        case ScoreRule::divide_rounded:
            // √d is a tensor of the dtype (modeling_gpt2.py, torch.full([], ..., dtype)).
            scores = scores / (exec.judge() ? 1.0 / in.scale : rounded_to(1.0 / in.scale, dtype));
            break;
        default: scores = scores * in.scale; break;
    }
    scores = exec.rounded(scores, dtype);
    if (in.layer_divisor != 1.0) scores = exec.rounded(scores / in.layer_divisor, dtype);
    if (in.key_bias.defined()) scores = exec.rounded(scores + in.key_bias, dtype);
    return scores;
}

/// Softmax over keys. D-KV-INIT: a key of zeros takes part, its value adds nothing.
at::Tensor softmax_rows(const Exec& exec, const at::Tensor& scores) {
    if (!exec.num().defect.kv_init || !exec.num().use_cache) return at::softmax(scores, -1);
    const at::Tensor all = at::softmax(at::constant_pad_nd(scores, {1, 0}, 0.0), -1);
    return all.narrow(-1, 1, scores.size(-1)).contiguous();
}

/// True where the query may not look: [pos, key_pos].
at::Tensor forbidden_keys(const Exec& exec, const AttentionInput& in) {
    const at::Tensor query = at::arange(in.start, in.start + in.q.size(2), at::kLong).unsqueeze(1);
    const at::Tensor key =
        at::arange(in.key_start, in.key_start + in.k.size(2), at::kLong).unsqueeze(0);
    at::Tensor forbidden = key > query;
    if (in.window) forbidden = forbidden | (key <= query - *in.window);
    if (exec.num().defect.kv_mask && exec.num().use_cache) forbidden = forbidden | (key < in.start);
    if (in.pads > 0) {
        const at::Tensor pad = (key >= in.pad_start) & (key < in.pad_start + in.pads);
        // A pad sees itself: a row without any key has no softmax.
        forbidden = (forbidden | pad) & (key != query);
    }
    return forbidden;
}

/// What a key out of sight gets: −∞ in HookedTransformer, else the lowest number of the type.
double mask_value(const Exec& exec, const AttentionInput& in) {
    return lens(exec.num()) ? -std::numeric_limits<double>::infinity()
                            : lowest(exec.type(score_type(exec, in)));
}

at::Tensor capped(const Exec& exec, const AttentionInput& in, const at::Tensor& scores) {
    if (!in.soft_cap) return scores;
    return soft_cap(exec, scores, *in.soft_cap,
                    lens(exec.num()) ? score_type(exec, in) : exec.num().dtype);
}

AttentionResult eager(const Exec& exec, const AttentionInput& in, bool mix) {
    const at::ScalarType dtype = exec.num().dtype, soft = exec.num().softmax;
    const at::ScalarType inner = score_type(exec, in);
    const int64_t n_heads = in.q.size(1);
    at::Tensor scores = capped(exec, in, scaled_scores(exec, in, repeat_heads(in.k, n_heads)));
    const at::Tensor forbidden = forbidden_keys(exec, in);
    if (lens(exec.num())) {
        scores = scores.masked_fill(forbidden, mask_value(exec, in));
    } else {
        const at::Tensor mask = at::zeros(forbidden.sizes(), scores.options())
                                    .masked_fill_(forbidden, mask_value(exec, in));
        scores = scores + mask;
    }
    at::Tensor pattern = softmax_rows(exec, exec.round(scores, inner, soft));
    pattern = exec.round(exec.rounded(pattern, soft), soft, dtype);
    AttentionResult result;
    result.scores = scores.select(0, 0);
    result.pattern = pattern.select(0, 0);
    if (mix) result.z = product(exec, pattern, repeat_heads(in.v, n_heads), dtype);
    return result;
}

/// The fused kernel keeps scores and softmax in float32 (half types) and rounds once at the end;
/// its noise is that of the eager steps with scores and softmax in the accumulating type.
AttentionResult judged_sdpa(const Exec& exec, const AttentionInput& in) {
    const at::ScalarType dtype = exec.num().dtype, inner = wider(at::kFloat, dtype);
    const at::Tensor keys = repeat_heads(in.k, in.q.size(1));
    at::Tensor scores = product(exec, in.q, keys.transpose(2, 3), inner);
    scores = exec.rounded(scores * (in.scale / in.layer_divisor), inner);
    if (in.key_bias.defined()) scores = exec.rounded(scores + in.key_bias, inner);
    scores = scores.masked_fill(forbidden_keys(exec, in), -std::numeric_limits<double>::infinity());
    const at::Tensor pattern = exec.rounded(at::softmax(scores, -1), inner);
    const at::Tensor z =
        product(exec, exec.round(pattern, inner, dtype), repeat_heads(in.v, in.q.size(1)), dtype);
    return {z, {}, {}};
}

/// D-KV-INIT for a kernel that makes no scores: the key of zeros in front, with its value.
AttentionInput with_zero_key(AttentionInput in) {
    in.k = at::constant_pad_nd(in.k, {0, 0, 1, 0}, 0.0);
    in.v = at::constant_pad_nd(in.v, {0, 0, 1, 0}, 0.0);
    if (in.key_bias.defined()) in.key_bias = at::constant_pad_nd(in.key_bias, {1, 0}, 0.0);
    --in.key_start;
    return in;
}

AttentionResult fused(const Exec& exec, const AttentionInput& given) {
    const bool padded = exec.num().defect.kv_init && exec.num().use_cache;
    const AttentionInput in = padded ? with_zero_key(given) : given;
    if (exec.judge()) return judged_sdpa(exec, in);
    const int64_t n_query = in.q.size(2), n_key = in.k.size(2);
    const double scale = in.scale / in.layer_divisor;
    const bool windowed = in.window && *in.window < in.start + n_query - in.key_start;
    const bool cut = exec.num().defect.kv_mask && exec.num().use_cache && in.start > in.key_start;
    const bool plain = !windowed && !cut && !padded && in.pads == 0 && !in.key_bias.defined() &&
                       (n_query == 1 || n_query == n_key);
    // As sdpa_attention_forward: is_causal when no mask is needed and there is more than one
    // query; else an explicit mask, aligned to the last key.
    std::optional<at::Tensor> mask;
    if (!plain) mask = ~forbidden_keys(exec, in);
    if (in.key_bias.defined()) {
        mask = in.key_bias.unsqueeze(0)
                   .expand({1, in.q.size(1), n_query, n_key})
                   .masked_fill(~*mask, -std::numeric_limits<double>::infinity());
    }
    const at::Tensor k = repeat_heads(in.k, in.q.size(1)), v = repeat_heads(in.v, in.q.size(1));
    return {at::scaled_dot_product_attention(in.q, k, v, mask, 0.0, plain && n_query > 1, scale),
            {},
            {}};
}

}  // namespace

AttentionInput attention_setting(const ModelConfig& config, int layer) {
    AttentionInput in;
    in.window = config.window(layer);
    in.rule = config.block.score;
    in.scale = config.score_scale();
    if (config.scale_by_layer) in.layer_divisor = layer + 1.0;
    in.soft_cap = config.attn_softcap;
    in.upcast = config.upcast_scores;
    return in;
}

AttentionResult attention(const Exec& exec, const AttentionInput& in) {
    return exec.num().sdpa ? fused(exec, in) : eager(exec, in, true);
}

ScoreTerms score_terms(const Exec& exec, const AttentionInput& given, int64_t head) {
    const Numerics& n = exec.num();
    AttentionInput in = given;
    if (n.sdpa) {  // a fused kernel is there for texts whose scores of all heads have no room
        in.q = given.q.narrow(1, head, 1);
        in.k = given.k.narrow(1, head * given.k.size(1) / given.q.size(1), 1);
        if (in.key_bias.defined()) in.key_bias = given.key_bias.narrow(0, head, 1);
        head = 0;
    }
    const at::Tensor keys = repeat_heads(in.k, in.q.size(1));
    const bool wide = !lens(n) && (in.upcast || n.defect.neox_softmax);
    const bool biased = in.key_bias.defined() && !wide;  // the wide product knows no bias
    const bool together =
        biased && !lens(n) && n.score.value_or(ScoreRule::fused) == ScoreRule::fused;
    AttentionInput bare = in;
    bare.key_bias = at::Tensor();
    if (together) bare.rule = ScoreRule::fused;
    const auto of_head = [&](const at::Tensor& x) { return x.select(0, 0).narrow(0, head, 1); };
    ScoreTerms t;
    t.qk = of_head(scaled_scores(exec, bare, keys));
    const at::Tensor sum = biased ? of_head(scaled_scores(exec, in, keys)) : t.qk;
    t.scores = capped(exec, in, sum);
    if (biased) t.bias = in.key_bias.narrow(0, head, 1).expand_as(t.qk);
    if (in.soft_cap) t.cap = t.scores.to(at::kDouble) - sum.to(at::kDouble);
    t.seen = forbidden_keys(exec, in).logical_not().unsqueeze(0);
    t.mask = mask_value(exec, in);
    t.apart = !together && !n.sdpa;
    return t;
}

AttentionResult attention_pattern(const Exec& exec, const AttentionInput& in) {
    return eager(exec, in, false);
}

}  // namespace driftscope
