// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/fake_engine.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/options/option.h"

namespace driftscope {

namespace {

/// Sleeps in short pieces; false when a stop was asked for.
bool waitFor(int ms, const std::stop_token& stop) {
    using namespace std::chrono;
    const auto end = steady_clock::now() + milliseconds(ms);
    while (steady_clock::now() < end) {
        if (stop.stop_requested()) return false;
        std::this_thread::sleep_for(milliseconds(1));
    }
    return !stop.stop_requested();
}

/// Counts how many are inside at once.
class Inside {
public:
    explicit Inside(FakeControls& controls) : m_controls(controls) {
        const int now = ++m_controls.running;
        int most = m_controls.most;
        while (now > most && !m_controls.most.compare_exchange_weak(most, now)) {
        }
    }
    ~Inside() { --m_controls.running; }

private:
    FakeControls& m_controls;
};

/// A model is a folder with a config.json, or any path below /models.
void requireModel(const std::string& folder) {
    if (folder.starts_with("/models/")) return;
    if (std::filesystem::exists(std::filesystem::path(folder) / "config.json")) return;
    throw Error(ErrorCode::not_found, folder, "there is no config.json here", "check the path");
}

}  // namespace

std::shared_ptr<const ModelInfo> FakeEngine::open(const std::string& folder) {
    ++m_controls->opens;
    requireModel(folder);
    auto model = std::make_shared<ModelInfo>();
    model->path = folder;
    model->name = std::filesystem::path(folder).filename().string();
    model->family = "mixtral";
    model->architecture = "MixtralForCausalLM";
    model->stored_dtype = "bfloat16";
    model->n_layers = 4;
    model->d_model = 96;
    model->n_heads = 6;
    model->n_kv_heads = 2;
    model->d_head = 16;
    model->d_mlp = 128;
    model->n_experts = 8;
    model->top_k = 2;
    model->d_vocab = 4096;
    model->n_ctx = 512;
    model->parameters = 5'000'000;
    model->bytes = 10'000'000;
    model->tokenizer = "byte-level BPE";
    model->config = {{"rope_theta", "1000000.0", "file", true, ""},
                     {"colour", "\"blue\"", "file", false, "unknown key"}};
    model->tensors = {{"embed.W_E",
                       "model.embed_tokens.weight (model.safetensors)",
                       {4096, 96},
                       "BF16",
                       true,
                       {}}};
    model->problems = {"config key \"colour\" is read by nothing here"};
    return model;
}

ComparisonPtr FakeEngine::compare(const CompareRequest& request, const Callbacks& callbacks,
                                  std::stop_token stop) {
    const Inside inside(*m_controls);
    ++m_controls->compares;
    {
        const std::lock_guard lock(m_controls->mutex);
        m_controls->asked.push_back(request);
        if (!m_controls->failure.empty()) {
            throw Error(ErrorCode::format, request.model_a, m_controls->failure, "mend it");
        }
    }
    requireModel(request.model_a);
    if (!request.model_b.empty()) requireModel(request.model_b);
    const std::shared_ptr<Comparison> made = fakeComparison(request);
    made->id = ++m_lastId;
    const int steps = m_controls->steps;
    std::this_thread::sleep_for(std::chrono::milliseconds(m_controls->deafMs));
    for (int i = 0; i < steps; ++i) {
        if (callbacks.progress) callbacks.progress({"compare", double(i), double(steps), 1});
        if (callbacks.token && made->generation) {
            callbacks.token({Side::a, i,
                             made->generation->a.steps[static_cast<std::size_t>(i) %
                                                       made->generation->a.steps.size()]});
        }
        if (i == steps / 2 && callbacks.partial && m_controls->partial) {
            auto first = std::make_shared<Comparison>(*made);
            first->complete = false;
            callbacks.partial(first);
        }
        if (!waitFor(m_controls->stepMs, stop)) {
            if (!m_controls->partialResult) {
                throw Error(ErrorCode::cancelled, "compare", "stopped before the first position");
            }
            made->cancelled = true;
            made->complete = false;
            made->verdict = {};
            return made;
        }
    }
    m_kept.push_back(made);
    const auto most = static_cast<std::size_t>(m_controls->kept.load());
    while (m_kept.size() > most) m_kept.erase(m_kept.begin());
    return made;
}

AttentionPtr FakeEngine::attention(uint64_t comparison, int layer, int head) {
    const Inside inside(*m_controls);
    ++m_controls->attentions;
    for (const ComparisonPtr& kept : m_kept) {
        if (kept->id != comparison) continue;
        auto pair = std::make_shared<AttentionPair>();
        const int n = static_cast<int>(kept->tokens.size());
        pair->comparison = comparison;
        pair->layer = layer;
        pair->head = head;
        pair->a = pair->b = pair->diff = Grid(n, n);
        for (int r = 0; r < n; ++r) {
            for (int k = 0; k <= r; ++k) {
                pair->a.at(r, k) = 1.0 / (r + 1);
                pair->b.at(r, k) = 1.01 / (r + 1);
                pair->diff.at(r, k) = pair->a.at(r, k) - pair->b.at(r, k);
            }
        }
        pair->badge_a = pair->badge_b = "captured";
        return pair;
    }
    throw Error(ErrorCode::not_found, "attention", "this comparison is no longer kept");
}

ValuesPtr FakeEngine::values(uint64_t comparison, const Site& site, std::stop_token stop) {
    const Inside inside(*m_controls);
    ++m_controls->values;
    if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "values", "stopped");
    for (const ComparisonPtr& kept : m_kept) {
        if (kept->id != comparison) continue;
        auto pair = std::make_shared<ValuePair>();
        const auto n = static_cast<int64_t>(kept->tokens.size());
        pair->comparison = comparison;
        pair->site = site;
        pair->axes = {"pos", "d_model"};
        pair->shape_a = pair->shape_b = {n, 4};
        for (int64_t i = 0; i < 4 * n; ++i) {
            pair->a.push_back(0.25 * static_cast<double>(i));
            pair->b.push_back(0.25 * static_cast<double>(i) + 0.001);
        }
        pair->dtype_a = kept->a.dtype;
        pair->dtype_b = kept->b.dtype;
        pair->badge_a = pair->badge_b = "recomputed";
        return pair;
    }
    throw Error(ErrorCode::not_found, "values", "this comparison is no longer kept");
}

AnswerPtr FakeEngine::answer(uint64_t comparison, const Question& question, std::stop_token stop) {
    const Inside inside(*m_controls);
    ++m_controls->answers;
    if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "answer", "stopped");
    auto answer = std::make_shared<Answer>();
    answer->comparison = comparison;
    answer->question = question;
    if (std::holds_alternative<WeightQuestion>(question)) {
        WeightPair pair;
        pair.a = {"float32", {2, 2}, 4, 1, 0, -1, 2, 0.25, 1.25, {1, 3}};
        pair.edges = {-1, 0.5, 2};
        pair.same_file = true;
        answer->body = pair;
        return answer;
    }
    for (const ComparisonPtr& kept : m_kept) {
        if (kept->id != comparison) continue;
        if (std::holds_alternative<LensQuestion>(question)) {
            LogitLens lens;
            lens.layers.resize(static_cast<size_t>(kept->n_layers));
            answer->body = lens;
        } else {
            const int n = static_cast<int>(kept->tokens.size());
            ScorePartsPair pair;
            for (ScoreParts* side : {&pair.a, &pair.b}) {
                side->qk = side->score = Grid(n, n, 0.5);
                side->seen = Grid(n, n, 1.0);
                side->badge_qk = side->badge_mask = "captured";
                side->badge_bias = "none";
            }
            answer->body = pair;
        }
        return answer;
    }
    throw Error(ErrorCode::not_found, "answer", "this comparison is no longer kept");
}

GenerateResult FakeEngine::generate(const GenerateRequest& request, const Callbacks&,
                                    std::stop_token stop) {
    ++m_controls->generates;
    requireModel(request.model);
    complete(request.options);
    CompareRequest both;
    both.model_a = request.model;
    both.max_new_tokens = request.max_new_tokens;
    const auto made = fakeComparison(both);
    GenerateResult result;
    for (int i = 0; i < made->n_prompt; ++i) {
        result.prompt_tokens.push_back(made->tokens[static_cast<std::size_t>(i)].id);
    }
    if (made->generation) result.text = made->generation->a;
    result.text.stopped = stop.stop_requested() ? "cancelled" : "length";
    result.run = made->a;
    return result;
}

TraceResult FakeEngine::trace(const TraceRequest& request, std::stop_token stop) {
    requireModel(request.model);
    if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "trace", "stopped");
    std::ofstream(request.out) << "fake";
    return {{"embed", "logits"}, 4, {}};
}

TokenizeResult FakeEngine::tokenize(const std::string& path, const std::string& text,
                                    bool add_bos) {
    requireModel(path);
    TokenizeResult result;
    if (add_bos) {
        result.ids.push_back(1);
        result.pieces.push_back("<s>");
    }
    for (const char c : text) {
        result.ids.push_back(static_cast<unsigned char>(c) + 3);
        result.pieces.emplace_back(1, c);
    }
    return result;
}

BenchResult FakeEngine::bench(const std::string& folder, const Callbacks&, std::stop_token stop) {
    requireModel(folder);
    if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "bench", "stopped");
    return {{{"cpu", "a CPU"}},
            26,
            125,
            {{"open", "", 3, "ms", 0, 0}, {"decode", "float32", 212, "tokens/s", 400, 0.53}}};
}

std::map<std::string, std::string> FakeEngine::provenance() {
    return {{"version", "0.1.0"}, {"libtorch", "2.6.0"}, {"blas", "OpenBLAS openmp"},
            {"threads", "2"},     {"cpu", "a CPU"},      {"cpu_features", "AVX2"}};
}

EngineFactory fakeEngine(const std::shared_ptr<FakeControls>& controls) {
    return [controls] { return std::make_unique<FakeEngine>(controls); };
}

}  // namespace driftscope
