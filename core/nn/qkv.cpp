// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/qkv.h"

#include "core/nn/linear.h"

namespace driftscope {

namespace {

at::Tensor rows(const at::Tensor& bias, int64_t first, int64_t count) {
    return bias.defined() ? bias.narrow(0, first, count) : at::Tensor();
}

/// One product per head. `copy` [head, row·pos, in]: the heads' own inputs, or undefined.
at::Tensor per_head(const Exec& exec, const at::Tensor& x, const at::Tensor& copy,
                    const at::Tensor& w, const at::Tensor& bias, int64_t heads) {
    const int64_t d = w.size(0) / heads;
    std::vector<at::Tensor> parts;
    for (int64_t h = 0; h < heads; ++h) {
        const at::Tensor input = copy.defined() ? copy.select(0, h).view(x.sizes()) : x;
        parts.push_back(
            linear(exec, input, w.narrow(0, h * d, d), rows(bias, h * d, d), exec.num().dtype));
    }
    return at::cat(parts, -1);
}

/// One batched product over heads; the bias is added to its rounded result.
at::Tensor einsum(const Exec& exec, const at::Tensor& x, const at::Tensor& copy,
                  const at::Tensor& w, const at::Tensor& bias, int64_t heads) {
    const at::ScalarType dtype = exec.num().dtype;
    const int64_t d = w.size(0) / heads, n = x.size(0) * x.size(1);
    const at::Tensor by_head = w.reshape({heads, d, w.size(1)}).transpose(1, 2);  // [head, in, d]
    const at::Tensor many =  // [head, row·pos, in]
        copy.defined() ? copy : x.reshape({1, n, x.size(2)}).expand({heads, n, x.size(2)});
    at::Tensor y = product(exec, many, by_head, dtype);  // [head, row·pos, d]
    if (bias.defined()) y = exec.rounded(y + bias.view({heads, 1, d}), dtype);
    return y.transpose(0, 1).reshape({x.size(0), x.size(1), heads * d});
}

/// One product, its columns taken apart as the checkpoint stores them.
QkvResult fused(const Exec& exec, const at::Tensor& x, const QkvWeights& w, int64_t n_heads,
                int64_t n_kv_heads) {
    const at::Tensor y = linear(exec, x, w.fused, w.fused_bias, exec.num().dtype);
    const int64_t n = x.size(1), group = n_heads / n_kv_heads;
    const int64_t d = w.fused.size(0) / (n_heads + 2 * n_kv_heads);
    if (w.store != QkvStore::separate && w.store != QkvStore::stacked) {
        // [kv head][its query heads, key, value][d]; by_head is the group of one.
        const at::Tensor groups = y.view({x.size(0), n, n_kv_heads, group + 2, d});
        const auto rows = [&](int64_t first, int64_t count) {
            return groups.narrow(3, first, count).reshape({x.size(0), n, n_kv_heads * count * d});
        };
        const bool swapped = w.store == QkvStore::by_group_swapped;
        return {rows(0, group), rows(group + (swapped ? 1 : 0), 1),
                rows(group + (swapped ? 0 : 1), 1)};
    }
    const int64_t n_q = n_heads * d, n_k = n_kv_heads * d;
    return {y.narrow(-1, 0, n_q).contiguous(), y.narrow(-1, n_q, n_k).contiguous(),
            y.narrow(-1, n_q + n_k, n_k).contiguous()};
}

}  // namespace

QkvResult project_qkv(const Exec& exec, const at::Tensor& x, const QkvWeights& w, int64_t n_heads,
                      int64_t n_kv_heads, const HeadInputs* copies) {
    const at::ScalarType dtype = exec.num().dtype;
    const HeadInputs own = copies ? *copies : HeadInputs();
    switch (exec.num().qkv) {
        case QkvLayout::fused: return fused(exec, x, w, n_heads, n_kv_heads);
        case QkvLayout::separate:
            return {linear(exec, x, w.q, w.q_bias, dtype), linear(exec, x, w.k, w.k_bias, dtype),
                    linear(exec, x, w.v, w.v_bias, dtype)};
        case QkvLayout::split_gemm:
            return {per_head(exec, x, own.q, w.q, w.q_bias, n_heads),
                    per_head(exec, x, own.k, w.k, w.k_bias, n_kv_heads),
                    per_head(exec, x, own.v, w.v, w.v_bias, n_kv_heads)};
        case QkvLayout::split_einsum:
            return {einsum(exec, x, own.q, w.q, w.q_bias, n_heads),
                    einsum(exec, x, own.k, w.k, w.k_bias, n_kv_heads),
                    einsum(exec, x, own.v, w.v, w.v_bias, n_kv_heads)};
    }
    return {};
}

}  // namespace driftscope
