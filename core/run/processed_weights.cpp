// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/processed_weights.h"

#include "core/nn/numerics.h"

namespace driftscope {

namespace {

/// What stands after "blocks.L." and what before it ("" for weights of no block).
struct Parts {
    std::string block, rest;
};

Parts parts_of(const std::string& name) {
    if (!name.starts_with("blocks.")) return {"", name};
    const size_t dot = name.find('.', 7);
    return {name.substr(0, dot + 1), name.substr(dot + 1)};
}

}  // namespace

ProcessedWeights::ProcessedWeights(std::shared_ptr<LoadedModel> model, const ModelConfig& config)
    : model_(std::move(model)), norm_(config.block.norm), fold_(config.n_experts == 0),
      centre_(config.block.norm == NormKind::layer), centre_unembed_(!config.final_softcap),
      learned_(config.block.positions == PositionKind::learned), n_heads_(config.n_heads),
      d_head_(config.d_head) {}

at::Tensor ProcessedWeights::raw(const std::string& name, at::ScalarType type) const {
    return model_->weight(name, {type, std::nullopt, 1});
}

at::Tensor ProcessedWeights::raw_or_zero(const std::string& name, const at::Tensor& like) const {
    return model_->has(name) ? raw(name, like.scalar_type())
                             : at::zeros({like.size(0)}, like.options());
}

bool ProcessedWeights::has(const std::string& name) const {
    const auto [block, rest] = parts_of(name);
    if (rest == "attn.W_QKV" || rest == "attn.b_QKV") return false;  // its parts are processed
    if (model_->has(name)) return true;
    const bool folded = fold_ && centre_;
    if (rest == "attn.b_Q" || rest == "attn.b_K" || rest == "attn.b_V" || rest == "unembed.b_U")
        return folded;
    if (rest == "attn.b_O") return has(block + "attn.b_V");
    return rest == "mlp.b_up" && folded;
}

at::Tensor ProcessedWeights::weight(const std::string& name, const WeightForm& form,
                                    at::ScalarType steps) const {
    std::string key = "processed " + name + ' ' + dtype_name(steps) + ' ' + dtype_name(form.type);
    const bool rounds =
        form.rounded_to && significand_bits(*form.rounded_to) < significand_bits(steps);
    if (rounds) key += ' ' + dtype_name(*form.rounded_to) + (form.sign > 0 ? "+" : "-");
    return model_->derived(key, [&] {
        const at::Tensor exact = made(name, steps);
        if (!rounds) return exact.to(form.type);
        const at::Tensor wide = exact.to(form.type);
        const at::Tensor low = exact.to(*form.rounded_to).to(form.type);
        return form.sign > 0 ? low : 2 * wide - low;
    });
}

/// A matrix [out, d_model] that reads a norm's output: its columns times the norm's weight, and
/// without their mean where the norm's output has none.
at::Tensor ProcessedWeights::reading(const std::string& name, const std::string& norm, bool centred,
                                     at::ScalarType type) const {
    at::Tensor w = raw(name, type);
    if (!fold_) return w;
    const at::Tensor scale = raw(norm + ".w", type);
    w = w * (norm_ == NormKind::rms_plus_one ? 1 + scale : scale).unsqueeze(0);
    return centre_ && centred ? w - w.mean(1, true) : w;
}

/// b + W · b_norm, W as stored.
at::Tensor ProcessedWeights::reading_bias(const std::string& bias, const std::string& weight,
                                          const std::string& norm, at::ScalarType type) const {
    const at::Tensor w = raw(weight, type), b = raw_or_zero(bias, w);
    if (!fold_ || !centre_) return b;
    return b + (w * raw(norm + ".b", type).unsqueeze(0)).sum(1);
}

/// A matrix [d_model, in] that writes to the stream, or a vector [d_model]: without its mean.
at::Tensor ProcessedWeights::writing(const std::string& name, at::ScalarType type) const {
    const at::Tensor w = raw(name, type);
    return centre_ ? w - w.mean(0, true) : w;
}

/// b_O plus what the value biases come to: every pattern sums to 1.
at::Tensor ProcessedWeights::output_bias(const std::string& block, at::ScalarType type) const {
    const at::Tensor w = writing(block + "attn.W_O", type);  // [d_model, head·d_head]
    at::Tensor b = raw_or_zero(block + "attn.b_O", w);
    if (centre_) b = b - b.mean();
    if (!has(block + "attn.b_V")) return b;
    const at::Tensor v = reading_bias(block + "attn.b_V", block + "attn.W_V", block + "ln1", type)
                             .view({-1, d_head_});  // [kv head, d_head]
    const at::Tensor each = v.repeat_interleave(n_heads_ / v.size(0), 0).flatten();
    return b + (w * each.unsqueeze(0)).sum(1);
}

at::Tensor ProcessedWeights::unembedding(at::ScalarType type) const {
    const at::Tensor w = reading("unembed.W_U", "ln_final", true, type);  // [d_vocab, d_model]
    return centre_unembed_ ? w - w.mean(0, true) : w;
}

at::Tensor ProcessedWeights::unembedding_bias(at::ScalarType type) const {
    const at::Tensor b = reading_bias("unembed.b_U", "unembed.W_U", "ln_final", type);
    return centre_unembed_ ? b - b.mean() : b;
}

/// What a folded norm leaves: a weight of 1, a bias of 0.
at::Tensor ProcessedWeights::plain_norm(const std::string& name, at::ScalarType type) const {
    const at::Tensor stored = raw(name, type);
    if (!fold_) return stored;
    const bool one = name.ends_with(".w") && norm_ != NormKind::rms_plus_one;
    return one ? at::ones_like(stored) : at::zeros_like(stored);
}

at::Tensor ProcessedWeights::made(const std::string& name, at::ScalarType type) const {
    const auto [block, rest] = parts_of(name);
    const std::string ln1 = block + "ln1", ln2 = block + "ln2";
    for (const char* norm : {"ln1.w", "ln1.b", "ln2.w", "ln2.b", "ln_final.w", "ln_final.b"})
        if (rest == norm) return plain_norm(name, type);
    for (const char* letter : {"Q", "K", "V"}) {
        const std::string w = std::string("attn.W_") + letter, b = std::string("attn.b_") + letter;
        if (rest == w) return reading(name, ln1, true, type);
        if (rest != b) continue;
        const at::Tensor bias = reading_bias(name, block + w, ln1, type);
        return *letter == 'V' ? at::zeros_like(bias) : bias;
    }
    if (rest == "mlp.W_up") return reading(name, ln2, true, type);
    if (rest == "mlp.W_gate" || rest == "mlp.W_gate_up") return reading(name, ln2, false, type);
    if (rest == "mlp.b_up") return reading_bias(name, block + "mlp.W_up", ln2, type);
    if (rest == "attn.b_O") return output_bias(block, type);
    if (rest == "attn.W_O" || rest == "mlp.W_down" || rest == "mlp.b_down")
        return writing(name, type);
    if (name == "embed.W_E" || (name == "embed.W_pos" && learned_)) {
        const at::Tensor w = raw(name, type);  // [.., d_model]
        return centre_ ? w - w.mean(1, true) : w;
    }
    if (name == "unembed.W_U") return unembedding(type);
    if (name == "unembed.b_U") return unembedding_bias(type);
    return raw(name, type);
}

}  // namespace driftscope
