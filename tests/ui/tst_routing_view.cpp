// SPDX-License-Identifier: GPL-3.0-or-later
#include <QComboBox>
#include <QRegularExpression>
#include <QTest>

#include "tests/ui/painted_text.h"
#include "tests/ui/view_test.h"
#include "ui/plots/bar_chart.h"
#include "ui/text/token_text.h"
#include "ui/views/expert_grid.h"
#include "ui/views/routing_view.h"

#include <QLabel>
#include <QSignalSpy>
using namespace driftscope;
using namespace driftscope::viewtest;

class TestRoutingView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::light); }
    void init() { failOnWarnings(); }

    void showsChoicesAndFlips();
    void smallChartsHaveNumbers();
    void selects();
    void withoutExperts();
    void exportIsWhole();
    void contributionsByDefinition();
    void nothingIsZero();
    void shadesByOutput();
    void replayIsSaid();
    void replaySwitchSetsRunB();
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
    // What is spoken and stands below figures has figures that can be read.
    static const QRegularExpression manyDigits(QStringLiteral("[0-9]{9}"));
    QVERIFY2(!grid->describe().contains(manyDigits), qPrintable(grid->describe()));
}

/// In the least dock of the shipped layout too: two numbers on both axes, shares in per cent.
void TestRoutingView::smallChartsHaveNumbers() {
    fake::Shape large;
    large.experts = 64;
    large.topK = 8;
    large.prompt = 90;
    for (const QSize size : {QSize(371, 266), QSize(490, 266), QSize(640, 560)}) {
        for (const fake::Shape& shape : {fake::Shape(), large}) {
            auto comparison = std::make_shared<Comparison>(*fake::comparison(shape));
            comparison->routing->a_experts_in_b = comparison->routing->b_experts_in_a = 2.1e-5;
            const auto view = shown<RoutingView>(comparison, size);
            for (const char* name : {"disagreement", "cumulative", "load"}) {
                const auto* plot = part<Plot>(*view, name);
                int shares = 0, places = 0;
                QStringList texts;
                for (QWidget* canvas : plot->findChildren<QWidget*>(Qt::FindDirectChildrenOnly)) {
                    if (canvas->geometry() != plot->canvasRect()) continue;
                    for (const PaintedText& one : paintedTexts(*canvas)) {
                        texts << one.text;
                        (one.text.endsWith(QStringLiteral(" %")) ? shares : places) += 1;
                    }
                }
                const QString all = texts.join(u' ');
                QVERIFY2(shares >= 2 && places >= 2, qPrintable(QLatin1String(name) + all));
            }
        }
    }
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

/// One block, two positions, two slots, width two: weight times norm over their sum.
void TestRoutingView::contributionsByDefinition() {
    RoutingLayer layer;
    layer.experts_a = layer.experts_b = {3, 1, 0, 2};
    layer.weights_a = {0.75, 0.25, 0.5, 0.5};
    layer.weights_b = {1, 0, 0, 0};
    ValuePair outputs;
    outputs.shape_a = outputs.shape_b = {2, 2, 2};
    outputs.a = {3, 4, 0, 5, 0, 0, 1, 0};
    outputs.b = outputs.a;
    QCOMPARE(expertContributions(outputs, layer, 2, Side::a),
             (std::vector<double>{3.75 / std::sqrt(23.125), 1.25 / std::sqrt(23.125), 0, 1}));
    // (2.25, 4.25) together at position 0; what cancels is more than the whole.
    outputs.a = {3, 4, -9, -10, 0, 0, 1, 0};
    QCOMPARE(expertContributions(outputs, layer, 2, Side::a)[0], 3.75 / 0.5);
    outputs.a = outputs.b;
    QCOMPARE(expertContributions(outputs, layer, 2, Side::b), (std::vector<double>{1, 0, 0, 0}));
    QVERIFY(expertContributions(outputs, layer, 3, Side::a).empty());
    outputs.b.clear();
    QVERIFY(expertContributions(outputs, layer, 2, Side::b).empty());
}

void TestRoutingView::nothingIsZero() {
    QCOMPARE(natsText(-1.8e-25), QStringLiteral("0"));
    QCOMPARE(natsText(0), QStringLiteral("0"));
    QCOMPARE(natsText(1.5), QStringLiteral("1.50"));
    QVERIFY(natsText(-3e-5) != QStringLiteral("0"));
    auto comparison = std::make_shared<Comparison>(*fake::comparison());
    comparison->routing->a_experts_in_b = -1.8e-25;
    const auto view = shown<RoutingView>(comparison, {700, 420});
    QVERIFY2(part<QLabel>(*view, "replay")->text().contains(QStringLiteral("leave 0 nats")),
             qPrintable(part<QLabel>(*view, "replay")->text()));
}

void TestRoutingView::shadesByOutput() {
    const ComparisonPtr comparison = fake::comparison();
    const auto view = std::make_unique<RoutingView>();
    view->resize(700, 420);
    view->show();
    view->setComparison(comparison);
    view->selection()->setLayer(2);
    settle();
    QSignalSpy asked(view.get(), &View::valuesNeeded);
    QCOMPARE(asked.count(), 0);  // weights need no run
    press(*view, "shade", 1);
    settle();
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked[0][0].value<Site>(), (Site{SiteKind::expert_out, 2}));
    QVERIFY(view->waits());
    auto values = std::make_shared<ValuePair>();
    const auto n = static_cast<int64_t>(comparison->tokens.size());
    values->comparison = comparison->id;
    values->site = {SiteKind::expert_out, 2};
    values->axes = {"pos", "slot", "d_model"};
    values->shape_a = values->shape_b = {n, 2, 1};
    for (int64_t i = 0; i < n; ++i) {
        for (const double v : {0.0, 1.0}) values->a.push_back(v), values->b.push_back(v);
    }
    view->setValues(values);
    QVERIFY(!view->waits());
    // The first expert adds nothing: the second one's share is the whole.
    const auto* grid = part<ExpertGrid>(*view, "grid");
    const RoutingLayer& layer = comparison->routing->layers[2];
    QCOMPARE(grid->contribution(Side::a, 4, layer.experts_a[8]), 0.0);
    QCOMPARE(grid->contribution(Side::a, 4, layer.experts_a[9]), 1.0);
    QVERIFY(std::isnan(grid->contribution(Side::a, 4, -7)));
    const Table table = view->table();
    const size_t row = 2 * comparison->tokens.size() + 4;
    QCOMPARE(cellOf(table, row, "output_a"), QStringLiteral("0 1"));
    QCOMPARE(cellOf(table, 4, "output_a"), QString());
    view->selection()->setLayer(3);  // another block: its own question
    settle();
    QCOMPARE(asked.count(), 2);
    view->setValuesFailed(QStringLiteral("stopped"), {});
    QVERIFY(!view->waits());
    RoutingView other;
    other.restoreState(view->saveState());
    QCOMPARE(other.saveState(), view->saveState());
}

void TestRoutingView::replayIsSaid() {
    auto replayed = std::make_shared<Comparison>(*fake::comparison());
    const auto view = shown<RoutingView>(replayed, {700, 420});
    const auto* label = part<QLabel>(*view, "replay");
    QVERIFY(!label->isVisible());
    replayed = std::make_shared<Comparison>(*replayed);
    replayed->routing->a_experts_in_b = 0.125;
    replayed->routing->b_experts_in_a = 0.5;
    view->setComparison(replayed);
    QVERIFY(label->isVisible());
    QCOMPARE(label->text(),
             QStringLiteral("replay · A's experts in B leave 0.125 nats · B's in A 0.500"));
}

/// The switch asks for B's option and shows what the comparison was made with.
void TestRoutingView::replaySwitchSetsRunB() {
    auto own = std::make_shared<Comparison>(*fake::comparison());
    const auto view = shown<RoutingView>(own, {700, 420});
    const Segmented* experts = control(*view, "experts");
    QCOMPARE(experts->current(), 0);
    QSignalSpy wanted(view.get(), &View::optionWanted);
    press(*view, "experts", 1);
    QCOMPARE(wanted.count(), 1);
    QCOMPARE(wanted[0][0].value<Side>(), Side::b);
    QCOMPARE(wanted[0][1].toString(), QStringLiteral("experts"));
    QCOMPARE(wanted[0][2].toString(), QStringLiteral("replay"));
    auto replayed = std::make_shared<Comparison>(*own);
    replayed->b.options["experts"] = "replay";
    replayed->logits.kl_ab = {0.5, 0.25, 0.0};
    view->setComparison(replayed);
    QCOMPARE(experts->current(), 1);
    QCOMPARE(part<QLabel>(*view, "replay")->text(),
             QStringLiteral("replay · B with A's experts: 0.250 nats"));
    press(*view, "experts", 0);
    QCOMPARE(wanted[1][2].toString(), QStringLiteral("own"));
    view->setComparison(own);
    QCOMPARE(experts->current(), 0);
}

QTEST_MAIN(TestRoutingView)
#include "tst_routing_view.moc"
