// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/runner.h"

#include <omp.h>

#include <cmath>
#include <limits>

#include "core/data/error.h"
#include "core/nn/activation.h"
#include "core/nn/linear.h"

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
        stretch_.push_back({.start = 0, .length = end, .keep = length, .x = {}});
    } else {
        const int64_t step = chunk > 0 ? chunk : length;
        for (int64_t p = start; p < end; p += step) {
            const int64_t n = std::min(step, end - p);
            stretch_.push_back({.start = p, .length = n, .keep = n, .x = {}});
        }
    }
    for (CallState& call : stretch_) {
        rotate_angles(call);
        embed(tokens, call);
        calls_.push_back({call.start, call.length});
    }
    flush(tap);
}

/// Rows of the table, scaled where the family scales them, plus learned positions.
void Runner::embed(std::span<const int32_t> tokens, CallState& call) {
    const at::Tensor ids = at::empty({1, call.length}, at::kLong);
    std::copy_n(tokens.begin() + call.start, call.length, ids.data_ptr<int64_t>());
    call.x = at::embedding(weight("embed.W_E"), ids);
    const at::ScalarType dtype = num().dtype;
    if (config_.block.scaled_embed) {
        // √d_model is a tensor of the dtype: rounded before it multiplies (modeling_gemma.py).
        const at::Tensor root = exec_.rounded(
            at::scalar_tensor(std::sqrt(static_cast<double>(config_.d_model)), call.x.options()),
            dtype);
        call.x = exec_.rounded(call.x * root, dtype);
    }
    if (config_.block.positions == PositionKind::learned) {
        if (call.start + call.length > config_.n_ctx) {
            throw Error(ErrorCode::usage, "positions",
                        "this model has learned positions for " + std::to_string(config_.n_ctx) +
                            " tokens; " + std::to_string(call.start + call.length) + " are asked for",
                        "shorten the text");
        }
        const at::Tensor rows =
            weight("embed.W_pos").narrow(0, first_position(call), call.length);
        call.x = exec_.rounded(call.x + rows, dtype);
    }
    see(SiteKind::embed, call, call.x);
    if (config_.block.embed_norm) {
        call.x = normalise("embed_ln", call.x).output;
        see(SiteKind::embed_ln_normalized, call, call.x);
    }
}

void Runner::rotate_angles(CallState& call) {
    if (config_.block.positions != PositionKind::rotary) return;
    const bool by_length = config_.rope.kind == RopeKind::dynamic ||
                           config_.rope.kind == RopeKind::longrope;
    if (!frequencies_.inv_freq.defined() || by_length) {
        frequencies_ =
            inverse_frequencies(exec_, config_, config_.rope, call.start + call.length);
    }
    call.angles = rope_angles(exec_, frequencies_, first_position(call), call.length);
    if (!config_.local_rope) return;
    if (!local_frequencies_.inv_freq.defined()) {
        local_frequencies_ = inverse_frequencies(exec_, config_, *config_.local_rope, 0);
    }
    call.local_angles = rope_angles(exec_, local_frequencies_, first_position(call), call.length);
}

/// D-POS-RESTART: every call that reads a cache counts from 0 again.
int64_t Runner::first_position(const CallState& call) const {
    return num().defect.pos_restart && num().use_cache ? 0 : call.start;
}

NormResult Runner::normalise(const std::string& name, const at::Tensor& x) const {
    return norm(exec_, config_.block.norm, x,
                {weight(name + ".w"), bias(name + ".b"), config_.norm_eps});
}

at::Tensor Runner::post_norm(const std::string& name, const at::Tensor& out) const {
    return config_.block.post_norms ? normalise(name, out).output : out;
}

/// Call by call: a later call of the stretch reads nothing of this block but its cache.
void Runner::block(int layer, Tap& tap, const std::vector<at::Tensor>* held) {
    tap_ = &tap;
    routes_.clear();
    for (size_t i = 0; i < stretch_.size(); ++i) {
        attention_half(layer, stretch_[i]);
        mlp_half(layer, stretch_[i], held ? held->at(i) : at::Tensor());
    }
    flush(tap);
}

void Runner::attention_half(int layer, Tap& tap) {
    tap_ = &tap;
    for (CallState& call : stretch_) attention_half(layer, call);
    flush(tap);
}

void Runner::mlp_half(int layer, Tap& tap, const std::vector<at::Tensor>* held) {
    tap_ = &tap;
    routes_.clear();
    for (size_t i = 0; i < stretch_.size(); ++i)
        mlp_half(layer, stretch_[i], held ? held->at(i) : at::Tensor());
    flush(tap);
}

void Runner::set_stream(size_t i, const Stream& from) {
    const at::ScalarType type = exec_.type(num().dtype);
    stretch_.at(i).x = from.x.to(type);
    stretch_[i].pending = from.pending.defined() ? from.pending.to(type) : at::Tensor();
}

/// The first half of a block in paper order: norm, attention, residual.
void Runner::attention_half(int layer, CallState& call) {
    const at::ScalarType dtype = num().dtype;
    const ResidualKind residual = config_.block.residual;
    const std::string prefix = "blocks." + std::to_string(layer) + ".";
    see(SiteKind::resid_pre, call, call.x);
    const NormResult ln1 = normalise(prefix + "ln1", call.x);
    see(SiteKind::ln1_scale, call, ln1.scale);
    see(SiteKind::ln1_normalized, call, ln1.output);
    const at::Tensor attn_out =
        post_norm(prefix + "ln1_post", attend(layer, call, ln1.output));
    see(SiteKind::attn_out, call, attn_out);
    if (residual == ResidualKind::parallel) {
        call.pending = attn_out;
        return;
    }
    const at::Tensor& from = residual == ResidualKind::from_norm ? ln1.output : call.x;
    call.x = exec_.rounded(from + attn_out, dtype);
    see(SiteKind::resid_mid, call, call.x);
}

/// The second half: norm, feed-forward, residual.
void Runner::mlp_half(int layer, CallState& call, const at::Tensor& held) {
    const at::ScalarType dtype = num().dtype;
    const std::string prefix = "blocks." + std::to_string(layer) + ".";
    const NormResult ln2 = normalise(prefix + "ln2", call.x);
    see(SiteKind::ln2_scale, call, ln2.scale);
    see(SiteKind::ln2_normalized, call, ln2.output);
    const at::Tensor mlp_out =
        post_norm(prefix + "ln2_post", mlp_of(layer, call, ln2.output, held));
    see(SiteKind::mlp_out, call, mlp_out);
    switch (config_.block.residual) {
        case ResidualKind::serial: call.x = exec_.rounded(call.x + mlp_out, dtype); break;
        case ResidualKind::from_norm: call.x = exec_.rounded(ln2.output + mlp_out, dtype); break;
        case ResidualKind::parallel:
            // (mlp + attn) + x, in that order (modeling_gpt_neox.py, GPTNeoXLayer).
            call.x = exec_.rounded(exec_.rounded(mlp_out + call.pending, dtype) + call.x, dtype);
            call.pending = at::Tensor();
            break;
    }
    see(SiteKind::resid_post, call, call.x);
}

QkvResult Runner::project(int layer, const at::Tensor& x) const {
    const std::string prefix = "blocks." + std::to_string(layer) + ".attn.";
    QkvWeights w;
    const bool packed = config_.block.qkv != QkvStore::separate && model_->has(prefix + "W_QKV");
    if (num().qkv == QkvLayout::fused && packed) {
        w.fused = weight(prefix + "W_QKV");
        w.fused_bias = bias(prefix + "b_QKV");
        w.store = config_.block.qkv;
        return project_qkv(exec_, x, w, config_.n_heads, config_.n_kv_heads);
    }
    w.q = weight(prefix + "W_Q"), w.k = weight(prefix + "W_K"), w.v = weight(prefix + "W_V");
    w.q_bias = bias(prefix + "b_Q"), w.k_bias = bias(prefix + "b_K"), w.v_bias = bias(prefix + "b_V");
    if (num().qkv == QkvLayout::fused) {
        w.fused = model_->fused_weight({prefix + "W_Q", prefix + "W_K", prefix + "W_V"},
                                       {w.q, w.k, w.v}, form(prefix + "W_Q"));
        if (w.q_bias.defined()) w.fused_bias = at::cat({w.q_bias, w.k_bias, w.v_bias});
    }
    return project_qkv(exec_, x, w, config_.n_heads, config_.n_kv_heads);
}

/// D-SPLIT-QSUM: the einsum sums over the copies of the input, q = n_heads · (x W_Q) + b_Q
/// (TransformerLens 1.13 to 1.15 with grouped heads; the bias is added once).
at::Tensor Runner::summed_copies(int layer, const at::Tensor& q) const {
    const std::string name = "blocks." + std::to_string(layer) + ".attn.b_Q";
    const at::Tensor b = bias(name);
    const auto copies = static_cast<double>(config_.n_heads);
    const at::Tensor bare = b.defined() ? q - b : q;
    const at::Tensor sum = exec_.rounded(bare * copies, num().dtype);
    return b.defined() ? exec_.rounded(sum + b, num().dtype) : sum;
}

at::Tensor Runner::condition(const std::string& letter, int layer, const at::Tensor& x) const {
    const std::string name = "blocks." + std::to_string(layer) + ".attn." + letter + "_norm";
    at::Tensor y = x;
    if (config_.block.qk_norm == QkNorm::whole) y = normalise(name, x).output;
    if (config_.block.qk_norm == QkNorm::per_head) {
        const at::Tensor heads = x.view({1, x.size(1), -1, config_.d_head});
        y = normalise(name, heads).output.flatten(2, 3);
    }
    return y;
}

AttentionInput Runner::attention_input(int layer, const CallState& call) const {
    AttentionInput in = attention_setting(config_, layer);
    in.start = call.start;
    if (num().defect.softcap_dropped && num().sdpa) in.soft_cap.reset();
    if (in.soft_cap && num().sdpa) {
        throw Error(ErrorCode::usage, "option attention",
                    "LibTorch's fused kernel has no soft cap, which this model needs",
                    "set attention=eager");
    }
    return in;
}

at::Tensor Runner::attend(int layer, CallState& call, const at::Tensor& normal) {
    const std::string prefix = "blocks." + std::to_string(layer) + ".attn.";
    for (SiteKind kind : {SiteKind::q_input, SiteKind::k_input, SiteKind::v_input}) {
        see(kind, call, normal);
    }
    const int64_t d = config_.d_head, n = call.length;
    QkvResult p = project(layer, normal);
    if (num().defect.split_kvheads && config_.n_kv_heads < config_.n_heads) {
        // n_heads copies of the input against the weights of n_kv_heads heads.
        throw StepFailed(SiteKind::k, layer,
                         "keys of " + std::to_string(config_.n_kv_heads) + " heads do not fit " +
                             std::to_string(config_.n_heads) + " copies of the input");
    }
    if (num().defect.split_qsum) p.q = summed_copies(layer, p.q);
    const auto by_head = [&](const at::Tensor& x) { return x.view({1, n, x.size(2) / d, d}); };
    see(SiteKind::q, call, by_head(p.q));
    see(SiteKind::k, call, by_head(p.k));
    see(SiteKind::v, call, by_head(p.v));
    if (config_.block.qk_norm != QkNorm::none) {
        p.q = condition("q", layer, p.q);
        p.k = condition("k", layer, p.k);
        see(SiteKind::q_norm, call, by_head(p.q));
        see(SiteKind::k_norm, call, by_head(p.k));
    }
    if (config_.clip_qkv) {
        for (at::Tensor* x : {&p.q, &p.k, &p.v}) *x = x->clamp(-*config_.clip_qkv, *config_.clip_qkv);
    }
    // [1, pos, head, d_head] to [1, head, pos, d_head], as the reference transposes.
    AttentionInput in = attention_input(layer, call);
    in.q = by_head(p.q).transpose(1, 2);
    at::Tensor k = by_head(p.k).transpose(1, 2);
    if (config_.block.positions == PositionKind::rotary) {
        const bool local = &config_.layer_rope(layer) != &config_.rope;
        const RopeAngles& angles = local ? call.local_angles : call.angles;
        in.q = apply_rope(exec_, in.q, angles);
        k = apply_rope(exec_, k, angles);
        see(SiteKind::rot_q, call, in.q.transpose(1, 2));
        see(SiteKind::rot_k, call, k.transpose(1, 2));
    }
    std::tie(in.k, in.v) = remember(layer, call, k, by_head(p.v).transpose(1, 2));
    in.key_start = call.start + call.length - in.k.size(2);
    if (config_.block.positions == PositionKind::alibi) {
        in.key_bias = alibi_bias(exec_, config_.n_heads, call.start + call.length, n)
                          .narrow(2, in.key_start, in.k.size(2));
    }
    const AttentionResult r = attention(exec_, in);
    see_keys(SiteKind::scores, call, r.scores, in.key_start);
    see_keys(SiteKind::pattern, call, r.pattern, in.key_start);
    const at::Tensor z = r.z.transpose(1, 2);  // [1, pos, head, d_head]
    see(SiteKind::z, call, z);
    return sliced_linear(exec_, z.contiguous().view({1, n, config_.n_heads * d}),
                         num().defect.conv1d ? weight(prefix + "W_O").t() : weight(prefix + "W_O"),
                         bias(prefix + "b_O"), config_.row_slices);
}

std::pair<at::Tensor, at::Tensor> Runner::remember(int layer, const CallState& call,
                                                   const at::Tensor& k, const at::Tensor& v) {
    if (!num().use_cache) return {k, v};
    LayerCache& cache = cache_[static_cast<size_t>(layer)];
    const at::Tensor new_k = exec_.round(k, num().dtype, num().cache);
    const at::Tensor new_v = exec_.round(v, num().dtype, num().cache);
    see(SiteKind::cache_k, call, new_k.transpose(1, 2));
    see(SiteKind::cache_v, call, new_v.transpose(1, 2));
    if (num().defect.kv_update && cache.k.defined()) {
        const int64_t last = cache.k.size(2) - 1;
        cache.k = at::cat({cache.k.narrow(2, 0, last), new_k.narrow(2, 0, 1)}, 2);
        cache.v = at::cat({cache.v.narrow(2, 0, last), new_v.narrow(2, 0, 1)}, 2);
    }
    cache.k = cache.k.defined() ? at::cat({cache.k, new_k}, 2) : new_k;
    cache.v = cache.v.defined() ? at::cat({cache.v, new_v}, 2) : new_v;
    at::Tensor keys = exec_.round(cache.k, num().cache, num().dtype);
    at::Tensor values = exec_.round(cache.v, num().cache, num().dtype);
    if (const auto window = config_.window(layer)) {
        // The rolling cache of transformers 4.57 keeps window − 1 past positions.
        const int64_t visible = std::min(keys.size(2), *window - 1 + call.length);
        keys = keys.narrow(2, keys.size(2) - visible, visible);
        values = values.narrow(2, values.size(2) - visible, visible);
    }
    return {keys, values};
}

MlpWeights Runner::mlp_weights(const std::string& prefix) const {
    const auto maybe = [&](const char* name) { return bias(prefix + name); };
    MlpWeights w;
    w.gate_up = maybe("W_gate_up");
    if (!w.gate_up.defined()) {
        w.gate = maybe("W_gate"), w.up = weight(prefix + "W_up");
        w.gate_bias = maybe("b_gate"), w.up_bias = maybe("b_up");
    }
    w.down = weight(prefix + "W_down"), w.down_bias = maybe("b_down");
    w.activation = config_.activation;
    w.down_slices = config_.row_slices;
    return w;
}

at::Tensor Runner::mlp_of(int layer, CallState& call, const at::Tensor& normal,
                          const at::Tensor& held) {
    if (config_.moe_layer(layer)) return mix_experts(layer, call, normal, held);
    if (config_.n_experts > 0) routes_.emplace_back();  // a dense layer of a mixture
    const MlpResult r =
        mlp(exec_, normal, mlp_weights("blocks." + std::to_string(layer) + ".mlp."));
    see(SiteKind::mlp_gate, call, r.gate);
    see(SiteKind::mlp_up, call, r.up);
    see(SiteKind::mlp_post, call, r.post);
    return r.out;
}

at::Tensor Runner::mix_experts(int layer, CallState& call, const at::Tensor& normal,
                               const at::Tensor& held) {
    const std::string prefix = "blocks." + std::to_string(layer) + ".moe.";
    MoeInput in;
    in.x = normal.view({-1, config_.d_model});
    in.router = weight(prefix + "W_router");
    in.n_experts = config_.n_experts;
    in.top_k = config_.top_k;
    in.normalise = config_.norm_topk_prob;
    in.held = held;
    in.keep_expert_out = tap_->wants(SiteKind::expert_out);
    in.expert = [&](int64_t e) { return mlp_weights(prefix + std::to_string(e) + "."); };
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
    const at::Tensor head = num().defect.tied_head_missing && config_.tied
                                ? at::zeros_like(weight("unembed.W_U"))
                                : weight("unembed.W_U");
    for (CallState& call : stretch_) {
        const NormResult r = normalise("ln_final", call.x);
        see(SiteKind::ln_final_normalized, call, r.output);
        const int64_t keep = last_only ? 1 : call.keep;
        const at::Tensor x = last_only ? r.output.narrow(1, call.length - 1, 1) : r.output;
        const at::Tensor wide = exec_.round(x, num().dtype, num().logits);
        at::Tensor logits =
            linear(exec_, wide, head.to(exec_.type(num().logits)), {}, num().logits);
        if (config_.final_softcap) {
            logits = soft_cap(exec_, logits, *config_.final_softcap, num().logits);
        }
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
