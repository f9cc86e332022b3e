// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/application.h"

#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QPromise>
#include <QThreadPool>
#include <algorithm>
#include <utility>

#include "app/examples.h"
#include "app/export_all.h"
#include "app/output/gallery.h"
#include "app/output/shell_word.h"
#include "app/result_key.h"
#include "app/session_file.h"
#include "app/window_parts.h"
#include "ui/selection.h"
#include "ui/text/run_names.h"
#include "ui/view_registry.h"

namespace driftscope {

namespace {

constexpr std::size_t kMostPastRuns = 12;
const std::string kExportAttention = "attention for export";

QString text(const std::string& value) { return QString::fromStdString(value); }

}  // namespace

Application::Application(EngineFactory factory)
    : m_session(m_window), m_engine(std::move(factory)), m_player(m_window, m_engine) {
    m_window.setExamples(exampleButtons());
    m_window.setRecentFiles(m_session.recentFiles());
    m_player.setRecent(m_session.recentFiles());
    m_session.restoreLayout();
    connectWindow();
    connectWorker();
    m_engine.start();
}

Application::~Application() { m_engine.shutDown(-1); }

bool Application::shutDown(int waitMs) {
    m_session.flush();
    return m_engine.shutDown(waitMs);
}

void Application::connectWindow() {
    using W = MainWindow;
    connect(&m_window, &W::requestChanged, this, &Application::start);
    connect(&m_window, &W::runAgainRequested, this, [this](const CompareRequest& request) {
        m_request = request;
        run(request, resultKey(request));
    });
    connect(&m_window, &W::cancelRequested, this, &Application::cancel);
    connect(&m_window, &W::attentionNeeded, this, &Application::askAttention);
    connect(&m_window, &W::valuesNeeded, this, &Application::askValues);
    connect(&m_window, &W::questionAsked, this, &Application::askQuestion);
    connect(&m_window, &W::exportAllRequested, this, &Application::exportAll);
    connect(&m_window, &W::saveRequested, this,
            [this](const QString& path) { guarded([&] { m_session.save(path); }); });
    connect(&m_window, &W::openRequested, this, &Application::open);
    connect(&m_window, &W::copyCommandRequested, this, &Application::copyCommand);
    connect(&m_window, &W::runRenamed, this, [this](int row, const QString& name) {
        if (PastRun* run = pastRun(row)) run->name = name.toStdString();
        showHistory();
    });
    connect(&m_window, &W::runPinned, this, &Application::pin);
    connect(&m_window, &W::runForgotten, this, [this](int row) {
        if (const PastRun* run = pastRun(row)) m_past.erase(m_past.begin() + (run - m_past.data()));
        showHistory();
    });
    connect(&m_window, &W::stateChanged, &m_session, &SessionKeeper::touch);
    connect(&m_window, &W::closing, this, [this] {
        m_player.cancel();
        m_engine.cancel(tag::compare);
        m_engine.cancel(tag::attention);
        cancelValues();
    });
}

void Application::connectWorker() {
    using E = EngineWorker;
    const EngineWorker* worker = m_engine.worker();
    connect(worker, &E::started, &m_window, &MainWindow::setProvenance);
    connect(worker, &E::modelOpened, this, &Application::takeModel);
    connect(&m_facts, &QFutureWatcherBase::finished, this, [this] {
        if (m_facts.future().resultCount() == 0) return;
        showConfigFacts(m_window.view(QStringLiteral("model")), m_facts.result());
    });
    connect(worker, &E::tokenized, this, [this](quint64 id, const TokenizeResult& result) {
        if (!m_engine.isNewest(tag::tokenize, id)) return;
        m_window.setPromptTokens(static_cast<int>(result.ids.size()));
    });
    connect(worker, &E::comparisonArrived, this, &Application::takeComparison);
    connect(worker, &E::attentionArrived, this, &Application::takeAttention);
    connect(worker, &E::valuesArrived, this, [this](quint64 id, const ValuesPtr& values) {
        const QString view = askerOf(id, &tag::valuesFor);
        if (!view.isEmpty()) m_window.setValues(values, view);
    });
    connect(worker, &E::answerArrived, this, [this](quint64 id, const AnswerPtr& answer) {
        const QString view = askerOf(id, &tag::questionOf);
        if (!view.isEmpty()) m_window.setAnswer(answer, view);
    });
    connect(worker, &E::progressed, this, [this](quint64 id, const Progress& progress) {
        if (id == m_compareId) m_window.setProgress(progress);
    });
    connect(worker, &E::tokensArrived, this,
            [this](quint64 id, const std::vector<LiveToken>& tokens) {
                if (id != m_compareId) return;
                for (const LiveToken& token : tokens) m_window.addLiveToken(token);
            });
    connect(worker, &E::cancelled, this, &Application::takeCancelled);
    connect(worker, &E::failed, this, &Application::takeFailure);
    connect(worker, &E::jobFinished, this, &Application::finishJob);
}

void Application::open(const QString& path) {
    if (path.isEmpty()) {
        if (builtIns().empty()) {
            m_window.showError(tr("The bundled model is not there"), text(modelsFolder()),
                               tr("Choose a model folder, or set DRIFTSCOPE_MODELS."));
            return;
        }
        m_window.setRequest(builtIns().front().request);
        return;
    }
    if (QFileInfo(path).isDir()) {
        CompareRequest request = m_window.request();
        request.model_a = QFileInfo(path).absoluteFilePath().toStdString();
        request.model_b.clear();
        request.tokens.clear();
        if (request.prompt.empty()) request.prompt = kDefaultPrompt;
        m_session.addRecent(QFileInfo(path).absoluteFilePath());
        m_window.setRequest(request);
        return;
    }
    guarded([&] {
        // Before the session's request runs: a run that is known keeps its name.
        m_past.clear();
        for (const NamedRun& past : loadSession(path).runs) {
            const bool named = past.name != runTitle(past.request).toStdString();
            m_past.push_back({resultKey(past.request), past.request, VerdictKind::none,
                              named ? past.name : std::string(), past.baseline});
        }
        m_session.open(path);
        showHistory();
    });
}

void Application::start(const CompareRequest& request) {
    m_request = request;
    m_player.asked(request);
    m_session.touch();
    openModels(request);
    if (request.model_a.empty() || (request.prompt.empty() && request.tokens.empty())) {
        stopRun();
        m_key.clear();
        clearViews();
        return;
    }
    countTokens(request);
    const std::string key = resultKey(request);
    if (const ComparisonPtr kept = m_kept.find(key)) {
        stopRun();
        m_key = key;
        m_window.showError({}, {}, {});
        show(kept, key);
        return;
    }
    run(request, key);
}

void Application::run(const CompareRequest& request, const std::string& key) {
    m_key = key;
    m_window.showError({}, {}, {});
    m_window.setBusy(true);
    remember(request, key, VerdictKind::none);
    m_compareId = m_engine.submit(tag::compare, request);
}

void Application::stopRun() {
    m_engine.cancel(tag::compare);
    m_compareId = 0;
    m_window.setBusy(false);
}

void Application::clearViews() {
    m_shownKey.clear();
    m_window.setComparison(nullptr);
}

void Application::openModels(const CompareRequest& request) {
    if (request.model_a != m_openA) {
        m_openA = request.model_a;
        m_window.setModelInfo(Side::a, nullptr);
        if (!m_openA.empty()) m_engine.submit(tag::openA, OpenModel{m_openA});
    }
    if (request.model_b != m_openB) {
        m_openB = request.model_b;
        m_window.setModelInfo(Side::b, nullptr);
        if (!m_openB.empty()) m_engine.submit(tag::openB, OpenModel{m_openB});
    }
    readConfigs(request);
}

/// Keys and frequencies come from the configs alone: they are there before anything runs.
void Application::readConfigs(const CompareRequest& request) {
    std::string key = request.model_a + '\n' + request.model_b + '\n' + request.config_b;
    for (const OptionValues* options : {&request.options_a, &request.options_b}) {
        for (const char* id : {"rope.base", "rope.scaling", "context"}) {
            const auto given = options->find(id);
            key += '\n' + (given == options->end() ? std::string() : given->second);
        }
    }
    if (key == m_ropeKey) return;
    m_ropeKey = key;
    auto promise = std::make_shared<QPromise<ConfigFacts>>();
    m_facts.setFuture(promise->future());
    promise->start();
    QThreadPool::globalInstance()->start([promise, request] {
        promise->addResult(configFacts(request));
        promise->finish();
    });
}

void Application::countTokens(const CompareRequest& request) {
    if (!request.tokens.empty()) {
        m_engine.cancel(tag::tokenize);
        m_counted.clear();
        m_window.setPromptTokens(static_cast<int>(request.tokens.size()));
        return;
    }
    const std::string asked = request.model_a + "\n" + request.prompt;
    if (asked == m_counted) return;
    m_counted = asked;
    m_engine.submit(tag::tokenize, TokenizeText{request.model_a, request.prompt});
}

void Application::takeComparison(quint64 id, const ComparisonPtr& comparison) {
    if (id == m_compareId) show(comparison, m_key);
}

/// Pictures of other settings would be a lie; a first picture of these stays.
void Application::takeCancelled(quint64 id) {
    if (const QString view = askerOf(id, &tag::questionOf); !view.isEmpty())
        return m_window.setAnswerFailed(tr("Cancelled"), {}, view);
    if (id != m_compareId) return;
    m_player.ended();
    if (m_shownKey != m_key) clearViews();
    m_window.showMessage(tr("Cancelled"));
}

void Application::show(const ComparisonPtr& comparison, const std::string& key) {
    m_kept.keep(key, comparison);
    m_shownKey = key;
    m_window.setComparison(comparison);
    if (comparison->complete) {
        m_player.shown(*comparison);
        m_session.takeNumbers(*comparison);
        remember(comparison->request, key, comparison->verdict.kind);
        readHashes(*comparison);
    }
}

void Application::takeFailure(quint64 id, const Error& error) {
    if (m_engine.isNewest(tag::openA, id)) {
        m_window.setModelInfo(Side::a, nullptr, text(error.message()));
    } else if (m_engine.isNewest(tag::openB, id)) {
        m_window.setModelInfo(Side::b, nullptr, text(error.message()));
    } else if (id != 0 && id == m_compareId) {
        m_player.ended();
        clearViews();
        report(error);
    } else if (m_player.failed(id, error)) {
        return;
    } else if (m_engine.isNewest(tag::attention, id)) {
        m_window.showMessage(text(error.message()));
    } else if (const QString view = askerOf(id, &tag::valuesFor); !view.isEmpty()) {
        m_window.setValuesFailed(text(error.message()), text(error.hint()), view);
    } else if (const QString of = askerOf(id, &tag::questionOf); !of.isEmpty()) {
        m_window.setAnswerFailed(text(error.message()), text(error.hint()), of);
    } else if (id == 0) {
        report(error);
    }
}

void Application::takeModel(quint64 id, const std::shared_ptr<const ModelInfo>& model) {
    if (m_engine.isNewest(tag::openA, id)) m_window.setModelInfo(Side::a, model);
    if (m_engine.isNewest(tag::openB, id)) m_window.setModelInfo(Side::b, model);
}

void Application::askAttention(quint64 comparison, int layer, int head) {
    ComparisonPtr source = m_window.comparison();
    if (!source || source->id != comparison) source = m_kept.byId(comparison);
    if (!source) return;
    m_engine.submit(tag::attention, ShowAttention{comparison, layer, head, source->request});
}

void Application::askValues(quint64 comparison, const Site& site, const QString& view) {
    ComparisonPtr source = m_window.comparison();
    if (!source || source->id != comparison) source = m_kept.byId(comparison);
    if (!source) return;
    m_engine.submit(tag::valuesFor(view.toStdString()),
                    ShowValues{comparison, site, source->request});
}

void Application::askQuestion(quint64 comparison, const Question& question, const QString& view) {
    AskQuestion ask{comparison, question, {}};
    if (comparison != 0) {
        ComparisonPtr source = m_window.comparison();
        if (!source || source->id != comparison) source = m_kept.byId(comparison);
        if (!source) return;
        ask.request = source->request;
    }
    m_engine.submit(tag::questionOf(view.toStdString()), std::move(ask));
}

QString Application::askerOf(quint64 id, std::string (*tagOf)(const std::string&)) const {
    for (const ViewSpec& spec : allViews()) {
        if (m_engine.isNewest(tagOf(spec.id.toStdString()), id)) return spec.id;
    }
    return {};
}

void Application::cancelValues() {
    for (const ViewSpec& spec : allViews()) {
        m_engine.cancel(tag::valuesFor(spec.id.toStdString()));
        m_engine.cancel(tag::questionOf(spec.id.toStdString()));
    }
}

void Application::takeAttention(quint64 id, const AttentionPtr& attention) {
    const ComparisonPtr shown = m_window.comparison();
    if (m_engine.isNewest(kExportAttention, id)) {
        if (m_export) m_export->start(attention);
        return;
    }
    if (shown && shown->id == attention->comparison) m_window.setAttention(attention);
}

void Application::finishJob(quint64 id) {
    if (id == m_compareId) m_window.setBusy(false);
    if (m_engine.isNewest(kExportAttention, id) && m_export) m_export->start(nullptr);
}

void Application::remember(const CompareRequest& request, const std::string& key,
                           VerdictKind verdict) {
    const auto same = std::find_if(m_past.begin(), m_past.end(),
                                   [&](const PastRun& past) { return past.key == key; });
    if (same != m_past.end()) {
        // It keeps its place: a list that moves under the pointer is no list.
        if (verdict != VerdictKind::none) same->verdict = verdict;
    } else {
        m_past.insert(m_past.begin(), {key, request, verdict});
    }
    std::stable_partition(m_past.begin(), m_past.end(),
                          [](const PastRun& run) { return run.pinned; });
    while (m_past.size() > kMostPastRuns) {
        const auto oldest = std::find_if(m_past.rbegin(), m_past.rend(),
                                         [&](const PastRun& run) { return run.key != key; });
        m_past.erase(std::next(oldest).base());
    }
    showHistory();
}

Application::PastRun* Application::pastRun(int row) {
    return row >= 0 && row < static_cast<int>(m_past.size())
               ? &m_past[static_cast<std::size_t>(row)]
               : nullptr;
}

/// One baseline at most; pinning it again lets it go.
void Application::pin(int row) {
    const PastRun* chosen = pastRun(row);
    if (!chosen) return;
    const bool on = !chosen->pinned;
    const std::string key = chosen->key;
    for (PastRun& run : m_past) run.pinned = on && run.key == key;
    std::stable_partition(m_past.begin(), m_past.end(),
                          [](const PastRun& run) { return run.pinned; });
    showHistory();
    m_window.showMessage(on ? tr("Pinned as baseline; Ctrl+Shift+B flips to it")
                            : tr("No longer the baseline"));
}

/// The first run read all tensors: their hashes are known now.
void Application::readHashes(const Comparison& comparison) {
    const std::string both = comparison.a.hash + comparison.b.hash;
    if (both.empty() || both == m_hashed) return;
    m_hashed = both;
    m_engine.submit(tag::openA, OpenModel{comparison.request.model_a});
    if (!comparison.request.model_b.empty()) {
        m_engine.submit(tag::openB, OpenModel{comparison.request.model_b});
    }
}

void Application::showHistory() {
    std::vector<HistoryEntry> entries;
    std::vector<NamedRun> runs;
    QStringList titles;  // of those without a name of their own
    std::vector<CompareRequest> untitled;
    for (const PastRun& past : m_past) {
        const QString title = past.name.empty() ? runTitle(past.request) : text(past.name);
        entries.push_back({title, past.request, past.verdict, past.key == m_key, past.pinned});
        runs.push_back({title.toStdString(), past.pinned, past.request, to_string(past.verdict)});
        if (!past.name.empty()) continue;
        titles << title;
        untitled.push_back(past.request);
    }
    QStringList apart = distinctTitles(titles, untitled);
    for (std::size_t i = 0; i < m_past.size(); ++i) {
        if (m_past[i].name.empty()) entries[i].title = apart.takeFirst();
    }
    m_window.setHistory(entries);
    m_session.setRuns(std::move(runs));
}

/// What the run has until then is still wanted: its id stays.
void Application::cancel() {
    m_player.cancel();
    m_engine.cancel(tag::compare);
    m_engine.cancel(tag::attention);
    cancelValues();
}

void Application::copyCommand() {
    const ComparisonPtr shown = m_window.comparison();
    const std::string command = compareCommand(shown ? shown->request : m_window.request());
    QGuiApplication::clipboard()->setText(text(command));
    m_window.showMessage(tr("Copied: %1").arg(text(command)));
}

void Application::exportAll(const QString& folder) {
    const ComparisonPtr shown = m_window.comparison();
    if (!shown || m_export) return;
    m_export = std::make_unique<ExportAll>(m_window, shown, folder);
    connect(m_export.get(), &ExportAll::finished, this,
            [this] { m_export.release()->deleteLater(); });
    Selection chosen;
    chosen.clampTo(*shown);
    selectFirstDivergence(chosen, *shown);
    m_engine.submit(kExportAttention,
                    ShowAttention{shown->id, chosen.layer(), chosen.head(), shown->request});
}

void Application::report(const Error& error) {
    m_window.showError(text(error.message()), text(error.where()), text(error.hint()));
}

template <typename Order>
void Application::guarded(Order order) {
    try {
        order();
    } catch (const Error& error) {
        report(error);
    }
}

}  // namespace driftscope
