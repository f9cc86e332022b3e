// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cases/case_player.h"

#include <QDockWidget>
#include <QPromise>
#include <QThreadPool>
#include <exception>
#include <utility>

#include "app/cases/case_checks.h"
#include "app/cases/case_file.h"
#include "app/cases/case_model.h"
#include "app/result_key.h"
#include "app/sweep/run_sweep.h"
#include "ui/main_window.h"
#include "ui/views/case_parts.h"
#include "ui/views/cases_view.h"
#include "ui/views/sweep_view.h"

namespace driftscope {

namespace {

void bringToFront(QWidget* view) {
    for (QWidget* up = view; up; up = up->parentWidget()) {
        if (auto* dock = qobject_cast<QDockWidget*>(up)) {
            dock->show();
            dock->raise();
        }
    }
}

/// Equal for two requests that ask the same, taken apart or not.
std::string setupOf(CompareRequest request) {
    request.attribute = false;
    return resultKey(request);
}

}  // namespace

CasePlayer::CasePlayer(MainWindow& window, EngineThread& engine)
    : m_window(window), m_engine(engine),
      m_cases(qobject_cast<CasesView*>(window.view(QStringLiteral("cases")))),
      m_grid(qobject_cast<SweepView*>(window.view(QStringLiteral("sweep")))) {
    connect(m_cases, &CasesView::stepChosen, this, &CasePlayer::choose);
    connect(m_cases, &CasesView::recentChosen, &window, &MainWindow::openRequested);
    connect(m_grid, &SweepView::sweepRequested, this, &CasePlayer::sweepFromView);
    connect(m_grid, &SweepView::sweepCancelled, this, &CasePlayer::cancel);
    connect(m_grid, &SweepView::cellOpened, this, [this](const CompareRequest& request) {
        m_cell = setupOf(request);
        m_window.setRequest(request, true);
        if (m_sweepId != 0 && m_grid->sweep() && !m_grid->sweep()->complete()) {
            m_window.showMessage(
                tr("This pair is shown when the grid is done, or stopped with Esc"));
        }
    });
    connect(&m_prepared, &QFutureWatcher<Prepared>::finished, this, &CasePlayer::takePrepared);
    connect(engine.worker(), &EngineWorker::sweepArrived, this, &CasePlayer::takeSweep);
    connect(&window, &MainWindow::caseChosen, this, &CasePlayer::play);
    try {
        m_cases->setCases(allCases());
        std::vector<CaseQuestion> questions;
        for (const Case& known : allCases()) {
            questions.push_back({QString::fromStdString(known.id), caseText(known.title),
                                 caseText(known.question)});
        }
        window.setQuestions(questions);
    } catch (const Error& error) {
        m_window.showError(QString::fromStdString(error.message()),
                           QString::fromStdString(error.where()),
                           QString::fromStdString(error.hint()));
    }
}

void CasePlayer::setRecent(const QStringList& paths) { m_cases->setRecent(paths); }

void CasePlayer::play(const QString& id) {
    bringToFront(m_cases);
    if (id.isEmpty()) return m_cases->openCase(-1);
    const std::vector<Case>& all = allCases();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].id == id.toStdString()) m_cases->playCase(static_cast<int>(i));
    }
}

void CasePlayer::choose(int caseIndex, int step) {
    const CaseStep& chosen =
        allCases()[static_cast<std::size_t>(caseIndex)].steps[static_cast<std::size_t>(step)];
    cancel();
    m_case = caseIndex;
    m_step = step;
    m_weights.reset();
    m_cases->setStepRunning(caseIndex, step);
    m_cases->setLeft(false);
    if (chosen.convert_b.empty()) {
        ask(chosen);
    } else {
        prepare(chosen);
    }
}

void CasePlayer::ask(const CaseStep& step) {
    m_key = step.axes.empty() ? resultKey(step.request) : std::string();
    m_shown = setupOf(step.request);
    m_cell.clear();
    m_window.setRequest(step.request, step.axes.empty());
    if (step.axes.empty()) return;
    m_grid->setAxes(step.axes);
    bringToFront(m_grid);
    sweep({step.request, step.axes});
}

void CasePlayer::prepare(const CaseStep& step) {
    m_preparing = true;
    m_stopPreparing = {};
    auto promise = std::make_shared<QPromise<Prepared>>();
    m_prepared.setFuture(promise->future());
    promise->start();
    // The cases live as long as the program.
    QThreadPool::globalInstance()->start([promise, &step, stop = m_stopPreparing.get_token()] {
        Prepared made;
        try {
            made.weights = prepareStep(step, {}, stop);
        } catch (const Error& error) {
            made.error = error;
        } catch (const std::exception& error) {
            made.error = Error(ErrorCode::internal, step.id, error.what());
        }
        promise->addResult(std::move(made));
        promise->finish();
    });
}

void CasePlayer::takePrepared() {
    if (!m_preparing || m_prepared.future().resultCount() == 0) return;
    m_preparing = false;
    const Prepared made = m_prepared.result();
    if (made.error) {
        m_window.showError(QString::fromStdString(made.error->message()),
                           QString::fromStdString(made.error->where()),
                           QString::fromStdString(made.error->hint()));
        return settle({});
    }
    m_weights = made.weights;
    ask(allCases()[static_cast<std::size_t>(m_case)].steps[static_cast<std::size_t>(m_step)]);
}

void CasePlayer::stopPreparing() {
    if (!m_preparing) return;
    m_preparing = false;
    m_stopPreparing.request_stop();
    settle({});
}

void CasePlayer::asked(const CompareRequest& request) {
    stopPreparing();  // what the step would ask was not asked yet
    if (m_shown.empty()) return;
    const std::string setup = setupOf(request);
    if (setup == m_cell) return;  // a cell of the grid in the window
    const bool before = m_cases->isLeft();
    m_cases->setLeft(setup != m_shown);
    if (m_cases->isLeft() && m_case >= 0 && !m_key.empty()) settle({});  // it will not come
    if (before || !m_cases->isLeft()) return;
    m_window.stepAside(m_cases->id());
    m_window.showMessage(tr("A setup of your own: the case you came from is in Cases, Ctrl+9"));
}

void CasePlayer::sweep(const SweepRequest& request) {
    m_grid->setProblem({});
    m_grid->setSweep(nullptr);
    m_grid->setRunning(true);
    m_sweepId = m_engine.submit(tag::sweep, request);
}

void CasePlayer::sweepFromView(const QStringList& axes) {
    try {
        SweepRequest request;
        request.base = m_window.request();
        if (request.base.model_a.empty()) {
            throw Error(ErrorCode::usage, "sweep", "there is no model yet",
                        "choose one on the left");
        }
        for (const QString& axis : axes) request.axes.push_back(parseAxis(axis.toStdString()));
        checkAxes(request.axes);
        settle({});
        sweep(request);
    } catch (const Error& error) {
        const std::string hint = error.hint().empty() ? "" : ". " + error.hint();
        m_grid->setProblem(QString::fromStdString(error.message() + hint));
    }
}

void CasePlayer::takeSweep(quint64 id, const SweepPtr& sweep) {
    if (id != m_sweepId) return;
    m_grid->setSweep(sweep);
    if (!sweep->complete() && !sweep->cancelled) return;
    m_sweepId = 0;
    m_grid->setRunning(false);
    if (m_case < 0 || !m_key.empty()) return;
    const CaseStep& step =
        allCases()[static_cast<std::size_t>(m_case)].steps[static_cast<std::size_t>(m_step)];
    settle(sweep->cancelled ? std::vector<CaseCheck>() : checkSweep(step.expect, *sweep));
}

void CasePlayer::shown(const Comparison& comparison) {
    if (m_case < 0 || m_preparing || m_key.empty() || resultKey(comparison.request) != m_key)
        return;
    const CaseStep& step =
        allCases()[static_cast<std::size_t>(m_case)].steps[static_cast<std::size_t>(m_step)];
    settle(checkComparison(step.expect, comparison, m_weights.get()));
}

void CasePlayer::ended() {
    if (!m_preparing && !m_key.empty()) settle({});
}

bool CasePlayer::failed(quint64 id, const Error& error) {
    if (id == 0 || id != m_sweepId) return false;
    m_sweepId = 0;
    m_grid->setRunning(false);
    m_grid->setProblem(QString::fromStdString(error.message()));
    settle({});
    return true;
}

void CasePlayer::cancel() {
    stopPreparing();
    if (m_sweepId == 0) return;
    m_engine.cancel(tag::sweep);
    m_sweepId = 0;  // a grid that still waits would never answer
    if (m_grid->sweep() && !m_grid->sweep()->complete()) {
        auto part = std::make_shared<Sweep>(*m_grid->sweep());
        part->cancelled = true;
        m_grid->setSweep(part);
    }
    m_grid->setRunning(false);
    if (m_key.empty()) settle({});
}

/// The awaited step has its checks, or will have none.
void CasePlayer::settle(std::vector<CaseCheck> checks) {
    if (m_case < 0) return;
    m_cases->setOutcome(std::exchange(m_case, -1), m_step, std::move(checks));
}

}  // namespace driftscope
