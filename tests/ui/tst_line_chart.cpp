// SPDX-License-Identifier: GPL-3.0-or-later
// Lines, axes and their labels.
#include <algorithm>
#include <cmath>

#include <QRandomGenerator>
#include <QTest>

#include "tests/ui/painted_text.h"
#include "ui/plots/axis_labels.h"
#include "ui/plots/bar_chart.h"
#include "ui/plots/dense_lines.h"
#include "ui/plots/heatmap.h"
#include "ui/plots/legend.h"
#include "ui/plots/line_chart.h"
#include "ui/plots/value_ticker.h"
#include "ui/text/token_text.h"

using namespace driftscope;

class TestLineChart : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Values that all lie under the floor still have an axis of whole powers; hundreds are written
    /// out.
    void logAxesAreLegible() {
        LineChart chart;
        chart.setLog(true, 1e-12);
        chart.setSeries({{QStringLiteral("KL"), {0, 0, 0}, Role::a}});
        BarChart bars;
        bars.setLog(true);
        bars.setSeries({{QStringLiteral("values"), {3, 550}, Role::a}});
        for (Plot* plot : {static_cast<Plot*>(&chart), static_cast<Plot*>(&bars)}) {
            plot->resize(400, 220);
            plot->show();
            QApplication::processEvents();
            QStringList texts;
            for (const PaintedText& one : paintedTexts(*plot)) texts << one.text;
            for (const QWidget* part : plot->findChildren<QWidget*>()) {
                for (const PaintedText& one : paintedTexts(*const_cast<QWidget*>(part)))
                    texts << one.text;
            }
            const QString all = texts.join(u' ');
            QVERIFY2(!all.contains(QStringLiteral("·")), qPrintable(all));
            QVERIFY2(plot == &bars ? texts.contains(QStringLiteral("100"))
                                   : texts.contains(QStringLiteral("-12")) ||
                                         texts.contains(QStringLiteral("−12")),
                     qPrintable(all));
        }
    }

    /// Whatever the range: two numbers or more, of 1, 2, 5 times a power of ten, all in sight.
    void logTicksAreOneTwoFive() {
        for (const double low : {1e-12, 3e-5, 0.7, 1.0, 2.01, 5.0, 37.0}) {
            for (const double ratio : {1.02, 1.5, 4.0, 10.0, 30.0, 99.0, 1e3, 1e9}) {
                const double high = low * ratio, top = highForTwo(low, high);
                QVERIFY(top >= high && top <= 10.001 * high);
                for (int most = 2; most <= 5; ++most) {
                    const std::vector<double> ticks = logTicks(low, top, most);
                    QVERIFY2(ticks.size() >= 2 && ticks.size() <= size_t(most),
                             qPrintable(QStringLiteral("%1 to %2").arg(low).arg(top)));
                    QVERIFY(std::is_sorted(ticks.begin(), ticks.end()));
                    for (const double tick : ticks) {
                        QVERIFY(tick >= low * (1 - 1e-8) && tick <= top * (1 + 1e-8));
                        const double power = std::floor(std::log10(tick) + 1e-9);
                        const double digit = tick / std::pow(10, power);
                        QVERIFY2(std::abs(digit - 1) < 1e-6 || std::abs(digit - 2) < 1e-6 ||
                                     std::abs(digit - 5) < 1e-6,
                                 qPrintable(QString::number(tick)));
                    }
                }
            }
        }
        // Several decades are written as powers of ten alone.
        QCOMPARE(logTicks(15, 2500, 4), (std::vector<double>{100, 1000}));
        QCOMPARE(logTicks(1.5, 60, 5), (std::vector<double>{2, 5, 10, 20, 50}));
    }

    void linearTicksAreTwoOrMore() {
        for (const double low : {-3.7e-3, 0.0, 0.031, 7.3451, 1e6}) {
            for (const double span : {1e-4, 0.073, 1.0, 39.0}) {
                for (int most = 2; most <= 5; ++most) {
                    const std::vector<double> ticks = linearTicks(low, low + span, most);
                    QVERIFY(ticks.size() >= 2 && ticks.size() <= size_t(most));
                    QVERIFY(ticks.front() >= low - 1e-9 * span - 1e-9);
                    QVERIFY(ticks.back() <= low + span + 1e-9 * span + 1e-9);
                }
            }
        }
        QCOMPARE(linearTicks(0, 1, 5).size(), size_t(3));  // 0, 0.5, 1: quarters are no round step
    }

    /// However low: no number of a value axis lies on another, and on a low one the two stand at
    /// its ends.
    void numbersDoNotTouch() {
        QCOMPARE(endTicks(0, 0.1296, false), (std::vector<double>{0, 0.12}));
        QCOMPARE(endTicks(20, 2400, true), (std::vector<double>{20, 2000}));
        for (int height = 40; height <= 120; height += 4) {
            for (const double top : {0.121, 0.21, 0.6, 0.99}) {
                for (const bool log : {true, false}) {
                    BarChart chart;
                    chart.setLog(log);
                    chart.setShare(true);
                    chart.setSeries({{QStringLiteral("A"), {top / 12, top}, Role::a}});
                    chart.resize(200, height);
                    chart.show();
                    QApplication::processEvents();
                    std::vector<PaintedText> numbers;
                    for (QWidget* part : chart.findChildren<QWidget*>())
                        for (const PaintedText& one : paintedTexts(*part))
                            if (one.text.endsWith(u'%')) numbers.push_back(one);
                    QVERIFY2(!numbers.empty(), qPrintable(QString::number(height)));
                    QVERIFY(height < 50 || numbers.size() >= 2);
                    for (size_t i = 0; i < numbers.size(); ++i) {
                        for (size_t k = 0; k < i; ++k) {
                            const QRectF both = numbers[i].ink & numbers[k].ink;
                            QVERIFY2(both.isEmpty(), qPrintable(numbers[i].text));
                        }
                    }
                }
            }
        }
    }

    /// The charts as they stand: ranks under two decades, shares in a dock that is low.
    void valueAxesHaveTwoNumbers() {
        for (const int height : {60, 90, 140, 300}) {
            for (const double top : {1.0, 3.0, 7.0, 60.0, 900.0}) {
                for (const bool log : {true, false}) {
                    LineChart chart;
                    chart.setLog(log, 1e-9);
                    chart.setSeries({{QStringLiteral("A"), {top / 2, top}, Role::a}});
                    chart.resize(300, height);
                    chart.show();
                    QApplication::processEvents();
                    auto* canvas = chart.findChild<QCustomPlot*>();
                    canvas->replot();
                    QStringList labels = canvas->yAxis->tickVectorLabels();
                    labels.removeDuplicates();
                    labels.removeAll(QString());
                    // Half a decade on a low chart: two of them would lie on each other.
                    QVERIFY2(labels.size() >= (log && height < 90 ? 1 : 2),
                             qPrintable(labels.join(u' ')));
                    QVERIFY(!labels.join(u' ').contains(QStringLiteral("2.5")));
                }
            }
        }
    }

    /// Of 2 000 words every fortieth says nothing: positions stand there instead; 60 words stay
    /// words.
    void manyWordsAreNumbered() {
        for (const int count : {60, 2000}) {
            QStringList words;
            for (int i = 0; i < count; ++i) words << QStringLiteral("word");
            Heatmap map;
            map.setGrid(Grid(4, count));
            map.setColumnLabels(words);
            LineChart chart;
            chart.setSeries(
                {{QStringLiteral("A"), std::vector<double>(size_t(count), 1.0), Role::a}});
            chart.setLabels(words);
            for (Plot* plot : {static_cast<Plot*>(&map), static_cast<Plot*>(&chart)}) {
                plot->resize(500, 300);
                plot->show();
                QApplication::processEvents();
                QStringList texts;
                for (QWidget* part : plot->findChildren<QWidget*>()) {
                    for (const PaintedText& one : paintedTexts(*part)) texts << one.text;
                }
                QCOMPARE(texts.contains(QStringLiteral("word")), count == 60);
            }
        }
    }

    /// The column that asks for the most room gets all of it.
    void widestLabelIsWhole() {
        Heatmap map;
        QStringList labels{QStringLiteral("in")};
        for (int i = 0; i < 30; ++i) labels << QString::number(i);
        labels << QStringLiteral("out");
        map.setGrid(Grid(4, 32));
        map.setColumnLabels(labels);
        map.resize(460, 260);
        map.show();
        QApplication::processEvents();
        QStringList texts;
        for (QWidget* part : map.findChildren<QWidget*>()) {
            for (const PaintedText& one : paintedTexts(*part)) texts << one.text;
        }
        for (const QString& text : texts) QVERIFY2(!text.contains(u'…'), qPrintable(text));
        QVERIFY2(texts.contains(QStringLiteral("out")) || texts.contains(QStringLiteral("29")),
                 qPrintable(texts.join(u' ')));
    }

    /// The first and the last name of a map stand on its axes whatever its size: "in" and "out",
    /// "embed" and "logits". Only a map too small for any name does without.
    void endsAreNamed() {
        for (const int layers : {3, 12, 15, 30}) {
            QStringList columns{QStringLiteral("in")}, rows{QStringLiteral("embed")};
            for (int i = 0; i < layers; ++i) columns << QString::number(i);
            columns << QStringLiteral("out");
            for (int i = 0; i < 22; ++i) rows << QStringLiteral("site%1").arg(i);
            rows << QStringLiteral("logits");
            for (int width = 152; width <= 700; width += width < 200 ? 7 : 37) {
                for (int height = 130; height <= 500; height += 41) {
                    Heatmap map;
                    map.setGrid(Grid(static_cast<int>(rows.size()), layers + 2));
                    map.setRowLabels(rows);
                    map.setColumnLabels(columns);
                    map.setScaleBar(false);
                    map.resize(width, height);
                    map.show();
                    QApplication::processEvents();
                    QStringList texts;
                    for (QWidget* part : map.findChildren<QWidget*>())
                        for (const PaintedText& one : paintedTexts(*part)) texts << one.text;
                    const auto size =
                        QStringLiteral("%1 × %2: %3").arg(width).arg(height).arg(texts.join(u' '));
                    for (const QString& name :
                         {rows.first(), rows.last(), columns.first(), columns.last()})
                        QVERIFY2(texts.contains(name), qPrintable(name + size));
                }
            }
        }
    }

    void bytesAreWrittenShorterBeforeTheyAreCut() {
        const QFontMetricsF metrics(QFont(QStringLiteral("DejaVu Sans Mono"), 9));
        const QString whole = QStringLiteral("·<0xE4><0xBB>x"),
                      shorter = QStringLiteral("·<E4BB>x");
        const double wide = metrics.horizontalAdvance(whole);
        const double narrow = metrics.horizontalAdvance(shorter);
        QCOMPARE(elided(whole, metrics, wide + 1), whole);
        QCOMPARE(elided(whole, metrics, wide - 1), shorter);
        QCOMPARE(elided(whole, metrics, narrow + 1), shorter);
        QVERIFY(elided(whole, metrics, narrow - 1).endsWith(u'…'));
        const QString plain = QStringLiteral("<0x and no byte>");
        QVERIFY(elided(plain, metrics, metrics.horizontalAdvance(plain) - 1)
                    .startsWith(QStringLiteral("<0x and")));
    }

    /// A lies under B where both are the same, and still shows, at 2 000 points as well.
    void equalCurvesAreBothSeen() {
        std::vector<double> values(2000);
        for (size_t i = 0; i < values.size(); ++i)
            values[i] = std::sin(static_cast<double>(i) / 200);
        LineChart chart;
        chart.resize(500, 240);
        chart.setSeries(
            {{QStringLiteral("A"), values, Role::a}, {QStringLiteral("B"), values, Role::b}});
        chart.show();
        QTest::qWait(20);
        const QImage picture = chart.grab().toImage();
        const auto pixels = [&](Role role) {
            const QColor wanted = Theme::instance().color(role);
            int count = 0;
            for (int y = 0; y < picture.height(); ++y) {
                for (int x = 0; x < picture.width(); ++x) {
                    const QColor now = picture.pixelColor(x, y);
                    count += std::abs(now.red() - wanted.red()) < 40 &&
                             std::abs(now.green() - wanted.green()) < 40 &&
                             std::abs(now.blue() - wanted.blue()) < 40;
                }
            }
            return count;
        };
        const int a = pixels(Role::a), b = pixels(Role::b);
        QVERIFY2(a > 300 && b > 300, qPrintable(QStringLiteral("%1 %2").arg(a).arg(b)));
    }

    /// 0, 50, 100: not every 34th, wherever the axis begins.
    void longAxesCountInRoundSteps() {
        QCustomPlot plot;
        for (const int first : {0, 7, 100}) {
            for (const int count : {5, 60, 1800, 100000}) {
                QCPAxisTickerText ticker;
                labelAxis(plot.xAxis, ticker, {}, count, first, {165, 300});
                const QMap<double, QString> ticks = ticker.ticks();
                QVERIFY(ticks.size() >= 1);
                const int step = ticks.size() > 1
                                     ? ticks.values().at(1).toInt() - ticks.values().front().toInt()
                                     : 1;
                QCOMPARE(roundStep(step), step);
                for (auto it = ticks.begin(); it != ticks.end(); ++it) {
                    QCOMPARE(it.value(), QString::number(first + static_cast<int>(it.key())));
                    QCOMPARE(it.value().toInt() % step, 0);
                }
            }
        }
    }

    /// Two options in a low chart have their names, in two lines where one is too short.
    void fewNamesStayNames() {
        QCustomPlot plot;
        QCPAxisTickerText ticker;
        const QStringList names{QStringLiteral("dtype"), QStringLiteral("KV cache")};
        labelAxis(plot.xAxis, ticker, names, 2, 0, {90, 100});
        QCOMPARE(ticker.ticks().values(),
                 QStringList({QStringLiteral("dtype"), QStringLiteral("KV\ncache")}));
        ticker.clear();
        labelAxis(plot.xAxis, ticker, names, 2, 0, {60, 100});
        QCOMPARE(ticker.ticks().values(), QStringList({QStringLiteral("0"), QStringLiteral("1")}));
    }

    /// Bins keep their names in a low chart: the index of a bin is no number of anything.
    void binsKeepTheirNames() {
        QCustomPlot plot;
        QStringList names{QStringLiteral("0"), QStringLiteral("½")};
        for (int power = 0; power < 20; ++power)
            names << (power < 4 ? QString::number(1 << power) : QStringLiteral("2^%1").arg(power));
        names << QStringLiteral("more");
        for (const QSize size : {QSize(150, 90), QSize(400, 90), QSize(150, 300)}) {
            QCPAxisTickerText ticker;
            labelAxis(plot.xAxis, ticker, names, static_cast<int>(names.size()), 0, size);
            QVERIFY(ticker.ticks().size() >= 2);
            const QMap<double, QString> ticks = ticker.ticks();
            for (auto it = ticks.begin(); it != ticks.end(); ++it)
                QCOMPARE(it.value(), names.value(static_cast<int>(it.key())));
        }
    }

    /// One exact 0 among numbers around 1 costs no ten decades of the axis.
    void zerosPressNothingFlat() {
        LineChart chart;
        chart.setLog(true, 1e-12);
        chart.setSeries({{QStringLiteral("KL"), {0, 0.5, 0.1, 0.2, 1}, Role::a}});
        chart.resize(400, 220);
        chart.show();
        QApplication::processEvents();
        QStringList texts;
        for (QWidget* part : chart.findChildren<QWidget*>())
            for (const PaintedText& one : paintedTexts(*part)) texts << one.text;
        QVERIFY(texts.contains(QStringLiteral("0.1")) || texts.contains(QStringLiteral("1")));
        for (const QString& text : texts) {
            QString number = text;
            QVERIFY2(number.replace(u'−', u'-').toDouble() > -3, qPrintable(text));  // exponents
        }
    }

    /// A rank of 1 is the best and lies on the chart, not below it.
    void theLeastRankIsOnTheChart() {
        LineChart chart;
        chart.setLog(true, 1);
        chart.setSeries({{QStringLiteral("A"), {40, 90, 1, 1, 1, 1}, Role::a},
                         {QStringLiteral("B"), {50, 80, 1, 1, 1, 1}, Role::b}});
        chart.resize(400, 220);
        chart.show();
        QApplication::processEvents();
        const auto* plot = chart.findChild<QCustomPlot*>();
        QVERIFY2(plot->yAxis->range().lower <= 0.6,
                 qPrintable(QString::number(plot->yAxis->range().lower)));
    }

    /// 64 pairs of bars in 130 pixels: equal loads of A and B are still both seen everywhere.
    void narrowBarsAreSteps() {
        BarChart chart;
        const std::vector<double> values(64, 2.0);
        chart.setSeries(
            {{QStringLiteral("A"), values, Role::a}, {QStringLiteral("B"), values, Role::b}});
        chart.resize(130, 120);
        chart.show();
        QApplication::processEvents();
        const QImage picture = chart.grab().toImage();
        const auto columns = [&](Role role) {
            const QColor wanted = Theme::instance().color(role);
            int count = 0;
            for (int x = 0; x < picture.width(); ++x) {
                bool found = false;
                for (int y = 0; y < picture.height() - 30; ++y) {
                    const QColor now = picture.pixelColor(x, y);
                    found = found || (std::abs(now.red() - wanted.red()) < 60 &&
                                      std::abs(now.green() - wanted.green()) < 60 &&
                                      std::abs(now.blue() - wanted.blue()) < 60);
                }
                count += found;
            }
            return count;
        };
        QVERIFY2(columns(Role::a) > 80, qPrintable(QString::number(columns(Role::a))));
        QVERIFY2(columns(Role::b) > 80, qPrintable(QString::number(columns(Role::b))));
    }

    /// Names that have no room beside each other stand in rows, none of them cut.
    void legendsWrap() {
        Legend legend;
        std::vector<Legend::Entry> entries;
        for (const char* name : {"isolated", "propagated", "injected", "plan", "target"})
            entries.push_back({QString::fromLatin1(name), Role::a});
        legend.setEntries(entries, {});
        legend.setWraps(true);
        const int row = legend.sizeHint().height(), wide = legend.sizeHint().width();
        QCOMPARE(legend.heightForWidth(wide), row);
        QCOMPARE(legend.heightForWidth(wide / 2 + 20), 2 * row);
        for (const int width : {wide, wide / 2 + 20, legend.minimumSizeHint().width()}) {
            legend.resize(width, legend.heightForWidth(width));
            QStringList texts;
            for (const PaintedText& one : paintedTexts(legend)) texts << one.text;
            for (const Legend::Entry& entry : entries)
                QVERIFY2(texts.contains(entry.name), qPrintable(texts.join(u' ')));
        }
    }

    /// Against the definition: sorted anew for every value.
    void runningMedians() {
        const double none = std::numeric_limits<double>::quiet_NaN();
        std::vector<double> values;
        QRandomGenerator draw(5);
        for (int i = 0; i < 200; ++i)
            values.push_back(
                i % 17 == 3 || (i > 90 && i < 110) ? none : static_cast<double>(draw.bounded(12)));
        for (const int window : {1, 5, 31, 999}) {
            const std::vector<double> medians = runningMedian(values, window);
            QCOMPARE(medians.size(), values.size());
            for (int i = 0; i < 200; ++i) {
                std::vector<double> near;
                for (int k = std::max(0, i - window / 2); k <= std::min(199, i + window / 2); ++k)
                    if (const double v = values[size_t(k)]; std::isfinite(v)) near.push_back(v);
                std::sort(near.begin(), near.end());
                const double median = medians[size_t(i)];
                if (near.empty())
                    QVERIFY(std::isnan(median));
                else
                    QCOMPARE(median, near[near.size() / 2]);
            }
        }
        QVERIFY(runningMedian({}, 9).empty());
    }

    /// Every value lies in the bin of its index, and both edges of a bin are values of it.
    void envelopesHoldEverything() {
        const double none = std::numeric_limits<double>::quiet_NaN();
        std::vector<double> values{3, none, -1, 5, none, none, 2, 8, INFINITY, 7};
        const Envelope five = envelope(values, 5);
        QCOMPARE(five.index, std::vector<double>({0.5, 2.5, 4.5, 6.5, 8.5}));
        QCOMPARE(five.low[0], 3);
        QCOMPARE(five.low[1], -1);
        QCOMPARE(five.high[1], 5);
        QVERIFY(std::isnan(five.low[2]) && std::isnan(five.high[2]));
        QCOMPARE(five.low[3], 2);
        QCOMPARE(five.high[3], 8);
        QCOMPARE(five.low[4], 7);
        QCOMPARE(five.high[4], 7);
        QCOMPARE(envelope(values, 99).index.size(), values.size());
        QVERIFY(envelope({}, 5).index.empty());
    }

    /// More points than pixels: the legend says of how many the line is the median, and it is gone
    /// where every point has its pixel. The table has the numbers themselves.
    void denseLinesHaveAMedian() {
        std::vector<double> a, b;
        for (int i = 0; i < 2000; ++i) {
            a.push_back(i % 2 == 0 ? 0.0 : 10.0);
            b.push_back(i % 2 == 0 ? 3.0 : 7.0);
        }
        LineChart chart;
        chart.setSeries({{QStringLiteral("A"), a, Role::a}, {QStringLiteral("B"), b, Role::b}});
        chart.resize(500, 240);
        chart.show();
        const auto said = [&chart] {
            QApplication::processEvents();
            QStringList texts;
            for (QWidget* part : chart.findChildren<QWidget*>())
                for (const PaintedText& one : paintedTexts(*part)) texts << one.text;
            return texts.filter(QStringLiteral("median of")).join(u' ');
        };
        QCOMPARE(said(), QStringLiteral("median of 51"));  // 12 · 2000 / 464, made odd
        QCOMPARE(chart.table().rows.size(), 2000);
        QCOMPARE(chart.table().rows[7].last(), QStringLiteral("7"));
        chart.resize(2400, 240);
        QCOMPARE(said(), QString());
    }
};

QTEST_MAIN(TestLineChart)
#include "tst_line_chart.moc"
