// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/mlp.h"

#include "core/nn/activation.h"
#include "core/nn/linear.h"

namespace driftscope {

MlpResult mlp(const Exec& exec, const at::Tensor& x, const MlpWeights& w) {
    const at::ScalarType dtype = exec.num().dtype;
    MlpResult r;
    if (w.gate_up.defined()) {
        const at::Tensor both = linear(exec, x, w.gate_up, {}, dtype);
        const int64_t width = both.size(-1) / 2;
        r.gate = both.narrow(-1, 0, width);
        r.up = both.narrow(-1, width, width);
        r.post = exec.rounded(r.up * activate(exec, w.activation, r.gate), dtype);
    } else if (w.gate.defined()) {
        r.gate = linear(exec, x, w.gate, w.gate_bias, dtype);
        const at::Tensor active = activate(exec, w.activation, r.gate);
        r.up = linear(exec, x, w.up, w.up_bias, dtype);
        r.post = exec.rounded(active * r.up, dtype);
    } else {
        r.up = linear(exec, x, w.up, w.up_bias, dtype);
        r.post = activate(exec, w.activation, r.up);
    }
    r.out = sliced_linear(exec, r.post, w.down, w.down_bias, w.down_slices);
    return r;
}

namespace {

struct Routes {
    at::Tensor weights, indices;
};

/// `held`, with the own choices where it says −1.
at::Tensor held_or(const at::Tensor& held, const at::Tensor& own) {
    return at::where(held < 0, own, held);
}

/// Chosen experts and their weights from router logits [pos, n_experts].
Routes choose(const Exec& exec, const MoeInput& in, const at::Tensor& logits) {
    const Numerics& num = exec.num();
    const at::ScalarType soft = num.router_softmax;
    Routes r;
    if (num.router_rule == RouterSoftmax::after_topk) {
        // The same function as softmax, top-k, divide: exp(l_i) / Σ chosen exp(l_j).
        r.indices = std::get<1>(at::topk(logits, in.top_k, -1));
        if (in.held.defined()) r.indices = held_or(in.held, r.indices);
        const at::Tensor chosen = logits.gather(-1, r.indices);
        r.weights = exec.rounded(at::softmax(exec.round(chosen, num.router, soft), -1), soft);
    } else {
        const at::Tensor all =
            exec.rounded(at::softmax(exec.round(logits, num.router, soft), 1), soft);
        std::tie(r.weights, r.indices) = at::topk(all, in.top_k, -1);
        if (in.held.defined()) {
            r.indices = held_or(in.held, r.indices);
            r.weights = all.gather(-1, r.indices);
        }
        if (in.normalise) {
            r.weights = exec.rounded(r.weights / exec.rounded(r.weights.sum(-1, true), soft), soft);
        }
    }
    r.weights = exec.round(r.weights, soft, num.combine);
    return r;
}

/// index_add of the contributions, expert by expert.
void combine(const Exec& exec, const MoeInput& in, MoeResult& r) {
    const Numerics& num = exec.num();
    r.out = at::zeros_like(in.x);
    const at::Tensor by_slot = r.indices.transpose(0, 1);  // [top_k, pos]: rows slot by slot
    for (int64_t e = 0; e < in.n_experts; ++e) {
        const at::Tensor hits = at::nonzero(by_slot == e);  // [n, 2] of (slot, pos)
        if (hits.size(0) == 0) continue;
        const at::Tensor slot = hits.select(1, 0), pos = hits.select(1, 1);
        const at::Tensor y =
            mlp(exec, in.x.index_select(0, pos), in.expert(e)).out;  // [n, d_model]
        if (r.expert_out.defined()) r.expert_out.index_put_({pos, slot}, y);
        const at::Tensor weight = r.weights.index({pos, slot}).unsqueeze(-1);
        const at::ScalarType wide = wider(num.combine, num.dtype);
        at::Tensor share = exec.rounded(y.to(exec.type(wide)) * weight.to(exec.type(wide)), wide);
        share = exec.round(share, wide, num.dtype);
        r.out.index_add_(0, pos, share);
        if (exec.noise() != Noise::none) {
            r.out.index_copy_(0, pos, exec.rounded(r.out.index_select(0, pos), num.dtype));
        }
    }
}

/// D-MOE-SCATTER: rows selected by batch only. Of all (pos, slot) pairs of an expert, in row-major
/// order of [pos, slot], the last one's weight counts, and it goes to every position
/// (TransformerLens 1.16 to 2.1, components.py, class MoE; the single-thread outcome).
void combine_scattered(const Exec& exec, const MoeInput& in, MoeResult& r) {
    const at::ScalarType dtype = exec.num().dtype;
    r.out = at::zeros_like(in.x);
    for (int64_t e = 0; e < in.n_experts; ++e) {
        const at::Tensor hits = at::nonzero(r.indices == e);  // [n, 2] of (pos, slot)
        if (hits.size(0) == 0) continue;
        const at::Tensor last = hits.select(0, hits.size(0) - 1);
        const at::Tensor y = mlp(exec, in.x, in.expert(e)).out;  // every position
        if (r.expert_out.defined()) {
            const at::Tensor pos = hits.select(1, 0), slot = hits.select(1, 1);
            r.expert_out.index_put_({pos, slot}, y.index_select(0, pos));
        }
        const at::Tensor weight = r.weights.index({last.select(0, 0), last.select(0, 1)});
        r.out = exec.rounded(r.out + exec.rounded(y * weight.to(y.scalar_type()), dtype), dtype);
    }
}

}  // namespace

MoeResult moe(const Exec& exec, const MoeInput& in) {
    const Numerics& num = exec.num();
    MoeResult r;
    const at::Tensor x = exec.round(in.x, num.dtype, num.router);
    const at::Tensor gate = in.router.to(exec.type(num.router));
    r.router_logits = linear(exec, x, gate, {}, num.router);
    const Routes routes = choose(exec, in, r.router_logits);
    r.weights = routes.weights;
    r.indices = routes.indices;
    if (in.keep_expert_out) {
        r.expert_out = at::zeros({in.x.size(0), in.top_k, in.x.size(1)}, in.x.options());
    }
    num.defect.moe_scatter ? combine_scattered(exec, in, r) : combine(exec, in, r);
    return r;
}

}  // namespace driftscope
