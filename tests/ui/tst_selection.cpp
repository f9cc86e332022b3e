// SPDX-License-Identifier: GPL-3.0-or-later
// The selection stays inside the comparison it was last bounded by, and forgets nothing by it.
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/fake_comparison.h"
#include "ui/selection.h"

using namespace driftscope;

namespace {

Comparison of(int layers, int heads, int tokens) {
    Comparison comparison;
    comparison.n_layers = layers;
    comparison.n_heads = heads;
    comparison.tokens.resize(static_cast<size_t>(tokens));
    return comparison;
}

}  // namespace

class TestSelection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ordersStayInside() {
        Selection selection;
        selection.clampTo(of(2, 4, 16));
        // A view that still shows a longer comparison is clicked.
        selection.setPos(18);
        selection.setKeyPos(99);
        selection.setLayer(7);
        selection.setHead(-3);
        QCOMPARE(selection.pos(), 15);
        QCOMPARE(selection.keyPos(), 15);
        QCOMPARE(selection.layer(), 1);
        QCOMPARE(selection.head(), 0);
        selection.goTo(Site{SiteKind::q, 9}, 40);
        QCOMPARE(selection.layer(), 1);
        QCOMPARE(selection.site().layer, 1);
        QCOMPARE(selection.pos(), 15);
    }

    void whatWasAskedForComesBack() {
        Selection selection;
        selection.clampTo(of(4, 4, 30));
        selection.goTo(Site{SiteKind::q, 3}, 28);
        selection.clampTo(of(2, 4, 16));
        QCOMPARE(selection.pos(), 15);
        QCOMPARE(selection.site().layer, 1);
        selection.clampTo(of(4, 4, 30));
        QCOMPARE(selection.pos(), 28);
        QCOMPARE(selection.layer(), 3);
        QCOMPARE(selection.site().layer, 3);
    }

    void aRestoredPlaceWaitsForItsComparison() {
        Selection selection;
        selection.clampTo(of(2, 4, 16));
        selection.restore({{"layer", 3}, {"pos", 28}, {"head", 2}});
        QCOMPARE(selection.pos(), 15);
        selection.clampTo(of(4, 4, 30));
        QCOMPARE(selection.pos(), 28);
        QCOMPARE(selection.layer(), 3);
        QCOMPARE(selection.head(), 2);
    }

    void nothingIsSaidWhereNothingMoved() {
        Selection selection;
        selection.clampTo(of(2, 4, 16));
        selection.setPos(15);
        QSignalSpy changed(&selection, &Selection::changed);
        QSignalSpy moved(&selection, &Selection::posChanged);
        selection.setPos(20);
        selection.clampTo(of(2, 4, 16));
        QCOMPARE(changed.count(), 0);
        selection.clampTo(of(2, 4, 8));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(moved.count(), 1);
        QCOMPARE(moved.front().front().toInt(), 7);
    }
};

QTEST_MAIN(TestSelection)
#include "tst_selection.moc"
