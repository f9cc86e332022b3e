// SPDX-License-Identifier: GPL-3.0-or-later
#include <QComboBox>
#include <QSignalSpy>
#include <QTest>
#include <cmath>

#include "tests/ui/view_test.h"
#include "ui/plots/bar_chart.h"
#include "ui/plots/scatter_plot.h"
#include "ui/text/number_format.h"
#include "ui/views/numbers_view.h"
#include "ui/widgets/data_table.h"

using namespace driftscope;
using namespace driftscope::viewtest;

namespace {

const Site kPattern{SiteKind::pattern, 1};

std::unique_ptr<NumbersView> withValues(const Site& site) {
    auto view = shown<NumbersView>(fake::comparison(), {760, 380});
    view->selection()->goTo(site, 3);
    view->setValues(fake::values(*view->comparison(), site));
    settle();
    return view;
}

}  // namespace

class TestNumbersView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::light); }
    void init() { failOnWarnings(); }

    void ulpsAreThoseOfTheType() {
        QCOMPARE(ulpDistance(1.0, 1.0 + std::ldexp(1, -23), 24), 1.0);
        QCOMPARE(ulpDistance(1.0, 1.0078125, 8), 1.0);
        QCOMPARE(ulpDistance(-2.0, 2.0, 8), 256.0);
        QCOMPARE(ulpDistance(0.0, 0.0, 8), 0.0);
        // Below the smallest normal number the unit stays.
        QCOMPARE(ulpDistance(0.0, std::ldexp(1, -24), 11, lowestExponent("float16")), 1.0);
        QVERIFY(std::isnan(ulpDistance(1, HUGE_VAL, 8)));
        QVERIFY(std::isnan(ulpDistance(1, 2, significandBits("int64"))));
    }

    void slicesAreWhatTheySay() {
        const ComparisonPtr c = fake::comparison();
        const auto n = static_cast<int64_t>(c->tokens.size());
        const ValuesPtr values = fake::values(*c, kPattern);
        const ValueSlice all(values, {}, {});
        QCOMPARE(all.count(), 2 * n * n);
        QCOMPARE(all.flat(n * n + 5), n * n + 5);
        const ValueSlice one(values, 7, 1);
        QCOMPARE(one.count(), n);
        QCOMPARE(one.flat(2), n * n + 7 * n + 2);
        QCOMPARE(one.index(2), (std::vector<int64_t>{1, 7, 2}));
        QCOMPARE(ValueSlice(values, 7, {}).count(), 2 * n);
        QCOMPARE(ValueSlice(values, n, {}).count(), int64_t{0});
        QCOMPARE(ValueSlice(values, -1, {}).count(), int64_t{0});
    }

    void statisticsCountEveryValue() {
        const ComparisonPtr c = fake::comparison();
        const auto n = static_cast<int64_t>(c->tokens.size());
        const ValueStats stats = statsOf(ValueSlice(fake::values(*c, kPattern), {}, {}));
        QCOMPARE(stats.masked, n * (n - 1));
        QCOMPARE(stats.count, n * (n + 1));
        int64_t sum = 0;
        for (const int64_t count : stats.buckets) sum += count;
        QCOMPARE(sum, stats.count);
        QCOMPARE(stats.buckets[0], stats.equal);
        QVERIFY(stats.equal > 0 && stats.equal < stats.count / 2);
        QVERIFY(stats.slope > 1.0 && stats.slope < 1.125);
        QVERIFY(stats.r2 > 0.9 && stats.r2 < 1);
        // 0.125 of a value are 16 to 32 units of bfloat16 at the smaller, 8 to 18 at the larger.
        QVERIFY(stats.maxUlp > 8 && stats.maxUlp <= 32);
        // Points are taken evenly and know their row.
        QVERIFY(stats.points.size() <= 4000);
        const ValueSlice slice(fake::values(*c, kPattern), {}, {});
        QCOMPARE(slice.a(stats.pointRows[17]), stats.points[17].first);
    }

    void asksWhenInSight() {
        NumbersView view;
        QSignalSpy asked(&view, &View::valuesNeeded);
        view.setComparison(fake::comparison());
        view.selection()->goTo({SiteKind::q, 2}, 3);
        settle();
        QCOMPARE(asked.count(), 0);
        view.show();
        QTRY_COMPARE(asked.count(), 1);
        QCOMPARE(asked[0][0].value<Site>(), (Site{SiteKind::q, 2}));
        view.selection()->setPos(4);
        settle();
        QCOMPARE(asked.count(), 1);  // the same site
        view.selection()->setSite({SiteKind::k, 2});
        QTRY_COMPARE(asked.count(), 2);
        QVERIFY(view.waits());
    }

    void showsTheValues() {
        const auto view = withValues({SiteKind::q, 2});
        const ValuesPtr values = fake::values(*view->comparison(), {SiteKind::q, 2});
        auto* table = part<DataTable>(*view, "table");
        QCOMPARE(table->rows(), 4);
        QCOMPARE(table->textAt(1, 0), QStringLiteral("3"));
        QCOMPARE(table->textAt(1, 1), QStringLiteral("1"));
        const Table csv = view->table();
        QCOMPARE(cellOf(csv, 1, "a"), exact(values->a[13]));
        QCOMPARE(cellOf(csv, 1, "b"), exact(values->b[13]));
        QCOMPARE(cellOf(csv, 0, "ulp"), QStringLiteral("0"));
        QVERIFY(cellOf(csv, 1, "ulp").toDouble() > 8);
        press(*view, "range", 1);
        QCOMPARE(table->rows(), 4 * 39);
        const auto arrays = view->arrays();
        QCOMPARE(arrays[0].shape, (std::vector<int64_t>{39, 4}));
        QCOMPARE(std::get<std::vector<double>>(arrays[1].values), values->b);
        QVERIFY(view->describe().contains(QStringLiteral("blocks.2.attn.q")));
        QVERIFY(!view->waits());
    }

    void choosesAHead() {
        const auto view = withValues(kPattern);
        auto* table = part<DataTable>(*view, "table");
        QCOMPARE(table->rows(), 2 * 39);
        auto* heads = part<QComboBox>(*view, "other");
        QVERIFY(heads->isVisible());
        settle();
        QCOMPARE(clipped(heads), QString());
        heads->setCurrentIndex(2);
        Q_EMIT heads->activated(2);
        QCOMPARE(table->rows(), 39);
        QCOMPARE(table->textAt(0, 0), QStringLiteral("1"));
        QCOMPARE(table->textAt(38, 3), QStringLiteral("masked"));
    }

    void tableAndPlotFollowEachOther() {
        const auto view = withValues({SiteKind::q, 2});
        auto* table = part<DataTable>(*view, "table");
        auto* scatter = part<ScatterPlot>(*view, "scatter");
        QSignalSpy hovered(view.get(), &View::hovered);
        table->setFocus();
        table->setCurrentIndex(table->model()->index(2, 0));
        QCOMPARE(scatter->cursor(), 2);
        const auto info = hovered.last().first().value<HoverInfo>();
        QCOMPARE(info.diff, *info.a - *info.b);
        QVERIFY(info.ulp && *info.ulp > 0);
        QTest::keyClick(scatter, Qt::Key_Right);
        QCOMPARE(table->currentIndex().row(), 3);
        const Table histogram = part<BarChart>(*view, "histogram")->table();
        QCOMPARE(cellOf(histogram, 0, "values"), QStringLiteral("1"));
    }

    void saysWhyThereIsNothing() {
        const auto view = shown<NumbersView>(fake::comparison(), {760, 380});
        view->setValuesFailed(QStringLiteral("they are no longer kept"),
                              QStringLiteral("run again"));
        QVERIFY(view->describe().contains(QStringLiteral("no longer kept")));
        QVERIFY(view->table().isEmpty());
        auto partial = std::make_shared<Comparison>(*fake::comparison());
        partial->complete = false;
        view->setComparison(partial);
        QVERIFY(view->describe().contains(QStringLiteral("when the comparison is done")));
        // Values of another comparison are not these.
        const auto other =
            std::make_shared<ValuePair>(*fake::values(*partial, view->selection()->site()));
        other->comparison = partial->id + 1;
        view->setValues(other);
        QVERIFY(view->waits());
    }

    void oneRunOnly() {
        const auto view = withValues({SiteKind::q, 2});
        auto alone =
            std::make_shared<ValuePair>(*fake::values(*view->comparison(), {SiteKind::q, 2}));
        alone->b.clear();
        alone->shape_b.clear();
        alone->badge_b = "not available";
        view->setValues(alone);
        QCOMPARE(cellOf(view->table(), 0, "b"), QString());
        QCOMPARE(cellOf(view->table(), 0, "ulp"), QString());
        QVERIFY(view->describe().contains(QStringLiteral("only one run")));
        QCOMPARE(view->arrays()[0].name, QStringLiteral("a"));
    }

    void millionsDoNotBlock() {
        const auto view = withValues({SiteKind::q, 2});
        auto many =
            std::make_shared<ValuePair>(*fake::values(*view->comparison(), {SiteKind::q, 2}));
        many->shape_a = many->shape_b = {39, 30000};
        many->a.assign(39 * 30000, 1.0);
        many->b.assign(39 * 30000, 1.5);
        view->setValues(many);
        press(*view, "range", 1);
        QVERIFY(view->table().rows.size() == 200000);
        QVERIFY(view->table().title.contains(QStringLiteral("NPZ")));
        QTRY_VERIFY(view->describe().contains(QStringLiteral("0 % equal")));
        QVERIFY(
            part<ScatterPlot>(*view, "scatter")->caption().contains(QStringLiteral("slope 1.5")));
    }
};

QTEST_MAIN(TestNumbersView)
#include "tst_numbers_view.moc"
