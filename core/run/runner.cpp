// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/runner.h"

#include <omp.h>

#include <cmath>
#include <limits>

#include "core/data/error.h"
#include "core/nn/activation.h"
#include "core/nn/linear.h"
#include "core/run/key_bias.h"

namespace driftscope {

int thread_count(const ModelConfig& c, const Numerics& numerics) {
    // Below this a second thread gains a quarter at best. Where other work holds the second core it
    // costs ten times the run: OpenBLAS's threads wait for each other's part of a product by
    // spinning, until the scheduler gives the other one its turn.
    constexpr int64_t kSmallMatrix = 1 << 19;  // elements of a block's largest matrix
    const int64_t widest = std::max(c.d_mlp, c.d_mlp_dense);
    const bool small = c.d_model * widest < kSmallMatrix;
    if (numerics.threads > 0) return numerics.threads;
    return small ? 1 : omp_get_num_procs();
}

Runner::Runner(std::shared_ptr<LoadedModel> model, ModelConfig config, Exec exec)
    : model_(std::move(model)), config_(std::move(config)), exec_(std::move(exec)),
      cache_(static_cast<size_t>(config_.n_layers)) {
    if (num().processed) processed_ = std::make_shared<ProcessedWeights>(model_, config_);
    if (!num().raised) return;
    Numerics raised = *num().raised;
    raised.routes = num().routes;
    raised_ = std::make_unique<Runner>(model_, config_, exec_.with(raised));
}

Runner& Runner::enter(size_t step) {
    const bool raise = raised_ && num().raised_steps.at(step);
    Runner& to = raise ? *raised_ : *this;
    const at::ScalarType before = (raised_holds_ ? *raised_ : *this).num().dtype;
    const at::ScalarType after = to.num().dtype;
    for (size_t i = 0; i < stretch_.size(); ++i) {
        const Stream from = stream(i);
        to.stretch_[i].x = to.exec_.round(from.x, before, after);
        to.stretch_[i].pending =
            from.pending.defined() ? to.exec_.round(from.pending, before, after) : at::Tensor();
    }
    raised_holds_ = raise;
    return to;
}

void Runner::take_state(const Runner& other) {
    cache_ = other.cache_;
    stretch_ = other.stretch_;
    calls_ = other.calls_;
    routes_ = other.routes_;
    prompt_end_ = other.prompt_end_;
    raised_holds_ = other.raised_holds_;
    if (raised_) raised_->take_state(*other.raised_);
}

void Runner::record_routes(std::shared_ptr<RouteStore> store) {
    if (raised_) raised_->record_routes(store);
    recorded_ = std::move(store);
}

WeightForm Runner::form(const std::string& name) const {
    WeightForm form{exec_.type(num().dtype), std::nullopt, 1};
    if (exec_.noise() == Noise::contract) {
        form.rounded_to = num().dtype;
        form.sign = exec_.weight_sign(name);
    }
    return form;
}

at::Tensor Runner::weight(const std::string& name) const {
    if (!processed_) return in_lens_layout(name, model_->weight(name, form(name)));
    // The library processes in float32; exactly, for the judge.
    return in_lens_layout(
        name, processed_->weight(name, form(name), exec_.type(wider(at::kFloat, num().dtype))));
}

/// 2.x multiplies by [in, out] matrices but for W_Q, W_K and W_V, which it turns; 3.x turns all but
/// the MLP without a gate. Experts are nn.Linear.
at::Tensor Runner::in_lens_layout(const std::string& name, const at::Tensor& w) const {
    const bool mlp = name.find(".mlp.W_") != std::string::npos;
    const bool attn = name.find(".attn.W_") != std::string::npos;
    const bool head = name == "unembed.W_U";
    if (!lens() || exec_.judge() || (!mlp && !attn && !head)) return w;
    const bool old = num().conventions == Conventions::transformerlens2;
    const bool by_columns =
        mlp ? old || config_.block.ffn == FfnKind::plain : old && (head || name.ends_with("W_O"));
    const std::string key = (by_columns ? "columns " : "rows ") +
                            std::string(processed_ ? "processed " : "") + name + ' ' +
                            dtype_name(w.scalar_type());
    const at::Tensor made =
        model_->derived(key, [&] { return (by_columns ? w.t() : w).contiguous(); });
    return by_columns ? made.t() : made;
}

bool Runner::has(const std::string& name) const {
    return processed_ ? processed_->has(name) : model_->has(name);
}

at::Tensor Runner::bias(const std::string& name) const {
    return has(name) ? weight(name) : at::Tensor();
}

void Runner::use_threads() const {
    const int wanted = threads();
    if (at::get_num_threads() != wanted) at::set_num_threads(wanted);
}

int64_t Runner::cache_bytes() const {
    size_t bytes = 0;
    for (const LayerCache& layer : cache_) {
        if (layer.k.defined()) bytes += layer.k.nbytes() + layer.v.nbytes();
    }
    return static_cast<int64_t>(bytes) + (raised_ ? raised_->cache_bytes() : 0);
}

/// The constant is added to what the file holds, and the sum rounded as a weight of the file is.
at::Tensor Runner::key_bias(const std::string& name, const QkvStore* fused) const {
    if (num().key_bias == 0 || !has(name)) return bias(name);
    const at::Tensor own = processed_ ? weight(name).to(at::kDouble)
                                      : model_->weight(name, {at::kDouble, std::nullopt, 1});
    at::Tensor constant = key_constant(config_, num().key_bias);
    if (fused) constant = among_fused_rows(constant, config_, *fused);
    return exec_.round(own + constant, at::kDouble, num().dtype);
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
    NullTap blind;
    const bool raise = raised_ && num().raised_steps.front();
    if (raised_) raised_->begin(tokens, start, length, chunk, raise ? tap : blind);
    begin_own(tokens, start, length, chunk, raise ? blind : tap);
    raised_holds_ = raise;
}

void Runner::begin_own(std::span<const int32_t> tokens, int64_t start, int64_t length,
                       int64_t chunk, Tap& tap) {
    tap_ = &tap;
    stretch_.clear();
    const int64_t end = start + length;
    if (start == 0) prompt_end_ = end;
    const int64_t step = num().use_cache && chunk > 0 ? chunk : length;
    for (int64_t p = start; p < end; p += step) {
        const int64_t n = std::min(step, end - p);
        stretch_.push_back({num().use_cache ? CallRows::of(num(), p, n, n, prompt_end_)
                                            : CallRows::of(num(), 0, end, length, prompt_end_)});
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
    const at::Tensor text = at::empty({1, call.length}, at::kLong);
    std::copy_n(tokens.begin() + call.start, call.length, text.data_ptr<int64_t>());
    // Pad tokens are whatever the first token is, filler rows are other words: nobody reads them.
    at::Tensor ids = call.with_pads(text, 1);
    if (num().filler_rows > 0) {
        const at::Tensor shift = at::arange(num().filler_rows + 1, at::kLong).unsqueeze(1) * 7919;
        ids = at::remainder(ids + shift, config_.d_vocab);
    }
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
                            " tokens; " + std::to_string(call.start + call.length) +
                            " are asked for",
                        "shorten the text");
        }
        const at::Tensor rows = weight("embed.W_pos").narrow(0, first_position(call), call.length);
        call.x = exec_.rounded(call.x + call.with_pads(rows, 0), dtype);
    }
    see(SiteKind::embed, call, call.x);
    if (config_.block.embed_norm) {
        call.x = normalise("embed_ln", call.x).output;
        see(SiteKind::embed_ln_normalized, call, call.x);
    }
}

void Runner::rotate_angles(CallState& call) {
    if (config_.block.positions != PositionKind::rotary) return;
    const bool by_length =
        config_.rope.kind == RopeKind::dynamic || config_.rope.kind == RopeKind::longrope;
    if (!frequencies_.inv_freq.defined() || by_length) {
        frequencies_ = inverse_frequencies(exec_, config_, config_.rope, call.start + call.length);
    }
    call.angles = angles_of(call, frequencies_, false);
    if (lens()) call.key_angles = angles_of(call, frequencies_, true);
    if (!config_.local_rope) return;
    if (!local_frequencies_.inv_freq.defined()) {
        local_frequencies_ = inverse_frequencies(exec_, config_, *config_.local_rope, 0);
    }
    call.local_angles = angles_of(call, local_frequencies_, false);
    if (lens()) call.local_key_angles = angles_of(call, local_frequencies_, true);
}

RopeAngles Runner::angles_of(const CallState& call, const Frequencies& frequencies,
                             bool keys) const {
    if (keys) {
        const RopeAngles all = rope_angles(exec_, frequencies, 0, call.start + call.length);
        return {call.keys_with_pads(all.cos, 1), call.keys_with_pads(all.sin, 1)};
    }
    const RopeAngles own = rope_angles(exec_, frequencies, first_position(call), call.length);
    return {call.with_pads(own.cos, 1), call.with_pads(own.sin, 1)};
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
    if (raised_) {
        attention_half(layer, tap);
        mlp_half(layer, tap, held);
        return;
    }
    tap_ = &tap;
    routes_.clear();
    for (size_t i = 0; i < stretch_.size(); ++i) {
        attention_half(layer, stretch_[i]);
        mlp_half(layer, stretch_[i], held ? held->at(i) : at::Tensor());
    }
    flush(tap);
}

void Runner::attention_half(int layer, Tap& tap) {
    enter(2 * static_cast<size_t>(layer) + 1).attention_own(layer, tap);
}

void Runner::mlp_half(int layer, Tap& tap, const std::vector<at::Tensor>* held) {
    Runner& runner = enter(2 * static_cast<size_t>(layer) + 2);
    runner.mlp_own(layer, tap, held);
    if (&runner != this) routes_ = runner.routes_;
}

void Runner::attention_own(int layer, Tap& tap) {
    tap_ = &tap;
    for (CallState& call : stretch_) attention_half(layer, call);
    flush(tap);
}

void Runner::mlp_own(int layer, Tap& tap, const std::vector<at::Tensor>* held) {
    tap_ = &tap;
    routes_.clear();
    for (size_t i = 0; i < stretch_.size(); ++i)
        mlp_half(layer, stretch_[i], held ? held->at(i) : at::Tensor());
    flush(tap);
}

void Runner::set_stream(size_t i, const Stream& from) {
    stretch_.at(i).x = from.x;
    stretch_[i].pending = from.pending;
    raised_holds_ = false;
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
    const at::Tensor attn_out = post_norm(prefix + "ln1_post", attend(layer, call, ln1.output));
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
            // (mlp + attn) + x, in that order (modeling_gpt_neox.py, GPTNeoXLayer);
            // (x + attn) + mlp in HookedTransformer (transformer_block.py).
            call.x =
                lens()
                    ? exec_.rounded(exec_.rounded(call.x + call.pending, dtype) + mlp_out, dtype)
                    : exec_.rounded(exec_.rounded(mlp_out + call.pending, dtype) + call.x, dtype);
            call.pending = at::Tensor();
            break;
    }
    see(SiteKind::resid_post, call, call.x);
}

QkvResult Runner::project(int layer, const at::Tensor& x, const HeadInputs* copies) const {
    const std::string prefix = "blocks." + std::to_string(layer) + ".attn.";
    QkvWeights w;
    const bool packed = config_.block.qkv != QkvStore::separate && has(prefix + "W_QKV");
    if (num().qkv == QkvLayout::fused && packed) {
        w.fused = weight(prefix + "W_QKV");
        w.store = config_.block.qkv;
        w.fused_bias = key_bias(prefix + "b_QKV", &w.store);
        return project_qkv(exec_, x, w, config_.n_heads, config_.n_kv_heads);
    }
    w.q = weight(prefix + "W_Q"), w.k = weight(prefix + "W_K"), w.v = weight(prefix + "W_V");
    w.q_bias = bias(prefix + "b_Q"), w.k_bias = key_bias(prefix + "b_K", nullptr),
    w.v_bias = bias(prefix + "b_V");
    if (num().qkv == QkvLayout::fused) {
        const std::string made = processed_ ? "processed " : "";
        w.fused = model_->fused_weight(
            {made + prefix + "W_Q", prefix + "W_K", prefix + "W_V"}, {w.q, w.k, w.v},
            {form(prefix + "W_Q"), form(prefix + "W_K"), form(prefix + "W_V")});
        if (w.q_bias.defined()) w.fused_bias = at::cat({w.q_bias, w.k_bias, w.v_bias});
    }
    return project_qkv(exec_, x, w, config_.n_heads, config_.n_kv_heads, copies);
}

/// As HookedTransformer with use_split_qkv_input: a copy of the stream for each head, each copy
/// through the norm.
HeadInputs Runner::head_inputs(int layer, const at::Tensor& x) const {
    const int64_t heads = config_.n_heads, kv = config_.n_kv_heads;
    const at::Tensor copies =
        x.flatten(0, 1).unsqueeze(0).expand({heads + 2 * kv, x.size(0) * x.size(1), x.size(2)});
    const at::Tensor y =
        normalise("blocks." + std::to_string(layer) + ".ln1", copies.contiguous()).output;
    return {y.narrow(0, 0, heads), y.narrow(0, heads, kv), y.narrow(0, heads + kv, kv)};
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
        const at::Tensor heads = x.view({x.size(0), x.size(1), -1, config_.d_head});
        y = normalise(name, heads).output.flatten(2, 3);
    }
    return y;
}

AttentionInput Runner::attention_input(int layer, const CallState& call) const {
    AttentionInput in = attention_setting(config_, layer);
    in.start = call.start + call.pads_before;
    in.pad_start = call.pad_start;
    in.pads = call.all_pads();
    if (num().defect.softcap_dropped && num().sdpa) in.soft_cap.reset();
    if (in.soft_cap && num().sdpa) {
        throw Error(ErrorCode::usage, "option attention",
                    "LibTorch's fused kernel has no soft cap, which this model needs",
                    "set attention=eager");
    }
    return in;
}

void Runner::rotate(int layer, CallState& call, at::Tensor& q, at::Tensor& k) {
    const bool local = &config_.layer_rope(layer) != &config_.rope;
    const RopeAngles& angles = local ? call.local_angles : call.angles;
    q = apply_rope(exec_, q, angles);
    const at::Tensor rotated = apply_rope(exec_, k, angles);
    see(SiteKind::rot_q, call, q.transpose(1, 2));
    see(SiteKind::rot_k, call, rotated.transpose(1, 2));
    // HookedTransformer caches keys before the rotation and rotates all of them in every call.
    if (!lens() || !num().use_cache) k = rotated;
}

at::Tensor Runner::rotated_cache(int layer, const CallState& call, const at::Tensor& keys) const {
    if (!lens() || !num().use_cache || config_.block.positions != PositionKind::rotary) return keys;
    const bool local = &config_.layer_rope(layer) != &config_.rope;
    const RopeAngles& all = local ? call.local_key_angles : call.key_angles;
    const int64_t n = keys.size(2), first = call.rows_so_far() - n;
    return apply_rope(exec_, keys, {all.cos.narrow(1, first, n), all.sin.narrow(1, first, n)});
}

/// ALiBi's bias of the keys that attention reads.
at::Tensor Runner::position_bias(const CallState& call, const AttentionInput& in) const {
    if (config_.block.positions != PositionKind::alibi) return {};
    at::Tensor bias = alibi_bias(exec_, config_.n_heads, call.start + call.length, call.length);
    if (bias.size(1) > 1) bias = call.with_pads(bias, 1);
    return call.keys_with_pads(bias, 2).narrow(2, in.key_start, in.k.size(2));
}

at::Tensor Runner::attend(int layer, CallState& call, const at::Tensor& normal) {
    const std::string prefix = "blocks." + std::to_string(layer) + ".attn.";
    HeadInputs copies;
    if (num().norm_per_head) copies = head_inputs(layer, call.x);
    const auto read = [&](SiteKind kind, const at::Tensor& copy) {
        // Of copies the first head's.
        see(kind, call, copy.defined() ? copy.select(0, 0).view(normal.sizes()) : normal);
    };
    read(SiteKind::q_input, copies.q);
    read(SiteKind::k_input, copies.k);
    read(SiteKind::v_input, copies.v);
    const int64_t d = config_.d_head, n = call.rows(), batch = normal.size(0);
    QkvResult p = project(layer, normal, num().norm_per_head ? &copies : nullptr);
    if (num().defect.split_kvheads && config_.n_kv_heads < config_.n_heads) {
        // n_heads copies of the input against the weights of n_kv_heads heads.
        throw StepFailed(SiteKind::k, layer,
                         "keys of " + std::to_string(config_.n_kv_heads) + " heads do not fit " +
                             std::to_string(config_.n_heads) + " copies of the input");
    }
    if (num().defect.split_qsum) p.q = summed_copies(layer, p.q);
    const auto by_head = [&](const at::Tensor& x) { return x.view({batch, n, x.size(2) / d, d}); };
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
        for (at::Tensor* x : {&p.q, &p.k, &p.v})
            *x = x->clamp(-*config_.clip_qkv, *config_.clip_qkv);
    }
    // [1, pos, head, d_head] to [1, head, pos, d_head], as the reference transposes.
    AttentionInput in = attention_input(layer, call);
    in.q = by_head(p.q).transpose(1, 2);
    at::Tensor k = by_head(p.k).transpose(1, 2);
    if (config_.block.positions == PositionKind::rotary) rotate(layer, call, in.q, k);
    std::tie(in.k, in.v) = remember(layer, call, k, by_head(p.v).transpose(1, 2));
    in.k = rotated_cache(layer, call, in.k);
    in.key_start = call.rows_so_far() - in.k.size(2);
    in.key_bias = position_bias(call, in);
    if (const auto head = tap_->wants_terms()) see_terms(call, in, *head);
    const AttentionResult r = attention(exec_, in);
    see_keys(SiteKind::scores, call, r.scores, in.key_start);
    see_keys(SiteKind::pattern, call, r.pattern, in.key_start);
    const at::Tensor z = r.z.transpose(1, 2);  // [1, pos, head, d_head]
    see(SiteKind::z, call, z);
    return sliced_linear(exec_, z.contiguous().view({batch, n, config_.n_heads * d}),
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
        const int64_t visible = std::min(keys.size(2), *window - 1 + call.rows());
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

at::Tensor Runner::replayed(int layer, const CallState& call) const {
    if (!num().routes) {
        throw Error(ErrorCode::usage, "option experts",
                    "replay takes the choices of another run, and there is none here",
                    "set experts=own, or compare two runs");
    }
    const at::Tensor text = num().routes->get(layer, call.start, call.length);
    const at::Tensor all =
        at::full({1 + num().filler_rows, call.rows(), config_.top_k}, -1, text.options());
    // Rows of the text around the pads, which keep their own choices.
    const int64_t before = call.pads > 0 ? call.pad_start - call.start : call.length;
    const at::Tensor row = all.select(0, 0);
    row.narrow(0, 0, before).copy_(text.narrow(0, 0, before));
    row.narrow(0, before + call.pads, call.length - before)
        .copy_(text.narrow(0, before, call.length - before));
    return all.flatten(0, 1);
}

at::Tensor Runner::mix_experts(int layer, CallState& call, const at::Tensor& normal,
                               const at::Tensor& held) {
    const std::string prefix = "blocks." + std::to_string(layer) + ".moe.";
    MoeInput in;
    in.x = normal.reshape({-1, config_.d_model});
    in.router = weight(prefix + "W_router");
    in.n_experts = config_.n_experts;
    in.top_k = config_.top_k;
    in.normalise = config_.norm_topk_prob;
    in.held = !held.defined() && num().replay ? replayed(layer, call) : held;
    in.keep_expert_out = tap_->wants(SiteKind::expert_out);
    in.expert = [&](int64_t e) { return mlp_weights(prefix + std::to_string(e) + "."); };
    const MoeResult r = moe(exec_, in);
    routes_.push_back(r.indices);
    const auto rows = [&](const at::Tensor& x) {
        return x.unflatten(0, {normal.size(0), normal.size(1)});
    };
    if (recorded_) {
        recorded_->put(layer, call.start + call.length - call.keep,
                       call.kept(rows(r.indices).select(0, 0), 0));
    }
    see(SiteKind::router_logits, call, rows(r.router_logits));
    see(SiteKind::expert_weights, call, rows(r.weights));
    see(SiteKind::expert_indices, call, rows(r.indices));
    if (r.expert_out.defined()) see(SiteKind::expert_out, call, rows(r.expert_out));
    return r.out.view(normal.sizes());
}

at::Tensor Runner::finish(Tap& tap, bool last_only) {
    return enter(2 * static_cast<size_t>(config_.n_layers) + 1).finish_own(tap, last_only);
}

at::Tensor Runner::unembed(const at::Tensor& normal) const {
    const at::Tensor head = num().defect.tied_head_missing && config_.tied
                                ? at::zeros_like(weight("unembed.W_U"))
                                : weight("unembed.W_U");
    at::Tensor head_bias = bias("unembed.b_U");
    if (head_bias.defined()) head_bias = head_bias.to(exec_.type(num().logits));
    const at::Tensor wide = exec_.round(normal, num().dtype, num().logits);
    const at::Tensor logits =
        linear(exec_, wide, head.to(exec_.type(num().logits)), head_bias, num().logits);
    return config_.final_softcap ? soft_cap(exec_, logits, *config_.final_softcap, num().logits)
                                 : logits;
}

at::Tensor Runner::finish_own(Tap& tap, bool last_only) {
    tap_ = &tap;
    std::vector<at::Tensor> parts;
    for (CallState& call : stretch_) {
        const NormResult r = normalise("ln_final", call.x);
        see(SiteKind::ln_final_normalized, call, r.output);
        const int64_t last = call.row(call.length - 1);
        const at::Tensor logits = unembed(last_only ? r.output.narrow(1, last, 1) : r.output);
        parts.push_back(last_only ? logits.select(0, 0) : call.kept(logits.select(0, 0), 0));
        if (!last_only) see(SiteKind::logits, call, logits);
    }
    flush(tap);
    return last_only ? parts.back() : parts.size() == 1 ? parts.front() : at::cat(parts, 0);
}

at::Tensor Runner::lens_at(int64_t position) const {
    const Runner& holder = raised_holds_ ? *raised_ : *this;
    const Runner& last = raised_ && num().raised_steps.back() ? *raised_ : *this;
    for (const CallState& call : holder.stretch_) {
        const int64_t row = position - call.start;
        if (row < call.length - call.keep || row >= call.length) continue;
        const at::Tensor x = last.exec_.round(call.x.narrow(0, 0, 1).narrow(1, call.row(row), 1),
                                              holder.num().dtype, last.num().dtype);
        return last.unembed(last.normalise("ln_final", x).output).flatten();
    }
    throw Error(ErrorCode::usage, "logit lens",
                "position " + std::to_string(position) + " is not in this stretch");
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
    // The text's row of the batch; only the stretch's own positions.
    seen_[kind].push_back(call.kept(value.select(0, 0), 0));
}

void Runner::see_keys(SiteKind kind, const CallState& call, const at::Tensor& value,
                      int64_t key_start) {
    if (!value.defined() || !tap_->wants(kind)) return;
    const auto [kept, first] = call.text_keys(call.kept(value, 1), key_start);
    // Keys that a rolling cache no longer holds: there, and masked.
    seen_[kind].push_back(at::constant_pad_nd(kept, {first, 0}, masked_value(kind)));
}

void Runner::see_terms(const CallState& call, const AttentionInput& in, int64_t head) {
    ScoreTerms terms = score_terms(exec_, in, head);
    const auto whole = [&](at::Tensor& value, double absent) {
        if (!value.defined()) return;
        const auto [kept, first] = call.text_keys(call.kept(value, 1), in.key_start);
        value = at::constant_pad_nd(kept.to(at::kDouble), {first, 0}, absent);
    };
    for (at::Tensor* value : {&terms.qk, &terms.bias, &terms.cap, &terms.scores})
        whole(*value, std::numeric_limits<double>::quiet_NaN());
    whole(terms.seen, 0.0);
    tap_->take_terms(terms);
}

void Runner::flush(Tap& tap) {
    for (auto& [kind, parts] : seen_) {
        const bool by_key = site_info(kind).values == SiteValues::masked;
        if (parts.size() == 1)
            tap.take(kind, parts.front());
        else if (by_key)
            tap.take(kind, join_patterns(parts, masked_value(kind)));
        else
            tap.take(kind, at::cat(parts, 0));
    }
    seen_.clear();
}

}  // namespace driftscope
