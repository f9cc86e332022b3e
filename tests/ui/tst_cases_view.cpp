// SPDX-License-Identifier: GPL-3.0-or-later
// One click runs every step of a case, each after the one before has its outcome.
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
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
    cases[0].answer = "It was the rope base.";
    cases[0].proof = {{"2", "loss of B above A"}};
    return cases;
}

std::vector<CaseCheck> outcome(bool met) {
    return {{"verdict", "rounding", met ? "rounding" : "semantic", met},
            {"loss of B above A", "at least 0.3", "1.773", true},
            {"looking changed nothing", "equal hashes", "equal hashes", true}};
}

QStringList textsOf(const QWidget& in, const char* name) {
    QStringList texts;
    for (const QLabel* label : in.findChildren<QLabel*>(QLatin1String(name)))
        texts << label->text();
    return texts;
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
        // The conclusion, and in the window the comparison that proves it.
        QCOMPARE(player.asked.count(), 4);
        QCOMPARE(player.step(), 2);
        QCOMPARE(player.view.chosenStep(), 4);
        player.answer(outcome(true));
        QCOMPARE(player.asked.count(), 4);
        QCOMPARE(player.view.chosenStep(), 4);
    }

    void afterTheLastStepComesTheConclusion() {
        Player player;
        player.answer(outcome(true));
        player.answer(outcome(true));
        QVERIFY(!player.view.findChild<QWidget*>(QStringLiteral("caseConclusion")));
        player.answer(outcome(true));
        QCOMPARE(player.view.chosenStep(), 4);
        auto* card = player.view.findChild<QWidget*>(QStringLiteral("caseConclusion"));
        QVERIFY(card);
        QCOMPARE(textsOf(*card, "caseCause"), QStringList{QStringLiteral("It was the rope base.")});
        QVERIFY(textsOf(*card, "caseState").front().startsWith(QStringLiteral("✓")));
        QCOMPARE(textsOf(*card, "proofText"),
                 QStringList{QStringLiteral("loss of B above A: 1.773")});
        // One line a step: the verdict first, and not what every step has.
        const QString found = QStringLiteral("rounding · loss of B above A 1.773");
        QCOMPARE(textsOf(*card, "measuredText"),
                 (QStringList{found, QStringLiteral("a model is not there"), found, found}));
    }

    void theConclusionSaysWhatWasNotAsExpected() {
        Player player;
        player.answer(outcome(true));
        player.answer(outcome(false));
        player.answer(outcome(true));
        auto* card = player.view.findChild<QWidget*>(QStringLiteral("caseConclusion"));
        const QString state = textsOf(*card, "caseState").front();
        QVERIFY2(state.startsWith(QStringLiteral("◆")) && state.contains(u'1'), qPrintable(state));
        QVERIFY(textsOf(*card, "measuredText")
                    .at(2)
                    .startsWith(
                        QStringLiteral("verdict: expected rounding, found different functions")));
    }

    void aConclusionBeforeTheEndConfirmsNothing() {
        Player player;
        player.answer(outcome(true));
        player.view.chooseStep(4);
        QVERIFY(!player.view.isPlaying());
        auto* card = player.view.findChild<QWidget*>(QStringLiteral("caseConclusion"));
        const QString state = textsOf(*card, "caseState").front();
        QVERIFY2(state.startsWith(QStringLiteral("○")) && state.contains(u'2'), qPrintable(state));
        QCOMPARE(textsOf(*card, "proofText"),
                 QStringList{QStringLiteral("loss of B above A: not measured yet")});
    }

    /// Every line of the card asks for its step's comparison.
    void aLineOfTheConclusionOpensItsStep() {
        for (const char* name : {"measured.2", "proof"}) {
            Player player;
            for (int i = 0; i < 3; ++i) player.answer(outcome(true));
            player.view.findChild<QPushButton*>(QLatin1String(name))->click();
            QCOMPARE(player.asked.count(), 5);
            QCOMPARE(player.step(), 2);
            QCOMPARE(player.view.chosenStep(), 2);
            QVERIFY(!player.view.isPlaying());
        }
    }

    /// In a small dock as well, the text of the chosen step and its checks are in sight.
    void theChosenStepIsScrolledIntoSight() {
        CasesView view;
        std::vector<Case> cases(1);
        cases[0].id = "one", cases[0].steps.resize(12);
        for (size_t i = 0; i < 12; ++i) {
            cases[0].steps[i].id = std::to_string(i);
            cases[0].steps[i].title = "Step";
            cases[0].steps[i].shows = "What it shows, in some words that take two or three lines.";
        }
        view.setCases(cases);
        view.resize(320, 240);
        view.show();
        view.openCase(0);
        const auto inSight = [&] {
            auto* detail = view.findChild<QWidget*>(QStringLiteral("stepDetail"));
            return detail && !detail->visibleRegion().isEmpty() &&
                   detail->visibleRegion().boundingRect() == detail->rect();
        };
        for (const int step : {10, 0, 6}) {
            view.chooseStep(step);
            QTRY_VERIFY2(inSight(), qPrintable(QString::number(step)));
            view.setOutcome(0, step, outcome(true));
            QTRY_VERIFY2(inSight(), qPrintable(QString::number(step)));
        }
    }

    /// However small the dock: once the last step has its outcome, the cause and whether it is
    /// confirmed are in sight without scrolling, and so is what that step gave.
    void theConclusionIsInSightAfterTheLastStep() {
        CasesView view;
        std::vector<Case> cases = someCases();
        for (CaseStep& step : cases[1].steps)
            step.title = "A step", step.shows = "What it shows, in words that take three lines.";
        cases[1].question = cases[1].belief = "A question as people asked it, in quite some words.";
        cases[1].answer = "Two bugs of the port, at once: the first of them, and the other one.";
        view.setCases(cases);
        view.resize(370, 240);
        view.show();
        view.openCase(1);
        const auto inSight = [&](const char* name) {
            auto* part = view.findChild<QWidget*>(QLatin1String(name));
            return part && part->visibleRegion().boundingRect() == part->rect();
        };
        for (int step = 0; step < 4; ++step) {
            view.chooseStep(step);
            QVERIFY(!view.findChild<QWidget*>(QStringLiteral("caseConclusion")));
            view.setOutcome(1, step, outcome(true));
        }
        QTRY_VERIFY(inSight("caseCause") && inSight("caseState") && inSight("measuredText"));
        QCOMPARE(view.chosenStep(), 3);
        QCOMPARE(textsOf(view, "measuredText"),
                 QStringList{QStringLiteral("rounding · loss of B above A 1.773")});
        // The steps are one click away, each with what was expected and found.
        auto* steps = view.findChild<QPushButton*>(QStringLiteral("showSteps"));
        QVERIFY2(steps->text().contains(QLatin1String("4 of 4")), qPrintable(steps->text()));
        steps->click();
        QVERIFY(!view.findChild<QWidget*>(QStringLiteral("caseConclusion")));
        QVERIFY(view.findChild<QWidget*>(QStringLiteral("stepDetail")));
        // Back at an earlier step: that step, not the conclusion again.
        view.chooseStep(1);
        view.setStepRunning(1, 1);
        view.setOutcome(1, 1, outcome(true));
        QVERIFY(view.findChild<QWidget*>(QStringLiteral("stepDetail")));
        // The conclusion, and the proof that is shown again beside it some time later.
        view.chooseStep(4);
        QTRY_VERIFY(inSight("caseCause") && inSight("caseState"));
        QTest::qWait(20);
        view.setStepRunning(1, 2);
        QTest::qWait(20);
        view.setOutcome(1, 2, outcome(true));
        QTRY_VERIFY(inSight("caseCause") && inSight("caseState"));
        // In any order: the one that was missing ends it.
        view.setCases(cases);
        view.openCase(1);
        for (const int step : {3, 0, 2, 1}) {
            view.chooseStep(step);
            view.setOutcome(1, step, outcome(true));
            QCOMPARE(view.findChild<QWidget*>(QStringLiteral("showSteps")) != nullptr,
                     step == 3 || step == 1);
        }
    }

    /// A long title is cut by itself; the text beside it is not.
    void aLongTitleWidensNothing() {
        CasesView view;
        std::vector<Case> cases = someCases();
        for (Case& each : cases) {
            each.answer = QString(QStringLiteral("words ")).repeated(40).toStdString();
            for (CaseStep& step : each.steps)
                step.title =
                    QString(QStringLiteral("a title without end ")).repeated(6).toStdString();
        }
        view.setCases(cases);
        view.resize(370, 240);
        view.show();
        view.openCase(0);
        const auto overhang = [&] {
            QCoreApplication::processEvents();
            int most = 0;
            for (const auto* area : view.findChildren<QScrollArea*>()) {
                if (area->isVisible())
                    most = std::max(most, area->widget()->width() - area->viewport()->width());
            }
            return most;
        };
        QCOMPARE(overhang(), 0);
        for (const int step : {0, 4, 3}) {
            view.chooseStep(step);
            QCOMPARE(overhang(), 0);
            if (step < 4) view.setOutcome(0, step, outcome(true));
            QCOMPARE(overhang(), 0);
        }
        QVERIFY(view.findChild<QPushButton*>(QStringLiteral("showSteps")));
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
