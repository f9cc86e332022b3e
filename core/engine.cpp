// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine.h"
#include "core/options/option.h"

#include <torch/torch.h>

#include <chrono>
#include <list>
#include <map>
#include <new>

#include "core/bench.h"
#include "core/compare/against.h"
#include "core/compare/compare_models.h"
#include "core/compare/logit_lens.h"
#include "core/compare/score_parts.h"
#include "core/compare/site_values.h"
#include "core/compare/weight_stats.h"
#include "core/model/row_bytes.h"
#include "core/provenance.h"
#include "core/run/generate.h"
#include "core/run/trace_run.h"

namespace driftscope {

namespace {

constexpr size_t kKeptComparisons = 32;
constexpr int64_t kKeptBytes = int64_t{1} << 30;
constexpr size_t kKeptModels = 4;
constexpr int64_t kMostHashedAgain = int64_t{64} << 20;  // bytes: a quarter of a second

/// LibTorch's own failures become the one error type here and nowhere else.
template <typename Work>
auto guarded(const std::string& where, Work work) {
    c10::InferenceMode inference;
    try {
        return work();
    } catch (const c10::Error& error) {
        throw Error(ErrorCode::internal, where, error.what_without_backtrace());
    } catch (const std::bad_alloc&) {
        throw Error(ErrorCode::limit, where, "memory ran out",
                    "use fewer tokens or a smaller model");
    }
}

class TorchEngine final : public Engine {
public:
    TorchEngine() : provenance_(measure_provenance()) {}

    std::shared_ptr<const ModelInfo> open(const std::string& folder) override {
        return guarded(folder, [&] {
            const auto model = load(folder);
            auto info = std::make_shared<ModelInfo>(model->info());
            for (TensorEntry& tensor : info->tensors) {
                const std::string name = tensor.source.substr(0, tensor.source.rfind(" ("));
                if (const TensorView* view = model->checkpoint().find(name)) {
                    tensor.hash = model->checkpoint().known_hash(*view);
                } else if (model->has(tensor.name)) {
                    tensor.hash = hash_of_rows(*model, model->weights().at(tensor.name));
                }
            }
            return std::shared_ptr<const ModelInfo>(std::move(info));
        });
    }

    ComparisonPtr compare(const CompareRequest& request, const Callbacks& callbacks,
                          std::stop_token stop) override {
        return guarded("compare", [&]() -> ComparisonPtr {
            CompareContext context;
            context.model_a = load(request.model_a);
            context.model_b = load_b(request, context.model_a);
            context.provenance = provenance_;
            context.plain_runs = &plain_runs_;
            context.callbacks = &callbacks;
            context.stop = stop;
            context.id = ++last_id_;
            const CompareOutcome outcome = compare_models(request, context);
            keep(context.id, outcome);
            if (outcome.comparison->verdict.kind == VerdictKind::failed && request.against.empty())
                return with_run_a(*outcome.comparison, context);
            return outcome.comparison;
        });
    }

    AttentionPtr attention(uint64_t comparison, int layer, int head) override {
        return guarded("attention", [&]() -> AttentionPtr {
            const Kept& kept = find_kept(comparison, "attention");
            auto pair = std::make_shared<AttentionPair>(kept.patterns->pair(layer, head));
            pair->comparison = comparison;
            return pair;
        });
    }

    ValuesPtr values(uint64_t comparison, const Site& site, std::stop_token stop) override {
        return guarded("values", [&]() -> ValuesPtr {
            const Kept& kept = find_kept(comparison, "values");
            const CompareRequest& request = kept.recipe.request;
            if (!request.against.empty()) {
                throw Error(ErrorCode::unsupported, "values", "run A is a stored trace",
                            "read its values from the file");
            }
            const auto model_a = load(request.model_a);
            const auto model_b = load_b(request, model_a);
            auto pair =
                std::make_shared<ValuePair>(site_values(kept.recipe, model_a, model_b, site, stop));
            pair->comparison = comparison;
            return pair;
        });
    }

    AnswerPtr answer(uint64_t comparison, const Question& question, std::stop_token stop) override {
        return guarded("answer", [&]() -> AnswerPtr {
            auto answer = std::make_shared<Answer>();
            answer->comparison = comparison;
            answer->question = question;
            if (const auto* weight = std::get_if<WeightQuestion>(&question)) {
                const auto a = load(weight->model_a);
                const auto b = weight->model_b.empty() ? nullptr : load(weight->model_b);
                answer->body = weight_pair(*a, b == a ? nullptr : b.get(), weight->name, stop);
                return answer;
            }
            const ValueRecipe& recipe = find_kept(comparison, "answer").recipe;
            if (!recipe.request.against.empty()) {
                throw Error(ErrorCode::unsupported, "answer", "run A is a stored trace",
                            "compare two runs to look into both");
            }
            const auto a = load(recipe.request.model_a);
            const auto b = load_b(recipe.request, a);
            if (const auto* head = std::get_if<ScorePartsQuestion>(&question)) {
                answer->body = score_parts(recipe, a, b, *head, stop);
            } else {
                answer->body = logit_lens(recipe, a, b, std::get<LensQuestion>(question), stop);
            }
            return answer;
        });
    }

    GenerateResult generate(const GenerateRequest& request, const Callbacks& callbacks,
                            std::stop_token stop) override {
        return guarded("generate", [&] { return generate_guarded(request, callbacks, stop); });
    }

    TraceResult trace(const TraceRequest& request, std::stop_token stop) override {
        return guarded("trace", [&] {
            const auto model = load(request.model);
            const RunPlan plan = make_plan(model, request.options);
            const auto tokens = own_tokens(*model, request.options,
                                           prompt_tokens(*model, request.prompt, request.tokens));
            const auto begin = std::chrono::steady_clock::now();
            const auto values = trace_sites(plan, tokens, request.sites, request.n_prompt, stop);
            const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
            TraceResult result;
            std::map<std::string, std::string> metadata = provenance_;
            metadata["format"] = "pt";
            metadata["model"] = model->folder().string();
            const auto count = static_cast<int64_t>(tokens.size());
            metadata.merge(
                stamp_metadata({model->hash(), tokens,
                                request.n_prompt > 0 ? request.n_prompt : count, request.options}));
            result.bytes = write_safetensors(request.out, values, metadata);
            for (const auto& [name, value] : values) result.written.push_back(name);
            result.run.model = model->folder().string();
            result.run.family = plan.config.family;
            result.run.dtype = dtype_name(plan.numerics.dtype);
            result.run.options = complete(request.options);
            result.run.seconds = spent.count();
            return result;
        });
    }

    TokenizeResult tokenize(const std::string& path, const std::string& text,
                            bool add_bos) override {
        const auto tokenizer = load_tokenizer(path);
        TokenizeResult result;
        result.ids = tokenizer->encode(text, {add_bos, true});
        for (int32_t id : result.ids) result.pieces.push_back(tokenizer->piece(id));
        return result;
    }

    BenchResult bench(const std::string& folder, const Callbacks& callbacks,
                      std::stop_token stop) override {
        return guarded("bench", [&] {
            BenchResult result = run_bench(folder, callbacks, stop);
            result.machine = provenance_;
            return result;
        });
    }

    std::map<std::string, std::string> provenance() override { return provenance_; }

private:
    /// Of rows cut out of a packed tensor, once the tensor itself was hashed; empty: not yet, or it
    /// is too large to be read again for that.
    std::string hash_of_rows(const LoadedModel& model, const BoundWeight& weight) {
        const std::string whole = model.checkpoint().known_hash(*weight.tensor);
        const bool cut = !weight.rows.whole() && !weight.transposed;
        if (whole.empty() || !cut || model.stored_bytes() > kMostHashedAgain) return {};
        const auto [known, fresh] = row_hashes_.try_emplace(whole + " " + weight.source_name);
        if (fresh) known->second = rows_hash(weight);
        return known->second;
    }

    /// B cannot be computed, and the runs stopped together: what A by itself makes of the prompt.
    static ComparisonPtr with_run_a(const Comparison& failed, CompareContext context) {
        CompareRequest alone = failed.request;
        alone.model_b.clear();
        alone.config_b.clear();
        alone.options_b = alone.options_a;
        alone.max_new_tokens = 0;
        alone.judge = alone.attribute = false;
        context.model_b = context.model_a;
        const Callbacks silent;
        context.callbacks = &silent;
        const CompareOutcome outcome = compare_models(alone, context);
        auto whole = std::make_shared<Comparison>(failed);
        whole->a.loss = outcome.comparison->a.loss;
        whole->a.seconds = outcome.comparison->a.seconds;
        whole->a.tokens_per_s = outcome.comparison->a.tokens_per_s;
        return whole;
    }

    struct Kept {
        uint64_t id;
        std::shared_ptr<PatternStore> patterns;
        ValueRecipe recipe;
    };
    std::shared_ptr<LoadedModel> load_b(const CompareRequest& request,
                                        const std::shared_ptr<LoadedModel>& model_a) {
        if (request.model_b.empty() && request.config_b.empty()) return model_a;
        return load(request.model_b.empty() ? request.model_a : request.model_b, request.config_b);
    }

    struct Open {
        std::string folder, config;
        std::shared_ptr<LoadedModel> model;
    };

    /// Opened models stay open; one whose files changed is opened anew.
    std::shared_ptr<LoadedModel> load(const std::string& given, const std::string& config = {}) {
        if (given.empty()) {
            throw Error(ErrorCode::usage, "model", "no folder is given", "name a model folder");
        }
        const std::string folder = std::filesystem::weakly_canonical(model_folder(given)).string();
        for (auto it = models_.begin(); it != models_.end(); ++it) {
            if (it->folder != folder || it->config != config) continue;
            if (config.empty() && it->model->checkpoint().still_unchanged()) {
                models_.splice(models_.begin(), models_, it);
                return models_.front().model;
            }
            models_.erase(it);
            break;
        }
        models_.push_front({folder, config, LoadedModel::open(folder, config)});
        if (models_.size() > kKeptModels) models_.pop_back();
        return models_.front().model;
    }

    const Kept& find_kept(uint64_t comparison, const std::string& where) const {
        for (const Kept& kept : kept_) {
            if (kept.id == comparison) return kept;
        }
        throw Error(ErrorCode::not_found, where,
                    "the values of this comparison are no longer kept: newer ones took the memory",
                    "run it again");
    }

    void keep(uint64_t id, const CompareOutcome& outcome) {
        kept_.push_front({id, outcome.patterns, outcome.recipe});
        int64_t bytes = 0;
        size_t count = 0;
        for (auto it = kept_.begin(); it != kept_.end(); ++count) {
            bytes += it->patterns->bytes();
            const bool drop = count > 0 && (bytes > kKeptBytes || count >= kKeptComparisons);
            it = drop ? kept_.erase(it) : std::next(it);
        }
    }

    GenerateResult generate_guarded(const GenerateRequest& request, const Callbacks& callbacks,
                                    std::stop_token stop) {
        const auto model = load(request.model);
        const RunPlan plan = make_plan(model, request.options);
        GenerateResult result;
        result.prompt_tokens = own_tokens(*model, request.options,
                                          prompt_tokens(*model, request.prompt, request.tokens));
        GenerateJob job;
        job.prompt = result.prompt_tokens;
        job.max_new_tokens = request.max_new_tokens;
        job.sampling = sampling_from(request.options);
        job.eos = end_tokens(*model);
        job.piece = piece_function(*model);
        job.on_step = [&](int index, const GenerationStep& step) {
            if (callbacks.token) callbacks.token({Side::a, index, step});
            if (callbacks.progress) {
                callbacks.progress({"generate", index + 1.0, 1.0 * job.max_new_tokens, -1});
            }
        };
        Runner runner(plan.model, plan.config, Exec(plan.numerics, false));
        const auto begin = std::chrono::steady_clock::now();
        result.text = generate_text(runner, job, stop);
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
        result.text.text = decode_text(*model, request.options, result.text);
        RunSummary& run = result.run;
        run.model = model->folder().string();
        run.family = plan.config.family;
        run.dtype = dtype_name(plan.numerics.dtype);
        run.options = complete(request.options);
        if (const auto rules = text_rules(*model, request.options))
            run.notes.push_back(text_note(*rules));
        run.calls = runner.calls();
        run.seconds = spent.count();
        run.tokens_per_s =
            static_cast<double>(result.text.steps.size()) / std::max(spent.count(), 1e-9);
        return result;
    }

    std::map<std::string, std::string> provenance_;
    std::map<std::string, std::string> row_hashes_;  ///< by the packed tensor's hash and the rows
    std::list<Open> models_;
    std::list<Kept> kept_;
    PlainRuns plain_runs_;
    uint64_t last_id_ = 0;
};

}  // namespace

std::unique_ptr<Engine> make_engine() { return std::make_unique<TorchEngine>(); }

}  // namespace driftscope
