// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/data/comparison.h"
#include "core/data/error.h"
#include "core/data/model_info.h"
#include "core/data/progress.h"
#include "core/data/question.h"

namespace driftscope {

/// What a long call tells while it works; any may be empty. Called on the engine's thread.
struct Callbacks {
    std::function<void(const Progress&)> progress;
    std::function<void(const LiveToken&)> token;
    std::function<void(ComparisonPtr)> partial;  ///< first picture, before the judge has run
};

struct GenerateRequest {
    std::string model, prompt;
    std::vector<int32_t> tokens;
    int max_new_tokens = 64;
    OptionValues options;
};
struct GenerateResult {
    std::vector<int32_t> prompt_tokens;
    GeneratedText text;
    RunSummary run;
};

struct TraceRequest {
    std::string model, prompt;
    std::vector<int32_t> tokens;
    OptionValues options;
    std::vector<std::string> sites;  ///< globs or names; empty = all
    int n_prompt = 0;                ///< tokens of the prompt, the rest one a call; 0 = all at once
    std::string out;                 ///< .safetensors, canonical names, dtype of the run
};
struct TraceResult {
    std::vector<std::string> written;
    int64_t bytes = 0;
    RunSummary run;
};

struct TokenizeResult {
    std::vector<int32_t> ids;
    std::vector<std::string> pieces;
};

struct BenchRow {
    std::string what;  ///< "open", "prefill", "decode", "capture", "compare"
    std::string dtype;
    double value = 0;
    std::string unit;
    double limit = 0;  ///< what the machine could give, same unit; 0 = none
    double ratio = 0;  ///< value against limit
};
struct BenchResult {
    std::map<std::string, std::string> machine;
    double read_gbps = 0, gemm_fp32_gflops = 0;
    std::vector<BenchRow> rows;
};

/// Most values that values() returns for each run: 16 Mi, 128 MB as float64.
inline constexpr int64_t kMostValues = int64_t{1} << 24;

/// Everything Driftscope computes. One thread owns it (it owns torch); the functions throw Error.
/// Results are values or shared_ptr<const>: they stay valid whatever the engine does next.
/// A stop request ends the work within one block or one token: compare() then returns what it
/// has, marked cancelled, when at least one position was compared, else throws cancelled.
class Engine {
public:
    virtual ~Engine() = default;

    /// Reads headers only. Missing or mis-shaped tensors throw; the rest is in `problems`.
    virtual std::shared_ptr<const ModelInfo> open(const std::string& folder) = 0;
    virtual ComparisonPtr compare(const CompareRequest& request, const Callbacks& callbacks,
                                  std::stop_token stop) = 0;
    /// One head of a comparison made before; throws not_found when it is no longer kept.
    virtual AttentionPtr attention(uint64_t comparison, int layer, int head) = 0;
    /// Both runs' values at one site of a comparison made before, computed again from the same
    /// options, tokens and calls: bit for bit the compared ones. Throws not_found when the
    /// comparison is no longer kept or a model's files changed since, limit when the values would
    /// not fit kMostValues, usage when no run makes the site.
    virtual ValuesPtr values(uint64_t comparison, const Site& site, std::stop_token stop) = 0;
    /// Throws as values() does; a weight needs no comparison (0), and not_found says that neither
    /// model has it.
    virtual AnswerPtr answer(uint64_t comparison, const Question& question,
                             std::stop_token stop) = 0;
    virtual GenerateResult generate(const GenerateRequest& request, const Callbacks& callbacks,
                                    std::stop_token stop) = 0;
    virtual TraceResult trace(const TraceRequest& request, std::stop_token stop) = 0;
    /// `path`: a model folder, a folder with only a tokenizer, or the tokenizer's file.
    virtual TokenizeResult tokenize(const std::string& path, const std::string& text,
                                    bool add_bos) = 0;
    virtual BenchResult bench(const std::string& folder, const Callbacks& callbacks,
                              std::stop_token stop) = 0;
    /// version, libtorch, blas, threads, cpu, cpu_features; "warning" when the BLAS is the slow
    /// one.
    virtual std::map<std::string, std::string> provenance() = 0;
};

/// The engine over LibTorch. Torch stays inside core's sources.
std::unique_ptr<Engine> make_engine();

}  // namespace driftscope
