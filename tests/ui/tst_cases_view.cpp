// SPDX-License-Identifier: GPL-3.0-or-later
// One click runs every step of a case, each after the one before has its outcome.
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include "ui/views/cases_view.h"

using namespace driftscope;

namespace {

/// Two cases; the second step of the first one cannot run here.
std::vector<Case> someCases() {
    std::vector<Case> cases(2);
    cases[0].id = "one", cases[0].title = "One";
    cases[1].id = "two", cases[1].title = "Two";
    for (Case& each : cases) each.steps.resize(4);
    for (Case& each : cases) {
        for (size_t i = 0; i < each.steps.size(); ++i) each.steps[i].id = std::to_string(i);
    }
    cases[0].steps[1].missing = "a model is not there";
    return cases;
}

std::vector<CaseCheck> outcome(bool met) {
    CaseCheck check;
    check.met = met;
    return {check};
}

/// The view with a case in play, and what it asks to be run.
struct Player {
    CasesView view;
    QSignalSpy asked{&view, &CasesView::stepChosen};

    Player() {
        view.setCases(someCases());
        view.findChild<QPushButton*>(QStringLiteral("play.one"))->click();
    }
    int step() const { return asked.back().at(1).toInt(); }
    void answer(std::vector<CaseCheck> checks) {
        view.setOutcome(0, step(), std::move(checks));
        QCoreApplication::processEvents();
    }
};

}  // namespace

class TestCasesView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyStepInTurn() {
        Player player;
        QCOMPARE(player.view.openedCase(), 0);
        QCOMPARE(player.asked.count(), 1);
        QCOMPARE(player.step(), 0);
        player.answer(outcome(true));
        QCOMPARE(player.step(), 2);  // 1 cannot run
        player.answer(outcome(false));
        QCOMPARE(player.step(), 3);
        QVERIFY(player.view.isPlaying());
        player.answer(outcome(true));
        QVERIFY(!player.view.isPlaying());
        QCOMPARE(player.asked.count(), 3);
    }

    void aStoppedStepEndsIt() {
        Player player;
        player.answer({});
        QVERIFY(!player.view.isPlaying());
        QCOMPARE(player.asked.count(), 1);
    }

    void aChosenStepEndsIt() {
        Player player;
        player.view.chooseStep(3);
        QVERIFY(!player.view.isPlaying());
        player.answer(outcome(true));
        QCOMPARE(player.asked.count(), 2);
    }

    void itsButtonEndsAndBeginsIt() {
        Player player;
        auto* button = player.view.findChild<QPushButton*>(QStringLiteral("playSteps"));
        button->click();
        QVERIFY(!player.view.isPlaying());
        player.answer(outcome(true));
        QCOMPARE(player.asked.count(), 1);
        button->click();
        QVERIFY(player.view.isPlaying());
        QCOMPARE(player.asked.count(), 2);
        QCOMPARE(player.step(), 0);
    }

    void theOutcomeOfAnotherCaseIsNotItsOwn() {
        Player player;
        player.view.setOutcome(1, 0, outcome(true));
        QCoreApplication::processEvents();
        QCOMPARE(player.asked.count(), 1);
        QVERIFY(player.view.isPlaying());
    }
};

QTEST_MAIN(TestCasesView)
#include "tst_cases_view.moc"
