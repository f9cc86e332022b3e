// SPDX-License-Identifier: GPL-3.0-or-later
#include <QComboBox>
#include <QTest>

#include "tests/ui/view_test.h"
#include "ui/plots/bar_chart.h"
#include "ui/text/token_text.h"
#include "ui/views/expert_grid.h"
#include "ui/views/routing_view.h"

using namespace driftscope;
using namespace driftscope::viewtest;

class TestRoutingView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::light); }
    void init() { failOnWarnings(); }

    void showsChoicesAndFlips();
    void selects();
    void withoutExperts();
    void exportIsWhole();
};

void TestRoutingView::showsChoicesAndFlips() {
    const auto view = shown<RoutingView>(fake::comparison(), {640, 560});
    view->selection()->setLayer(4);
    view->selection()->setPos(38);
    settle();
    const Comparison& c = *view->comparison();
    const RoutingLayer& layer = c.routing->layers[4];
    auto* grid = part<ExpertGrid>(*view, "grid");
    const QImage picture = grid->grab().toImage();
    int flips = 0;
    for (int pos = 0; pos < 38; ++pos) {
        const auto p = static_cast<size_t>(pos);
        const int chosen = layer.experts_a[2 * p];
        const QColor fill = grid->cellColor(pos, chosen);
        QCOMPARE(fill, Theme::instance().color(Gradient::sequential, 0.15 + 0.85 * 0.63));
        const QRectF cell = grid->cellRect(pos, chosen);
        QVERIFY(near(picture.pixelColor(cell.center().toPoint()), fill));
        QCOMPARE(grid->weight(Side::a, pos, chosen), layer.weights_a[2 * p]);
        QCOMPARE(grid->isFlip(pos), layer.flip[p] == 1);
        QCOMPARE(grid->isUnexplained(pos), layer.flip[p] == 1 && layer.explained[p] == 0);
        if (!grid->isFlip(pos)) continue;
        ++flips;
        const QRectF ring = grid->cellRect(pos, layer.experts_b[2 * p]);
        const QColor line = picture.pixelColor(QPointF(ring.left(), ring.center().y()).toPoint());
        QVERIFY(line != picture.pixelColor(ring.center().toPoint()));
    }
    QVERIFY(flips > 0);
    const Table table = view->table();
    QCOMPARE(table.rows.size(), 6u * 39);
    QCOMPARE(cellOf(table, 4 * 39 + 7, "margin_a"), exact(layer.margin_a[7]));
    QCOMPARE(cellOf(table, 4 * 39 + 7, "flip"), QString::number(layer.flip[7]));
    QVERIFY(grid->rowText(7).contains(exact(layer.margin_b[7])));
}

void TestRoutingView::selects() {
    const auto view = shown<RoutingView>(fake::comparison(), {640, 560});
    auto* grid = part<ExpertGrid>(*view, "grid");
    QTest::mouseClick(grid, Qt::LeftButton, {}, grid->cellRect(9, 3).center().toPoint());
    QCOMPARE(view->selection()->pos(), 9);
    QCOMPARE(view->selection()->expert(), 3);
    QTest::keyClick(grid, Qt::Key_Down);
    QTest::keyClick(grid, Qt::Key_Right);
    QCOMPARE(view->selection()->pos(), 10);
    QCOMPARE(view->selection()->expert(), 4);
    auto* bars = part<BarChart>(*view, "disagreement");
    bars->setCursorCategory(1);
    QTest::keyClick(bars, Qt::Key_Right);
    QCOMPARE(view->selection()->layer(), 2);
    QCOMPARE(part<QComboBox>(*view, "layer")->currentIndex(), 2);
}

void TestRoutingView::withoutExperts() {
    fake::Shape dense;
    dense.moe = false;
    const auto view = shown<RoutingView>(fake::comparison(dense));
    QVERIFY(view->reasonEmpty().contains(QLatin1String("no experts")));
    QVERIFY(view->table().isEmpty());
    auto some = std::make_shared<Comparison>(*fake::comparison());
    some->routing->layers.erase(some->routing->layers.begin());
    view->setComparison(some);
    view->selection()->setLayer(0);
    settle();
    QCOMPARE(part<ExpertGrid>(*view, "grid")->rows(), 0);
    view->selection()->setLayer(1);
    QCOMPARE(part<ExpertGrid>(*view, "grid")->rows(), 39);
}

/// Scrolled on screen, whole in a picture; and the screen stays as it was.
void TestRoutingView::exportIsWhole() {
    fake::Shape shape;
    shape.prompt = 80;
    const auto view = shown<RoutingView>(fake::comparison(shape), {520, 240});
    view->selection()->setPos(100);
    settle();
    const auto* grid = part<ExpertGrid>(*view, "grid");
    const int scrolled = grid->y();
    const QSize before = view->size();
    QVERIFY(scrolled < 0);
    const Figure figure = view->figure();
    QVERIFY(figure.size.height() > grid->rowRect(103).bottom());
    const QByteArray svg = figureBytes(figure, FigureFormat::svg);
    for (const QString& token : {tokenTexts(*view->comparison()).first(), QStringLiteral("margin")})
        QVERIFY2(svg.contains(">" + token.toUtf8() + "<"), qPrintable(token));
    QCOMPARE(svg.count("margin in ulp"), 1);
    QCOMPARE(grid->y(), scrolled);
    QCOMPARE(view->size(), before);
}

QTEST_MAIN(TestRoutingView)
#include "tst_routing_view.moc"
