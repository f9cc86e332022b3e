// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/view_test.h"
#include "ui/plots/bar_chart.h"
#include "ui/plots/heatmap.h"
#include "ui/plots/line_chart.h"
#include "ui/views/error_table.h"
#include "ui/views/overview_view.h"

using namespace driftscope;
using namespace driftscope::viewtest;

class TestOverviewView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void withinNoiseIsSaid();
    void initTestCase() { Theme::instance().setMode(Theme::Mode::light); }
    void init() { failOnWarnings(); }

    void showsErrorsInBands();
    void marksWhatWasFound();
    void hatchesWhatIsAbsent();
    void selects();
    void hoversEveryMetric();
    void otherUnits();
    void withoutJudge();
    void allSites();
    void takenApart();
    void takeApartIsOffered();
};

/// Nothing over the band: the caption says so with the largest error; one cell over it, and not.
void TestOverviewView::withinNoiseIsSaid() {
    fake::Shape shape;
    shape.verdict = VerdictKind::rounding;
    auto comparison = std::make_shared<Comparison>(*fake::comparison(shape));
    for (SiteMetrics& row : comparison->sites) {
        row.by_pos.assign(comparison->tokens.size(), 1e-3);
        row.band_by_pos.assign(comparison->tokens.size(), 4e-3);
    }
    const auto q = [](Comparison& c) -> SiteMetrics& {
        return *std::find_if(c.sites.begin(), c.sites.end(), [](const SiteMetrics& one) {
            return one.site == Site{SiteKind::q, 1};
        });
    };
    q(*comparison).by_pos[2] = 3e-3;
    const auto caption = [](const OverviewView& view) {
        return part<Heatmap>(view, "siteByLayer")->caption();
    };
    const auto view = shown<OverviewView>(comparison);
    QVERIFY2(caption(*view).contains(QStringLiteral("✓ all shown within the band, ≤ 0.75 ×")),
             qPrintable(caption(*view)));
    comparison = std::make_shared<Comparison>(*comparison);
    q(*comparison).by_pos[2] = 5e-3;
    view->setComparison(comparison);
    QVERIFY2(!caption(*view).contains(QStringLiteral("within")), qPrintable(caption(*view)));
}

void TestOverviewView::showsErrorsInBands() {
    const auto view = shown<OverviewView>(fake::comparison(), {900, 460});
    const auto* layers = part<Heatmap>(*view, "siteByLayer");
    const auto* positions = part<Heatmap>(*view, "siteByPosition");
    const ErrorTable table(view->comparison(), false);
    const QColor panel = Theme::instance().color(Gradient::error, 0);
    const double high = layers->range().second;
    QCOMPARE(layers->range(), positions->range());  // one colour, one value
    int quiet = 0, loud = 0;
    for (int r = 0; r < layers->grid().rows; ++r) {
        for (int c = 0; c < layers->grid().cols; ++c) {
            const SiteMetrics* metrics = table.at(r, c);
            if (!metrics) {
                QCOMPARE(layers->cellColor(r, c), Theme::instance().masked());
                continue;
            }
            double worst = 0;
            for (size_t p = 0; p < metrics->by_pos.size(); ++p) {
                worst = std::max(worst, metrics->by_pos[p] / metrics->band_by_pos[p]);
            }
            QCOMPARE(layers->grid().at(r, c), worst);
            const double share = std::clamp(std::log(worst) / std::log(high), 0.0, 1.0);
            QVERIFY(near(layers->cellColor(r, c), Theme::instance().color(Gradient::error, share)));
            (layers->cellColor(r, c) == panel ? quiet : loud) += 1;
            QCOMPARE(layers->cellColor(r, c) == panel, worst <= 1);
        }
    }
    QVERIFY(quiet > 0 && loud > 0);
    const SiteMetrics* z = table.find({SiteKind::z, 0});
    const int row = table.cellOf(z->site)->first;
    QCOMPARE(positions->grid().at(row, 11), z->by_pos[11] / z->band_by_pos[11]);
}

void TestOverviewView::marksWhatWasFound() {
    const auto view = shown<OverviewView>(fake::comparison(), {900, 460});
    view->selection()->goTo({SiteKind::q, 0}, 5);
    settle();
    const QImage picture = view->grab().toImage();
    const ErrorTable table(view->comparison(), false);
    const auto cell = *table.cellOf({SiteKind::mlp_out, 0});
    const QColor bad = Theme::instance().color(Role::bad);
    const auto at = [&](const char* map, int row, int column) {
        const auto* plot = part<Heatmap>(*view, map);
        return picture.pixelColor(plot->mapTo(view.get(), plot->cellCenter(row, column)));
    };
    QVERIFY(near(at("siteByLayer", cell.first, cell.second), bad));
    QVERIFY(near(at("siteByPosition", cell.first, 1), bad));
    QVERIFY(!near(at("siteByLayer", cell.first, cell.second + 2), bad));
    auto moved = std::make_shared<Comparison>(*fake::comparison());
    moved->verdict.site = Site{SiteKind::attn_out, 3};
    view->setComparison(moved);
    settle();
    const auto other = *table.cellOf({SiteKind::attn_out, 3});
    const auto* plot = part<Heatmap>(*view, "siteByLayer");
    const QPoint center = plot->mapTo(view.get(), plot->cellCenter(other.first, other.second));
    QVERIFY(near(view->grab().toImage().pixelColor(center), bad));
}

void TestOverviewView::hatchesWhatIsAbsent() {
    auto changed = std::make_shared<Comparison>(*fake::comparison());
    for (SiteMetrics& metrics : changed->sites) {
        if (metrics.site == Site{SiteKind::pattern, 2}) metrics.in_b = false;
    }
    const auto view = shown<OverviewView>(changed, {900, 460});
    const ErrorTable table(changed, false);
    const auto cell = *table.cellOf({SiteKind::pattern, 2});
    const auto* plot = part<Heatmap>(*view, "siteByLayer");
    QVERIFY(std::isnan(plot->grid().at(cell.first, cell.second)));
    const QPoint center = plot->mapTo(view.get(), plot->cellCenter(cell.first, cell.second));
    const QImage picture = view->grab().toImage();
    QSet<QRgb> colors;
    for (int d = -5; d <= 5; ++d) colors.insert(picture.pixel(center + QPoint(d, 0)));
    QVERIFY(colors.size() > 1);
    QVERIFY(table.text({SiteKind::pattern, 2}, -1).contains(QLatin1String("not available: B")));
}

void TestOverviewView::selects() {
    const auto view = shown<OverviewView>(fake::comparison(), {900, 460});
    auto* layers = part<Heatmap>(*view, "siteByLayer");
    auto* positions = part<Heatmap>(*view, "siteByPosition");
    const ErrorTable table(view->comparison(), false);
    const auto cell = *table.cellOf({SiteKind::z, 3});
    const auto click = [&](Heatmap* plot, int row, int column) {
        const QPoint at = plot->mapTo(view.get(), plot->cellCenter(row, column));
        QWidget* target = view->childAt(at);
        QTest::mouseClick(target, Qt::LeftButton, {}, target->mapFrom(view.get(), at));
    };
    click(layers, cell.first, cell.second);
    QCOMPARE(view->selection()->site(), (Site{SiteKind::z, 3}));
    QCOMPARE(view->selection()->layer(), 3);
    settle();
    click(positions, cell.first, 21);
    QCOMPARE(view->selection()->pos(), 21);
    QCOMPARE(view->selection()->site(), (Site{SiteKind::z, 3}));
    QCOMPARE(positions->cursorColumn(), 21);
    QTest::keyClick(layers, Qt::Key_Right);
    QTest::keyClick(layers, Qt::Key_Down);
    QCOMPARE(view->selection()->site(), (Site{SiteKind::attn_out, 4}));
    QTest::keyClick(layers, Qt::Key_End);  // a block has no "out": its last block
    QCOMPARE(view->selection()->site(), (Site{SiteKind::attn_out, 5}));
    QCOMPARE(layers->cursorColumn(), 6);
}

void TestOverviewView::hoversEveryMetric() {
    const auto view = shown<OverviewView>(fake::comparison(), {900, 460});
    QSignalSpy hovered(view.get(), &View::hovered);
    view->selection()->goTo({SiteKind::q, 2}, 5);
    QTest::keyClick(part<Heatmap>(*view, "siteByPosition"), Qt::Key_Right);
    const auto info = hovered.last().first().value<HoverInfo>();
    const ErrorTable table(view->comparison(), false);
    const SiteMetrics* metrics = table.find({SiteKind::q, 2});
    QCOMPARE(info.site, QStringLiteral("blocks.2.attn.q"));
    QCOMPARE(*info.relative, metrics->by_pos[6]);
    QCOMPARE(*info.band, metrics->band_by_pos[6]);
    const QString text = table.text({SiteKind::q, 2}, 6);
    for (double value : {metrics->max_abs, metrics->rel_l2, metrics->max_ulp, metrics->exact,
                         metrics->slope, metrics->band}) {
        QVERIFY(text.contains(exact(value)));
    }
}

void TestOverviewView::otherUnits() {
    const auto view = shown<OverviewView>(fake::comparison(), {900, 460});
    const auto* layers = part<Heatmap>(*view, "siteByLayer");
    const auto* positions = part<Heatmap>(*view, "siteByPosition");
    const ErrorTable table(view->comparison(), false);
    const SiteMetrics* z = table.find({SiteKind::z, 2});
    const auto cell = *table.cellOf(z->site);
    // What the unit means stands below the maps, whole.
    const auto* legend = part<QLabel>(*view, "unitLegend");
    const auto means = [&](const char* words) {
        return legend->isVisible() && legend->text().contains(QLatin1String(words)) &&
               legend->fontMetrics().horizontalAdvance(legend->text()) <= legend->width();
    };
    QVERIFY2(means("band: as far as rounding alone may bring"), qPrintable(legend->text()));
    press(*view, "unit", 1);
    QVERIFY2(means("one unit in the last place"), qPrintable(legend->text()));
    QCOMPARE(layers->grid().at(cell.first, cell.second), z->max_ulp);
    QVERIFY(positions->caption().contains(QLatin1String("relative L2")));
    press(*view, "unit", 2);
    QVERIFY2(means("relative L2"), qPrintable(legend->text()));
    QCOMPARE(layers->grid().at(cell.first, cell.second), z->rel_l2);
}

void TestOverviewView::withoutJudge() {
    fake::Shape shape;
    shape.judged = false;
    const auto view = shown<OverviewView>(fake::comparison(shape), {900, 460});
    const auto* layers = part<Heatmap>(*view, "siteByLayer");
    QCOMPARE(QString::fromStdString(layers->grid().unit), unitText(ErrorUnit::relative));
    QVERIFY(layers->caption().contains(QLatin1String("not judged")));
    QVERIFY(!control(*view, "unit")->findChildren<QAbstractButton*>()[0]->isEnabled());
    QCOMPARE(control(*view, "unit")->current(), 2);
    QCOMPARE(view->saveState().value(QLatin1String("unit")).toString(), QStringLiteral("band"));
    view->setComparison(fake::comparison());
    QCOMPARE(control(*view, "unit")->current(), 0);
}

void TestOverviewView::allSites() {
    const auto view = shown<OverviewView>(fake::comparison(), {900, 300});
    const auto* layers = part<Heatmap>(*view, "siteByLayer");
    const int before = layers->grid().rows;
    press(*view, "sites", 1);
    settle();
    QVERIFY(layers->grid().rows > before);
    // Every row is tall enough for its name.
    const int row = layers->cellCenter(1, 1).y() - layers->cellCenter(0, 1).y();
    QVERIFY(row >= QFontMetrics(Theme::instance().mono(TextSize::caption)).height() - 2);
}

void TestOverviewView::takenApart() {
    const ComparisonPtr comparison = fake::apart();
    const auto view = shown<OverviewView>(comparison, {1000, 560});
    press(*view, "face", 1);
    settle();
    QVERIFY(!part<Heatmap>(*view, "siteByLayer")->isVisible());
    auto* steps = part<BarChart>(*view, "stepShares");
    auto* parts = part<BarChart>(*view, "components");
    QVERIFY(steps->isVisible() && parts->isVisible());
    QVERIFY(part<BarChart>(*view, "optionShares")->isVisible());

    // Every share in full, the negative one too, with plan and split.
    const Table table = view->table();
    const Attribution& found = *comparison->attribution;
    QCOMPARE(table.rows.size(), found.options.size() + found.steps.size() +
                                    comparison->components.size() + found.curve.size());
    const size_t embed = found.options.size();
    QCOMPARE(cellOf(table, embed, "id"), QStringLiteral("embed"));
    QCOMPARE(cellOf(table, embed, "mean_kl"), QStringLiteral("-0.03125"));
    QCOMPARE(cellOf(table, embed, "in_plan"), QStringLiteral("0"));
    QCOMPARE(cellOf(table, embed + 2, "id"), QStringLiteral("blocks.0.mlp"));
    QCOMPARE(cellOf(table, embed + 2, "in_plan"), QStringLiteral("1"));
    QCOMPARE(cellOf(table, embed + 2, "undoes_split"), QStringLiteral("1"));
    QCOMPARE(cellOf(table, embed + found.steps.size(), "part"), QStringLiteral("component"));
    const size_t curve = table.rows.size() - found.curve.size();
    for (size_t i = 0; i < found.curve.size(); ++i) {
        QCOMPARE(cellOf(table, curve + i, "part"), QStringLiteral("curve"));
        QCOMPARE(cellOf(table, curve + i, "steps"), QString::number(i));
        QCOMPARE(cellOf(table, curve + i, "id"), QString::fromStdString(found.curve[i].id));
        QCOMPARE(cellOf(table, curve + i, "kl_left").toDouble(), found.curve[i].kl);
    }
    const auto* summary = part<QLabel>(*view, "attributionSummary");
    for (const char* word : {"0.75", "blocks.0.mlp, blocks.0.attn", "34 runs"}) {
        QVERIFY2(summary->text().contains(QLatin1String(word)), qPrintable(summary->text()));
    }

    // A bar selects its site, a selection moves the cursor of both charts.
    view->selection()->setSite({SiteKind::q, 2});
    QCOMPARE(steps->cursor(), 1 + 2 * 2);
    QCOMPARE(parts->cursor(), 2 * 2);
    QTest::keyClick(steps, Qt::Key_Right);
    QCOMPARE(view->selection()->site(), (Site{SiteKind::mlp_out, 2}));
    QTest::keyClick(steps, Qt::Key_End);
    QCOMPARE(view->selection()->site(), (Site{SiteKind::logits, -1}));
    QTest::keyClick(parts, Qt::Key_Home);
    QCOMPARE(view->selection()->site(), (Site{SiteKind::attn_out, 0}));

    // The plan's curve: every point, read aloud, a point's step chosen with the arrows.
    auto* line = part<LineChart>(*view, "planCurve");
    QVERIFY(line->isVisible());
    QVERIFY(line->accessibleName().contains(QLatin1String("steps as in A")));
    QCOMPARE(line->table().rows.size(), found.curve.size());
    QTest::keyClick(line, Qt::Key_Home);
    QTest::keyClick(line, Qt::Key_Right);
    QCOMPARE(view->selection()->site(), (Site{SiteKind::mlp_out, 0}));
    QVERIFY2(line->accessibleDescription().contains(QLatin1String("0.25")),
             qPrintable(line->accessibleDescription()));

    // Into the session and back.
    OverviewView other;
    other.restoreState(view->saveState());
    QCOMPARE(other.saveState(), view->saveState());
    press(*view, "face", 0);
    QVERIFY(part<Heatmap>(*view, "siteByLayer")->isVisible());
    QCOMPARE(view->table().header.first(), QStringLiteral("site"));
}

void TestOverviewView::takeApartIsOffered() {
    const auto view = shown<OverviewView>(fake::comparison(), {900, 460});
    press(*view, "face", 1);
    QSignalSpy asked(view.get(), &View::actionRequested);
    auto* button = part<QPushButton>(*view, "takeApart");
    QVERIFY(button->isVisible());
    button->click();
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked.first().first().toString(), QStringLiteral("run.takeApart"));
    fake::Shape same;
    same.verdict = VerdictKind::identical;
    view->setComparison(fake::comparison(same));
    QVERIFY(!button->isVisible());
}

QTEST_MAIN(TestOverviewView)
#include "tst_overview_view.moc"
