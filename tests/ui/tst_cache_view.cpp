// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/view_test.h"
#include "ui/plots/heatmap.h"
#include "ui/plots/line_chart.h"
#include "ui/views/cache_rows.h"
#include "ui/views/cache_view.h"

using namespace driftscope;
using namespace driftscope::viewtest;

namespace {

/// Prompt of 15 in one call, then one token a call.
std::vector<Call> decoding(int prompt, int all) {
    std::vector<Call> calls{{0, prompt}};
    for (int p = prompt; p < all; ++p) calls.push_back({p, 1});
    return calls;
}

ComparisonPtr cached(bool a = true, bool b = true) {
    auto made = std::make_shared<Comparison>(*fake::comparison());
    const int n = static_cast<int>(made->tokens.size());
    made->a.calls = decoding(made->n_prompt, n);
    made->b.calls = {{0, 8}, {8, 7}};
    for (int p = 15; p < n; ++p) made->b.calls.push_back({p, 1});
    for (SiteMetrics& metrics : made->sites) {
        const SiteKind kind = metrics.site.kind;
        if (kind != SiteKind::cache_k && kind != SiteKind::cache_v) continue;
        metrics.in_a = a;
        metrics.in_b = b;
    }
    return made;
}

/// [3, 1, 2]: at position 1 run B keeps something else, at position 2 both round.
ValuePair pairOf(SiteKind kind, bool kept) {
    ValuePair pair;
    pair.site = {kind, 0};
    pair.shape_a = pair.shape_b = {3, 1, 2};
    pair.a = {3, 4, 0, 0, 3, 4};
    pair.b = pair.a;
    if (kept) {
        pair.b = {3, 4, 1, 0, 3, 4.5};
        pair.a[5] = 4.25;
    }
    return pair;
}

}  // namespace

class TestCacheView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::light); }
    void init() { failOnWarnings(); }
    void distancesByDefinition();
    void callsAndBoundary();
    void maskRows();
    void showsLayersAndMoves();
    void asksOneSiteAfterTheOther();
    void saysWhatCannotBeHad();
    void withoutCache();
    void oneRunWithoutCache();
};

void TestCacheView::distancesByDefinition() {
    const ValuePair held = pairOf(SiteKind::cache_k, true), made = pairOf(SiteKind::rot_k, false);
    QCOMPARE(cachedAgainstMade(held, made, Side::a), (std::vector<double>{0, 0, 0.25 / 5}));
    const std::vector<double> b = cachedAgainstMade(held, made, Side::b);
    QCOMPARE(b[0], 0.0);
    QVERIFY(std::isinf(b[1]));  // something is kept of a zero
    QCOMPARE(b[2], 0.5 / 5);
    ValuePair other = made;
    other.shape_b = {2, 1, 3};
    QVERIFY(cachedAgainstMade(held, other, Side::b).empty());
    other.a.clear();
    QVERIFY(cachedAgainstMade(held, other, Side::a).empty());
}

void TestCacheView::callsAndBoundary() {
    const std::vector<Call> whole{{0, 5}}, cache = decoding(3, 6), chunks{{0, 2}, {2, 2}, {4, 1}};
    const std::vector<Call> again{{0, 3}, {0, 4}, {0, 5}};  // kv_cache=off: the prefix again
    QCOMPARE(callOf(whole, 4), 0);
    QCOMPARE(callOf(whole, 5), -1);
    QCOMPARE(callOf(cache, 2), 0);
    QCOMPARE(callOf(cache, 4), 2);
    QCOMPARE(callOf(again, 3), 1);  // each position from the call that made it
    QCOMPARE(decodeStart(whole), -1);
    QCOMPARE(decodeStart(again), -1);
    QCOMPARE(decodeStart(cache), 3);
    QCOMPARE(decodeStart(chunks), 4);
    QCOMPARE(decodeStart({}), -1);
}

void TestCacheView::maskRows() {
    Grid pattern(3, 3);
    pattern.at(0, 0) = 1;
    pattern.at(2, 0) = 0.5;
    pattern.at(2, 2) = 0.5;
    const auto row = maskRow(pattern, 2);
    QVERIFY(row && row->count == 2 && row->first == 0 && row->last == 2);
    QCOMPARE(maskRow(pattern, 1)->count, 0);
    QVERIFY(!maskRow(pattern, 3));
}

void TestCacheView::showsLayersAndMoves() {
    const ComparisonPtr comparison = cached();
    const auto view = shown<CacheView>(comparison, {1000, 420});
    auto* layers = part<Heatmap>(*view, "cacheByLayer");
    QCOMPARE(layers->grid().rows, comparison->n_layers);
    const auto metricsOf = [&](SiteKind kind, int layer) {
        return std::find_if(comparison->sites.begin(), comparison->sites.end(),
                            [&](const SiteMetrics& m) { return m.site == Site{kind, layer}; });
    };
    QCOMPARE(layers->grid().at(3, 9), metricsOf(SiteKind::cache_k, 3)->by_pos[9]);
    press(*view, "part", 1);
    QCOMPARE(layers->grid().at(3, 9), metricsOf(SiteKind::cache_v, 3)->by_pos[9]);
    view->selection()->goTo({SiteKind::cache_v, 2}, 4);
    QCOMPARE(layers->cursorRow(), 2);
    QCOMPARE(layers->cursorColumn(), 4);
    QTest::keyClick(layers, Qt::Key_Right);
    QCOMPARE(view->selection()->site(), (Site{SiteKind::cache_v, 2}));
    QCOMPARE(view->selection()->pos(), 5);
    view->selection()->setPos(16);
    const QString words = part<QLabel>(*view, "cacheWords")->text();
    QVERIFY2(words.contains(QStringLiteral("call 3 of 25, decode, positions 16")),
             qPrintable(words));
    QVERIFY2(words.contains(QStringLiteral("call 4 of 26, decode")), qPrintable(words));
    CacheView other;
    other.restoreState(view->saveState());
    QCOMPARE(other.saveState(), view->saveState());
}

void TestCacheView::asksOneSiteAfterTheOther() {
    const ComparisonPtr comparison = cached();
    const auto view = std::make_unique<CacheView>();
    QSignalSpy sites(view.get(), &View::valuesNeeded), heads(view.get(), &View::attentionNeeded);
    view->resize(1000, 420);
    view->show();
    view->setComparison(comparison);
    settle();
    QCOMPARE(sites.count(), 1);
    QCOMPARE(sites[0][0].value<Site>(), (Site{SiteKind::cache_k, 0}));
    QCOMPARE(heads.count(), 1);
    QVERIFY(view->waits());
    view->setValues(fake::values(*comparison, {SiteKind::cache_k, 0}));
    settle();
    QCOMPARE(sites.count(), 2);
    QCOMPARE(sites[1][0].value<Site>(), (Site{SiteKind::rot_k, 0}));
    view->setValues(fake::values(*comparison, {SiteKind::rot_k, 0}));
    view->setAttention(fake::attention(*comparison, 0, 2));
    settle();
    QCOMPARE(sites.count(), 2);
    QVERIFY(!view->waits());
    // fake::values gives both sites the same numbers: what is kept is what was made.
    const auto* lines = part<LineChart>(*view, "cachedAgainstMade");
    QCOMPARE(lines->table().rows.size(), comparison->tokens.size());
    view->selection()->setPos(7);
    const QString words = part<QLabel>(*view, "cacheWords")->text();
    QVERIFY2(words.contains(QStringLiteral("kept bit for bit")), qPrintable(words));
    QVERIFY2(words.contains(QStringLiteral("sees keys 0–7")), qPrintable(words));
    const Table table = view->table();
    QCOMPARE(table.rows.size(),
             comparison->tokens.size() * static_cast<size_t>(comparison->n_layers));
    QCOMPARE(cellOf(table, 7, "keys_seen_a"), QStringLiteral("8"));
    QCOMPARE(cellOf(table, 7, "kept_error_b"), QStringLiteral("0"));
    QCOMPARE(cellOf(table, 7 + comparison->tokens.size(), "kept_error_b"), QString());
    view->selection()->setLayer(1);
    settle();
    QCOMPARE(sites.last()[0].value<Site>(), (Site{SiteKind::cache_k, 1}));
    QCOMPARE(heads.count(), 2);
}

void TestCacheView::saysWhatCannotBeHad() {
    const auto view = shown<CacheView>(cached(), {1000, 420});
    QVERIFY(view->waits());
    view->setValuesFailed(QStringLiteral("the folder is gone"), QStringLiteral("mount it"));
    QVERIFY(!view->waits());
    QVERIFY(part<QLabel>(*view, "cacheWords")
                ->text()
                .contains(QStringLiteral("not available: the folder is gone: mount it")));
}

void TestCacheView::withoutCache() {
    const auto view = shown<CacheView>(cached(false, false));
    QVERIFY(view->reasonEmpty().contains(QStringLiteral("kv_cache is off")));
    QVERIFY(view->table().isEmpty());
    view->setComparison(cached());
    QVERIFY(view->reasonEmpty().isEmpty());
}

void TestCacheView::oneRunWithoutCache() {
    const ComparisonPtr comparison = cached(true, false);
    const auto view = shown<CacheView>(comparison, {1000, 420});
    const auto* layers = part<Heatmap>(*view, "cacheByLayer");
    QVERIFY(std::isnan(layers->grid().at(0, 0)));  // no distance to nothing
    auto held = std::make_shared<ValuePair>(*fake::values(*comparison, {SiteKind::cache_k, 0}));
    held->b.clear();
    held->shape_b.clear();
    held->badge_b = "not available";
    view->setValues(held);
    view->setValues(fake::values(*comparison, {SiteKind::rot_k, 0}));
    const Table table = view->table();
    QCOMPARE(cellOf(table, 3, "kept_error_a"), QStringLiteral("0"));
    QCOMPARE(cellOf(table, 3, "kept_error_b"), QString());
}

QTEST_MAIN(TestCacheView)
#include "tst_cache_view.moc"
