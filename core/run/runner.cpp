// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/runner.h"

#include <omp.h>

#include "core/data/error.h"
#include "core/nn/linear.h"
#include "core/nn/mlp.h"
#include "core/nn/norm.h"
#include "core/nn/qkv.h"

namespace driftscope {

Runner::Runner(std::shared_ptr<LoadedModel> model, ModelConfig config, Exec exec)
    : model_(std::move(model)), config_(std::move(config)), exec_(std::move(exec)),
      cache_(static_cast<size_t>(config_.n_layers)) {}

WeightForm Runner::form(const std::string& name) const {
    WeightForm form{exec_.type(num().dtype), std::nullopt, 1};
    if (exec_.noise() == Noise::contract) {
        form.rounded_to = num().dtype;
        form.sign = exec_.weight_sign(name);
    }
    return form;
}

at::Tensor Runner::weight(const std::string& name) const {
    return model_->weight(name, form(name));
}

at::Tensor Runner::bias(const std::string& name) const {
    return model_->has(name) ? weight(name) : at::Tensor();
}

void Runner::use_threads() const {
    const int all = omp_get_num_procs();
    const int wanted = num().threads > 0 ? num().threads : all;
    if (at::get_num_threads() != wanted) at::set_num_threads(wanted);
}

int64_t Runner::cache_bytes() const {
    size_t bytes = 0;
    for (const LayerCache& layer : cache_) {
        if (layer.k.defined()) bytes += layer.k.nbytes() + layer.v.nbytes();
    }
    return static_cast<int64_t>(bytes);
}

namespace {

double masked_value(SiteKind kind) {
    return kind == SiteKind::pattern ? 0.0 : -std::numeric_limits<double>::infinity();
}

/// Patterns of several calls see different numbers of keys: missing ones are masked.
at::Tensor join_patterns(const std::vector<at::Tensor>& parts, double fill) {
    int64_t keys = 0;
    for (const at::Tensor& part : parts) keys = std::max(keys, part.size(2));
    std::vector<at::Tensor> padded;
    for (const at::Tensor& part : parts) {
        padded.push_back(at::constant_pad_nd(part, {0, keys - part.size(2)}, fill));
    }
    return at::cat(padded, 1);
}

}  // namespace

void Runner::begin(std::span<const int32_t> tokens, int64_t start, int64_t length, int64_t chunk,
                   Tap& tap) {
    tap_ = &tap;
    stretch_.clear();
    const int64_t end = start + length;
    if (!num().use_cache) {
        stretch_.push_back({0, end, length, {}, {}});
    } else {
        const int64_t step = chunk > 0 ? chunk : length;
        for (int64_t p = start; p < end; p += step) {
            const int64_t n = std::min(step, end - p);
            stretch_.push_back({p, n, n, {}, {}});
        }
    }
    const at::Tensor table = weight("embed.W_E");
    for (CallState& call : stretch_) {
        const at::Tensor ids = at::empty({1, call.length}, at::kLong);
        std::copy_n(tokens.begin() + call.start, call.length, ids.data_ptr<int64_t>());
        call.x = at::embedding(table, ids);
        const bool dynamic = config_.rope.kind == RopeKind::dynamic;
        if (!frequencies_.inv_freq.defined() || dynamic) {
            frequencies_ = inverse_frequencies(exec_, config_, call.start + call.length);
        }
        call.angles = rope_angles(exec_, frequencies_, call.start, call.length);
        calls_.push_back({call.start, call.length});
        see(SiteKind::embed, call, call.x);
    }
    flush(tap);
}

void Runner::block(int layer, Tap& tap, const std::vector<at::Tensor>* held) {
    tap_ = &tap;
    routes_.clear();
    for (size_t i = 0; i < stretch_.size(); ++i) {
        one_call(layer, stretch_[i], held ? held->at(i) : at::Tensor());
    }
    flush(tap);
}

/// One transformer block in paper order: norm, attention, residual, norm, feed-forward, residual.
void Runner::one_call(int layer, CallState& call, const at::Tensor& held) {
    const at::ScalarType dtype = num().dtype;
    const std::string prefix = "blocks." + std::to_string(layer) + ".";
    see(SiteKind::resid_pre, call, call.x);
    const NormResult ln1 = rms_norm(exec_, call.x, weight(prefix + "ln1.w"), config_.norm_eps);
    see(SiteKind::ln1_scale, call, ln1.scale);
    see(SiteKind::ln1_normalized, call, ln1.output);
    const at::Tensor attn_out = attend(layer, call, ln1.output);
    see(SiteKind::attn_out, call, attn_out);
    call.x = exec_.rounded(call.x + attn_out, dtype);
    see(SiteKind::resid_mid, call, call.x);
    const NormResult ln2 = rms_norm(exec_, call.x, weight(prefix + "ln2.w"), config_.norm_eps);
    see(SiteKind::ln2_scale, call, ln2.scale);
    see(SiteKind::ln2_normalized, call, ln2.output);
    const at::Tensor mlp_out = feed_forward(layer, call, ln2.output, held);
    see(SiteKind::mlp_out, call, mlp_out);
    call.x = exec_.rounded(call.x + mlp_out, dtype);
    see(SiteKind::resid_post, call, call.x);
}

QkvResult Runner::project(int layer, const at::Tensor& x) const {
    const std::string prefix = "blocks." + std::to_string(layer) + ".attn.";
    QkvWeights w;
    w.q = weight(prefix + "W_Q"), w.k = weight(prefix + "W_K"), w.v = weight(prefix + "W_V");
    w.q_bias = bias(prefix + "b_Q"), w.k_bias = bias(prefix + "b_K"), w.v_bias = bias(prefix + "b_V");
    if (num().qkv == QkvLayout::fused) {
        w.fused = model_->fused_weight({prefix + "W_Q", prefix + "W_K", prefix + "W_V"},
                                       {w.q, w.k, w.v}, form(prefix + "W_Q"));
    }
    return project_qkv(exec_, x, w, config_.n_heads, config_.n_kv_heads);
}

at::Tensor Runner::attend(int layer, CallState& call, const at::Tensor& normal) {
    const std::string prefix = "blocks." + std::to_string(layer) + ".attn.";
    for (SiteKind kind : {SiteKind::q_input, SiteKind::k_input, SiteKind::v_input}) {
        see(kind, call, normal);
    }
    const int64_t d = config_.d_head, n = call.length;
    const QkvResult p = project(layer, normal);
    const at::Tensor q = p.q.view({1, n, config_.n_heads, d});
    const at::Tensor k = p.k.view({1, n, config_.n_kv_heads, d});
    const at::Tensor v = p.v.view({1, n, config_.n_kv_heads, d});
    see(SiteKind::q, call, q);
    see(SiteKind::k, call, k);
    see(SiteKind::v, call, v);
    // [1, pos, head, d_head] to [1, head, pos, d_head], as the reference transposes.
    const at::Tensor rot_q = apply_rope(exec_, q.transpose(1, 2), call.angles);
    const at::Tensor rot_k = apply_rope(exec_, k.transpose(1, 2), call.angles);
    see(SiteKind::rot_q, call, rot_q.transpose(1, 2));
    see(SiteKind::rot_k, call, rot_k.transpose(1, 2));
    const auto [keys, values] = remember(layer, call, rot_k, v.transpose(1, 2));
    AttentionInput in{rot_q, keys, values, call.start,
                      call.start + call.length - keys.size(2), config_.sliding_window};
    const AttentionResult r = attention(exec_, in);
    see_keys(SiteKind::scores, call, r.scores, in.key_start);
    see_keys(SiteKind::pattern, call, r.pattern, in.key_start);
    const at::Tensor z = r.z.transpose(1, 2);  // [1, pos, head, d_head]
    see(SiteKind::z, call, z);
    return linear(exec_, z.contiguous().view({1, n, config_.n_heads * d}),
                  weight(prefix + "W_O"), bias(prefix + "b_O"), num().dtype);
}

std::pair<at::Tensor, at::Tensor> Runner::remember(int layer, const CallState& call,
                                                   const at::Tensor& k, const at::Tensor& v) {
    if (!num().use_cache) return {k, v};
    LayerCache& cache = cache_[static_cast<size_t>(layer)];
    const at::Tensor new_k = exec_.round(k, num().dtype, num().cache);
    const at::Tensor new_v = exec_.round(v, num().dtype, num().cache);
    see(SiteKind::cache_k, call, new_k.transpose(1, 2));
    see(SiteKind::cache_v, call, new_v.transpose(1, 2));
    cache.k = cache.k.defined() ? at::cat({cache.k, new_k}, 2) : new_k;
    cache.v = cache.v.defined() ? at::cat({cache.v, new_v}, 2) : new_v;
    at::Tensor keys = exec_.round(cache.k, num().cache, num().dtype);
    at::Tensor values = exec_.round(cache.v, num().cache, num().dtype);
    if (config_.sliding_window) {
        // The rolling cache of transformers 4.57 keeps window − 1 past positions.
        const int64_t visible = std::min(keys.size(2), *config_.sliding_window - 1 + call.length);
        keys = keys.narrow(2, keys.size(2) - visible, visible);
        values = values.narrow(2, values.size(2) - visible, visible);
    }
    return {keys, values};
}

at::Tensor Runner::feed_forward(int layer, CallState& call, const at::Tensor& normal,
                                const at::Tensor& held) {
    const std::string prefix = "blocks." + std::to_string(layer) + ".";
    if (config_.n_experts == 0) {
        const std::string mlp = prefix + "mlp.";
        const MlpResult r = gated_mlp(exec_, normal,
            {weight(mlp + "W_gate"), weight(mlp + "W_up"), weight(mlp + "W_down"),
             bias(mlp + "b_gate"), bias(mlp + "b_up"), bias(mlp + "b_down")});
        see(SiteKind::mlp_gate, call, r.gate);
        see(SiteKind::mlp_up, call, r.up);
        see(SiteKind::mlp_post, call, r.post);
        return r.out;
    }
    const std::string moe_prefix = prefix + "moe.";
    MoeInput in;
    in.x = normal.view({-1, config_.d_model});
    in.router = weight(moe_prefix + "W_router");
    in.n_experts = config_.n_experts;
    in.top_k = config_.top_k;
    in.normalise = config_.norm_topk_prob;
    in.held = held;
    in.keep_expert_out = tap_->wants(SiteKind::expert_out);
    in.expert = [&](int64_t e) {
        const std::string name = moe_prefix + std::to_string(e) + ".";
        return MlpWeights{weight(name + "W_gate"), weight(name + "W_up"), weight(name + "W_down"),
                          {}, {}, {}};
    };
    const MoeResult r = moe(exec_, in);
    routes_.push_back(r.indices);
    see(SiteKind::router_logits, call, r.router_logits.unsqueeze(0));
    see(SiteKind::expert_weights, call, r.weights.unsqueeze(0));
    see(SiteKind::expert_indices, call, r.indices.unsqueeze(0));
    if (r.expert_out.defined()) see(SiteKind::expert_out, call, r.expert_out.unsqueeze(0));
    return r.out.view({1, call.length, config_.d_model});
}

at::Tensor Runner::finish(Tap& tap, bool last_only) {
    tap_ = &tap;
    std::vector<at::Tensor> parts;
    const at::Tensor norm = weight("ln_final.w"), head = weight("unembed.W_U");
    for (CallState& call : stretch_) {
        const NormResult r = rms_norm(exec_, call.x, norm, config_.norm_eps);
        see(SiteKind::ln_final_normalized, call, r.output);
        const int64_t keep = last_only ? 1 : call.keep;
        const at::Tensor x = last_only ? r.output.narrow(1, call.length - 1, 1) : r.output;
        const at::Tensor wide = exec_.round(x, num().dtype, num().logits);
        const at::Tensor logits =
            linear(exec_, wide, head.to(exec_.type(num().logits)), {}, num().logits);
        parts.push_back(logits.squeeze(0).narrow(0, logits.size(1) - keep, keep));
        if (!last_only) see(SiteKind::logits, call, logits);
    }
    flush(tap);
    return last_only ? parts.back() : parts.size() == 1 ? parts.front() : at::cat(parts, 0);
}

at::Tensor Runner::step(std::span<const int32_t> tokens, int64_t start, int64_t length,
                        int64_t chunk, Tap& tap, std::stop_token stop, bool last_only) {
    use_threads();
    begin(tokens, start, length, chunk, tap);
    for (int layer = 0; layer < config_.n_layers; ++layer) {
        if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "run", "stopped");
        block(layer, tap);
    }
    return finish(tap, last_only);
}

void Runner::see(SiteKind kind, const CallState& call, const at::Tensor& value) {
    if (!value.defined() || !tap_->wants(kind)) return;
    // Batch axis off; only the stretch's own positions.
    seen_[kind].push_back(value.squeeze(0).narrow(0, call.length - call.keep, call.keep));
}

void Runner::see_keys(SiteKind kind, const CallState& call, const at::Tensor& value,
                      int64_t key_start) {
    if (!value.defined() || !tap_->wants(kind)) return;
    const at::Tensor kept = value.narrow(1, call.length - call.keep, call.keep);
    // Keys that a rolling cache no longer holds: there, and masked.
    seen_[kind].push_back(at::constant_pad_nd(kept, {key_start, 0}, masked_value(kind)));
}

void Runner::flush(Tap& tap) {
    for (auto& [kind, parts] : seen_) {
        const bool by_key = site_info(kind).values == SiteValues::masked;
        if (parts.size() == 1) tap.take(kind, parts.front());
        else if (by_key) tap.take(kind, join_patterns(parts, masked_value(kind)));
        else tap.take(kind, at::cat(parts, 0));
    }
    seen_.clear();
}

}  // namespace driftscope
