// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/linear.h"

namespace driftscope {

namespace {

constexpr int64_t kScratchElements = 1 << 24;

/// Terms added one after the other, k = 0, 1, ...: a loop of rank-one updates.
at::Tensor sum_sequential(const at::Tensor& x, const at::Tensor& w) {
    at::Tensor sum = x.narrow(-1, 0, 1) * w.narrow(-2, 0, 1);
    for (int64_t k = 1; k < x.size(-1); ++k) {
        // Two roundings a term, as a kernel without fused multiply-add makes.
        sum.add_(x.narrow(-1, k, 1) * w.narrow(-2, k, 1));
    }
    return sum;
}

/// Terms added in a balanced tree over k, a slab of output columns at a time.
at::Tensor sum_pairwise(const at::Tensor& x, const at::Tensor& w) {
    const int64_t columns = w.size(-1);
    const int64_t per_column = std::max<int64_t>(1, x.numel());
    const int64_t slab = std::clamp<int64_t>(kScratchElements / per_column, 1, columns);
    std::vector<at::Tensor> parts;
    for (int64_t c = 0; c < columns; c += slab) {
        const at::Tensor wc = w.narrow(-1, c, std::min(slab, columns - c));
        at::Tensor terms = x.unsqueeze(-1) * wc.unsqueeze(-3);  // [.., S, K, N]
        while (terms.size(-2) > 1) {
            const int64_t n = terms.size(-2), half = n / 2;
            at::Tensor next = terms.narrow(-2, 0, half) + terms.narrow(-2, half, half);
            if (n % 2 != 0) next = at::cat({next, terms.narrow(-2, n - 1, 1)}, -2);
            terms = next;
        }
        parts.push_back(terms.squeeze(-2));
    }
    return at::cat(parts, -1);
}

/// Slices of `size` terms, each by the library, added in order.
at::Tensor sum_blocks(const at::Tensor& x, const at::Tensor& w, int64_t size) {
    const int64_t terms = x.size(-1);
    at::Tensor sum;
    for (int64_t k = 0; k < terms; k += size) {
        const int64_t n = std::min(size, terms - k);
        const at::Tensor part = at::matmul(x.narrow(-1, k, n), w.narrow(-2, k, n));
        sum = sum.defined() ? sum + part : part;
    }
    return sum;
}

at::Tensor ordered(const Exec& exec, const at::Tensor& x, const at::Tensor& w) {
    const Numerics& num = exec.num();
    const at::ScalarType sums = exec.type(num.accumulate);
    const at::Tensor xs = x.to(sums), ws = w.to(sums);
    switch (num.order) {
        case SumOrder::sequential: return sum_sequential(xs, ws);
        case SumOrder::pairwise: return sum_pairwise(xs, ws);
        case SumOrder::slices: {
            const int64_t n = std::max<int64_t>(1, num.order_size);
            return sum_blocks(xs, ws, std::max<int64_t>(1, (x.size(-1) + n - 1) / n));
        }
        case SumOrder::blocks: return sum_blocks(xs, ws, std::max<int64_t>(1, num.order_size));
        case SumOrder::library: break;
    }
    return at::matmul(xs, ws);
}

/// The type in which a product sums its terms when its result is rounded to `type`.
at::ScalarType type_of_sums(const Exec& exec, at::ScalarType type) {
    return exec.num().order == SumOrder::library ? wider(at::kFloat, type) : exec.num().accumulate;
}

}  // namespace

at::Tensor product(const Exec& exec, const at::Tensor& x, const at::Tensor& w,
                   at::ScalarType type) {
    at::Tensor y = exec.num().order == SumOrder::library ? at::matmul(x, w)
                                                         : ordered(exec, x, w).to(exec.type(type));
    return exec.rounded_product(y, x, w, type_of_sums(exec, type), type);
}

at::Tensor linear(const Exec& exec, const at::Tensor& x, const at::Tensor& weight,
                  const at::Tensor& bias, at::ScalarType type) {
    const at::ScalarType sums = type_of_sums(exec, type);
    if (exec.num().order == SumOrder::library) {
        // Bias fused into the product: one rounding, as torch.nn.functional.linear.
        return exec.rounded_linear(at::linear(x, weight, bias), x, weight, sums, type);
    }
    at::Tensor y = ordered(exec, x, weight.t());
    if (bias.defined()) y = y + bias.to(y.scalar_type());
    return exec.rounded_linear(y.to(exec.type(type)), x, weight, sums, type);
}

at::Tensor fused_product(const Exec& exec, const at::Tensor& x, const at::Tensor& w,
                         const at::Tensor& bias, double alpha, at::ScalarType type) {
    if (exec.judge() || exec.num().order != SumOrder::library) {
        at::Tensor y = exec.num().order == SumOrder::library
                           ? at::matmul(x, w)
                           : ordered(exec, x, w).to(exec.type(type));
        y = y * alpha;
        if (bias.defined()) y = y + bias;
        return exec.rounded_product(y, x * alpha, w, type_of_sums(exec, type), type);
    }
    at::Tensor start = at::zeros({1, 1, 1}, x.options());  // not read: beta is 0
    if (bias.defined()) start = x.size(0) == 1 ? bias : bias.repeat({x.size(0), 1, 1});
    return at::baddbmm(start, x.flatten(0, 1), w.flatten(0, 1), bias.defined() ? 1.0 : 0.0, alpha)
        .view({x.size(0), x.size(1), x.size(2), w.size(3)});
}

at::Tensor sliced_linear(const Exec& exec, const at::Tensor& x, const at::Tensor& weight,
                         const at::Tensor& bias, int64_t slices) {
    const at::ScalarType dtype = exec.num().dtype;
    if (slices <= 1) return linear(exec, x, weight, bias, dtype);
    const int64_t width = weight.size(1) / slices;
    at::Tensor sum;
    for (int64_t i = 0; i < slices; ++i) {
        const at::Tensor part = linear(exec, x.narrow(-1, i * width, width),
                                       weight.narrow(1, i * width, width), {}, dtype);
        sum = exec.rounded(sum.defined() ? sum + part : at::zeros_like(part) + part, dtype);
    }
    return sum;
}

}  // namespace driftscope
