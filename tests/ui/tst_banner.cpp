// SPDX-License-Identifier: GPL-3.0-or-later
// What the window answers: banner, verdict in words, and the notices below it.
#include <map>

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include "core/options/option.h"
#include "tests/ui/clipped.h"
#include "tests/ui/window_test.h"
#include "ui/actions.h"
#include "ui/widgets/foldout.h"
#include "ui/window/banner.h"
#include "ui/window/notices.h"
#include "ui/window/status_line.h"
#include "ui/window/verdict_text.h"

using namespace driftscope;
using namespace driftscope::windowtest;

class TestBanner : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QTest::failOnWarning(
            QRegularExpression(QStringLiteral("QObject::connect|QLayout|QPainter")));
    }
    void bannerSaysEveryVerdict_data();
    void bannerSaysEveryVerdict();
    void causesAreSentences();
    void everyCauseIsNamed();
    void splitsAreCounts();
    void bitIdenticalOffersAnotherOrder();
    void defectHasItsStrip();
    void ofSeveralNoticesTheGravestIsInFront();
    void nothingMovesBelowTheBanner();
    void moreOpensOverTheViews();
    void theFirstRunIsAnnounced();
    void aRunThatFailedHasNoLoss();
    void errorsAreShownAndLeave();
    void wordsHaveTheThemeTheyAreShownIn();
    void theBannerIsQuietWhileBusy();
    void offersWhatWasKept();
};

void TestBanner::bannerSaysEveryVerdict_data() {
    QTest::addColumn<int>("kind");
    for (int kind = 0; kind <= static_cast<int>(VerdictKind::failed); ++kind) {
        QTest::newRow(to_string(static_cast<VerdictKind>(kind)).c_str()) << kind;
    }
}

void TestBanner::bannerSaysEveryVerdict() {
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

void TestBanner::causesAreSentences() {
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
void TestBanner::everyCauseIsNamed() {
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

void TestBanner::splitsAreCounts() {
    Generation generation;
    QVERIFY(splitText(generation).contains(QStringLiteral("same")));
    generation.first_split = 0;
    QVERIFY(splitText(generation).contains(QStringLiteral("first new token")));
    generation.first_split = 1;
    QVERIFY(splitText(generation).contains(QStringLiteral("1 equal token.")));
    generation.first_split = 10;
    QVERIFY(splitText(generation).contains(QStringLiteral("after 10 equal tokens.")));
}

void TestBanner::bitIdenticalOffersAnotherOrder() {
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

void TestBanner::defectHasItsStrip() {
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

void TestBanner::ofSeveralNoticesTheGravestIsInFront() {
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
void TestBanner::moreOpensOverTheViews() {
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
void TestBanner::nothingMovesBelowTheBanner() {
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

void TestBanner::theFirstRunIsAnnounced() {
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

void TestBanner::aRunThatFailedHasNoLoss() {
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

void TestBanner::errorsAreShownAndLeave() {
    MainWindow window;
    auto* notices = window.findChild<Notices*>(QStringLiteral("notices"));
    window.showError(QStringLiteral("it is cut short"), QStringLiteral("/m/model.safetensors"),
                     QStringLiteral("copy it again"));
    QVERIFY(notices->text(QStringLiteral("error")).contains(QLatin1String("cut short")));
    window.showError({}, {}, {});
    QVERIFY(!notices->has(QStringLiteral("error")));
}

/// A window made in one theme and shown in the other has the words of the other.
void TestBanner::wordsHaveTheThemeTheyAreShownIn() {
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
void TestBanner::theBannerIsQuietWhileBusy() {
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

void TestBanner::offersWhatWasKept() {
    MainWindow window;
    QSignalSpy opened(&window, &MainWindow::openRequested);
    window.offerSession(QStringLiteral("/state/last.drift"));
    auto* notices = window.findChild<Notices*>();
    QVERIFY(notices->has(QStringLiteral("lastSession")));
    Q_EMIT notices->pressed(QStringLiteral("lastSession"));
    QCOMPARE(opened[0][0].toString(), QStringLiteral("/state/last.drift"));
    QVERIFY(!notices->has(QStringLiteral("lastSession")));
}

QTEST_MAIN(TestBanner)
#include "tst_banner.moc"
