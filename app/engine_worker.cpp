// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine_worker.h"

#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "app/sweep/run_sweep.h"

namespace driftscope {

namespace {
constexpr qint64 kProgressMs = 50;  // 20 Hz: more cannot be seen
constexpr qint64 kTokensMs = 30;
}  // namespace

EngineWorker::EngineWorker(EngineFactory factory, std::shared_ptr<RequestQueue> queue)
    : m_factory(std::move(factory)), m_queue(std::move(queue)) {}

EngineWorker::~EngineWorker() = default;

void EngineWorker::start() {
    try {
        Q_EMIT started(engine().provenance());
    } catch (const Error& error) {
        Q_EMIT failed(0, error);
    } catch (const std::exception& error) {
        Q_EMIT failed(0, Error(ErrorCode::internal, "engine", error.what()));
    }
}

void EngineWorker::work() {
    const std::optional<Job> job = m_queue->take();
    if (!job) return;
    Q_EMIT jobStarted(job->id);
    run(*job);
    m_tokens.clear();
    m_queue->finish(job->id);
    Q_EMIT jobFinished(job->id);
}

void EngineWorker::run(const Job& job) {
    try {
        std::visit([&](const auto& work) { perform(job, work); }, job.work);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::cancelled) {
            Q_EMIT cancelled(job.id);
        } else {
            Q_EMIT failed(job.id, error);
        }
    } catch (const std::bad_alloc&) {
        Q_EMIT failed(job.id, Error(ErrorCode::limit, "memory", "there is not enough memory left",
                                    "use fewer tokens, a smaller model or a smaller dtype"));
    } catch (const std::exception& error) {
        Q_EMIT failed(job.id, Error(ErrorCode::internal, "engine", error.what()));
    }
}

void EngineWorker::perform(const Job& job, const OpenModel& work) {
    Q_EMIT modelOpened(job.id, engine().open(work.folder));
}

void EngineWorker::perform(const Job& job, const TokenizeText& work) {
    Q_EMIT tokenized(job.id, engine().tokenize(work.model, work.text, true));
}

void EngineWorker::perform(const Job& job, const CompareRequest& work) {
    m_sinceProgress.invalidate();
    m_sinceTokens.invalidate();
    m_stage.clear();
    const ComparisonPtr result = engine().compare(work, callbacks(job.id), job.stop);
    flush(job.id);
    Q_EMIT comparisonArrived(job.id, result);
}

void EngineWorker::perform(const Job& job, const SweepRequest& work) {
    m_sinceProgress.invalidate();
    m_stage.clear();
    SweepCallbacks calls;
    calls.progress = [&](const Progress& progress) { takeProgress(job.id, progress); };
    calls.grid = [&](const SweepPtr& sweep) { Q_EMIT sweepArrived(job.id, sweep); };
    Q_EMIT sweepArrived(job.id, runSweep(engine(), work, calls, job.stop));
}

template <typename Ask>
auto EngineWorker::askKept(const Job& job, uint64_t comparison, const CompareRequest& request,
                           Ask ask) {
    const auto repeat = m_rerun.find(comparison);
    const uint64_t known = repeat == m_rerun.end() ? comparison : repeat->second;
    auto answer = [&] {
        try {
            return ask(known);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::not_found) throw;
        }
        CompareRequest unjudged = request;  // the engine kept newer ones: make it again
        unjudged.judge = false;
        const ComparisonPtr again = engine().compare(unjudged, {}, job.stop);
        if (job.stop.stop_requested() || again->cancelled) {
            throw Error(ErrorCode::cancelled, job.tag, "stopped");
        }
        m_rerun[comparison] = again->id;
        return ask(again->id);
    }();
    if (answer->comparison == comparison) return answer;
    using Value = std::remove_const_t<typename decltype(answer)::element_type>;
    auto named = std::make_shared<Value>(*answer);
    named->comparison = comparison;
    return decltype(answer)(std::move(named));
}

void EngineWorker::perform(const Job& job, const ShowAttention& work) {
    Q_EMIT attentionArrived(job.id, askKept(job, work.comparison, work.request, [&](uint64_t id) {
                                return engine().attention(id, work.layer, work.head);
                            }));
}

void EngineWorker::perform(const Job& job, const ShowValues& work) {
    Q_EMIT valuesArrived(job.id, askKept(job, work.comparison, work.request, [&](uint64_t id) {
                             return engine().values(id, work.site, job.stop);
                         }));
}

void EngineWorker::perform(const Job& job, const AskQuestion& work) {
    const auto ask = [&](uint64_t id) { return engine().answer(id, work.question, job.stop); };
    const bool ofFiles = std::holds_alternative<WeightQuestion>(work.question);
    Q_EMIT answerArrived(job.id,
                         ofFiles ? ask(0) : askKept(job, work.comparison, work.request, ask));
}

Engine& EngineWorker::engine() {
    if (!m_engine) m_engine = m_factory();
    return *m_engine;
}

Callbacks EngineWorker::callbacks(quint64 id) {
    Callbacks calls;
    calls.progress = [this, id](const Progress& progress) { takeProgress(id, progress); };
    calls.token = [this, id](const LiveToken& token) { takeToken(id, token); };
    calls.partial = [this, id](const ComparisonPtr& comparison) {
        flush(id);
        Q_EMIT comparisonArrived(id, comparison);
    };
    return calls;
}

void EngineWorker::takeProgress(quint64 id, const Progress& progress) {
    if (!m_tokens.empty() && m_sinceTokens.hasExpired(kTokensMs)) flush(id);
    const bool due = !m_sinceProgress.isValid() || m_sinceProgress.hasExpired(kProgressMs);
    if (!due && progress.stage == m_stage) return;
    m_stage = progress.stage;
    m_sinceProgress.start();
    Q_EMIT progressed(id, progress);
}

void EngineWorker::takeToken(quint64 id, const LiveToken& token) {
    m_tokens.push_back(token);
    if (!m_sinceTokens.isValid() || m_sinceTokens.hasExpired(kTokensMs)) flush(id);
}

void EngineWorker::flush(quint64 id) {
    m_sinceTokens.start();
    if (m_tokens.empty()) return;
    Q_EMIT tokensArrived(id, std::exchange(m_tokens, {}));
}

}  // namespace driftscope
