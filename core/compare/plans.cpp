// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compare/compare_models.h"
#include "core/data/error.h"
#include "core/model/defects.h"
#include "core/options/option.h"
#include "core/options/steps.h"
#include "core/run/key_bias.h"

namespace driftscope {

std::vector<int32_t> prompt_tokens(const LoadedModel& model, const std::string& prompt,
                                   const std::vector<int32_t>& given) {
    std::vector<int32_t> tokens = given;
    if (tokens.empty()) {
        if (prompt.empty()) {
            throw Error(ErrorCode::usage, "prompt", "there is none", "give a prompt or token ids");
        }
        if (!model.tokenizer()) {
            throw Error(ErrorCode::not_found, model.folder().string(),
                        "no tokenizer can be used here: " + model.tokenizer_problem(),
                        "give token ids instead of a prompt");
        }
        tokens = model.tokenizer()->encode(prompt, TokenizeOptions{});
    }
    if (tokens.empty()) throw Error(ErrorCode::usage, "prompt", "it gives no tokens");
    for (size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i] < 0 || tokens[i] >= model.config().d_vocab) {
            throw Error(ErrorCode::mismatch, "token " + std::to_string(i),
                        "id " + std::to_string(tokens[i]) + " is outside the vocabulary of " +
                            std::to_string(model.config().d_vocab),
                        "use ids from 0 to " + std::to_string(model.config().d_vocab - 1));
        }
    }
    return tokens;
}

std::vector<int32_t> own_tokens(const LoadedModel& model, const OptionValues& options,
                                std::vector<int32_t> ids) {
    for (const std::string& id : parse_defects(value_of(complete(options), "defects"))) {
        if (id != "D-BOS" && id != "D-DOUBLE-BOS") continue;
        std::optional<int64_t> bos = model.config().bos;
        if (model.tokenizer() && model.tokenizer()->bos()) bos = *model.tokenizer()->bos();
        if (!bos || *bos < 0 || *bos >= model.config().d_vocab) {
            throw Error(ErrorCode::usage, "option defects",
                        id + " needs a beginning token, and this model names none",
                        "leave it off for this model");
        }
        const bool begins = ids.front() == *bos;
        if (id == "D-BOS" && begins && ids.size() > 1)
            ids.erase(ids.begin());
        else if (begins == (id == "D-DOUBLE-BOS"))
            ids.insert(ids.begin(), static_cast<int32_t>(*bos));
    }
    return ids;
}

PieceOf piece_function(const LoadedModel& model) {
    return [tokenizer = model.tokenizer()](int32_t id) {
        return tokenizer ? tokenizer->piece(id) : '[' + std::to_string(id) + ']';
    };
}

std::optional<TokenizerClass> text_rules(const LoadedModel& model, const OptionValues& options) {
    const auto* tokenizer = dynamic_cast<const DecodesByClass*>(model.tokenizer().get());
    if (!tokenizer) return std::nullopt;
    const std::string rules = value_of(expand_aliases(options), "decode");
    if (rules == "llama") return TokenizerClass::llama;
    if (rules == "internlm2") return TokenizerClass::internlm2;
    return tokenizer->named_class();
}

std::string text_note(TokenizerClass rules) {
    return "text made of its tokens by " + to_string(rules) + "'s rules";
}

std::string decode_text(const LoadedModel& model, const OptionValues& options,
                        const GeneratedText& text) {
    if (const auto rules = text_rules(model, options)) {
        std::vector<int32_t> ids;
        for (const GenerationStep& step : text.steps) ids.push_back(step.id);
        return dynamic_cast<const DecodesByClass&>(*model.tokenizer()).decode_by(*rules, ids);
    }
    std::string out;
    if (!model.tokenizer()) {
        for (const GenerationStep& step : text.steps) out += step.piece;
        return out;
    }
    StreamDecoder decoder(model.tokenizer());
    for (const GenerationStep& step : text.steps) out += decoder.feed(step.id);
    return out + decoder.flush();
}

namespace {

/// layout=llama: what is computed is Llama's, over rows cut out of the packed tensors, as
/// convert_checkpoint() writes them. Everything else of the two families is the same.
void see_as_llama(ModelConfig& config) { config.block = family_by_id("llama").block; }

}  // namespace

namespace {

/// What a value asks of this model that it cannot do.
void refuse_impossible(const RunPlan& plan) {
    const ModelConfig &config = plan.config, &stored = plan.model->config();
    if (config.block.positions == PositionKind::learned && config.n_ctx > stored.n_ctx) {
        throw Error(ErrorCode::usage, "option context",
                    "this model has learned positions for " + std::to_string(stored.n_ctx) +
                        " tokens and no more",
                    "give at most that");
    }
    if (plan.numerics.processed && config.block.residual == ResidualKind::from_norm) {
        throw Error(ErrorCode::usage, "option processing",
                    "this model adds the norms' outputs to the stream, which folding would change",
                    "set processing=none");
    }
}

}  // namespace

namespace {

/// The steps that are computed in a type of their own: the same options but for the dtype.
void raise_steps(RunPlan& plan, OptionValues options) {
    const std::string chosen = value_of(options, "raised");
    const std::vector<bool> steps = chosen_steps(chosen, plan.config.n_layers, "option raised");
    if (std::find(steps.begin(), steps.end(), true) == steps.end()) return;
    options["dtype"] = value_of(options, "raised.dtype");
    plan.numerics.raised =
        std::make_shared<const Numerics>(resolve_numerics(options, plan.model->stored_type()));
    plan.numerics.raised_steps = steps;
}

}  // namespace

RunPlan make_plan(const std::shared_ptr<LoadedModel>& model, const OptionValues& options) {
    RunPlan plan{model, model->config_with(config_overrides(options)),
                 resolve_numerics(options, model->stored_type())};
    raise_steps(plan, options);
    refuse_impossible(plan);
    for (const std::string& id : parse_defects(value_of(complete(options), "defects"))) {
        const auto& families = find_defect(id)->families;
        if (std::find(families.begin(), families.end(), plan.config.family) == families.end()) {
            throw Error(ErrorCode::usage, "option defects",
                        id + " does not apply to the family " + plan.config.family);
        }
    }
    const std::vector<std::string> defects = parse_defects(value_of(complete(options), "defects"));
    const bool as_llama = value_of(complete(options), "layout") == "llama";
    apply_defects(plan.config, defects);
    const bool read_wrongly = plan.config.block.qkv != model->config().block.qkv;
    if (read_wrongly && as_llama) {
        throw Error(ErrorCode::usage, "option layout",
                    "a packed tensor read wrongly needs the packed tensor", "set layout=as-stored");
    }
    if (read_wrongly && plan.numerics.qkv != QkvLayout::fused) {
        throw Error(ErrorCode::usage, "option defects",
                    "a packed tensor read wrongly needs the product that reads it whole",
                    "set qkv=fused");
    }
    ModelInfo info;
    info.family = plan.config.family;
    if (model->tokenizer()) info.tokenizer = model->tokenizer()->kind();
    info.n_experts = plan.config.n_experts;
    info.rotary = plan.config.block.positions == PositionKind::rotary;
    info.free_key_bias = free_key_bias(*model, plan.config);
    info.soft_cap = plan.config.attn_softcap.has_value() && !plan.numerics.defect.softcap_dropped;
    for (const auto& [id, value] : complete(expand_aliases(options))) {
        const std::string reason = why_not(option(id), info);
        if (!reason.empty() && value != option(id).fallback) {
            throw Error(ErrorCode::usage, "option " + id, reason, "leave it at its default");
        }
    }
    if (as_llama) see_as_llama(plan.config);
    return plan;
}

std::vector<int64_t> end_tokens(const LoadedModel& model) {
    std::vector<int64_t> ends = model.config().eos;
    if (model.tokenizer()) {
        for (int32_t id : model.tokenizer()->eos()) ends.push_back(id);
    }
    return ends;
}

}  // namespace driftscope
