// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>

#include <QApplication>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QJsonArray>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include "core/options/option.h"
#include "tests/ui/clipped.h"
#include "tests/ui/fake_comparison.h"
#include "ui/actions.h"
#include "ui/main_window.h"
#include "ui/selection.h"
#include "ui/view.h"
#include "ui/view_registry.h"
#include "ui/widgets/foldout.h"
#include "ui/window/banner.h"
#include "ui/window/divergences.h"
#include "ui/window/notices.h"
#include "ui/window/status_line.h"
#include "ui/window/verdict_text.h"

using namespace driftscope;

namespace {

ComparisonPtr of(VerdictKind kind, bool moe = true) {
    fake::Shape shape;
    shape.verdict = kind;
    shape.moe = moe;
    return fake::comparison(shape);
}

void fill(MainWindow& window, const ComparisonPtr& comparison) {
    window.setModelInfo(Side::a, fake::model(comparison->routing.has_value()));
    window.setRequest(comparison->request, false);
    window.setExamples(
        {{QStringLiteral("one"), QStringLiteral("float32 | bfloat16"), {}, comparison->request}});
    window.setHistory(
        {{QStringLiteral("D-MOE-SCATTER"), comparison->request, VerdictKind::semantic, true}});
    window.setProvenance(comparison->provenance);
    window.setComparison(comparison);
    window.setAttention(
        fake::attention(*comparison, window.selection()->layer(), window.selection()->head()));
}

/// A quarter of a second or more in several turns of the loop: however slow one of them is (a
/// sanitizer, a busy machine), what was due before has fired at the end.
void waitAWhile(int milliseconds = 250) {
    for (int i = 0; i < milliseconds / 25; ++i) QTest::qWait(25);
}

}  // namespace

class TestWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QTest::failOnWarning(
            QRegularExpression(QStringLiteral("QObject::connect|QLayout|QPainter")));
    }
    void actionsAreSound();
    void goesWithoutAWord();
    void viewsSetOptions();
    void nothingIsCutOff_data();
    void nothingIsCutOff();
    void bannerSaysEveryVerdict_data();
    void bannerSaysEveryVerdict();
    void causesAreSentences();
    void everyCauseIsNamed();
    void splitsAreCounts();
    void machineIsShort();
    void divergencesAreWalked();
    void uselessViewsGiveWay();
    void examplesAreAMenu();
    void bitIdenticalOffersAnotherOrder();
    void defectHasItsStrip();
    void ofSeveralNoticesTheGravestIsInFront();
    void nothingMovesBelowTheBanner();
    void moreOpensOverTheViews();
    void theFirstRunIsAnnounced();
    void aRunThatFailedHasNoLoss();
    void errorsAreShownAndLeave();
    void restsWhenNothingHappens();
    void busyOnlyAfterAWhile();
    void theSelectionIsReadOut();
    void wordsHaveTheThemeTheyAreShownIn();
    void theBannerIsQuietWhileBusy();
    void stateGoesRound();
    void undoGoesBack();
    void aResultIsNoStep();
    void baselineIsOneKeyAway();
    void viewsCanFloat();
    void viewsMoveToASecondWindow();
    void dropsAreTakenAnywhere();
    void offersWhatWasKept();
    void hostileStateIsHarmless();
    void attentionOfAnotherRunIsDropped();
    void examplesAndHistoryRequest();
    void viewsCanBeHidden();
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

/// What a view wants of an option is asked for as if it had been set in the panel.
void TestWindow::viewsSetOptions() {
    MainWindow window;
    const ComparisonPtr comparison = of(VerdictKind::rounding);
    fill(window, comparison);
    QSignalSpy asked(&window, &MainWindow::requestChanged);
    Q_EMIT window.view(QStringLiteral("routing"))
        ->optionWanted(Side::b, QStringLiteral("experts"), QStringLiteral("replay"));
    QTRY_COMPARE(asked.count(), 1);
    const auto request = asked[0][0].value<CompareRequest>();
    QCOMPARE(request.options_b.at("experts"), std::string("replay"));
    QVERIFY(!request.options_a.contains("experts"));
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

void TestWindow::nothingIsCutOff_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<bool>("dark");
    for (const auto kind : {VerdictKind::semantic, VerdictKind::rounding, VerdictKind::identical,
                            VerdictKind::unclear}) {
        for (const QSize size : {QSize(1280, 800), QSize(1920, 1200)}) {
            for (const bool dark : {false, true}) {
                QTest::addRow("%s-%d-%s", to_string(kind).c_str(), size.width(),
                              dark ? "dark" : "light")
                    << int(kind) << size.width() << size.height() << dark;
            }
        }
    }
}

void TestWindow::nothingIsCutOff() {
    QFETCH(int, kind);
    QFETCH(int, width);
    QFETCH(int, height);
    QFETCH(bool, dark);
    Theme::instance().setMode(dark ? Theme::Mode::dark : Theme::Mode::light);
    MainWindow window;
    window.resize(width, height);
    window.show();
    const ComparisonPtr comparison = of(static_cast<VerdictKind>(kind));
    fill(window, comparison);
    window.selection()->goTo({SiteKind::pattern, 2}, 8);
    window.selection()->setHead(5);
    window.setAttention(fake::attention(*comparison, 2, 5));
    settle();
    QCOMPARE(window.size(), QSize(width, height));
    QStringList cut;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->visibleRegion().isEmpty()) continue;
        const QString text = clipped(widget);
        if (!text.isEmpty())
            cut << QStringLiteral("%1 (%2×%3)")
                       .arg(text)
                       .arg(widget->width())
                       .arg(widget->height());
    }
    // Pictures to look at, on request.
    const QString folder = qEnvironmentVariable("DRIFTSCOPE_PICTURES");
    if (!folder.isEmpty()) {
        window.grab().save(
            QStringLiteral("%1/window-%2.png").arg(folder, QLatin1String(QTest::currentDataTag())));
    }
    QVERIFY2(cut.isEmpty(), qPrintable(cut.join(QStringLiteral(" | "))));
}

void TestWindow::bannerSaysEveryVerdict_data() {
    QTest::addColumn<int>("kind");
    for (int kind = 0; kind <= static_cast<int>(VerdictKind::failed); ++kind) {
        QTest::newRow(to_string(static_cast<VerdictKind>(kind)).c_str()) << kind;
    }
}

void TestWindow::bannerSaysEveryVerdict() {
    QFETCH(int, kind);
    auto comparison = std::make_shared<Comparison>(*of(VerdictKind::semantic));
    comparison->verdict.kind = static_cast<VerdictKind>(kind);
    Banner banner;
    banner.setComparison(comparison.get());
    const VerdictLook look = verdictLook(comparison->verdict.kind);
    QVERIFY(!look.mark.isEmpty() && !look.word.isEmpty());
    QVERIFY(banner.verdictText().contains(look.word));
    QVERIFY(!verdictSentence(*comparison).isEmpty());
    // What stands there needs no dictionary: words of the judge are for the tool tip.
    const auto judged = comparison->verdict.kind != VerdictKind::none &&
                        comparison->verdict.kind != VerdictKind::failed;  // those give the reason
    for (const char* word : {"floor", "band", "semantic"}) {
        if (!judged) break;
        const QString all = look.word + verdictFigures(*comparison);
        QVERIFY2(!all.contains(QLatin1String(word)), qPrintable(all));
    }
    comparison->verdict.cause.reset();
    comparison->verdict.site.reset();
    comparison->first_divergence.reset();
    comparison->routing.reset();
    comparison->sites.clear();
    QVERIFY(!verdictSentence(*comparison).isEmpty());
    banner.setComparison(comparison.get());
    banner.setComparison(nullptr);
}

void TestWindow::causesAreSentences() {
    auto comparison = std::make_shared<Comparison>(*of(VerdictKind::semantic));
    comparison->request.options_b["defects"] = "D-MOE-SCATTER";
    comparison->verdict.site.reset();
    comparison->verdict.cause = Cause{"defect", "D-MOE-SCATTER", "MoE combine <b>."};
    QCOMPARE(
        verdictSentence(*comparison),
        QStringLiteral("B has the known bug D-MOE-SCATTER on purpose: MoE combine &lt;b&gt;."));
    comparison->request.options_b.erase("defects");
    comparison->request.options_a["defects"] = "D-MOE-SCATTER";
    QVERIFY(verdictSentence(*comparison).startsWith(QStringLiteral("A has")));
    comparison->request.options_a.erase("defects");
    comparison->verdict.cause = Cause{"option", "rope.base", "Rope base: config | 10"};
    QCOMPARE(verdictSentence(*comparison),
             QStringLiteral("A and B differ in rope base: config | 10."));
    comparison->verdict.cause = Cause{"weights", "x", "2 tensors differ, first x"};
    QCOMPARE(verdictSentence(*comparison), QStringLiteral("2 tensors differ, first x."));
}

/// Two bugs at once: the headline names both, the one that shows first in front; what these tokens
/// do not reach is no cause.
void TestWindow::everyCauseIsNamed() {
    auto c = std::make_shared<Comparison>(*of(VerdictKind::semantic));
    c->request.options_b = {{"defects", "D-MOE-SCATTER+D-ROPE-BASE"}};
    c->differing = {"defects"};
    c->verdict.site = Site{SiteKind::rot_q, 0};
    c->verdict.cause = Cause{"defect", "D-ROPE-BASE", find_defect("D-ROPE-BASE")->label};
    const QString both = verdictSentence(*c);
    QVERIFY2(both.startsWith(QStringLiteral("B has 2 known bugs on purpose: D-ROPE-BASE: ")),
             qPrintable(both));
    QVERIFY2(both.contains(QStringLiteral("; D-MOE-SCATTER: MoE combine")), qPrintable(both));
    QVERIFY2(both.contains(QStringLiteral("First seen in the attention of block 0 at ")),
             qPrintable(both));
    c->verdict.not_exercised = {"D-MOE-SCATTER: nothing here reaches it"};
    QVERIFY(!verdictSentence(*c).contains(QStringLiteral("D-MOE-SCATTER")));
    c->verdict.not_exercised.clear();
    // A bug and an option that changes the function; a dtype is rounding and no cause.
    c->request.options_b = {
        {"defects", "D-MOE-SCATTER"}, {"rope.base", "10000"}, {"dtype", "bfloat16"}};
    c->differing = {"defects", "rope.base", "dtype"};
    c->verdict.cause = Cause{"option", "rope.base", "rope base: config | 10000"};
    const QString mixed = verdictSentence(*c);
    QVERIFY2(mixed.startsWith(QStringLiteral("A and B differ in rope base: config | 10000. "
                                             "B has the known bug D-MOE-SCATTER: MoE combine")),
             qPrintable(mixed));
    QVERIFY(!mixed.contains(QStringLiteral("bfloat16")));
    c->verdict.cause = Cause{"defect", "D-MOE-SCATTER", find_defect("D-MOE-SCATTER")->label};
    const QString other = verdictSentence(*c);
    QVERIFY2(other.contains(QStringLiteral("They differ in rope base: config | 10000 as well")),
             qPrintable(other));
    // Taken apart: shares by option, and the step in plain words.
    c->attribution = Attribution{};
    c->attribution->whole = 2;
    c->attribution->options = {{"defects", 0.5, 0, 0, false}, {"rope.base", 1.5, 0, 0, false}};
    c->attribution->steps = {{"blocks.0.attn", 0.4, 0, 0, false},
                             {"blocks.0.mlp", 1.6, 0, 0, false}};
    const QString figures = verdictFigures(*c);
    QVERIFY2(figures.contains(QStringLiteral("Of the distance: rope base 75 %, defects 25 %.")),
             qPrintable(figures));
    QVERIFY2(figures.contains(QStringLiteral("by the expert mix of block 0, 80 %.")),
             qPrintable(figures));
    c->attribution->options.push_back({"D-ROPE-BASE", 0.25, 0, 0, false});
    QVERIFY(verdictFigures(*c).contains(QStringLiteral("defects 25 %, D-ROPE-BASE 13 %.")));
    c->routing.reset();
    QVERIFY(verdictFigures(*c).contains(QStringLiteral("MLP of block 0")));
}

void TestWindow::splitsAreCounts() {
    Generation generation;
    QVERIFY(splitText(generation).contains(QStringLiteral("same")));
    generation.first_split = 0;
    QVERIFY(splitText(generation).contains(QStringLiteral("first new token")));
    generation.first_split = 1;
    QVERIFY(splitText(generation).contains(QStringLiteral("1 equal token.")));
    generation.first_split = 10;
    QVERIFY(splitText(generation).contains(QStringLiteral("after 10 equal tokens.")));
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

/// A tab that can show nothing of a dense model lets another forward, and comes back; a tab that
/// somebody chose stays.
void TestWindow::uselessViewsGiveWay() {
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    fill(window, of(VerdictKind::rounding));
    const auto inFront = [&](const char* id) {
        return !window.view(QLatin1String(id))->visibleRegion().isEmpty();
    };
    QTRY_VERIFY(inFront("routing"));
    window.setComparison(of(VerdictKind::rounding, false));
    QTRY_VERIFY(inFront("model") && !inFront("routing"));
    QVERIFY(inFront("attention") && inFront("overview") && inFront("generation"));
    window.setComparison(of(VerdictKind::semantic));
    QTRY_VERIFY(inFront("routing") && !inFront("model"));
    window.setComparison(of(VerdictKind::rounding, false));
    QTRY_VERIFY(inFront("model"));
    QAction* cases = window.actions()->action(QStringLiteral("view.cases"));
    cases->setChecked(false);
    cases->trigger();
    QTRY_VERIFY(inFront("cases"));
    window.setComparison(of(VerdictKind::semantic));
    QTest::qWait(20);
    QVERIFY(inFront("cases") && !inFront("routing"));
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

void TestWindow::bitIdenticalOffersAnotherOrder() {
    MainWindow window;
    auto comparison = std::make_shared<Comparison>(*of(VerdictKind::identical));
    comparison->request.options_b = {{"qkv", "separate"}};
    comparison->differing = {"qkv"};
    fill(window, comparison);
    auto* notices = window.findChild<Notices*>(QStringLiteral("notices"));
    QVERIFY(notices->has(QStringLiteral("identical")));
    QVERIFY(notices->text(QStringLiteral("identical")).contains(QLatin1String("qkv")));
    QSignalSpy changed(&window, &MainWindow::requestChanged);
    notices->findChild<QWidget*>(QStringLiteral("notice.identical"))
        ->findChild<QPushButton*>()
        ->click();
    QCOMPARE(changed.count(), 1);
    QCOMPARE(window.request().options_b.at("matmul.order"), std::string("split-k"));
    QCOMPARE(window.request().options_b.at("qkv"), std::string("separate"));
    // Where the tokens do not reach the difference another kernel would not show it: the reason.
    comparison = std::make_shared<Comparison>(*comparison);
    comparison->verdict.not_exercised = {"the window is longer than the text"};
    window.setComparison(comparison);
    const QString reason = notices->text(QStringLiteral("identical"));
    QVERIFY(reason.contains(QLatin1String("the window is longer than the text")));
    QVERIFY(!reason.contains(QLatin1String("kernel")));
    comparison = std::make_shared<Comparison>(*comparison);
    comparison->differing.clear();
    window.setComparison(comparison);
    QVERIFY(!notices->has(QStringLiteral("identical")));
}

void TestWindow::defectHasItsStrip() {
    MainWindow window;
    auto* notices = window.findChild<Notices*>(QStringLiteral("notices"));
    CompareRequest request;
    request.options_b = {{"defects", "D-ROPE-BASE"}};
    window.setRequest(request, false);
    QVERIFY(notices->text(QStringLiteral("defect")).contains(QLatin1String("D-ROPE-BASE")));
    window.actions()->action(QStringLiteral("compare.noDefects"))->trigger();
    QVERIFY(!notices->has(QStringLiteral("defect")));
    QVERIFY(window.request().options_b.empty());
}

void TestWindow::ofSeveralNoticesTheGravestIsInFront() {
    Notices notices;
    notices.resize(900, 40);
    notices.show();
    QCOMPARE(notices.front(), QString());
    notices.set(QStringLiteral("one"), Notices::Tone::differ, QStringLiteral("a warning"));
    notices.set(QStringLiteral("two"), Notices::Tone::bad, QStringLiteral("an error"),
                QStringLiteral("what to do"));
    notices.set(QStringLiteral("three"), Notices::Tone::plain, QStringLiteral("a hint"));
    QCOMPARE(notices.front(), QStringLiteral("two"));
    const auto strip = [&](const char* id) {
        return notices.findChild<QWidget*>(QStringLiteral("notice.") + QLatin1String(id));
    };
    QVERIFY(strip("two")->isVisible() && !strip("one")->isVisible());
    auto* next = strip("two")->findChild<QToolButton*>(QStringLiteral("nextNotice"));
    QCOMPARE(next->text(), QStringLiteral("2 of 3 ›"));
    next->click();
    QCOMPARE(notices.front(), QStringLiteral("three"));
    QVERIFY(strip("three")->isVisible());
    // What is folded away is one click off, and only there where something is.
    const auto more = [&](const char* id) {
        return strip(id)->findChild<QToolButton*>(QStringLiteral("more"));
    };
    QTRY_VERIFY(more("three")->isHidden() && more("two")->isHidden());
    const auto line = [&](const char* id) {
        return strip(id)->findChild<QLabel*>(QStringLiteral("text"))->text();
    };
    QCOMPARE(line("two"), QStringLiteral("an error · what to do"));  // both have room
    const QString longDetail = QStringLiteral("many things to do ").repeated(20).trimmed();
    notices.set(QStringLiteral("two"), Notices::Tone::bad, QStringLiteral("an error"), longDetail);
    QTRY_VERIFY(!more("two")->isHidden());
    QCOMPARE(line("two"), QStringLiteral("an error"));
    const auto whole = [&](const char* id) {
        return strip(id)->findChild<Foldout*>()->toPlainText();
    };
    QCOMPARE(whole("two"), longDetail);
    const QString longText = QStringLiteral("words and more words ").repeated(20);
    notices.set(QStringLiteral("two"), Notices::Tone::bad, longText);
    QTRY_VERIFY(!more("two")->isHidden());
    QCOMPARE(whole("two"), longText);
    notices.clear(QStringLiteral("two"));
    QCOMPARE(notices.front(), QStringLiteral("one"));
}

/// "more" opens over the views: nothing moves, neither below nor beside it, so that a second click
/// at the same place closes it again. Esc and a click beside it close it as well.
void TestWindow::moreOpensOverTheViews() {
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    fill(window, of(VerdictKind::semantic));
    window.showError(QStringLiteral("e").repeated(400), QStringLiteral("there"),
                     QStringLiteral("do this"));
    auto* strip = window.findChild<QWidget*>(QStringLiteral("notice.error"));
    auto* more = strip->findChild<QToolButton*>(QStringLiteral("more"));
    QTRY_VERIFY(more->isVisible());
    QPointer<Foldout> whole = strip->findChild<Foldout*>();
    const auto places = [&] {
        waitAWhile();
        std::map<QString, QRect> found;
        for (const QWidget* each : window.findChildren<QWidget*>()) {
            if (each->isVisible() && each->window() == &window && !each->objectName().isEmpty() &&
                each != whole && !whole->isAncestorOf(each))
                found[each->objectName()] = QRect(each->mapTo(&window, QPoint(0, 0)), each->size());
        }
        return found;
    };
    const auto before = places();
    QVERIFY(before.size() > 20);
    const auto moved = [&] {
        QStringList names;
        const auto now = places();
        for (const auto& [name, at] : before) {
            if (now.count(name) == 0 || now.at(name) != at) names << name;
        }
        return names.join(u' ');
    };
    const auto press = [&] { QTest::mouseClick(more, Qt::LeftButton); };
    press();
    QVERIFY(whole->isVisible());
    QCOMPARE(moved(), QString());
    // All of its words are there, and inside of the window.
    QCOMPARE(whole->toPlainText(), QStringLiteral("✕ ") + QStringLiteral("e").repeated(400) +
                                       QStringLiteral("\nWhere: there\nWhat to do: do this"));
    QVERIFY(window.rect().contains(QRect(whole->mapTo(&window, QPoint(0, 0)), whole->size())));
    QVERIFY(whole->document()->size().height() <= whole->viewport()->height());
    press();
    QVERIFY(!whole->isVisible());
    // The keyboard opens it; Esc closes it and nothing else.
    more->setFocus();
    QTest::keyClick(more, Qt::Key_Space);
    QVERIFY(whole->isVisible());
    QSignalSpy cancelled(&window, &MainWindow::cancelRequested);
    QTest::keyClick(more, Qt::Key_Escape);
    QVERIFY(!whole->isVisible());
    QVERIFY(!more->isChecked());
    QCOMPARE(cancelled.count(), 0);
    press();
    QTest::mouseClick(window.findChild<QWidget*>(QStringLiteral("verdict")), Qt::LeftButton);
    QVERIFY(!whole->isVisible());
    QCOMPARE(moved(), QString());
    press();
    window.showError({}, {}, {});
    QTRY_VERIFY(!whole);  // it goes with its notice
}

/// Whatever banner and notices say, the views below stay where they are.
void TestWindow::nothingMovesBelowTheBanner() {
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    auto* below = window.findChild<QWidget*>(QStringLiteral("setupSplitter"));
    const auto top = [&] {
        QTest::qWait(1);
        QCoreApplication::sendPostedEvents();
        return below->mapTo(&window, QPoint(0, 0)).y();
    };
    const int wanted = top();
    for (const VerdictKind kind : {VerdictKind::semantic, VerdictKind::rounding,
                                   VerdictKind::identical, VerdictKind::failed}) {
        auto comparison = std::make_shared<Comparison>(*of(kind));
        fill(window, comparison);
        QCOMPARE(top(), wanted);
        comparison = std::make_shared<Comparison>(*comparison);
        comparison->request.options_b = {{"defects", "D-MOE-SCATTER+D-ROPE-BASE"}};
        comparison->warnings = {QString(300, u'w').toStdString(), "another"};
        fill(window, comparison);
        QCOMPARE(top(), wanted);
        window.showError(QString(300, u'e'), QStringLiteral("there"), QStringLiteral("do this"));
        QCOMPARE(top(), wanted);
        window.showError({}, {}, {});
    }
    // Two known bugs: both named on one line, what each does one click further.
    const auto* notices = window.findChild<Notices*>();
    const QString text = notices->text(QStringLiteral("defect"));
    QVERIFY2(text.contains(QStringLiteral("2 known bugs are on, on purpose: D-MOE-SCATTER in B, "
                                          "D-ROPE-BASE in B")),
             qPrintable(text));
}

void TestWindow::theFirstRunIsAnnounced() {
    Banner banner;
    banner.resize(1200, 100);
    const auto said = [&] { return banner.findChild<QLabel*>(QStringLiteral("sentence"))->text(); };
    banner.setComparison(nullptr);
    const QString idle = said();
    banner.setBusy(true);
    QVERIFY2(said().contains(QStringLiteral("being computed")), qPrintable(said()));
    banner.setComparison(of(VerdictKind::rounding).get());
    const QString answer = said();
    banner.setBusy(true);
    QCOMPARE(said(), answer);  // the answer of before stays until there is another
    banner.setComparison(nullptr);
    QCOMPARE(said(), idle);
}

void TestWindow::aRunThatFailedHasNoLoss() {
    auto c = std::make_shared<Comparison>(*of(VerdictKind::failed));
    c->a.loss = 2.125;
    c->b.loss = std::nan("");
    Banner banner;
    banner.setComparison(c.get());
    QStringList texts;
    for (const QLabel* label : banner.findChildren<QLabel*>()) texts << label->text();
    QVERIFY(texts.contains(QStringLiteral("2.125")));
    QVERIFY(texts.contains(QStringLiteral("failed")));
    QVERIFY(!texts.contains(QStringLiteral("nan")));
}

void TestWindow::errorsAreShownAndLeave() {
    MainWindow window;
    auto* notices = window.findChild<Notices*>(QStringLiteral("notices"));
    window.showError(QStringLiteral("it is cut short"), QStringLiteral("/m/model.safetensors"),
                     QStringLiteral("copy it again"));
    QVERIFY(notices->text(QStringLiteral("error")).contains(QLatin1String("cut short")));
    window.showError({}, {}, {});
    QVERIFY(!notices->has(QStringLiteral("error")));
}

/// Nothing is laid out or painted while nobody does anything, whatever stands in front.
void TestWindow::restsWhenNothingHappens() {
    struct Counter : QObject {
        std::map<QString, int> seen;
        bool eventFilter(QObject* to, QEvent* event) override {
            if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::Paint ||
                event->type() == QEvent::UpdateRequest)
                ++seen[QStringLiteral("%1 %2").arg(QLatin1String(to->metaObject()->className()),
                                                   to->objectName())];
            return QObject::eventFilter(to, event);
        }
    };
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    fill(window, of(VerdictKind::semantic));
    for (const ViewSpec& spec : allViews()) {
        qobject_cast<QDockWidget*>(window.view(spec.id)->parentWidget())->raise();
        settle();
        QTest::qWait(300);  // what is delayed on purpose has come
        Counter counter;
        qApp->installEventFilter(&counter);
        settle();
        qApp->removeEventFilter(&counter);
        for (const auto& [who, times] : counter.seen)
            QFAIL(qPrintable(
                QStringLiteral("%1, %2 times, with %3 in front").arg(who).arg(times).arg(spec.id)));
    }
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

/// A window made in one theme and shown in the other has the words of the other.
void TestWindow::wordsHaveTheThemeTheyAreShownIn() {
    Theme::instance().setMode(Theme::Mode::light);
    MainWindow window;
    Theme::instance().setMode(Theme::Mode::dark);
    window.show();
    settle();
    fill(window, of(VerdictKind::rounding));  // its words come when the window is there
    window.selection()->goTo({SiteKind::mlp_out, 1}, 4);
    settle();
    for (const QLabel* label : window.findChild<StatusLine*>()->findChildren<QLabel*>()) {
        if (!label->isVisible() || label->text().isEmpty()) continue;
        const QColor ink = label->palette().color(label->foregroundRole());
        QVERIFY2(ink.lightness() > 100, qPrintable(label->text() + u' ' + ink.name()));
    }
    Theme::instance().setMode(Theme::Mode::light);
}

/// What stands in the banner while a new comparison runs is of the one before, and looks like it;
/// with the answer, or when it is stopped, it is as it was.
void TestWindow::theBannerIsQuietWhileBusy() {
    Banner banner;
    auto* words = banner.findChild<QLabel*>(QStringLiteral("sentence"));
    const auto comparison = of(VerdictKind::rounding);
    banner.setComparison(comparison.get());
    QVERIFY(words->isEnabled());
    banner.setBusy(true);
    QVERIFY(!words->isEnabled());
    banner.setComparison(comparison.get());
    QVERIFY(words->isEnabled());
    banner.setBusy(true);
    banner.setBusy(false);
    QVERIFY(words->isEnabled());
}

void TestWindow::stateGoesRound() {
    MainWindow window, other;
    fill(window, of(VerdictKind::semantic));
    window.selection()->goTo({SiteKind::rot_q, 3}, 4);
    window.selection()->setFace(Face::difference);
    const QJsonObject state = window.saveState();
    QSignalSpy changed(&other, &MainWindow::requestChanged);
    other.restoreState(state);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(other.request().fingerprint(), window.request().fingerprint());
    QCOMPARE(to_string(other.selection()->site()), std::string("blocks.3.attn.rot_q"));
    QCOMPARE(other.selection()->face(), Face::difference);
    QCOMPARE(other.saveState().value(QStringLiteral("views")),
             state.value(QStringLiteral("views")));
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

void TestWindow::viewsCanFloat() {
    MainWindow window;
    window.show();
    fill(window, of(VerdictKind::rounding));
    window.actions()->action(QStringLiteral("view.overview"))->trigger();
    window.actions()->action(QStringLiteral("view.overview"))->trigger();
    auto* dock = window.view(QStringLiteral("overview"))->parentWidget();
    QAction* floating = window.actions()->action(QStringLiteral("view.float"));
    floating->trigger();
    QVERIFY(dock->isWindow() && dock->isVisible());
    const QJsonObject state = window.saveState();
    floating->trigger();
    QVERIFY(!dock->isWindow());
    window.restoreState(state);
    QVERIFY(dock->isWindow());
    window.actions()->action(QStringLiteral("view.resetLayout"))->trigger();
    QVERIFY(!dock->isWindow());
}

void TestWindow::viewsMoveToASecondWindow() {
    MainWindow window;
    window.show();
    fill(window, of(VerdictKind::rounding));
    QAction* across = window.actions()->action(QStringLiteral("view.across"));
    const auto use = [&](const char* id) {  // off and on again: now it is the view in use
        for (int i = 0; i < 2; ++i)
            window.actions()->action(QLatin1String("view.") + QLatin1String(id))->trigger();
    };
    const auto hostOf = [&](const char* id) {
        return window.view(QLatin1String(id))->parentWidget()->window();
    };
    use("overview");
    across->trigger();
    QWidget* second = hostOf("overview");
    QVERIFY(second != &window && second->isVisible());
    use("routing");
    across->trigger();
    QCOMPARE(hostOf("routing"), second);
    QCOMPARE(hostOf("attention"), &window);
    // One selection, one set of keys.
    window.selection()->setLayer(1);
    QCOMPARE(window.view(QStringLiteral("overview"))->selection()->layer(), 1);
    QVERIFY(second->actions().contains(window.actions()->action(QStringLiteral("go.find"))));
    second->resize(700, 500);
    const QJsonObject state = window.saveState();

    window.actions()->action(QStringLiteral("view.resetLayout"))->trigger();
    QCOMPARE(hostOf("overview"), &window);
    QVERIFY(!second->isVisible());
    window.restoreState(state);
    QCOMPARE(hostOf("overview"), second);
    QCOMPARE(hostOf("routing"), second);
    QVERIFY(second->isVisible() && window.view(QStringLiteral("routing"))->isVisible());
    QCOMPARE(second->size(), QSize(700, 500));
    {
        MainWindow another;  // as after the next start
        another.show();
        another.restoreState(state);
        QVERIFY(another.view(QStringLiteral("routing"))->parentWidget()->window() != &another);
        QVERIFY(another.view(QStringLiteral("attention"))->parentWidget()->window() == &another);
    }
    second->close();  // its views come home
    QCOMPARE(hostOf("overview"), &window);
    QCOMPARE(hostOf("routing"), &window);
    use("overview");
    across->trigger();
    across->trigger();
    QCOMPARE(hostOf("overview"), &window);
    QVERIFY(!second->isVisible());
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

void TestWindow::offersWhatWasKept() {
    MainWindow window;
    QSignalSpy opened(&window, &MainWindow::openRequested);
    window.offerSession(QStringLiteral("/state/last.drift"));
    auto* notices = window.findChild<Notices*>();
    QVERIFY(notices->has(QStringLiteral("lastSession")));
    Q_EMIT notices->pressed(QStringLiteral("lastSession"));
    QCOMPARE(opened[0][0].toString(), QStringLiteral("/state/last.drift"));
    QVERIFY(!notices->has(QStringLiteral("lastSession")));
}

void TestWindow::hostileStateIsHarmless() {
    MainWindow window;
    const QJsonObject state = window.saveState();
    for (auto it = state.begin(); it != state.end(); ++it) {
        for (const QJsonValue& value : {QJsonValue(-5), QJsonValue(QStringLiteral("@@@")),
                                        QJsonValue(QJsonArray{1}), QJsonValue()}) {
            QJsonObject broken = state;
            broken[it.key()] = value;
            window.restoreState(broken);
        }
    }
    QJsonObject far;
    far[QStringLiteral("selection")] =
        QJsonObject{{QStringLiteral("layer"), 2000000000}, {QStringLiteral("pos"), -7}};
    window.restoreState(far);
    fill(window, of(VerdictKind::rounding));
    QVERIFY(window.selection()->layer() < 6);
    QVERIFY(window.selection()->pos() >= 0);
}

void TestWindow::attentionOfAnotherRunIsDropped() {
    MainWindow window;
    fill(window, of(VerdictKind::rounding));
    auto late = std::make_shared<AttentionPair>(*fake::attention(*window.comparison(), 0, 0));
    late->comparison = 99;
    window.setAttention(late);
    window.setAttention(nullptr);
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

void TestWindow::viewsCanBeHidden() {
    MainWindow window;
    window.show();
    for (const ViewSpec& spec : allViews()) {
        QAction* action = window.actions()->action(QStringLiteral("view.") + spec.id);
        QVERIFY(action->isChecked());
        action->trigger();
        QVERIFY(!action->isChecked());
        QVERIFY(!window.view(spec.id)->isVisible());
    }
    window.actions()->action(QStringLiteral("view.resetLayout"))->trigger();
    for (const View* view : window.views()) QTRY_VERIFY(view->isVisible());
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
