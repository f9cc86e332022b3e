// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "app/engine_thread.h"
#include "core/data/case.h"
#include "core/data/error.h"
#include "core/data/model_diff.h"

namespace driftscope {

class CasesView;
class MainWindow;
class SweepView;

/// Plays cases and sweeps in the window: a chosen step becomes the window's request or a grid, and
/// what comes back is checked against what the case expects.
class CasePlayer : public QObject {
    Q_OBJECT
public:
    /// Connects itself to the window's views and to the engine's worker, before it starts.
    CasePlayer(MainWindow& window, EngineThread& engine);

    /// Sessions and folders of the start page, newest first.
    void setRecent(const QStringList& paths);
    /// The window asks for this. Another setup than that of the step shown last ends the case: its
    /// view says so and stops hiding those that show the result.
    void asked(const CompareRequest& request);
    /// A finished comparison is in the window.
    void shown(const Comparison& comparison);
    /// The run of the window's request ended without a result.
    void ended();
    /// Whether the failure was of the grid, which then says so itself.
    bool failed(quint64 id, const Error& error);
    /// Stops the grid; what it has stays.
    void cancel();

private:
    /// Opens a case by its id and runs every step; empty: the page that lists them.
    void play(const QString& id);
    void choose(int caseIndex, int step);
    /// The step's models are there: the window asks for it.
    void ask(const CaseStep& step);
    /// Makes the second model of the chosen step, beside the event loop.
    void prepare(const CaseStep& step);
    void takePrepared();
    void stopPreparing();
    void sweep(const SweepRequest& request);
    void sweepFromView(const QStringList& axes);
    void takeSweep(quint64 id, const SweepPtr& sweep);
    void settle(std::vector<CaseCheck> checks);

    MainWindow& m_window;
    EngineThread& m_engine;
    CasesView* m_cases;
    SweepView* m_grid;
    int m_case = -1, m_step = -1;  ///< the step whose result is awaited; −1: none
    std::string m_key;             ///< result key of its comparison; empty: a grid
    std::string m_shown;           ///< what the step shown last asks for; empty: none was
    std::string m_cell;            ///< what the cell opened last of a grid asks for
    /// The second model of a step that converts the first, weight by weight beside it.
    struct Prepared {
        std::shared_ptr<const ModelDiff> weights;
        std::optional<Error> error;
    };
    QFutureWatcher<Prepared> m_prepared;
    std::stop_source m_stopPreparing;
    bool m_preparing = false;
    std::shared_ptr<const ModelDiff> m_weights;
    quint64 m_sweepId = 0;  ///< the grid in the view; 0: none
};

}  // namespace driftscope
