// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/painted_text.h"
#include "tests/ui/view_test.h"
#include "ui/plots/legend.h"
#include "ui/plots/line_chart.h"
#include "ui/text/number_format.h"
#include "ui/views/lens_pane.h"
#include "ui/views/logits_view.h"

using namespace driftscope;
using namespace driftscope::viewtest;

class TestLogitsView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::light); }
    void init() { failOnWarnings(); }

    void showsTheNumbers();
    void measures();
    void followsAndSelects();
    void saysWhatIsMissing();
    void lensByLayer();
    void legendsAreWhole();
};

/// In a dock of the window at 1280 pixels no entry of a legend is cut.
void TestLogitsView::legendsAreWhole() {
    const auto view = shown<LogitsView>(fake::comparison(), {368, 240});
    settle();
    int seen = 0;
    for (Legend* legend : view->findChildren<Legend*>()) {
        if (!legend->isVisible()) continue;
        TextPaper paper(legend->size());
        legend->render(&paper);
        for (const PaintedText& text : paper.texts()) {
            QVERIFY2(!text.text.contains(u'…'), qPrintable(text.text));
            ++seen;
        }
    }
    QVERIFY(seen >= 4);
}

void TestLogitsView::showsTheNumbers() {
    const auto view = shown<LogitsView>(fake::comparison());
    const LogitMetrics& logits = view->comparison()->logits;
    const Table table = view->table();
    QCOMPARE(table.rows.size(), logits.kl_ab.size());
    QCOMPARE(cellOf(table, 7, "kl_ba"), exact(logits.kl_ba[7]));
    QCOMPARE(cellOf(table, 7, "delta_loss"), exact(logits.loss_b[7] - logits.loss_a[7]));
    QCOMPARE(cellOf(table, 6, "rank_b"), QString::number(logits.rank_b[6]));
    QCOMPARE(cellOf(table, 6, "best_b"), QStringLiteral("·two"));
    QCOMPARE(cellOf(table, table.rows.size() - 1, "rank_a"), QString());
    QCOMPARE(cellOf(table, table.rows.size() - 1, "next_token"), QString());
    // The plots hold the same numbers; ranks count from 1 where people read them.
    const Table ranks = part<LineChart>(*view, "ranks")->table();
    QCOMPARE(cellOf(ranks, 6, "B"), QString::number(logits.rank_b[6] + 1));
    const Table loss = part<LineChart>(*view, "loss")->table();
    QCOMPARE(cellOf(loss, 4, "A"), exact(logits.loss_a[4]));
    // Another best token is marked there and nowhere else.
    const Table distance = part<LineChart>(*view, "distance")->table();
    for (size_t i = 0; i < distance.rows.size(); ++i) {
        const QString mark = cellOf(distance, i, "other best");
        QCOMPARE(mark, logits.top1_equal[i] ? QStringLiteral("nan") : exact(logits.kl_ab[i]));
    }
}

void TestLogitsView::measures() {
    const auto view = shown<LogitsView>(fake::comparison());
    auto* chart = part<LineChart>(*view, "distance");
    press(*view, "measure", 2);
    QVERIFY(chart->caption().startsWith(QStringLiteral("JS")));
    QCOMPARE(cellOf(chart->table(), 5, "JS"), exact(view->comparison()->logits.js[5]));
    LogitsView other;
    other.restoreState(view->saveState());
    QCOMPARE(control(other, "measure")->current(), 2);
}

void TestLogitsView::followsAndSelects() {
    const auto view = shown<LogitsView>(fake::comparison());
    auto* loss = part<LineChart>(*view, "loss");
    view->selection()->setPos(9);
    QCOMPARE(loss->cursor(), 9);
    QCOMPARE(part<LineChart>(*view, "ranks")->cursor(), 9);
    QSignalSpy hovered(view.get(), &View::hovered);
    loss->setFocus();
    QTest::keyClick(loss, Qt::Key_Right);
    QCOMPARE(view->selection()->pos(), 10);
    const auto info = hovered.last().first().value<HoverInfo>();
    QCOMPARE(info.a, view->comparison()->logits.loss_a[10]);
    QVERIFY(info.note.contains(QStringLiteral("in both")));
    QVERIFY(view->describe().contains(formatNumber(view->comparison()->logits.loss_b[10], 4)));
    view->selection()->setPos(9);  // A third position: the best token is another one
    QVERIFY(view->describe().contains(QStringLiteral("“·two”")));
}

void TestLogitsView::saysWhatIsMissing() {
    auto bare = std::make_shared<Comparison>(*fake::comparison());
    bare->logits = {};
    const auto view = shown<LogitsView>(bare);
    QVERIFY(!view->reasonEmpty().isEmpty());
    QVERIFY(view->table().isEmpty());
    view->setComparison(fake::comparison());
    QVERIFY(view->reasonEmpty().isEmpty());
}

void TestLogitsView::lensByLayer() {
    const ComparisonPtr comparison = fake::comparison();
    const auto view = shown<LogitsView>(comparison);
    QSignalSpy asked(view.get(), &View::questionAsked);
    view->selection()->setPos(5);
    settle();
    QCOMPARE(asked.count(), 0);  // nobody looks
    press(*view, "page", 1);
    settle();
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked[0][0].value<Question>(), Question(LensQuestion{5}));
    QVERIFY(view->waits());
    view->setAnswer(fake::lens(*comparison, 4));  // of another position
    QVERIFY(view->waits());
    view->setAnswer(fake::lens(*comparison, 5));
    settle();
    QVERIFY(!view->waits());
    auto* shares = part<LineChart>(*view, "lensShares");
    const auto layers = static_cast<size_t>(comparison->n_layers);
    QCOMPARE(shares->table().rows.size(), layers);
    QCOMPARE(cellOf(shares->table(), 3, "A"), exact(0.9 * (0.1 + 0.8 * 3 / double(layers))));
    for (size_t i = 0; i < layers; ++i) {  // marked where the likeliest tokens differ
        const bool apart = i == 2 || i >= 4;
        QCOMPARE(cellOf(shares->table(), i, "another token") != QLatin1String("nan"), apart);
        QCOMPARE(cellOf(view->table(), i, "differ"),
                 apart ? QStringLiteral("1") : QStringLiteral("0"));
    }
    QCOMPARE(cellOf(view->table(), 4, "token_b"), QStringLiteral("·two"));
    QVERIFY(view->describe().contains(QStringLiteral("part at layer 2, for good from layer 4")));
    shares->setFocus();
    view->selection()->setLayer(1);
    QTest::keyClick(shares, Qt::Key_Right);
    QCOMPARE(view->selection()->layer(), 2);
    QVERIFY(view->describe().contains(QStringLiteral("layer 2: likeliest A “·one”")));
    view->selection()->setPos(6);
    settle();
    QCOMPARE(asked.count(), 2);
    view->setAnswerFailed(QStringLiteral("run A is a stored trace"), {});
    QVERIFY(view->describe().contains(QStringLiteral("stored trace")));
    LogitsView other;
    other.restoreState(view->saveState());
    QCOMPARE(control(other, "page")->current(), 1);
    press(*view, "page", 0);
    settle();
    QCOMPARE(view->table().rows.size(), comparison->logits.kl_ab.size());
}

QTEST_MAIN(TestLogitsView)
#include "tst_logits_view.moc"
