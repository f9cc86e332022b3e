// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <memory>
#include <string>
#include <vector>

#include "app/cases/case_player.h"
#include "app/config_facts.h"
#include "app/engine_thread.h"
#include "app/kept_results.h"
#include "app/session_keeper.h"
#include "ui/main_window.h"

namespace driftscope {

class ExportAll;

/// The composition root: makes the engine's thread and the window, connects what the window wants
/// to what the engine does, and keeps results and the session.
class Application : public QObject {
    Q_OBJECT

public:
    explicit Application(EngineFactory factory);
    ~Application() override;

    /// A model folder, a session file, or "" for the first built-in example.
    void open(const QString& path);
    MainWindow& window() { return m_window; }
    /// Stops the engine; false: it still runs after that many ms.
    bool shutDown(int waitMs);

private:
    void connectWindow();
    void connectWorker();
    void start(const CompareRequest& request);
    void run(const CompareRequest& request, const std::string& key);
    void stopRun();
    void clearViews();
    void show(const ComparisonPtr& comparison, const std::string& key);
    void openModels(const CompareRequest& request);
    void readConfigs(const CompareRequest& request);
    void countTokens(const CompareRequest& request);
    void takeComparison(quint64 id, const ComparisonPtr& comparison);
    void takeCancelled(quint64 id);
    void takeFailure(quint64 id, const Error& error);
    void takeModel(quint64 id, const std::shared_ptr<const ModelInfo>& model);
    void askAttention(quint64 comparison, int layer, int head);
    void askValues(quint64 comparison, const Site& site, const QString& view);
    void askQuestion(quint64 comparison, const Question& question, const QString& view);
    /// The view whose newest request under its tag this is; empty: none.
    QString askerOf(quint64 id, std::string (*tagOf)(const std::string& view)) const;
    void cancelValues();
    void takeAttention(quint64 id, const AttentionPtr& attention);
    void finishJob(quint64 id);
    void remember(const CompareRequest& request, const std::string& key, VerdictKind verdict);
    void showHistory();
    void readHashes(const Comparison& comparison);
    void pin(int row);
    void cancel();
    void copyCommand();
    void exportAll(const QString& folder);
    void report(const Error& error);
    template <typename Order>
    void guarded(Order order);

    struct PastRun {
        std::string key;
        CompareRequest request;
        VerdictKind verdict = VerdictKind::none;
        std::string name = {};  ///< given by the user; empty: what differs
        bool pinned = false;
    };
    /// The past run of a row of the window's list; null: there is none.
    PastRun* pastRun(int row);

    MainWindow m_window;
    SessionKeeper m_session;
    KeptResults m_kept;
    std::vector<PastRun> m_past;  ///< newest first, pinned ones before
    CompareRequest m_request;     ///< what the window asks for now
    std::string m_key;            ///< its result key
    std::string m_shownKey;       ///< key of the comparison in the views
    quint64 m_compareId = 0;      ///< the run whose results are wanted; 0: none
    std::string m_openA, m_openB, m_counted, m_ropeKey;
    QFutureWatcher<ConfigFacts> m_facts;
    std::string m_hashed;  ///< hashes of the models whose headers were read last with them
    std::unique_ptr<ExportAll> m_export;
    EngineThread m_engine;  ///< late: its thread ends before what it talks to
    CasePlayer m_player;
};

}  // namespace driftscope
