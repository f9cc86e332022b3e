// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/view_test.h"
#include "ui/plots/heatmap.h"
#include "ui/text/number_format.h"
#include "ui/views/attention_view.h"
#include "ui/views/head_mosaic.h"
#include "ui/views/panes.h"
#include "ui/views/veil.h"

#include <cmath>
using namespace driftscope;
using namespace driftscope::viewtest;

class TestAttentionView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::light); }
    void init() { failOnWarnings(); }

    void asksOnceForAHead();
    void showsTheValues();
    void followsClicksAndKeys();
    void faces();
    void scales();
    void dimsWhileLoading();
    void tellsOfWhatIsMissing();
    void mosaicSelectsAndSorts();
    void mosaicSaysItsScale();
    void recomputedHeadsAreDrawn();
    void manyHeadsStandInRows();
    void exportHasNoControls();
    void headsByEntropyAndMovedKeys();
    void showsScores();
    void takesScoresApart();
    void saysWhatACellIsTheSumOf();
    void switchesKeepTheirWords();
};

void TestAttentionView::takesScoresApart() {
    const ComparisonPtr comparison = fake::comparison();
    const auto view = shown<AttentionView>(comparison, {1000, 460});
    QSignalSpy asked(view.get(), &View::questionAsked);
    press(*view, "stage", 2);
    settle();
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked[0][0].value<Question>(), Question(ScorePartsQuestion{0, 0}));
    QVERIFY(view->waits());
    view->setAnswer(fake::scoreParts(*comparison, 0, 3));  // another head: not wanted
    QVERIFY(view->waits());
    const AnswerPtr answer = fake::scoreParts(*comparison, 0, 0);
    const auto& parts = std::get<ScorePartsPair>(answer->body);
    view->setAnswer(answer);
    settle();
    QVERIFY(!view->waits());
    const auto* a = part<Heatmap>(*view, "patternA");
    const auto* b = part<Heatmap>(*view, "patternB");
    const auto* diff = part<Heatmap>(*view, "patternDiff");
    QCOMPARE(a->grid().at(6, 4), parts.a.qk.at(6, 4));
    QCOMPARE(diff->grid().at(6, 4), parts.a.qk.at(6, 4) - parts.b.qk.at(6, 4));
    QCOMPARE(a->range().first, -a->range().second);
    press(*view, "stage", 3);  // another term of the same head: no run
    settle();
    QCOMPARE(asked.count(), 1);
    QCOMPARE(a->grid().at(6, 4), parts.a.bias.at(6, 4));
    QCOMPARE(b->grid().at(6, 4), 0.0);  // no bias adds nothing
    press(*view, "stage", 4);
    settle();
    QCOMPARE(a->range(), (std::pair<double, double>(0.0, 1.0)));
    QCOMPARE(a->grid().at(6, 1), 0.0);
    QCOMPARE(diff->grid().at(6, 1), -1.0);  // seen by B alone
    const Table table = view->table();
    for (const char* column : {"qk_a", "bias_a", "seen_a", "score_a", "qk_b", "score_b"})
        QVERIFY2(table.header.contains(QLatin1String(column)), column);
    QCOMPARE(cellOf(table, 4, "bias_a"), exact(parts.a.bias.at(2, 1)));  // 0 0, 1 0, 1 1, 2 0, 2 1
    QCOMPARE(cellOf(table, 4, "bias_b"), QString());
    AttentionView other;
    other.restoreState(view->saveState());
    QCOMPARE(control(other, "stage")->current(), 4);
    other.restoreState({{QStringLiteral("scores"), true}});  // as sessions had it before
    QCOMPARE(control(other, "stage")->current(), 1);
    view->selection()->setHead(1);
    settle();
    QCOMPARE(asked.count(), 2);
    view->setAnswerFailed(QStringLiteral("too large"), {});
    QVERIFY(!view->waits());
}

void TestAttentionView::saysWhatACellIsTheSumOf() {
    const ComparisonPtr comparison = fake::comparison();
    const AnswerPtr answer = fake::scoreParts(*comparison, 0, 0);
    const auto& parts = std::get<ScorePartsPair>(answer->body);
    const auto number = [](double value) { return formatNumber(value); };
    QCOMPARE(scoreSum(parts.a, 6, 4),
             QStringLiteral("QK %1 + bias 1 = %2")
                 .arg(number(parts.a.qk.at(6, 4)), number(parts.a.qk.at(6, 4) + 1)));
    QCOMPARE(scoreSum(parts.b, 6, 4), QStringLiteral("QK ") + number(parts.b.qk.at(6, 4)));
    QVERIFY(scoreSum(parts.a, 6, 1).contains(QStringLiteral(" + mask ")));
    QCOMPARE(scoreSum(parts.a, 1, 6), QStringLiteral("no score"));
    const auto view = shown<AttentionView>(comparison, {1000, 460});
    press(*view, "stage", 2);
    settle();
    view->setAnswer(answer);
    view->selection()->setPos(6);
    view->selection()->setKeyPos(4);
    settle();
    QVERIFY2(view->describe().contains(scoreSum(parts.a, 6, 4)), qPrintable(view->describe()));
}

void TestAttentionView::switchesKeepTheirWords() {
    AttentionView view;
    view.setComparison(fake::comparison());
    view.show();
    for (const int width : {460, 490, 520, 570, 640, 1000}) {
        view.resize(width, 300);
        settle();
        for (const char* name : {"order", "stage", "scale"}) {
            const Segmented* found = control(view, name);
            QVERIFY2(found->width() >= found->sizeHint().width(),
                     qPrintable(QStringLiteral("%1 at %2").arg(QLatin1String(name)).arg(width)));
        }
    }
}

void TestAttentionView::asksOnceForAHead() {
    AttentionView view;
    QSignalSpy asked(&view, &View::attentionNeeded);
    view.setComparison(fake::comparison());
    QTRY_COMPARE(asked.size(), 1);
    QCOMPARE(asked.takeFirst(), (QVariantList{0, 0}));
    view.selection()->setLayer(3);
    view.selection()->setHead(5);
    view.selection()->setPos(4);
    QTRY_COMPARE(asked.size(), 1);
    QCOMPARE(asked.takeFirst(), (QVariantList{3, 5}));
    view.setAttention(fake::attention(*view.comparison(), 3, 4));
    QVERIFY(view.table().isEmpty());  // another head: late and not wanted
    view.setAttention(fake::attention(*view.comparison(), 3, 5));
    QVERIFY(!view.table().isEmpty());
    view.selection()->setPos(5);
    QTest::qWait(1);
    QCOMPARE(asked.size(), 0);
}

void TestAttentionView::showsTheValues() {
    const auto view = shown<AttentionView>(fake::comparison(), {900, 420});
    const AttentionPtr pair = fake::attention(*view->comparison(), 0, 0);
    view->setAttention(pair);
    view->selection()->setPos(0);
    settle();
    const QImage picture = view->grab().toImage();
    const Theme& theme = Theme::instance();
    const double full = std::max(pair->a.range().second, pair->b.range().second);
    for (const char* name : {"patternA", "patternB"}) {
        const auto* plot = part<Heatmap>(*view, name);
        const Grid& grid = QLatin1String(name) == QLatin1String("patternA") ? pair->a : pair->b;
        for (const auto& [row, column] : {std::pair{5, 0}, {20, 20}, {30, 12}}) {
            const QColor color =
                theme.color(Gradient::sequential, std::sqrt(grid.at(row, column) / full));
            QVERIFY(near(plot->cellColor(row, column), color));
            const QPoint at = plot->mapTo(view.get(), plot->cellCenter(row, column));
            QVERIFY(near(picture.pixelColor(at), color));
        }
        QCOMPARE(plot->cellColor(2, 9), theme.masked());
    }
    const Table table = view->table();
    QCOMPARE(table.rows.size(), 39u * 40 / 2);
    QCOMPARE(cellOf(table, 4, "a"), exact(pair->a.at(2, 1)));
    QCOMPARE(cellOf(table, 4, "b"), exact(pair->b.at(2, 1)));
    QCOMPARE(cellOf(table, 4, "diff"), exact(pair->diff.at(2, 1)));
}

void TestAttentionView::followsClicksAndKeys() {
    const auto view = shown<AttentionView>(fake::comparison(), {900, 420});
    view->setAttention(fake::attention(*view->comparison(), 0, 0));
    settle();
    auto* plot = part<Heatmap>(*view, "patternB");
    QSignalSpy hovered(view.get(), &View::hovered);
    const QPoint at = plot->mapTo(view.get(), plot->cellCenter(12, 7));
    QWidget* target = view->childAt(at);
    QTest::mouseMove(target, target->mapFrom(view.get(), at));
    QTest::mouseClick(target, Qt::LeftButton, {}, target->mapFrom(view.get(), at));
    QCOMPARE(view->selection()->pos(), 12);
    QCOMPARE(view->selection()->keyPos(), 7);
    QCOMPARE(part<Heatmap>(*view, "patternA")->cursorRow(), 12);
    QTest::keyClick(plot, Qt::Key_Down);
    QTest::keyClick(plot, Qt::Key_Left);
    QCOMPARE(view->selection()->pos(), 13);
    QCOMPARE(view->selection()->keyPos(), 6);
    QVERIFY(!hovered.isEmpty());
    const auto info = hovered.last().first().value<HoverInfo>();
    QCOMPARE(info.site, QStringLiteral("blocks.0.attn.pattern"));
    QCOMPARE(*info.diff, *info.a - *info.b);
}

void TestAttentionView::faces() {
    const auto view = shown<AttentionView>(fake::comparison());
    const auto visible = [&](const char* name) { return part<Heatmap>(*view, name)->isVisible(); };
    for (const Face face : {Face::a, Face::b, Face::difference, Face::all}) {
        view->selection()->setFace(face);
        QCOMPARE(visible("patternA"), face == Face::a || face == Face::all);
        QCOMPARE(visible("patternB"), face == Face::b || face == Face::all);
        QCOMPARE(visible("patternDiff"), face == Face::difference || face == Face::all);
    }
    press(*view, "face", 1);
    QCOMPARE(view->selection()->face(), Face::b);
}

void TestAttentionView::scales() {
    const auto view = shown<AttentionView>(fake::comparison());
    view->selection()->setLayer(5);
    auto pair = std::make_shared<AttentionPair>(*fake::attention(*view->comparison(), 5, 0));
    for (double& weight : pair->b.values) weight /= 2;  // else both reach 1 at the first token
    view->setAttention(pair);
    const auto* a = part<Heatmap>(*view, "patternA");
    const auto* b = part<Heatmap>(*view, "patternB");
    const auto* diff = part<Heatmap>(*view, "patternDiff");
    QCOMPARE(a->range(), b->range());
    press(*view, "scale", 1);
    QVERIFY(a->range() != b->range());
    QCOMPARE(a->range().second, a->grid().range().second);
    QCOMPARE(diff->range().first, -diff->range().second);
}

void TestAttentionView::dimsWhileLoading() {
    const auto view = shown<AttentionView>(fake::comparison());
    view->setAttention(fake::attention(*view->comparison(), 0, 0));
    auto* veil = part<Heatmap>(*view, "patternA")->findChild<Veil*>();
    QVERIFY(!veil->isVisible());
    view->selection()->setHead(2);
    QTRY_VERIFY(veil->isVisible());
    QVERIFY(!part<Heatmap>(*view, "patternA")->grid().empty());  // the last picture stays
    view->setAttention(fake::attention(*view->comparison(), 0, 2));
    QVERIFY(!veil->isVisible());
}

void TestAttentionView::tellsOfWhatIsMissing() {
    const auto view = shown<AttentionView>(fake::comparison());
    auto pair = std::make_shared<AttentionPair>(*fake::attention(*view->comparison(), 0, 0));
    pair->b = pair->diff = Grid();
    pair->badge_b = "not available";
    view->setAttention(pair);
    settle();
    const auto labels = view->findChildren<QLabel*>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
        return label->text().contains(QLatin1String("B not available")) && label->isVisible();
    }));
    QVERIFY(part<Heatmap>(*view, "patternB")->grid().empty());
    QCOMPARE(cellOf(view->table(), 0, "b"), QStringLiteral("nan"));
}

void TestAttentionView::mosaicSelectsAndSorts() {
    const auto view = shown<AttentionView>(fake::comparison(), {900, 420});
    auto* mosaic = part<HeadMosaic>(*view, "mosaic");
    QTest::mouseClick(mosaic, Qt::LeftButton, {}, mosaic->cellRect(3, 6).center().toPoint());
    QCOMPARE(view->selection()->layer(), 3);
    QCOMPARE(view->selection()->head(), 6);
    QTest::keyClick(mosaic, Qt::Key_Up);
    QTest::keyClick(mosaic, Qt::Key_Right);
    QCOMPARE(view->selection()->layer(), 2);
    QCOMPARE(view->selection()->head(), 7);
    const QRectF cell = mosaic->cellRect(2, 7);
    settle();
    const QImage picture = mosaic->grab().toImage();
    const QColor masked = picture.pixelColor((cell.topRight() + QPointF(-4, 4)).toPoint());
    QVERIFY(near(masked, Theme::instance().masked()));
    press(*view, "order", 1);
    const std::vector<int> order = mosaic->mostChanged(3);
    const HeadThumb& first = view->comparison()->heads[static_cast<size_t>(order[0])];
    for (const HeadThumb& other : view->comparison()->heads) {
        QVERIFY(other.max_diff <= first.max_diff);
    }
    const QPointF corner = mosaic->cellRect(first.layer, first.head).topLeft();
    const HeadThumb& second = view->comparison()->heads[static_cast<size_t>(order[1])];
    QVERIFY(corner.x() < mosaic->cellRect(second.layer, second.head).left());
}

/// Long texts keep no pattern; what is made again is drawn, and said to be.
void TestAttentionView::recomputedHeadsAreDrawn() {
    auto made = std::make_shared<Comparison>(*fake::comparison());
    const auto kept = shown<AttentionView>(fake::comparison(), {900, 420});
    const QImage picture = part<HeadMosaic>(*kept, "mosaic")->grab().toImage();
    for (HeadThumb& head : made->heads) head.captured_a = head.captured_b = false;
    const auto view = shown<AttentionView>(made, {900, 420});
    auto* mosaic = part<HeadMosaic>(*view, "mosaic");
    QCOMPARE(mosaic->grab().toImage(), picture);
    QVERIFY(mosaic->headText(1, 1).contains(QStringLiteral("recomputed in A and B")));
    for (HeadThumb& head : made->heads) head.a = Grid();
    const auto without = shown<AttentionView>(made, {900, 420});
    mosaic = part<HeadMosaic>(*without, "mosaic");
    QVERIFY(mosaic->grab().toImage() != picture);
    QVERIFY(mosaic->headText(1, 1).contains(QStringLiteral("never made this pattern")));
}

/// What the colours of the heads mean and how far they reach is said, also where they are too small
/// for thumbnails and after a change of size.
void TestAttentionView::mosaicSaysItsScale() {
    fake::Shape shape;
    shape.layers = 12;
    shape.heads = 64;
    const auto view = shown<AttentionView>(fake::comparison(shape), {490, 266});
    const auto* mosaic = part<HeadMosaic>(*view, "mosaic");
    const auto said = [&](const QString& words) {
        for (const QLabel* label : view->findChildren<QLabel*>())
            if (label->isVisible() && label->text().contains(words)) return true;
        return false;
    };
    QVERIFY(mosaic->isPlain());
    QVERIFY(said(QStringLiteral("|A−B| ≤ ") + formatNumber(mosaic->scale(), 2)));
    view->resize(2400, 1500);
    settle();
    QVERIFY(!mosaic->isPlain());
    QVERIFY(said(QStringLiteral("all heads · A")));
    view->selection()->setFace(Face::difference);
    settle();
    QVERIFY(said(QStringLiteral("A−B, ±") + formatNumber(mosaic->scale(), 2)));
    view->resize(490, 266);
    settle();
    QVERIFY(said(QStringLiteral("|A−B| ≤ ")));
}

/// 64 heads of 3 layers in a small dock: several rows for each layer, not a line of dust.
void TestAttentionView::manyHeadsStandInRows() {
    fake::Shape shape;
    shape.layers = 3;
    shape.heads = 64;
    const auto view = shown<AttentionView>(fake::comparison(shape), {490, 266});
    auto* mosaic = part<HeadMosaic>(*view, "mosaic");
    const double before = double(mosaic->width()) / shape.heads;
    std::vector<QRectF> cells;
    for (int layer = 0; layer < shape.layers; ++layer) {
        double top = 0;
        if (!cells.empty()) top = cells.back().bottom();
        for (int head = 0; head < shape.heads; ++head) {
            const QRectF cell = mosaic->cellRect(layer, head);
            QVERIFY(QRectF(mosaic->rect()).contains(cell));
            QVERIFY2(std::min(cell.width(), cell.height()) > 2 * before,
                     qPrintable(QString::number(cell.width())));
            QVERIFY2(cell.top() > top, "below the layer before");
            for (const QRectF& other : cells) {
                const QRectF both = other & cell;
                QVERIFY(both.width() < 1e-6 || both.height() < 1e-6);
            }
            cells.push_back(cell);
        }
    }
    for (const auto& [layer, head] : {std::pair{0, 63}, {1, 0}, {2, 37}}) {
        QTest::mouseClick(mosaic, Qt::LeftButton, {},
                          mosaic->cellRect(layer, head).center().toPoint());
        QCOMPARE(view->selection()->layer(), layer);
        QCOMPARE(view->selection()->head(), head);
        QVERIFY(mosaic->describe().startsWith(
            QStringLiteral("layer %1 head %2:").arg(layer).arg(head)));
    }
    // Arrows go to what stands there: from the last row of a layer into the next layer.
    QTest::mouseClick(mosaic, Qt::LeftButton, {}, mosaic->cellRect(0, 63).center().toPoint());
    QTest::keyClick(mosaic, Qt::Key_Down);
    QCOMPARE(view->selection()->layer(), 1);
    const QRectF now = mosaic->cellRect(1, view->selection()->head());
    QVERIFY(now.left() <= mosaic->cellRect(0, 63).left() + 1e-6);
}

void TestAttentionView::exportHasNoControls() {
    const ComparisonPtr comparison = fake::comparison();
    const auto view = shown<AttentionView>(comparison, {900, 420});
    view->setAttention(fake::attention(*comparison, 0, 0));
    settle();
    const QByteArray svg = figureBytes(view->figure(), FigureFormat::svg);
    QVERIFY(svg.contains("query"));
    QVERIFY(svg.contains("all heads"));
    for (const char* word : {">shared<", ">own<", ">index<", ">change<", "heads by", "scale A, B"})
        QVERIFY2(!svg.contains(word), word);
    QVERIFY(control(*view, "scale")->isVisible());
}

void TestAttentionView::headsByEntropyAndMovedKeys() {
    // What counts is the figure of the whole pattern, whatever the thumbnails look like.
    auto made = std::make_shared<Comparison>(*fake::comparison());
    for (HeadThumb& head : made->heads) head.moved = 0, head.entropy_a = 0.5;
    made->heads[9].moved = 2;  // layer 1 head 1
    made->heads[9].entropy_a = 1.25;
    const auto view = shown<AttentionView>(made, {900, 460});
    auto* mosaic = part<HeadMosaic>(*view, "mosaic");
    QCOMPARE(mosaic->movedRows(1, 1), 2);
    QCOMPARE(mosaic->movedRows(0, 0), 0);
    QCOMPARE(mosaic->movedRows(99, 0), -1);
    press(*view, "order", 2);
    const QRectF first = mosaic->cellRect(1, 1);
    for (int h = 0; h < 8; ++h) {
        const QRectF other = mosaic->cellRect(0, h);
        QVERIFY(first.top() < other.top() || first.left() < other.left());
    }
    QVERIFY(mosaic->headText(1, 1).contains(QStringLiteral("moved for 2 of ")));
    AttentionView again;
    again.restoreState(view->saveState());
    QCOMPARE(again.saveState(), view->saveState());
}

void TestAttentionView::showsScores() {
    const ComparisonPtr comparison = fake::comparison();
    const auto view = shown<AttentionView>(comparison, {1000, 460});
    view->setAttention(fake::attention(*comparison, 0, 0));
    QSignalSpy asked(view.get(), &View::valuesNeeded);
    settle();
    QCOMPARE(asked.count(), 0);
    press(*view, "stage", 1);
    settle();
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked[0][0].value<Site>(), (Site{SiteKind::scores, 0}));
    QVERIFY(view->waits());
    const ValuesPtr values = fake::values(*comparison, {SiteKind::scores, 0});
    view->setValues(values);
    settle();
    const auto n = static_cast<size_t>(comparison->tokens.size());
    const auto* a = part<Heatmap>(*view, "patternA");
    const auto* diff = part<Heatmap>(*view, "patternDiff");
    QCOMPARE(a->grid().at(5, 3), values->a[5 * n + 3]);
    QCOMPARE(diff->grid().at(5, 3), values->a[5 * n + 3] - values->b[5 * n + 3]);
    QCOMPARE(a->range().first, -a->range().second);  // centred on 0
    QCOMPARE(a->range(), part<Heatmap>(*view, "patternB")->range());
    view->selection()->setHead(1);  // another head of the same layer: no run
    settle();
    QCOMPARE(asked.count(), 1);
    QCOMPARE(a->grid().at(5, 3), values->a[n * n + 5 * n + 3]);
    view->selection()->setLayer(2);
    settle();
    QCOMPARE(asked.count(), 2);
    view->setValuesFailed(QStringLiteral("too large"), {});
    QVERIFY(!view->waits());
    AttentionView other;
    other.restoreState(view->saveState());
    QCOMPARE(other.saveState(), view->saveState());
    view->selection()->setLayer(0);
    view->selection()->setHead(0);
    press(*view, "stage", 0);
    settle();
    QCOMPARE(a->grid().at(5, 3), fake::attention(*comparison, 0, 0)->a.at(5, 3));
    QVERIFY(!scoresOfHead(*values, 99));
}

QTEST_MAIN(TestAttentionView)
#include "tst_attention_view.moc"
