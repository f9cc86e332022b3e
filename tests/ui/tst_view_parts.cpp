// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of the views that are plain logic: joined texts, line breaks, the error table.
#include <QTest>

#include "tests/ui/fake_comparison.h"
#include "ui/views/error_table.h"
#include "ui/views/joined_text.h"

using namespace driftscope;

class TestViewParts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void joinsPartsOfACharacter() {
        const JoinedText joined = joinTokens({"a", "\xe2", "\x82", "\xac", "b"});
        QCOMPARE(joined.text, QStringLiteral("a€b"));
        QCOMPARE(joined.places[0], (std::pair{0, 1}));
        for (size_t part : {1u, 2u, 3u}) QCOMPARE(joined.places[part], (std::pair{1, 1}));
        QCOMPARE(joined.places[4], (std::pair{2, 1}));
    }

    void showsBytesThatNeverBecomeACharacter() {
        QCOMPARE(joinTokens({"\xe2", "x"}).text, QStringLiteral("<0xE2>x"));
        QCOMPARE(joinTokens({"\xff\xfe"}).text, QStringLiteral("<0xFF><0xFE>"));
        QCOMPARE(joinTokens({"\xe2\x82"}).text, QStringLiteral("<0xE2><0x82>"));
        const JoinedText half = joinTokens({"\xf0\x9f", "\xa6\x8a", "!"});
        QCOMPARE(half.text, QStringLiteral("🦊!"));
        QCOMPARE(half.places[1], (std::pair{0, 2}));
    }

    void joinsOtherScripts() {
        const JoinedText joined = joinTokens({"你好", "世", " שלום", "", "\n\n", "\t"});
        QCOMPARE(joined.text, QStringLiteral("你好世 שלום⏎⏎    "));
        QCOMPARE(joined.places[3].second, 0);
        QCOMPARE(joined.places[4].second, 2);
        QVERIFY(joinTokens({}).text.isEmpty());
    }

    void breaksBothTextsAtTheSameStep() {
        const std::vector<double> a(10, 10), b = {10, 10, 30, 10, 10, 10, 10, 10, 10, 10};
        const std::vector<bool> can(10, true), must(10, false);
        QCOMPARE(breakLines(a, b, can, must, 50), (std::vector<int>{0, 3, 8}));
    }

    void breaksBetweenWordsWhereItCan() {
        const std::vector<double> widths(8, 10);
        std::vector<bool> can(8, false), must(8, false);
        can[3] = true;
        QCOMPARE(breakLines(widths, widths, can, must, 45), (std::vector<int>{0, 3, 7}));
        must[1] = true;
        QCOMPARE(breakLines(widths, {}, can, must, 1000), (std::vector<int>{0, 2}));
    }

    void breaksWhatIsTooWideForAnyLine() {
        const std::vector<double> widths = {500, 10, 900, 700};
        const std::vector<bool> can(4, false), must(4, false);
        QCOMPARE(breakLines(widths, widths, can, must, 100), (std::vector<int>{0, 1, 2, 3}));
        QVERIFY(breakLines({}, {}, {}, {}, 100).empty());
    }

    void placesEverySite() {
        for (bool moe : {false, true}) {
            fake::Shape shape;
            shape.moe = moe;
            const ComparisonPtr comparison = fake::comparison(shape);
            const ErrorTable table(comparison, true);
            QCOMPARE(table.columns(), shape.layers + 2);
            QCOMPARE(table.hiddenRows(), 0);
            QCOMPARE(table.rowLabels().size(), static_cast<qsizetype>(table.rows().size()));
            QCOMPARE(table.columnLabels().size(), table.columns());
            for (const SiteMetrics& metrics : comparison->sites) {
                const auto cell = table.cellOf(metrics.site);
                QVERIFY2(cell, to_string(metrics.site).c_str());
                QCOMPARE(table.at(cell->first, cell->second), &metrics);
                QCOMPARE(table.find(metrics.site), &metrics);
                QCOMPARE(table.siteAt(cell->first, cell->second), metrics.site);
            }
            QVERIFY(std::is_sorted(table.rows().begin(), table.rows().end()));
        }
    }

    void alwaysShowsWhatWasFound() {
        auto changed = std::make_shared<Comparison>(*fake::comparison());
        changed->first_divergence = Divergence{{SiteKind::cache_k, 2}, 1, 1, 1};
        changed->verdict.site = Site{SiteKind::v_input, 1};
        const ErrorTable table(changed, false);
        QVERIFY(table.hiddenRows() > 0);
        QVERIFY(table.cellOf({SiteKind::cache_k, 2}));
        QVERIFY(table.cellOf({SiteKind::v_input, 1}));
        QVERIFY(!table.cellOf({SiteKind::cache_v, 1}));
        QVERIFY(table.find({SiteKind::cache_v, 1}));
    }

    void measuresInBands() {
        SiteMetrics m;
        m.in_a = m.in_b = true;
        m.by_pos = {2e-3, 1e-3, 0, 5e-3};
        m.band_by_pos = {1e-3, 4e-3, 0, 0};
        QCOMPARE(errorIn(ErrorUnit::band, m, 0), 2.0);
        QCOMPARE(errorIn(ErrorUnit::band, m, 1), 0.25);
        QCOMPARE(errorIn(ErrorUnit::band, m, 2), 0.0);
        QVERIFY(std::isinf(errorIn(ErrorUnit::band, m, 3)));
        QVERIFY(std::isinf(errorIn(ErrorUnit::band, m)));
        QVERIFY(std::isnan(errorIn(ErrorUnit::band, m, 4)));
        m.by_pos.pop_back();
        m.band_by_pos.pop_back();
        QCOMPARE(errorIn(ErrorUnit::band, m), 2.0);
        m.in_b = false;
        QVERIFY(std::isnan(errorIn(ErrorUnit::band, m)));
        QVERIFY(std::isnan(errorIn(ErrorUnit::relative, m, 0)));
    }

    void nonFiniteIsNeverABlank() {
        SiteMetrics m;
        m.in_a = m.in_b = m.non_finite = true;
        m.rel_l2 = m.max_ulp = std::nan("");
        m.by_pos = {std::nan("")};
        m.band_by_pos = {1};
        for (ErrorUnit unit : {ErrorUnit::band, ErrorUnit::ulp, ErrorUnit::relative}) {
            QVERIFY(std::isinf(errorIn(unit, m)));
        }
    }

    void tableHoldsEveryNumber() {
        fake::Shape shape;
        shape.layers = 2;
        const ComparisonPtr comparison = fake::comparison(shape);
        const Table table = ErrorTable(comparison, false).table();
        QCOMPARE(table.rows.size(), comparison->sites.size());
        const auto column = [&](const QString& name) { return table.header.indexOf(name); };
        for (size_t i = 0; i < table.rows.size(); ++i) {
            const SiteMetrics& m = comparison->sites[i];
            const QStringList& row = table.rows[i];
            QCOMPARE(row.size(), table.header.size());
            QCOMPARE(row[0].toStdString(), to_string(m.site));
            QCOMPARE(row[column(QStringLiteral("rel_l2"))], exact(m.rel_l2));
            QCOMPARE(row[column(QStringLiteral("max_ulp"))], exact(m.max_ulp));
            QCOMPARE(row[column(QStringLiteral("rel_l2@3"))], exact(m.by_pos[3]));
            QCOMPARE(row[column(QStringLiteral("band@3"))], exact(m.band_by_pos[3]));
        }
    }

    void emptyTableIsHarmless() {
        const ErrorTable none;
        QVERIFY(none.rows().empty());
        QVERIFY(!none.find({SiteKind::q, 0}));
        QVERIFY(none.table().isEmpty());
        QVERIFY(none.byPosition(ErrorUnit::band, 0).empty());
        QVERIFY(ErrorTable(fake::empty(), true).rows().empty());
    }
};

QTEST_GUILESS_MAIN(TestViewParts)
#include "tst_view_parts.moc"
