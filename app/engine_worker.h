// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/engine_factory.h"
#include "app/request_queue.h"
#include "core/engine.h"

namespace driftscope {

/// The tags of the requests: a newer one replaces an older one of its tag only.
namespace tag {
inline const std::string openA = "open A", openB = "open B", tokenize = "tokenize",
                         compare = "compare", attention = "attention", values = "values",
                         sweep = "sweep";
/// Each view asks for values on its own: two views never cancel each other's question.
inline std::string valuesFor(const std::string& view) { return values + " " + view; }
inline std::string questionOf(const std::string& view) { return "question " + view; }
}  // namespace tag

/// Lives in its own thread and owns the engine. Takes one job from the queue at each call of
/// work(); every outcome is a signal with the request's id. Here is the one catch of the window.
class EngineWorker : public QObject {
    Q_OBJECT

public:
    EngineWorker(EngineFactory factory, std::shared_ptr<RequestQueue> queue);
    ~EngineWorker() override;

public Q_SLOTS:
    void start();  ///< makes the engine, in the thread this object lives in
    void work();   ///< does one waiting job, if any

Q_SIGNALS:
    void started(const std::map<std::string, std::string>& provenance);
    void jobStarted(quint64 id);
    void modelOpened(quint64 id, const std::shared_ptr<const driftscope::ModelInfo>& model);
    void tokenized(quint64 id, const driftscope::TokenizeResult& result);
    void comparisonArrived(quint64 id, const driftscope::ComparisonPtr& comparison);
    void attentionArrived(quint64 id, const driftscope::AttentionPtr& attention);
    void valuesArrived(quint64 id, const driftscope::ValuesPtr& values);
    void answerArrived(quint64 id, const driftscope::AnswerPtr& answer);
    /// The grid so far, after each cell; the last one is whole or cancelled.
    void sweepArrived(quint64 id, const driftscope::SweepPtr& sweep);
    void progressed(quint64 id, const driftscope::Progress& progress);  ///< at most 20 a second
    void tokensArrived(quint64 id, const std::vector<driftscope::LiveToken>& tokens);
    void failed(quint64 id, const driftscope::Error& error);
    void cancelled(quint64 id);
    void jobFinished(quint64 id);  ///< last signal of every job

private:
    void run(const Job& job);
    void perform(const Job& job, const OpenModel& work);
    void perform(const Job& job, const TokenizeText& work);
    void perform(const Job& job, const ShowAttention& work);
    void perform(const Job& job, const ShowValues& work);
    void perform(const Job& job, const AskQuestion& work);
    void perform(const Job& job, const CompareRequest& work);
    void perform(const Job& job, const SweepRequest& work);
    /// ask(id) of a comparison that the engine may have dropped: then it is made again first.
    template <typename Ask>
    auto askKept(const Job& job, uint64_t comparison, const CompareRequest& request, Ask ask);
    Engine& engine();
    Callbacks callbacks(quint64 id);
    void takeProgress(quint64 id, const Progress& progress);
    void takeToken(quint64 id, const LiveToken& token);
    void flush(quint64 id);

    EngineFactory m_factory;
    std::shared_ptr<RequestQueue> m_queue;
    std::unique_ptr<Engine> m_engine;
    std::map<uint64_t, uint64_t> m_rerun;  ///< comparison the window knows → the engine's repeat
    std::vector<LiveToken> m_tokens;       ///< waiting to be sent together
    QElapsedTimer m_sinceTokens, m_sinceProgress;
    std::string m_stage;
};

}  // namespace driftscope
