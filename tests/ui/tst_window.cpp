// SPDX-License-Identifier: GPL-3.0-or-later
// What the window does: actions, setup and runs, what is under the pointer, undo.
#include <map>

#include <QDragEnterEvent>
#include <QDropEvent>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include "core/options/option.h"
#include "tests/ui/clipped.h"
#include "tests/ui/window_test.h"
#include "ui/actions.h"
#include "ui/view.h"
#include "ui/window/banner.h"
#include "ui/window/divergences.h"
#include "ui/window/status_line.h"
#include "ui/window/verdict_text.h"

using namespace driftscope;
using namespace driftscope::windowtest;

class TestWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QTest::failOnWarning(
            QRegularExpression(QStringLiteral("QObject::connect|QLayout|QPainter")));
    }
    void actionsAreSound();
    void goesWithoutAWord();
    void machineIsShort();
    void divergencesAreWalked();
    void examplesAreAMenu();
    void busyOnlyAfterAWhile();
    void theSelectionIsReadOut();
    void undoGoesBack();
    void aResultIsNoStep();
    void baselineIsOneKeyAway();
    void dropsAreTakenAnywhere();
    void examplesAndHistoryRequest();
    void takesApartOnDemand();
    void branchesIntoANewComparison();
};

/// Docks that hide because their window is destroyed are no change of its state.
void TestWindow::goesWithoutAWord() {
    QObject listener;
    int heard = 0;
    {
        MainWindow window;
        fill(window, of(VerdictKind::rounding));
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QTest::qWait(300);
        connect(&window, &MainWindow::stateChanged, &listener, [&heard] { ++heard; });
    }
    QCOMPARE(heard, 0);
}

void TestWindow::actionsAreSound() {
    MainWindow window;
    std::map<QString, QString> keys;
    for (const QAction* action : window.actions()->all()) {
        QVERIFY(!action->objectName().isEmpty());
        QVERIFY2(!action->statusTip().isEmpty(), qPrintable(action->objectName()));
        QVERIFY2(!window.actions()->menuOf(action).isEmpty(), qPrintable(action->objectName()));
        for (const QKeySequence& key : action->shortcuts()) {
            QVERIFY2(!key.isEmpty(), qPrintable(action->objectName()));
            QVERIFY2(keys.emplace(key.toString(), action->objectName()).second,
                     qPrintable(key.toString()));
        }
    }
    QCOMPARE(window.menuBar()->actions().size(), 8);
}

void TestWindow::machineIsShort() {
    QCOMPARE(shortBlas(QStringLiteral("OpenBLAS 0.3.29 NO_LAPACKE DYNAMIC_ARCH MAX_THREADS=128, "
                                      "openmp")),
             QStringLiteral("OpenBLAS openmp"));
    QCOMPARE(shortBlas(QStringLiteral("OpenBLAS openmp")), QStringLiteral("OpenBLAS openmp"));
    QCOMPARE(shortBlas(QStringLiteral("reference (/usr/lib/libblas.so.3)")),
             QStringLiteral("reference"));
    QCOMPARE(shortBlas(QStringLiteral("MKL")), QStringLiteral("MKL"));
    QCOMPARE(shortBlas({}), QString());
}

void TestWindow::divergencesAreWalked() {
    MainWindow window;
    const ComparisonPtr comparison = of(VerdictKind::semantic);
    fill(window, comparison);
    const auto all = divergences(*comparison);
    QVERIFY(all.size() > 5);
    QCOMPARE(to_string(all.front().site), std::string("blocks.0.mlp_out"));
    QCOMPARE(all.front().pos, 1);
    window.actions()->action(QStringLiteral("go.first"))->trigger();
    QCOMPARE(to_string(window.selection()->site()), std::string("blocks.0.mlp_out"));
    QCOMPARE(window.selection()->pos(), 1);
    for (size_t i = 1; i < all.size(); ++i) {
        window.actions()->action(QStringLiteral("go.next"))->trigger();
        QCOMPARE(to_string(window.selection()->site()), to_string(all[i].site));
    }
    window.actions()->action(QStringLiteral("go.next"))->trigger();
    QCOMPARE(to_string(window.selection()->site()), to_string(all.front().site));
    window.actions()->action(QStringLiteral("go.previous"))->trigger();
    QCOMPARE(to_string(window.selection()->site()), to_string(all.back().site));
    const ComparisonPtr quiet = of(VerdictKind::rounding);
    QVERIFY(divergences(*quiet).empty());
    window.setComparison(quiet);
    window.nextDivergence();
    // Nothing leaves its band, and a token turned: there the runs part.
    const auto turned = std::make_shared<Comparison>(*quiet);
    QVERIFY(turned->generation && turned->generation->a.steps.size() > 5);
    turned->generation->first_split = 5;
    window.setComparison(turned);
    window.selection()->setStep(1);
    window.actions()->action(QStringLiteral("go.next"))->trigger();
    QCOMPARE(window.selection()->step(), 5);
    QCOMPARE(window.selection()->pos(), turned->n_prompt + 5);
}

/// The built-in examples and the questions stand in a menu; a question asks for its case.
void TestWindow::examplesAreAMenu() {
    MainWindow window;
    auto* menu = window.menuBar()->findChild<QMenu*>(QStringLiteral("examplesMenu"));
    QVERIFY(!menu->menuAction()->isVisible());
    fill(window, of(VerdictKind::rounding));
    window.setQuestions(
        {{QStringLiteral("one"), QStringLiteral("One"), QStringLiteral("Why & how?")},
         {QStringLiteral("two"), QStringLiteral("Two"), QStringLiteral("What?")}});
    QVERIFY(menu->menuAction()->isVisible());
    QSignalSpy chosen(&window, &MainWindow::caseChosen);
    QSignalSpy asked(&window, &MainWindow::requestChanged);
    auto* question = menu->findChild<QAction*>(QStringLiteral("question.one"));
    QCOMPARE(question->text(), QStringLiteral("Why && how?"));
    question->trigger();
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen.back().at(0).toString(), QStringLiteral("one"));
    QCOMPARE(asked.count(), 0);
    menu->findChild<QAction*>(QStringLiteral("example.one"))->trigger();
    QCOMPARE(asked.count(), 1);
    window.findChild<QPushButton*>(QStringLiteral("questions"))->click();
    QCOMPARE(chosen.back().at(0).toString(), QString());
}

void TestWindow::busyOnlyAfterAWhile() {
    MainWindow window;
    window.show();
    fill(window, of(VerdictKind::rounding));
    auto* cancel = window.findChild<QWidget*>(QStringLiteral("cancel"));
    QSignalSpy cancelled(&window, &MainWindow::cancelRequested);
    window.setBusy(true);
    QVERIFY(!cancel->isVisible());
    window.setBusy(false);
    QTest::qWait(200);
    QVERIFY(!cancel->isVisible());
    window.setBusy(true);
    window.setProgress({"judge", 2, 6, 3.5});
    QTRY_VERIFY(cancel->isVisible());
    QVERIFY(window.findChild<Banner*>()->verdictText().contains(QStringLiteral("Comparing")));
    HoverInfo hover;
    hover.site = "blocks.2.attn.pattern";
    hover.where = "q “·fox” 8   k “·little” 7";
    hover.a = 0.41312, hover.b = 0.03171, hover.diff = 0.3814, hover.relative = 0.92;
    Q_EMIT window.views().front()->hovered(hover);
    window.resize(1280, 800);
    settle();
    for (const QLabel* label : window.findChild<StatusLine*>()->findChildren<QLabel*>())
        if (label->isVisible()) QCOMPARE(clipped(label), QString());
    window.actions()->action(QStringLiteral("run.cancel"))->trigger();
    QCOMPARE(cancelled.count(), 1);
    window.setComparison(of(VerdictKind::rounding));
    QVERIFY(!cancel->isVisible());
    QVERIFY(!window.actions()->action(QStringLiteral("run.cancel"))->isEnabled());
}

/// With nothing under the pointer the line at the foot says what is selected.
void TestWindow::theSelectionIsReadOut() {
    MainWindow window;
    fill(window, of(VerdictKind::semantic));
    const auto said = [&window] {
        QStringList words;
        for (const QLabel* label : window.findChild<StatusLine*>()->findChildren<QLabel*>())
            if (!label->isHidden()) words << label->text();
        return words.join(u' ');
    };
    window.selection()->goTo({SiteKind::mlp_out, 1}, 4);
    QVERIFY2(said().contains(QStringLiteral("blocks.1.mlp_out")), qPrintable(said()));
    HoverInfo hover;
    hover.site = "blocks.0.attn.q";
    Q_EMIT window.views().front()->hovered(hover);
    QVERIFY(!said().contains(QStringLiteral("blocks.1.mlp_out")));
    window.selection()->goTo({SiteKind::resid_post, 2}, 3);  // while the pointer is elsewhere
    QVERIFY(said().contains(QStringLiteral("blocks.0.attn.q")));
    Q_EMIT window.views().front()->hoverLeft();
    QVERIFY2(said().contains(QStringLiteral("blocks.2.resid_post")), qPrintable(said()));
    window.showMessage(QStringLiteral("done"));
    QVERIFY(said().contains(QStringLiteral("done")));
    QVERIFY(!said().contains(QStringLiteral("resid_post")));
}

void TestWindow::undoGoesBack() {
    MainWindow window;
    window.show();
    const ComparisonPtr comparison = of(VerdictKind::rounding);
    fill(window, comparison);
    QAction* undo = window.actions()->action(QStringLiteral("edit.undo"));
    QAction* redo = window.actions()->action(QStringLiteral("edit.redo"));
    window.selection()->setLayer(1);
    waitAWhile();
    CompareRequest changed = window.request();
    changed.options_b["dtype"] = "float16";
    window.setRequest(changed, true);
    waitAWhile();
    window.selection()->setLayer(4);
    waitAWhile();
    QVERIFY(undo->isEnabled() && !redo->isEnabled());
    QSignalSpy asked(&window, &MainWindow::requestChanged);
    undo->trigger();
    QCOMPARE(window.selection()->layer(), 1);
    QCOMPARE(asked.count(), 0);
    undo->trigger();
    QCOMPARE(asked.count(), 1);
    QVERIFY(window.request().options_b.at("dtype") != "float16");
    redo->trigger();
    QCOMPARE(window.request().options_b.at("dtype"), std::string("float16"));
    redo->trigger();
    QCOMPARE(window.selection()->layer(), 4);
    QVERIFY(!redo->isEnabled());
}

void TestWindow::aResultIsNoStep() {
    MainWindow window;
    window.show();
    fill(window, of(VerdictKind::rounding));
    window.selection()->setLayer(2);
    waitAWhile(1300);  // longer than a walk
    window.selection()->setLayer(5);
    waitAWhile();
    window.undo();
    QCOMPARE(window.selection()->layer(), 2);
    window.setComparison(of(VerdictKind::semantic));  // comes while one looks
    waitAWhile();
    window.redo();
    QCOMPARE(window.selection()->layer(), 5);
}

void TestWindow::baselineIsOneKeyAway() {
    MainWindow window;
    CompareRequest one = of(VerdictKind::rounding)->request, two = one, three = one;
    one.prompt = "one", two.prompt = "two", three.prompt = "three";
    QSignalSpy asked(&window, &MainWindow::requestChanged), pinned(&window, &MainWindow::runPinned);
    QAction* flip = window.actions()->action(QStringLiteral("run.baseline"));
    window.setHistory({{QStringLiteral("1"), one, VerdictKind::rounding, false, false},
                       {QStringLiteral("2"), two, VerdictKind::rounding, true, false}});
    flip->trigger();
    QCOMPARE(asked.count(), 0);  // nothing is pinned: said, not guessed
    window.setComparison(of(VerdictKind::rounding));
    window.actions()->action(QStringLiteral("run.pin"))->trigger();
    QCOMPARE(pinned.count(), 1);
    QCOMPARE(pinned[0][0].toInt(), 1);
    window.setHistory({{QStringLiteral("1"), one, VerdictKind::rounding, false, true},
                       {QStringLiteral("2"), two, VerdictKind::rounding, true, false},
                       {QStringLiteral("3"), three, VerdictKind::rounding, false, false}});
    flip->trigger();
    QCOMPARE(window.request().prompt, std::string("one"));
    window.setHistory({{QStringLiteral("1"), one, VerdictKind::rounding, true, true},
                       {QStringLiteral("2"), two, VerdictKind::rounding, false, false},
                       {QStringLiteral("3"), three, VerdictKind::rounding, false, false}});
    flip->trigger();
    QCOMPARE(window.request().prompt, std::string("two"));
}

void TestWindow::dropsAreTakenAnywhere() {
    MainWindow window;
    window.show();
    fill(window, of(VerdictKind::rounding));
    QSignalSpy opened(&window, &MainWindow::openRequested);
    QMimeData folder, words, page;
    folder.setUrls({QUrl::fromLocalFile(QStringLiteral("/models/狐"))});
    words.setText(QStringLiteral("Once upon a time"));
    page.setUrls({QUrl(QStringLiteral("https://example.org/model"))});
    const auto drop = [](QWidget* on, const QMimeData& data) {
        const QPoint place(3, 3);
        QDragEnterEvent enter(place, Qt::CopyAction, &data, Qt::LeftButton, {});
        enter.ignore();
        QCoreApplication::sendEvent(on, &enter);
        QDropEvent down(place, Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(on, &down);
    };
    auto* prompt = window.findChild<QPlainTextEdit*>(QStringLiteral("prompt"));
    const QString before = prompt->toPlainText();
    window.actions()->action(QStringLiteral("view.overview"))->trigger();
    window.actions()->action(QStringLiteral("view.overview"))->trigger();
    window.actions()->action(QStringLiteral("view.float"))->trigger();
    View* floating = window.view(QStringLiteral("overview"));
    QVERIFY(floating->parentWidget()->isWindow());
    int count = 0;
    for (QWidget* on :
         {static_cast<QWidget*>(&window), static_cast<QWidget*>(floating), prompt->viewport()}) {
        drop(on, folder);
        QCOMPARE(opened.count(), ++count);
        QCOMPARE(opened.last()[0].toString(), QStringLiteral("/models/狐"));
    }
    QCOMPARE(prompt->toPlainText(), before);
    drop(floating, page);
    QCOMPARE(opened.count(), count);
    drop(prompt->viewport(), words);  // words are the prompt's
    QVERIFY(prompt->toPlainText().contains(QStringLiteral("Once upon a time")));
    QCOMPARE(opened.count(), count);
}

void TestWindow::examplesAndHistoryRequest() {
    MainWindow window;
    const ComparisonPtr comparison = of(VerdictKind::semantic);
    window.setExamples({{QStringLiteral("bug"), QStringLiteral("A bug"), QStringLiteral("tip"),
                         comparison->request}});
    QSignalSpy changed(&window, &MainWindow::requestChanged);
    window.findChild<QPushButton*>(QStringLiteral("example.bug"))->click();
    QCOMPARE(changed.count(), 1);
    QCOMPARE(window.request().fingerprint(), comparison->request.fingerprint());
}

void TestWindow::takesApartOnDemand() {
    MainWindow window;
    fill(window, of(VerdictKind::rounding));
    QSignalSpy asked(&window, &MainWindow::requestChanged);
    window.actions()->action(QStringLiteral("run.takeApart"))->trigger();
    QCOMPARE(asked.count(), 1);
    QVERIFY(asked[0][0].value<CompareRequest>().attribute);
    QVERIFY(window.request().attribute);
    // The view's own button does the same.
    Q_EMIT window.view(QStringLiteral("overview"))
        ->actionRequested(QStringLiteral("run.takeApart"));
    QCOMPARE(asked.count(), 2);
    MainWindow empty;
    QVERIFY(!empty.actions()->action(QStringLiteral("run.takeApart"))->isEnabled());
}

void TestWindow::branchesIntoANewComparison() {
    MainWindow window;
    fill(window, of(VerdictKind::rounding));
    const CompareRequest before = window.request();
    QSignalSpy asked(&window, &MainWindow::requestChanged);
    const std::vector<int32_t> ids{1, 2, 30000};
    Q_EMIT window.view(QStringLiteral("generation"))
        ->branchRequested(ids, QStringLiteral("Once upon"));
    QCOMPARE(asked.count(), 1);
    const auto branch = asked[0][0].value<CompareRequest>();
    QCOMPARE(branch.tokens, ids);
    QCOMPARE(branch.prompt, std::string("Once upon"));
    QCOMPARE(branch.max_new_tokens, before.max_new_tokens);
    QCOMPARE(value_of(branch.options_b, "defects"), value_of(before.options_b, "defects"));
}

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
