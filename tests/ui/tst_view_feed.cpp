// SPDX-License-Identifier: GPL-3.0-or-later
// News reach the views one at a time, newest first picture wins, and what nobody sees waits.
#include <algorithm>

#include <QTest>

#include "tests/ui/view_test.h"
#include "ui/main_window.h"
#include "ui/view_registry.h"
#include "ui/window/view_feed.h"

using namespace driftscope;
using namespace driftscope::viewtest;

namespace {

/// Counts what it is told.
class Probe : public View {
public:
    Probe() : View(QStringLiteral("logits")) {}
    Table table() const override { return {}; }
    int comparisons = 0, selections = 0, tokens = 0, lives = 0, values = 0;
    std::vector<quint64> seen;
    void addLiveToken(const LiveToken&) override { ++tokens; }
    void liveStarted() override { ++lives; }
    void setValues(ValuesPtr) override { ++values; }

protected:
    void comparisonChanged() override {
        ++comparisons;
        seen.push_back(comparison()->id);
    }
    void selectionChanged() override { ++selections; }
};

ComparisonPtr numbered(quint64 id) {
    auto made = std::make_shared<Comparison>(*fake::comparison());
    made->id = id;
    return made;
}

void post(ViewFeed& feed, const ComparisonPtr& comparison) {
    feed.post(ViewFeed::News::comparison,
              [comparison](View& view) { view.setComparison(comparison); });
}

}  // namespace

class TestViewFeed : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }
    void oneViewATurn();
    void whatNobodySeesWaits();
    void theNewestWins();
    void tokensAddUp();
    void asleepIgnoresTheSelection();
    void theWindowServesWhatIsInSight();
};

void TestViewFeed::oneViewATurn() {
    Probe one, two;
    ViewFeed feed;
    for (Probe* probe : {&one, &two}) {
        feed.add(probe);
        feed.setInSight(probe, true);
    }
    post(feed, numbered(1));
    QCOMPARE(one.comparisons + two.comparisons, 0);  // never inside the call
    QCoreApplication::processEvents(QEventLoop::AllEvents, 0);
    QTRY_COMPARE(one.comparisons + two.comparisons, 1);
    QVERIFY(!feed.isSettled());
    QTRY_COMPARE(one.comparisons + two.comparisons, 2);
    QVERIFY(feed.isSettled());
}

void TestViewFeed::whatNobodySeesWaits() {
    Probe hidden;
    ViewFeed feed;
    feed.add(&hidden);
    post(feed, numbered(1));
    QTest::qWait(20);
    QCOMPARE(hidden.comparisons, 0);
    QVERIFY(feed.isSettled());
    feed.setInSight(&hidden, true);
    QTRY_COMPARE(hidden.comparisons, 1);
    feed.setInSight(&hidden, false);
    post(feed, numbered(2));
    feed.settle(&hidden);  // an export asks for it
    QCOMPARE(hidden.seen, (std::vector<quint64>{1, 2}));
}

void TestViewFeed::theNewestWins() {
    Probe view;
    ViewFeed feed;
    feed.add(&view);
    post(feed, numbered(1));
    feed.post(ViewFeed::News::values, [](View& v) { v.setValues(nullptr); });
    post(feed, numbered(2));  // the values belonged to the first
    feed.setInSight(&view, true);
    QTRY_VERIFY(feed.isSettled());
    QCOMPARE(view.seen, (std::vector<quint64>{2}));
    QCOMPARE(view.values, 0);
}

void TestViewFeed::tokensAddUp() {
    Probe view;
    ViewFeed feed;
    feed.add(&view);
    const auto token = [&](bool first) {
        feed.post(ViewFeed::News::live, [first](View& v) {
            if (first) v.liveStarted();
            v.addLiveToken({});
        });
    };
    post(feed, numbered(1));
    for (int i = 0; i < 5; ++i) token(i == 0);
    feed.setInSight(&view, true);
    QTRY_VERIFY(feed.isSettled());
    QCOMPARE(view.comparisons, 1);
    QCOMPARE(view.lives, 1);
    QCOMPARE(view.tokens, 5);
}

void TestViewFeed::asleepIgnoresTheSelection() {
    Probe view;
    Selection selection;
    view.setSelection(&selection);
    ViewFeed feed;
    feed.add(&view);
    post(feed, numbered(1));
    feed.settle(&view);
    const int before = view.selections;
    for (int pos = 1; pos < 6; ++pos) selection.setPos(pos);
    QCOMPARE(view.selections, before);
    feed.setInSight(&view, true);
    QTRY_COMPARE(view.selections, before + 1);  // all of them at once
    selection.setPos(7);
    QCOMPARE(view.selections, before + 2);
}

void TestViewFeed::theWindowServesWhatIsInSight() {
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    settle();
    const ComparisonPtr comparison = fake::comparison();
    window.setRequest(comparison->request, false);
    window.setModelInfo(Side::a, fake::model(true));
    window.setComparison(comparison);
    int seen = 0, hidden = 0;
    const auto served = [&] {
        return std::all_of(window.views().begin(), window.views().end(), [&](const View* view) {
            return view->visibleRegion().isEmpty() || view->comparison() == comparison;
        });
    };
    QTRY_VERIFY_WITH_TIMEOUT(served(), 20000);
    for (const View* view : window.views()) {
        const bool inSight = !view->visibleRegion().isEmpty();
        QVERIFY2(!inSight || view->comparison() == comparison, qPrintable(view->id()));
        (inSight ? seen : hidden) += 1;
        if (!inSight) QVERIFY2(!view->comparison(), qPrintable(view->id()));
    }
    QVERIFY(seen > 0 && hidden > 0);
    for (const ViewSpec& spec : allViews()) {  // asked for by name it is up to date
        QCOMPARE(window.view(spec.id)->comparison(), comparison);
    }
}

QTEST_MAIN(TestViewFeed)
#include "tst_view_feed.moc"
