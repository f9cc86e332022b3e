// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output/result_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/data/text_difference.h"
#include "core/options/option.h"
#include "core/options/steps.h"

namespace driftscope {

namespace {

using Json = OrderedJson;

Json number(double value) {
    if (std::isfinite(value)) return value;
    if (std::isnan(value)) return "nan";
    return value > 0 ? "inf" : "-inf";
}

Json numbers(const std::vector<double>& values) {
    Json list = Json::array();
    for (const double value : values) list.push_back(number(value));
    return list;
}

Json runJson(const RunSummary& run) {
    Json calls = Json::array();
    for (const Call& call : run.calls) calls.push_back({call.start, call.length});
    return {{"model", run.model},
            {"family", run.family},
            {"hash", run.hash},
            {"dtype", run.dtype},
            {"options", run.options},
            {"calls", calls},
            {"seconds", number(run.seconds)},
            {"tokens_per_s", number(run.tokens_per_s)},
            {"peak_bytes", run.peak_bytes},
            {"loss", number(run.loss)},
            {"notes", run.notes}};
}

Json siteOrNull(const std::optional<Site>& site) { return site ? Json(to_string(*site)) : Json(); }

Json verdictJson(const Verdict& verdict) {
    Json cause;
    if (verdict.cause) {
        cause = {{"kind", verdict.cause->kind},
                 {"id", verdict.cause->id},
                 {"text", verdict.cause->text}};
    }
    return {{"kind", to_string(verdict.kind)},
            {"rule", verdict.rule},
            {"delta", number(verdict.delta)},
            {"delta64", number(verdict.delta64)},
            {"floor64", number(verdict.floor64)},
            {"error_a", number(verdict.error_a)},
            {"error_b", number(verdict.error_b)},
            {"share", number(verdict.share)},
            {"band", number(verdict.band)},
            {"amplification", number(verdict.amplification)},
            {"excess", siteOrNull(verdict.excess)},
            {"not_exercised", verdict.not_exercised},
            {"remarks", verdict.remarks},
            {"site", siteOrNull(verdict.site)},
            {"cause", cause}};
}

Json divergenceJson(const std::optional<Divergence>& divergence) {
    if (!divergence) return {};
    return {{"site", to_string(divergence->site)},
            {"layer", divergence->site.layer},
            {"pos", divergence->pos},
            {"error", number(divergence->error)},
            {"band", number(divergence->band)}};
}

Json siteJson(const SiteMetrics& s) {
    return {{"site", to_string(s.site)},
            {"in_a", s.in_a},
            {"in_b", s.in_b},
            {"max_abs", number(s.max_abs)},
            {"mean_abs", number(s.mean_abs)},
            {"rel_l2", number(s.rel_l2)},
            {"nmse", number(s.nmse)},
            {"cosine", number(s.cosine)},
            {"max_ulp", number(s.max_ulp)},
            {"p99_ulp", number(s.p99_ulp)},
            {"slope", number(s.slope)},
            {"r2", number(s.r2)},
            {"exact", number(s.exact)},
            {"band", number(s.band)},
            {"delta64", number(s.delta64)},
            {"error_a", number(s.error_a)},
            {"error_b", number(s.error_b)},
            {"non_finite", s.non_finite},
            {"by_pos", numbers(s.by_pos)},
            {"band_by_pos", numbers(s.band_by_pos)},
            {"delta64_by_pos", numbers(s.delta64_by_pos)}};
}

Json logitsJson(const LogitMetrics& logits, const RunSummary& a, const RunSummary& b) {
    return {{"kl_ab", numbers(logits.kl_ab)},
            {"kl_ba", numbers(logits.kl_ba)},
            {"js", numbers(logits.js)},
            {"top1_agreement", number(logits.top1_agreement)},
            {"top5_agreement", number(logits.top5_agreement)},
            {"max_kl", number(logits.max_kl)},
            {"loss_a", number(a.loss)},
            {"loss_b", number(b.loss)},
            {"loss_a_by_pos", numbers(logits.loss_a)},
            {"loss_b_by_pos", numbers(logits.loss_b)},
            {"rank_a", logits.rank_a},
            {"rank_b", logits.rank_b},
            {"best_a", logits.best_a},
            {"best_b", logits.best_b},
            {"best_rank_in_b", logits.best_rank_in_b}};
}

Json routingJson(const std::optional<Routing>& routing) {
    if (!routing) return {};
    Json layers = Json::array();
    for (const RoutingLayer& layer : routing->layers) {
        int flips = 0, explained = 0;
        for (const uint8_t flip : layer.flip) flips += flip;
        for (const uint8_t ok : layer.explained) explained += ok;
        layers.push_back({{"layer", layer.layer},
                          {"disagreement", number(layer.disagreement)},
                          {"min_margin", number(layer.min_margin)},
                          {"flips", flips},
                          {"explained", explained},
                          {"load_a", numbers(layer.load_a)},
                          {"load_b", numbers(layer.load_b)}});
    }
    return {
        {"layers", layers},
        {"tokens_with_a_flip", number(routing->tokens_with_a_flip)},
        {"unexplained", routing->unexplained},
        {"n_experts", routing->n_experts},
        {"top_k", routing->top_k},
        {"a_experts_in_b", routing->a_experts_in_b ? number(*routing->a_experts_in_b) : Json()},
        {"b_experts_in_a", routing->b_experts_in_a ? number(*routing->b_experts_in_a) : Json()}};
}

Json stepsJson(const GeneratedText& text) {
    Json ids = Json::array(), logprobs = Json::array();
    for (const GenerationStep& step : text.steps) {
        ids.push_back(step.id);
        logprobs.push_back(number(step.logprob));
    }
    return {
        {"tokens", ids}, {"text", text.text}, {"logprobs", logprobs}, {"stopped", text.stopped}};
}

Json margins(const GeneratedText& text) {
    Json list = Json::array();
    for (const GenerationStep& step : text.steps) list.push_back(number(step.margin_ulp));
    return list;
}

Json generationJson(const std::optional<Generation>& generation) {
    if (!generation) return {};
    const auto texts = text_difference(*generation);
    return {{"a", stepsJson(generation->a)},
            {"b", stepsJson(generation->b)},
            {"first_split", generation->first_split ? Json(*generation->first_split) : Json()},
            {"texts_part_at", texts ? Json(texts->character) : Json()},
            {"margins_a", margins(generation->a)},
            {"margins_b", margins(generation->b)},
            {"fragility", numbers(generation->fragility)},
            {"undone_by", generation->undone_by}};
}

/// Shares as parts of the whole; `plus_minus` likewise.
Json sharesJson(const std::vector<Share>& shares, const char* name, double whole) {
    Json list = Json::array();
    for (const Share& share : shares) {
        list.push_back({{name, share.id},
                        {"share", number(whole != 0 ? share.mean / whole : 0)},
                        {"plus_minus", number(whole != 0 ? share.half_gap / std::abs(whole) : 0)},
                        {"repaired_kl", number(share.repaired)},
                        {"undoes_split", share.undoes_split}});
    }
    return list;
}

Json curveJson(const std::vector<PlanPoint>& curve) {
    Json list = Json::array();
    for (const PlanPoint& point : curve)
        list.push_back({{"steps", point.steps}, {"kl", number(point.kl)}, {"step", point.id}});
    return list;
}

/// Bytes, stated before the runs.
Json memoryJson(const MemoryBudget& memory) {
    if (memory.runs == 0) return {};
    return {{"at_most", memory.total()},       {"needed", memory.needed()},
            {"available", memory.available},   {"runs", memory.runs},
            {"weights", memory.weights},       {"activations", memory.activations},
            {"caches", memory.caches},         {"logits", memory.logits},
            {"patterns", memory.patterns},     {"attribution", memory.parts},
            {"mapped_weights", memory.mapped}, {"program", memory.program}};
}

Json attributionJson(const Comparison& comparison) {
    if (!comparison.attribution) return {};
    const Attribution& a = *comparison.attribution;
    return {{"options", sharesJson(a.options, "id", a.whole)},
            {"components", sharesJson(a.steps, "site", a.whole)},
            {"plan", a.plan},
            {"plan_target_kl", number(a.plan_target)},
            {"plan_kl", number(a.plan_kl)},
            {"plan_options", plan_options(comparison)},
            {"plan_curve", curveJson(a.curve)},
            {"whole_kl", number(a.whole)},
            {"runs", a.runs},
            {"seconds", number(a.seconds)},
            {"note", a.note}};
}

Json componentsJson(const std::vector<ComponentError>& components) {
    Json list = Json::array();
    for (const ComponentError& error : components) {
        list.push_back({{"site", to_string(error.site)},
                        {"isolated", number(error.isolated)},
                        {"propagated", number(error.propagated)},
                        {"injected", number(error.injected)}});
    }
    return list;
}

Json positionsJson(const std::optional<PositionShape>& shape) {
    if (!shape) return {};
    return {{"kind", shape->kind},
            {"site", to_string(shape->site)},
            {"step_at", shape->step_at >= 0 ? Json(shape->step_at) : Json()},
            {"figure", number(shape->figure)},
            {"text", shape->text}};
}

Json symptomsJson(const std::vector<Symptom>& symptoms) {
    Json list = Json::array();
    for (const Symptom& symptom : symptoms)
        list.push_back({{"id", symptom.id}, {"text", symptom.text}, {"check", symptom.check}});
    return list;
}

Json observerJson(const ObserverProof& proof) {
    return {{"done", proof.done},
            {"identical", proof.identical},
            {"hash_a", proof.hash_a},
            {"hash_b", proof.hash_b},
            {"plain_hash_a", proof.plain_hash_a},
            {"plain_hash_b", proof.plain_hash_b},
            {"seconds", number(proof.seconds)}};
}

/// Whole numbers as numbers: "threads": "2" reads 2.
Json provenanceJson(const std::map<std::string, std::string>& provenance,
                    const std::string& command) {
    Json json = Json::object();
    for (const auto& [key, value] : provenance) {
        const bool whole = !value.empty() && value.size() < 10 &&
                           value.find_first_not_of("0123456789") == std::string::npos;
        if (key == "threads" && whole) {
            json[key] = std::stoi(value);
        } else {
            json[key] = value;
        }
    }
    json["command"] = command;
    return json;
}

}  // namespace

Json compareJson(const Comparison& c, const std::string& command) {
    Json tokens = Json::array(), text = Json::array(), siteList = Json::array();
    for (const TokenInfo& token : c.tokens) {
        tokens.push_back(token.id);
        text.push_back(token.piece);
    }
    for (const SiteMetrics& site : c.sites) siteList.push_back(siteJson(site));
    return {{"schema", "driftscope/compare/1"},
            {"complete", c.complete},
            {"cancelled", c.cancelled},
            {"a", runJson(c.a)},
            {"b", runJson(c.b)},
            {"differing", c.differing},
            {"tokens", tokens},
            {"n_prompt", c.n_prompt},
            {"text", text},
            {"verdict", verdictJson(c.verdict)},
            {"first_divergence", divergenceJson(c.first_divergence)},
            {"positions", positionsJson(c.positions)},
            {"symptoms", symptomsJson(c.symptoms)},
            {"sites", siteList},
            {"logits", logitsJson(c.logits, c.a, c.b)},
            {"routing", routingJson(c.routing)},
            {"generation", generationJson(c.generation)},
            {"attribution", attributionJson(c)},
            {"memory", memoryJson(c.memory)},
            {"components", componentsJson(c.components)},
            {"observer", observerJson(c.observer)},
            {"warnings", c.warnings},
            {"provenance", provenanceJson(c.provenance, command)}};
}

Json generateJson(const GenerateResult& result) {
    Json ids = Json::array(), logprobs = Json::array();
    for (const GenerationStep& step : result.text.steps) {
        ids.push_back(step.id);
        logprobs.push_back(number(step.logprob));
    }
    return {{"schema", "driftscope/generate/1"},
            {"prompt_tokens", result.prompt_tokens},
            {"tokens", ids},
            {"text", result.text.text},
            {"logprobs", logprobs},
            {"stopped", result.text.stopped},
            {"run", runJson(result.run)}};
}

Json tokenizeJson(const TokenizeResult& result) {
    return {{"schema", "driftscope/tokenize/1"}, {"ids", result.ids}, {"pieces", result.pieces}};
}

Json inspectJson(const ModelInfo& model) {
    Json config = Json::array(), tensors = Json::array();
    for (const ConfigEntry& entry : model.config) {
        config.push_back({{"key", entry.key},
                          {"value", entry.value},
                          {"origin", entry.origin},
                          {"used", entry.used},
                          {"note", entry.note}});
    }
    for (const TensorEntry& tensor : model.tensors) {
        tensors.push_back({{"name", tensor.name},
                           {"source", tensor.source},
                           {"shape", tensor.shape},
                           {"dtype", tensor.dtype},
                           {"used", tensor.used},
                           {"hash", tensor.hash}});
    }
    return {{"schema", "driftscope/inspect/1"},
            {"path", model.path},
            {"family", model.family},
            {"architecture", model.architecture},
            {"stored_dtype", model.stored_dtype},
            {"n_layers", model.n_layers},
            {"d_model", model.d_model},
            {"n_heads", model.n_heads},
            {"n_kv_heads", model.n_kv_heads},
            {"d_head", model.d_head},
            {"d_mlp", model.d_mlp},
            {"n_experts", model.n_experts},
            {"top_k", model.top_k},
            {"d_vocab", model.d_vocab},
            {"n_ctx", model.n_ctx},
            {"tokenizer", model.tokenizer},
            {"tokenizer_hash", model.tokenizer_hash},
            {"bytes", model.bytes},
            {"config", config},
            {"tensors", tensors},
            {"parameters", model.parameters},
            {"problems", model.problems}};
}

Json optionsJson() {
    static constexpr const char* kEffects[] = {"forward", "generation", "display"};
    Json optionList = Json::array(), defects = Json::array(), siteList = Json::array();
    for (const OptionSpec& spec : all_options()) {
        Json entry = {{"id", spec.id},
                      {"label", spec.label},
                      {"group", spec.group},
                      {"values", spec.values},
                      {"default", spec.fallback},
                      {"effect", kEffects[static_cast<int>(spec.effect)]},
                      {"families", Json::array({spec.moe_only         ? "moe"
                                                : spec.id == "layout" ? "internlm2"
                                                                      : "all"})},
                      {"help", spec.help},
                      {"advice", spec.advice}};
        if (spec.kind == OptionKind::integer || spec.kind == OptionKind::real) {
            entry["range"] = {number(spec.low), number(spec.high)};
        }
        if (!spec.prefixes.empty()) entry["prefixes"] = spec.prefixes;
        optionList.push_back(std::move(entry));
    }
    for (const DefectSpec& defect : all_defects()) {
        defects.push_back({{"id", defect.id},
                           {"label", defect.label},
                           {"families", defect.families},
                           {"origin", defect.origin},
                           {"text", defect.text},
                           {"shown_if", defect.shown_if},
                           {"expected", defect.kind},
                           {"alias_of", defect.alias_of}});
    }
    for (const SiteInfo& info : sites()) {
        Json aliases = Json::array();
        for (const std::string_view alias : {info.alias_tl, info.alias_hf}) {
            if (!alias.empty()) aliases.push_back(std::string(alias));
        }
        const std::string prefix = info.scope == SiteScope::layer ? "blocks.L." : "";
        siteList.push_back({{"name", prefix + std::string(info.name)},
                            {"aliases", aliases},
                            {"axes", std::string(info.axes)},
                            {"shape", std::string(info.shape)},
                            {"text", std::string(info.text)}});
    }
    return {{"schema", "driftscope/options/1"},
            {"options", optionList},
            {"defects", defects},
            {"sites", siteList}};
}

Json benchJson(const BenchResult& result) {
    Json machine = Json::object(), rows = Json::array();
    for (const auto& [key, value] : result.machine) machine[key] = value;
    machine["read_GBps"] = number(result.read_gbps);
    machine["gemm_fp32_GFLOPs"] = number(result.gemm_fp32_gflops);
    for (const BenchRow& row : result.rows) {
        rows.push_back({{"what", row.what},
                        {"dtype", row.dtype},
                        {"value", number(row.value)},
                        {"unit", row.unit},
                        {"limit", number(row.limit)},
                        {"ratio", number(row.ratio)}});
    }
    return {{"schema", "driftscope/bench/1"}, {"machine", machine}, {"rows", rows}};
}

std::string jsonText(const Json& json) {
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace driftscope
