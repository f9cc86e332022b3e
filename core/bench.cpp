// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench.h"

#include <algorithm>
#include <chrono>
#include <numeric>

#include "core/compare/attribution.h"
#include "core/compare/compare_models.h"
#include "core/compare/lockstep.h"
#include "core/data/error.h"

namespace driftscope {

namespace {

double median(std::vector<double> values) {
    const auto middle = values.begin() + std::ssize(values) / 2;
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Median seconds of `repeats` calls after one that warms up.
template <typename Work>
double seconds(int repeats, Work work) {
    work();
    std::vector<double> times;
    for (int i = 0; i < repeats; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
        times.push_back(spent.count());
    }
    return median(times);
}

double read_bandwidth() {
    const at::Tensor block = at::ones({int64_t{64} << 20}, at::kFloat);  // 256 MiB
    double sink = 0;
    const double t = seconds(5, [&] { sink += block.sum().item<double>(); });
    return sink > 0 ? static_cast<double>(block.nbytes()) / t * 1e-9 : 0;
}

double product_peak() {
    const int64_t n = 1536;
    const at::Tensor x = at::randn({n, n}), y = at::randn({n, n});
    at::Tensor out = at::empty({n, n});
    const double t = seconds(5, [&] { at::mm_out(out, x, y); });
    return 2.0 * static_cast<double>(n * n * n) / t * 1e-9;
}

/// Weights read for one token: all but the embedding table's other rows and idle experts.
double active_elements(const ModelConfig& c) {
    const double d = static_cast<double>(c.d_model);
    const double attention = 2 * d * static_cast<double>(c.d_head * (c.n_heads + c.n_kv_heads));
    const double experts = c.n_experts > 0 ? static_cast<double>(c.top_k) : 1;
    const double mlp =
        3 * d * static_cast<double>(c.d_mlp) * experts + static_cast<double>(c.n_experts) * d;
    return static_cast<double>(c.n_layers) * (attention + mlp) + d * static_cast<double>(c.d_vocab);
}

class Bench {
public:
    Bench(const std::filesystem::path& folder, const Callbacks& callbacks, std::stop_token stop)
        : callbacks_(callbacks), stop_(stop), folder_(folder) {}

    BenchResult run() {
        tell("machine", 0);
        result_.read_gbps = read_bandwidth();
        result_.gemm_fp32_gflops = product_peak();
        tell("open", 1);
        const double open = seconds(5, [&] { LoadedModel::open(folder_); });
        model_ = LoadedModel::open(folder_);
        result_.rows.push_back(
            {"open", dtype_name(model_->stored_type()), open * 1e3, "ms", 100, open * 1e3 / 100});
        const int64_t n = std::min<int64_t>(128, model_->config().n_ctx);
        for (int64_t i = 0; i < n; ++i) {
            tokens_.push_back(static_cast<int32_t>((i * 37 + 11) % model_->config().d_vocab));
        }
        int step = 2;
        for (const char* dtype : {"float32", "bfloat16", "float16"}) {
            tell(dtype, step++);
            one_type(dtype);
        }
        tell("attribute", step);
        attribution();
        return std::move(result_);
    }

private:
    void tell(const std::string& stage, int step) {
        if (stop_.stop_requested()) throw Error(ErrorCode::cancelled, "bench", "stopped");
        if (callbacks_.progress) callbacks_.progress({stage, static_cast<double>(step), 6, -1});
    }

    void one_type(const std::string& dtype) {
        const RunPlan plan = make_plan(model_, {{"dtype", dtype}});
        const auto n = static_cast<int64_t>(tokens_.size());
        NullTap blind;
        const double prefill = seconds(3, [&] {
            Runner runner(plan.model, plan.config, Exec(plan.numerics, false));
            runner.step(tokens_, 0, n, 0, blind, stop_);
        });
        const double active = active_elements(plan.config);
        const double flops = 2 * active * static_cast<double>(n);
        row("prefill", dtype, static_cast<double>(n) / prefill, "tokens/s",
            result_.gemm_fp32_gflops * 1e9 / flops * static_cast<double>(n));
        const double decode = decode_seconds(plan);
        const double bytes = active * static_cast<double>(c10::elementSize(plan.numerics.dtype));
        row("decode", dtype, 1 / decode, "tokens/s", result_.read_gbps * 1e9 / bytes);
        LockstepJob job;
        job.a = job.b = plan;
        job.tokens = tokens_;
        job.first_stretch = job.n_prompt = n;
        job.same_function = true;
        job.piece = piece_function(*model_);
        const double capture = capture_seconds(plan);
        row("capture", dtype, capture / prefill, "× prefill", 1);
        const double compare = seconds(1, [&] { run_lockstep(job); });
        row("compare", dtype, compare / (2 * prefill), "× two prefills", 1);
        const auto [verdict, whole] = verdict_cost(dtype);
        row("verdict", dtype, verdict, "× two plain runs", 6);
        row("judged", dtype, whole, "× two plain runs", 1);
    }

    /// Seconds from the question to the verdict with its first site, as the window is told it, and
    /// to the end of the comparison with its proofs and its noise band; over those of the two runs
    /// without a tap in the same comparison. B sees half of the keys: another function, so that the
    /// judge has all of its work. The median of five.
    std::pair<double, double> verdict_cost(const std::string& dtype) {
        CompareRequest request;
        request.tokens = tokens_;
        request.options_a = {{"dtype", dtype}};
        request.options_b = {{"dtype", dtype},
                             {"attention.window", std::to_string(tokens_.size() / 2)}};
        std::vector<double> verdicts, wholes;
        for (int i = 0; i < 6; ++i) {  // the first warms up
            const auto begin = std::chrono::steady_clock::now();
            const auto since = [begin] {
                return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
                    .count();
            };
            double told = 0;
            PlainRuns none;
            Callbacks calls;
            calls.partial = [&](const ComparisonPtr& now) {
                if (now->verdict.kind != VerdictKind::none && told == 0) told = since();
            };
            CompareContext context;
            context.model_a = context.model_b = model_;
            context.plain_runs = &none;
            context.callbacks = &calls;
            context.stop = stop_;
            const auto outcome = compare_models(request, context);
            const double end = since();
            const double plain = outcome.comparison->a.seconds + outcome.comparison->b.seconds;
            if (i == 0) continue;
            verdicts.push_back((told > 0 ? told : end) / plain);
            wholes.push_back(end / plain);
        }
        return {median(verdicts), median(wholes)};
    }

    /// Shares, plan and errors of every step of float32 | bfloat16 on 64 tokens; 0 where a run
    /// takes so long that this would take hours.
    void attribution() {
        AttributionJob job;
        job.run.a = make_plan(model_, {{"dtype", "float32"}});
        job.run.b = make_plan(model_, {{"dtype", "bfloat16"}});
        job.options_a = {{"dtype", "float32"}};
        job.options_b = {{"dtype", "bfloat16"}};
        job.run.tokens.assign(tokens_.begin(),
                              tokens_.begin() + std::min<std::ptrdiff_t>(64, std::ssize(tokens_)));
        job.run.first_stretch = job.run.n_prompt = std::ssize(job.run.tokens);
        job.run.piece = piece_function(*model_);
        job.run.stop = stop_;
        const double run = seconds(1, [&] { run_plain(job.run.b, job.run); });
        constexpr double kLongest =
            10;  // seconds of one run; 258 of them are three quarters of an hour
        const double spent = run > kLongest ? 0 : attribute(job).parts.seconds;
        row("attribute", "float32|bfloat16", spent, "s", 120);
    }

    void row(const std::string& what, const std::string& dtype, double value,
             const std::string& unit, double limit) {
        result_.rows.push_back({what, dtype, value, unit, limit, value / limit});
    }

    double decode_seconds(const RunPlan& plan) {
        NullTap blind;
        Runner runner(plan.model, plan.config, Exec(plan.numerics, false));
        const auto n = static_cast<int64_t>(tokens_.size());
        runner.step(tokens_, 0, n - 32, 0, blind, stop_);
        int64_t at = n - 32;
        return seconds(30, [&] { runner.step(tokens_, at++, 1, 0, blind, stop_); });
    }

    double capture_seconds(const RunPlan& plan) {
        return seconds(3, [&] {
            Runner runner(plan.model, plan.config, Exec(plan.numerics, false));
            Recorder tap;
            runner.step(tokens_, 0, static_cast<int64_t>(tokens_.size()), 0, tap, stop_);
        });
    }

    const Callbacks& callbacks_;
    std::stop_token stop_;
    std::filesystem::path folder_;
    std::shared_ptr<LoadedModel> model_;
    std::vector<int32_t> tokens_;
    BenchResult result_;
};

}  // namespace

BenchResult run_bench(const std::filesystem::path& folder, const Callbacks& callbacks,
                      std::stop_token stop) {
    return Bench(folder, callbacks, stop).run();
}

}  // namespace driftscope
