// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/engine_factory.h"

namespace driftscope {

/// What a test sets and reads while the engine's thread works.
struct FakeControls {
    std::atomic<int> stepMs{0};             ///< time of each of a comparison's steps
    std::atomic<int> steps{4};              ///< steps of a comparison
    std::atomic<int> deafMs{0};             ///< work that looks at no stop request
    std::atomic<int> kept{4};               ///< comparisons kept for attention()
    std::atomic<bool> partial{true};        ///< gives a first picture
    std::atomic<bool> partialResult{true};  ///< cancelled: returns what it has, else throws
    std::atomic<int> compares{0}, attentions{0}, values{0}, answers{0}, opens{0}, generates{0},
        running{0}, most{0};
    std::mutex mutex;
    std::string failure;                ///< not empty: compare() throws it
    std::vector<CompareRequest> asked;  ///< every comparison it was asked for

    std::vector<CompareRequest> requests() {
        const std::lock_guard lock(mutex);
        return asked;
    }
};

/// An engine of hand-made numbers: the verdict follows from the options, as the real one's would.
class FakeEngine : public Engine {
public:
    explicit FakeEngine(std::shared_ptr<FakeControls> controls) : m_controls(std::move(controls)) {}

    std::shared_ptr<const ModelInfo> open(const std::string& folder) override;
    ComparisonPtr compare(const CompareRequest& request, const Callbacks& callbacks,
                          std::stop_token stop) override;
    AttentionPtr attention(uint64_t comparison, int layer, int head) override;
    ValuesPtr values(uint64_t comparison, const Site& site, std::stop_token stop) override;
    AnswerPtr answer(uint64_t comparison, const Question& question, std::stop_token stop) override;
    GenerateResult generate(const GenerateRequest& request, const Callbacks& callbacks,
                            std::stop_token stop) override;
    TraceResult trace(const TraceRequest& request, std::stop_token stop) override;
    TokenizeResult tokenize(const std::string& path, const std::string& text,
                            bool add_bos) override;
    BenchResult bench(const std::string& folder, const Callbacks& callbacks,
                      std::stop_token stop) override;
    std::map<std::string, std::string> provenance() override;

private:
    std::shared_ptr<FakeControls> m_controls;
    std::vector<ComparisonPtr> m_kept;
    uint64_t m_lastId = 0;
};

/// Makes fake engines that share the controls.
EngineFactory fakeEngine(const std::shared_ptr<FakeControls>& controls);

/// A finished comparison, as compare() returns it.
std::shared_ptr<Comparison> fakeComparison(const CompareRequest& request);
/// A request that differs in `dtype`.
CompareRequest fakeRequest(const std::string& dtypeB = "bfloat16");

}  // namespace driftscope
