// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/cases_view.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/theme.h"
#include "ui/views/case_conclusion.h"
#include "ui/views/case_parts.h"
#include "ui/widgets/labels.h"

namespace driftscope {

namespace {

QString q(const std::string& text) { return QString::fromStdString(text); }

}  // namespace

CasesView::CasesView(QWidget* parent) : View(QStringLiteral("cases"), parent) {
    m_pages = new QStackedWidget;
    m_pages->addWidget(buildStart());
    m_pages->addWidget(buildCase());
    setContent(m_pages);
    setVeil(false);
    setEmpty({});
    fillStart();
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        if (m_case < 0) fillStart();
    });
}

CasesView::~CasesView() = default;

QWidget* CasesView::buildStart() {
    m_startRows = new QWidget;
    return scrolledPanel(m_startRows);
}

/// The keys of a case: they stay where they are while the steps scroll.
QLayout* CasesView::buildHead() {
    QPushButton* all = linkButton(tr("‹ All cases"), QStringLiteral("allCases"));
    connect(all, &QPushButton::clicked, this, [this] { openCase(-1); });
    m_back = linkButton(tr("Back"), QStringLiteral("stepBack"));
    m_next = linkButton(tr("Next"), QStringLiteral("stepNext"));
    connect(m_back, &QPushButton::clicked, this, [this] { chooseStep(m_step - 1); });
    connect(m_next, &QPushButton::clicked, this, [this] { chooseStep(m_step + 1); });
    m_play = linkButton({}, QStringLiteral("playSteps"));
    connect(m_play, &QPushButton::clicked, this, [this] {
        if (m_playing) {
            setPlaying(false);
        } else {
            playCase(m_case);
        }
    });
    setPlaying(false);
    auto* head = new QHBoxLayout;
    head->setSpacing(0);
    head->addWidget(all);
    head->addStretch(1);
    for (QPushButton* key : {m_back, m_next, m_play}) head->addWidget(key);
    return head;
}

/// "Your own setup is in the window", and the way back.
QWidget* CasesView::buildLeftLine() {
    m_leftLine = new QWidget;
    m_leftLine->setObjectName(QStringLiteral("caseLeft"));
    auto* row = new QHBoxLayout(m_leftLine);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Theme::space(2));
    row->addWidget(wrappedLabel(tr("Your own setup is shown, not this case."), Look::dim), 1);
    QPushButton* back = linkButton(tr("Back to it"), QStringLiteral("caseBack"));
    back->setToolTip(tr("Show the comparison of the chosen step again"));
    connect(back, &QPushButton::clicked, this, &CasesView::goBack);
    row->addWidget(back, 0, Qt::AlignTop);
    m_leftLine->hide();
    return m_leftLine;
}

void CasesView::setLeft(bool left) {
    m_left = left && m_case >= 0 && m_step >= 0;
    m_leftLine->setVisible(m_left);
    if (m_left) setPlaying(false);
}

/// The page stays as it is: only its comparison comes back.
void CasesView::goBack() {
    if (m_case < 0) return;
    const int count = static_cast<int>(m_cases[static_cast<size_t>(m_case)].steps.size());
    if (m_step < count) {
        Q_EMIT stepChosen(m_case, m_step);
    } else if (!showProof()) {
        chooseStep(count - 1);
    }
}

QWidget* CasesView::buildCase() {
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::space(2));
    m_question = wrappedLabel({}, Look::text);
    m_belief = wrappedLabel({}, Look::dim);
    column->addWidget(m_question);
    column->addWidget(m_belief);
    m_caseRows = new QWidget;
    column->addWidget(m_caseRows);
    column->addStretch(1);
    m_scroll = scrolledPanel(content);
    auto* page = new QWidget;
    auto* rows = new QVBoxLayout(page);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(Theme::space(1));
    rows->addLayout(buildHead());
    rows->addWidget(buildLeftLine());
    rows->addWidget(m_scroll, 1);
    return page;
}

void CasesView::setCases(std::vector<Case> cases) {
    m_cases = std::move(cases);
    m_outcomes.clear();
    m_concluded.clear();
    m_running = {-1, -1};
    openCase(-1);
}

void CasesView::setRecent(const QStringList& paths) {
    m_recent = paths;
    fillStart();
}

void CasesView::openCase(int index) {
    m_case = index >= 0 && index < static_cast<int>(m_cases.size()) ? index : -1;
    m_step = -1;
    m_folded = false;
    setPlaying(false);
    setLeft(false);
    m_pages->setCurrentIndex(m_case < 0 ? 0 : 1);
    setNote(m_case < 0 ? QString() : caseText(m_cases[static_cast<size_t>(m_case)].title));
    if (m_case < 0) {
        fillStart();
    } else {
        fillCase();
    }
}

void CasesView::chooseStep(int step) {
    setPlaying(false);
    runStep(step);
}

void CasesView::playCase(int index) {
    if (index < 0 || index >= static_cast<int>(m_cases.size())) return;
    openCase(index);
    playFrom(0);
}

void CasesView::playFrom(int step) {
    if (m_case < 0) return;
    const std::vector<CaseStep>& steps = m_cases[static_cast<size_t>(m_case)].steps;
    const int count = static_cast<int>(steps.size());
    while (step < count && !steps[static_cast<size_t>(step)].missing.empty()) ++step;
    setPlaying(step < count);
    runStep(step);
    if (step == count) showProof();
}

/// Beside the conclusion the window shows the comparison that proves it, not whichever came last.
bool CasesView::showProof() {
    const Case& opened = m_cases[static_cast<size_t>(m_case)];
    for (size_t i = 0; i < opened.steps.size() && !opened.proof.empty(); ++i) {
        const CaseStep& step = opened.steps[i];
        if (step.id != opened.proof.front().step || !step.missing.empty()) continue;
        Q_EMIT stepChosen(m_case, static_cast<int>(i));
        return true;
    }
    return false;
}

void CasesView::setPlaying(bool playing) {
    m_playing = playing;
    m_play->setText(playing ? tr("Stop after this step") : tr("Run all steps"));
}

void CasesView::runStep(int step) {
    if (m_case < 0) return;
    const Case& opened = m_cases[static_cast<size_t>(m_case)];
    const int count = static_cast<int>(opened.steps.size());
    if (step < 0 || step > count) return;
    m_step = step;
    m_folded = false;
    fillCase();
    bringIntoView();
    if (step < count && opened.steps[static_cast<size_t>(step)].missing.empty())
        Q_EMIT stepChosen(m_case, step);
}

void CasesView::setStepRunning(int caseIndex, int step) {
    m_running = {caseIndex, step};
    m_outcomes.erase(m_running);
    fillCase();
    if (caseIndex == m_case && atConclusion()) bringIntoView();  // it was written anew
}

void CasesView::setOutcome(int caseIndex, int step, std::vector<CaseCheck> checks) {
    if (m_running == std::pair(caseIndex, step)) m_running = {-1, -1};
    const bool awaited = m_playing && caseIndex == m_case && step == m_step;
    if (awaited && checks.empty()) {
        setPlaying(false);
    } else if (awaited) {
        // Later: what came is shown first, and who reports it may have more to do.
        const auto goOn = [this, caseIndex, step] {
            if (m_playing && caseIndex == m_case && step == m_step) playFrom(step + 1);
        };
        QMetaObject::invokeMethod(this, goOn, Qt::QueuedConnection);
    }
    if (!checks.empty()) {
        m_outcomes[{caseIndex, step}] = std::move(checks);
        const bool ends = caseIndex == m_case && step == m_step && endsWith(step);
        m_folded = m_folded || (ends && !m_playing);
    }
    fillCase();
    if (caseIndex == m_case && (step == m_step || atConclusion())) bringIntoView();
}

/// Whether the opened case comes to its end with this step: it is the last one, or the first time
/// that none is without an outcome.
bool CasesView::endsWith(int step) {
    const std::vector<CaseStep>& steps = m_cases[static_cast<size_t>(m_case)].steps;
    const int count = static_cast<int>(steps.size());
    bool complete = true;
    for (int i = 0; i < count; ++i) {
        const bool runs = steps[static_cast<size_t>(i)].missing.empty();
        complete = complete && (!runs || markOfStep(m_case, i) != StepMark::none);
    }
    const bool first = complete && m_concluded.insert(m_case).second;
    return first || step == count - 1;
}

bool CasesView::atConclusion() const {
    return m_case >= 0 &&
           m_step == static_cast<int>(m_cases[static_cast<size_t>(m_case)].steps.size());
}

void CasesView::unfold() {
    m_folded = false;
    fillCase();
    bringIntoView();
}

StepMark CasesView::markOfStep(int caseIndex, int step) const {
    if (m_running == std::pair(caseIndex, step)) return StepMark::running;
    const auto found = m_outcomes.find({caseIndex, step});
    return found == m_outcomes.end() ? StepMark::none : markOf(found->second);
}

QString CasesView::progressOf(int caseIndex) const {
    const int steps = static_cast<int>(m_cases[static_cast<size_t>(caseIndex)].steps.size());
    int met = 0;
    for (int step = 0; step < steps; ++step) met += markOfStep(caseIndex, step) == StepMark::met;
    return met == 0 ? tr("%1 steps").arg(steps)
                    : tr("%1 of %2 steps as expected").arg(met).arg(steps);
}

void CasesView::fillCase() {
    if (m_case < 0) {
        fillStart();
        return;
    }
    const Case& opened = m_cases[static_cast<size_t>(m_case)];
    m_question->setText(tr("Asked: %1").arg(caseText(opened.question)));
    m_belief->setText(tr("Believed: %1").arg(caseText(opened.belief)));
    QVBoxLayout* column = freshColumn(m_caseRows);
    m_current = nullptr;
    const int count = static_cast<int>(opened.steps.size());
    m_back->setEnabled(m_step > 0);
    m_next->setEnabled(m_step < count);
    if (m_step == count || m_folded) {
        m_current = conclusion();
        column->addWidget(m_current);
        return;
    }
    if (m_step < 0) {
        column->addWidget(
            wrappedLabel(tr("Each step is one click; Next goes through them."), Look::dim));
    }
    for (int i = 0; i < count; ++i) {
        column->addWidget(stepRow(i));
        if (i != m_step) continue;
        m_current = stepDetail();
        column->addWidget(m_current);
    }
    QPushButton* end = linkButton(tr("=  Conclusion"), QStringLiteral("conclusion"));
    connect(end, &QPushButton::clicked, this, [this, count] { chooseStep(count); });
    column->addWidget(end);
}

QWidget* CasesView::conclusion() {
    const Case& opened = m_cases[static_cast<size_t>(m_case)];
    CaseConclusion::Outcomes outcomes(opened.steps.size());
    for (size_t i = 0; i < outcomes.size(); ++i) {
        const auto found = m_outcomes.find({m_case, static_cast<int>(i)});
        if (found != m_outcomes.end()) outcomes[i] = found->second;
    }
    auto* card = new CaseConclusion(opened, outcomes, m_folded ? m_step : -1);
    connect(card, &CaseConclusion::stepsWanted, this, &CasesView::unfold);
    connect(card, &CaseConclusion::stepPressed, this, [this](int step) {
        if (m_folded && step == m_step) return unfold();  // its comparison is in the window
        chooseStep(step);
    });
    return card;
}

/// The chosen step, its row and its text, is brought into sight once the layout knows where it is;
/// what is taller than the view is shown from its top.
void CasesView::bringIntoView() {
    QTimer::singleShot(0, this, [this] {
        if (!m_current || !m_scroll->isVisible()) return;
        // Places are known once the layouts have run, outermost first.
        m_scroll->widget()->layout()->activate();
        const QFontMetrics metrics(Theme::instance().font(TextSize::text, true));
        // What was believed stands above the conclusion; right after a step it makes room.
        const int above =
            atConclusion() ? m_belief->height() + Theme::space(2) : 2 * metrics.height();
        const int row = m_folded ? 0 : above;
        const int top = m_current->mapTo(m_scroll->widget(), QPoint(0, 0)).y() - row;
        const int bottom = top + row + m_current->height();
        QScrollBar* bar = m_scroll->verticalScrollBar();
        const int page = m_scroll->viewport()->height();
        if (bottom > bar->value() + page) bar->setValue(bottom - page);
        if (top < bar->value() || bottom - top > page) bar->setValue(top);
    });
}

void CasesView::showEvent(QShowEvent* event) {
    View::showEvent(event);
    bringIntoView();
}

QJsonObject CasesView::saveState() const {
    if (m_case < 0) return {{QStringLiteral("case"), QString()}};
    return {{QStringLiteral("case"), q(m_cases[static_cast<size_t>(m_case)].id)}};
}

void CasesView::restoreState(const QJsonObject& state) {
    const std::string id = state.value(QStringLiteral("case")).toString().toStdString();
    int found = -1;
    for (size_t i = 0; i < m_cases.size(); ++i) {
        if (m_cases[i].id == id) found = static_cast<int>(i);
    }
    if (found != m_case) openCase(found);
}

void CasesView::feed(View& twin) const {
    auto* other = qobject_cast<CasesView*>(&twin);
    if (!other) return;
    other->m_cases = m_cases;
    other->m_recent = m_recent;
    other->m_outcomes = m_outcomes;
    other->openCase(m_case);
    other->m_step = m_step;
    other->fillCase();
}

Table CasesView::table() const {
    Table table;
    table.title = tr("Cases: what was expected of every step, and what was found");
    table.header = {QStringLiteral("case"),     QStringLiteral("step"),  QStringLiteral("what"),
                    QStringLiteral("expected"), QStringLiteral("found"), QStringLiteral("met")};
    for (const auto& [place, checks] : m_outcomes) {
        const Case& known = m_cases[static_cast<size_t>(place.first)];
        for (const CaseCheck& check : checks) {
            table.add({q(known.id), q(known.steps[static_cast<size_t>(place.second)].id),
                       q(check.what), q(check.expected), q(check.found),
                       check.met ? QStringLiteral("1") : QStringLiteral("0")});
        }
    }
    return table;
}

QString CasesView::describe() const {
    if (m_case < 0) return tr("Cases to open: %1").arg(m_cases.size());
    return tr("%1: %2").arg(caseText(m_cases[static_cast<size_t>(m_case)].title),
                            progressOf(m_case));
}

}  // namespace driftscope
