// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include <QStringList>

#include "core/data/case.h"
#include "ui/view.h"
#include "ui/views/case_parts.h"

class QLabel;
class QLayout;
class QPushButton;
class QScrollArea;
class QStackedWidget;

namespace driftscope {

/// Start page and cases: what there is to open, and a case's steps, each run live by one click and
/// checked against what was expected of it; behind the last step stands the conclusion.
class CasesView : public View {
    Q_OBJECT
public:
    explicit CasesView(QWidget* parent = nullptr);
    ~CasesView() override;

    void setCases(std::vector<Case> cases);
    /// Paths of sessions and folders, newest first.
    void setRecent(const QStringList& paths);
    /// −1: the start page.
    void openCase(int index);
    int openedCase() const { return m_case; }
    /// −1: none yet; the number of steps: the conclusion.
    int chosenStep() const { return m_step; }
    /// The step runs now; no mark until setOutcome().
    void setStepRunning(int caseIndex, int step);
    /// What was found of it. `checks` empty: it was stopped or failed.
    void setOutcome(int caseIndex, int step, std::vector<CaseCheck> checks);
    /// The window no longer shows the chosen step's setup: the view says so and offers the way
    /// back.
    void setLeft(bool left);
    bool isLeft() const { return m_left; }

    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    Table table() const override;
    QString describe() const override;
    /// Nothing to draw yet.
    bool waits() const override { return m_cases.empty(); }

    /// Whether the steps of the opened case are run one after the other.
    bool isPlaying() const { return m_playing; }

public Q_SLOTS:
    /// Runs a step of the opened case, and no other after it; one past the last is the conclusion.
    void chooseStep(int step);
    /// Opens a case and runs every step, each when the one before has its outcome, and then shows
    /// the conclusion, with the step that proves it in the window; a step that is stopped or fails
    /// ends it.
    void playCase(int index);

Q_SIGNALS:
    void stepChosen(int caseIndex, int step);
    void recentChosen(const QString& path);

protected:
    void comparisonChanged() override {}
    void selectionChanged() override {}
    QString unmetNeed() const override { return {}; }
    void feed(View& twin) const override;
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildStart();
    QLayout* buildHead();
    QWidget* buildLeftLine();
    QWidget* buildCase();
    void fillStart();
    void fillCase();
    QPushButton* stepRow(int index);
    QWidget* stepDetail() const;
    QWidget* conclusion();
    bool endsWith(int step);
    bool atConclusion() const;
    void unfold();
    void bringIntoView();
    void runStep(int step);
    /// Runs the first step from `step` on that can be run; none: the conclusion.
    void playFrom(int step);
    bool showProof();
    void goBack();
    void setPlaying(bool playing);
    StepMark markOfStep(int caseIndex, int step) const;
    QString progressOf(int caseIndex) const;

    std::vector<Case> m_cases;
    QStringList m_recent;
    std::map<std::pair<int, int>, std::vector<CaseCheck>> m_outcomes;
    std::pair<int, int> m_running{-1, -1};
    int m_case = -1, m_step = -1;
    bool m_playing = false;
    bool m_left = false;        ///< another setup than the chosen step's is in the window
    std::set<int> m_concluded;  ///< cases every step of which had an outcome at some time
    bool m_folded = false;      ///< the last step has just run: its page is the conclusion
    QStackedWidget* m_pages = nullptr;
    QWidget *m_startRows = nullptr, *m_caseRows = nullptr;
    QWidget* m_current = nullptr;  ///< the chosen step's text, or the conclusion
    QScrollArea* m_scroll = nullptr;
    QWidget* m_leftLine = nullptr;
    QLabel *m_question = nullptr, *m_belief = nullptr;
    QPushButton *m_back = nullptr, *m_next = nullptr, *m_play = nullptr;
};

}  // namespace driftscope
