// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <map>

#include <QBuffer>
#include <QImage>
#include <QImageReader>
#include <QPainter>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include "core/data/error.h"
#include "tests/ui/fake_comparison.h"
#include "tests/ui/painted_text.h"
#include "ui/plots/bar_chart.h"
#include "ui/plots/grid_scan.h"
#include "ui/plots/heatmap.h"
#include "ui/plots/line_chart.h"
#include "ui/plots/scale_bar.h"
#include "ui/selection.h"
#include "ui/text/token_text.h"
#include "ui/window/token_strip.h"

using namespace driftscope;

namespace {

Grid ramp(int rows, int columns) {
    Grid grid(rows, columns);
    for (int r = 0; r < rows; ++r) {
        for (int c = 0; c < columns; ++c)
            grid.at(r, c) = double(r * columns + c) / (rows * columns - 1);
    }
    return grid;
}

std::unique_ptr<Plot> makePlot(const QString& kind) {
    if (kind == QLatin1String("heatmap")) {
        auto plot = std::make_unique<Heatmap>();
        plot->setGrid(ramp(6, 8));
        return plot;
    }
    if (kind == QLatin1String("bars")) {
        auto plot = std::make_unique<BarChart>();
        plot->setSeries({{QStringLiteral("A"), {1, 2, 3}, Role::a},
                         {QStringLiteral("B"), {2, NAN, 1}, Role::b}});
        plot->setThreshold(1.5, QStringLiteral("error there"));
        return plot;
    }
    auto plot = std::make_unique<LineChart>();
    plot->setSeries({{QStringLiteral("A"), {1e-4, 2, NAN, 3}, Role::a}});
    plot->setLog(true);
    return plot;
}

/// How many pixels of the picture have the colour of a cell.
int pixelsOf(const QImage& image, const QColor& cell) {
    int pixels = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor at = image.pixelColor(x, y);
            pixels += std::abs(at.red() - cell.red()) < 8 && std::abs(at.blue() - cell.blue()) < 8;
        }
    }
    return pixels;
}

/// Up to what smoothing of thin lines does to a colour.
bool isLike(const QColor& x, const QColor& y) {
    const auto close = [](int p, int q) { return std::abs(p - q) <= 60; };
    return close(x.red(), y.red()) && close(x.green(), y.green()) && close(x.blue(), y.blue());
}

const QStringList kKinds{QStringLiteral("heatmap"), QStringLiteral("bars"),
                         QStringLiteral("lines")};
const Provenance kProvenance{{QStringLiteral("Model A"), QStringLiteral("/models/<a&b> 模型")},
                             {QStringLiteral("Rule"), QStringLiteral("rounding: 1e-13")}};

}  // namespace

class TestPlots : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void signedRoots();
    void ideographsAreStacked();
    void blanksOfRightToLeftTokens();
    void framesAtTheEdgeAreWhole();
    void framesLeaveMarksWhole();
    void heatmapsZoom();
    void largeMapsArePooledElsewhere();
    void cellsHaveTheirColour_data();
    void cellsHaveTheirColour();
    void hugeMapsKeepTheirPeaks();
    void poolingLeavesNothingOut();
    void columnsBelowAPixelKeepTheirPeaksOnPaper();
    void axesHaveTheMinusOfTables();
    void scalesFillTheirFrame();
    void largeGridsAreShared();
    void barsBelowZeroAndWhiskers();
    void awkwardGrids_data();
    void awkwardGrids();
    void keyboardMovesTheCursor();
    void barsAndLinesTakeTheKeyboard();
    void exportsCarryProvenance_data();
    void exportsCarryProvenance();
    void exportIsVector();
    void errorsSayWhat();
};

/// The frame of the cursor and the diamond of the first divergence are both seen, in one small cell
/// and in neighbours.
void TestPlots::framesLeaveMarksWhole() {
    Theme::instance().setMode(Theme::Mode::light);
    Heatmap map;
    map.setGrid(Grid(60, 60, 0.0));
    map.setMarks({{20, 20, Heatmap::Shape::diamond, Role::bad}});
    map.resize(340, 340);
    map.show();
    QVERIFY(QTest::qWaitForWindowExposed(&map));
    const auto count = [&](Role role) {
        QTest::qWait(30);
        const QImage image = map.grab().toImage();
        const QPoint at = map.cellCenter(20, 20);
        int pixels = 0;
        for (int y = at.y() - 14; y <= at.y() + 14; ++y)
            for (int x = at.x() - 14; x <= at.x() + 14; ++x)
                pixels += isLike(image.pixelColor(x, y), Theme::instance().color(role));
        return pixels;
    };
    const int whole = count(Role::bad);
    QVERIFY2(whole > 4, qPrintable(QString::number(whole)));
    map.setCursorCell(20, 20);
    QCOMPARE(count(Role::bad), whole);
    const int frame = count(Role::text);
    QVERIFY2(frame > 12, qPrintable(QString::number(frame)));
    map.setCursorCell(20, 21);
    QCOMPARE(count(Role::bad), whole);
    QVERIFY(count(Role::text) > 6);
}

void TestPlots::cellsHaveTheirColour_data() {
    QTest::addColumn<int>("gradient");
    QTest::addColumn<int>("mode");
    for (const int g : {0, 1, 2}) {
        for (const int m : {1, 2}) QTest::addRow("gradient %d, mode %d", g, m) << g << m;
    }
}

void TestPlots::cellsHaveTheirColour() {
    QFETCH(int, gradient);
    QFETCH(int, mode);
    Theme::instance().setMode(static_cast<Theme::Mode>(mode));
    Heatmap map;
    Grid grid = ramp(5, 7);
    grid.at(1, 2) = NAN;
    grid.at(0, 6) = -0.5;
    map.setGradient(static_cast<Gradient>(gradient));
    map.setGrid(grid);
    map.setRange(gradient == 1 ? -1 : 0, 1);
    map.resize(420, 320);
    map.show();
    QVERIFY(QTest::qWaitForWindowExposed(&map));
    QTest::qWait(30);
    const QImage image = map.grab().toImage();
    for (int r = 0; r < grid.rows; ++r) {
        for (int c = 0; c < grid.cols; ++c) {
            const QColor drawn = image.pixelColor(map.cellCenter(r, c)),
                         wanted = map.cellColor(r, c);
            const int off = std::max({std::abs(drawn.red() - wanted.red()),
                                      std::abs(drawn.green() - wanted.green()),
                                      std::abs(drawn.blue() - wanted.blue())});
            QVERIFY2(off <= 6, qPrintable(QStringLiteral("cell %1,%2: %3 for %4")
                                              .arg(r)
                                              .arg(c)
                                              .arg(drawn.name(), wanted.name())));
        }
    }
}

/// Where labels are turned, characters of Chinese stand upright, one under the other, in the room
/// that a turned label would have; a token with other letters in it is turned whole.
void TestPlots::ideographsAreStacked() {
    const QString two = QStringLiteral("一二"), mixed = QStringLiteral("国ab"),
                  blank = QStringLiteral("·三四"), longer(30, QChar(0x4e94));
    QStringList labels;
    for (int i = 0; i < 10; ++i) labels << two << mixed << blank << longer;
    Heatmap map;
    map.setGrid(ramp(6, 40));
    map.setColumnLabels(labels);
    LineChart chart;
    chart.setSeries({{QStringLiteral("A"), std::vector<double>(40, 1.0), Role::a}});
    chart.setLabels(labels);
    for (Plot* plot : {static_cast<Plot*>(&map), static_cast<Plot*>(&chart)}) {
        plot->resize(640, 300);
        plot->show();
        QApplication::processEvents();
        std::map<QString, PaintedText> found;  // the first of each
        for (QWidget* part : plot->findChildren<QWidget*>())
            for (const PaintedText& one : paintedTexts(*part)) {
                found.insert({one.text, one});
                const QRectF room = QRectF(part->rect()).adjusted(-1, -1, 1, 1);
                QVERIFY2(room.contains(one.ink), qPrintable(one.text));
            }
        QVERIFY(!found.contains(two) && !found.contains(blank));
        for (const auto& [upper, lower] : {std::pair{u'一', u'二'}, std::pair{u'三', u'四'}}) {
            QVERIFY(found.contains(QString(upper)) && found.contains(QString(lower)));
            const QRectF over = found[QString(upper)].ink, under = found[QString(lower)].ink;
            QVERIFY(over.bottom() <= under.top() + 1);
            QVERIFY(std::abs(over.center().x() - under.center().x()) <= 1.5);
        }
        // A stroke from left to right, as it is written; turned it would be high.
        const QRectF stroke = found[QStringLiteral("一")].ink;
        QVERIFY(stroke.width() > 1.5 * stroke.height());
        QVERIFY(found.contains(QStringLiteral("⋮")));  // of what is too long
        QVERIFY(!found.contains(longer));
    }
    // With room side by side nothing is stacked.
    Heatmap wide;
    wide.setGrid(ramp(6, 4));
    wide.setColumnLabels(labels.mid(0, 2) + labels.mid(0, 2));
    wide.resize(640, 300);
    wide.show();
    QApplication::processEvents();
    QStringList texts;
    for (QWidget* part : wide.findChildren<QWidget*>())
        for (const PaintedText& one : paintedTexts(*part)) texts << one.text;
    QVERIFY(texts.contains(two));
}

/// The mark of a leading blank stands on the same side of a Hebrew token wherever that is drawn.
void TestPlots::blanksOfRightToLeftTokens() {
    const ComparisonPtr comparison = fake::awkward();
    const QStringList tokens = tokenTexts(*comparison);
    const QString word = QStringLiteral("שלום");
    QVERIFY(tokens.contains(u'·' + word));
    const auto atLeft = [&](QWidget& widget) {
        std::vector<PaintedText> all;
        std::vector<QWidget*> parts{&widget};
        for (QWidget* part : widget.findChildren<QWidget*>()) parts.push_back(part);
        for (QWidget* part : parts)
            for (const PaintedText& one : paintedTexts(*part)) all.push_back(one);
        for (const PaintedText& one : all) {
            if (!one.text.contains(word)) continue;
            for (const PaintedText& mark : all)
                if (mark.text.contains(u'·') && !mark.text.contains(word) &&
                    std::abs(mark.ink.center().y() - one.ink.center().y()) < 8 &&
                    mark.ink.right() <= one.ink.left() + 2 && mark.ink.right() > one.ink.left() - 8)
                    return true;
        }
        return false;
    };
    Selection selection;
    TokenStrip strip(&selection);
    strip.setComparison(comparison);
    strip.resize(1600, 90);
    strip.show();
    Heatmap rows;
    rows.setGrid(ramp(static_cast<int>(tokens.size()), 3));
    rows.setRowLabels(tokens);
    Heatmap columns;
    columns.setGrid(ramp(3, static_cast<int>(tokens.size())));
    columns.setColumnLabels(QStringList(tokens.size(), u'·' + word));
    LineChart chart;
    chart.setSeries({{QStringLiteral("A"), std::vector<double>(5, 1.0), Role::a}});
    chart.setLabels(QStringList(5, u'·' + word));
    for (QWidget* widget : std::initializer_list<QWidget*>{&rows, &columns, &chart}) {
        widget->resize(1400, 420);
        widget->show();
    }
    QApplication::processEvents();
    for (QWidget* widget : std::initializer_list<QWidget*>{&strip, &rows, &columns, &chart})
        QVERIFY2(atLeft(*widget), widget->metaObject()->className());
}

/// Against the definition: cell i of n falls into group i·m/n; the largest magnitude stays.
void TestPlots::poolingLeavesNothingOut() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    Grid grid(37, 53);
    for (int r = 0; r < grid.rows; ++r) {
        for (int c = 0; c < grid.cols; ++c) {
            if ((r * 7 + c) % 11 != 0) grid.at(r, c) = std::sin(r * 53.0 + c) * (c + 1);
        }
    }
    grid.at(20, 9) = -kInfinity;
    QCOMPARE(finiteRange(grid), grid.range());
    QCOMPARE(finiteRange(Grid(3, 3)), Grid(3, 3).range());
    const GridPart part{5, 2, 30, 47};
    for (const auto& [rows, columns] : {std::pair{30, 47}, std::pair{7, 11}, std::pair{1, 1}}) {
        Grid wanted(rows, columns);
        for (int r = 0; r < part.rows; ++r) {
            for (int c = 0; c < part.columns; ++c) {
                const double v = grid.at(part.row + r, part.column + c);
                double& kept = wanted.at(r * rows / part.rows, c * columns / part.columns);
                if (std::isnan(kept) || std::fabs(v) > std::fabs(kept)) kept = v;
            }
        }
        const Grid made = pooled(grid, part, rows, columns);
        for (size_t i = 0; i < wanted.values.size(); ++i) {
            const bool same = made.values[i] == wanted.values[i] ||
                              (std::isnan(made.values[i]) && std::isnan(wanted.values[i]));
            QVERIFY2(same, qPrintable(QString::number(i)));
        }
    }
}

void TestPlots::largeGridsAreShared() {
    const auto grid = std::make_shared<const Grid>(ramp(40, 60));
    Heatmap map;
    map.setGrid(grid);
    QCOMPARE(map.grid().values.data(), grid->values.data());
    QCOMPARE(map.dataRange(), grid->range());
    map.setGrid(std::shared_ptr<const Grid>());
    QVERIFY(map.grid().empty());
}

void TestPlots::barsBelowZeroAndWhiskers() {
    Theme::instance().setMode(Theme::Mode::light);
    BarChart bars;
    BarChart::Series series{
        QStringLiteral("share"), {0.5, -0.25, 0.125}, Role::b, {0.1, 0.05, NAN}};
    bars.setSeries({series});
    bars.setMarks({{QStringLiteral("plan"), {1}, Role::float64}});
    bars.resize(400, 300);
    bars.show();
    QVERIFY(QTest::qWaitForWindowExposed(&bars));
    QTest::qWait(30);
    const QImage image = bars.grab().toImage();
    int bar = 0, mark = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = image.width() * 4 / 9; x < image.width() * 6 / 9; ++x) {
            bar += image.pixelColor(x, y) == Theme::instance().color(Role::b);
            mark += image.pixelColor(x, y) == Theme::instance().color(Role::float64);
        }
    }
    QVERIFY2(bar > 500, qPrintable(QString::number(bar)));  // the negative bar is drawn
    QVERIFY2(mark > 10, qPrintable(QString::number(mark)));
    const Table table = bars.table();
    QCOMPARE(table.header, (QStringList{QStringLiteral("index"), QStringLiteral("label"),
                                        QStringLiteral("share"), QStringLiteral("share ±")}));
    QCOMPARE(table.rows[1][2], QStringLiteral("-0.25"));
    QCOMPARE(table.rows[1][3], QStringLiteral("0.05"));
    bars.setCursorCategory(1);
    QVERIFY(bars.describe().contains(QStringLiteral("±")));
    QVERIFY(bars.describe().contains(QStringLiteral("plan")));
}

void TestPlots::hugeMapsKeepTheirPeaks() {
    Heatmap map;
    Grid grid(3000, 3000, 0.0);
    grid.at(1501, 1499) = 1;
    map.setGrid(grid);
    map.resize(300, 300);
    map.show();
    const QColor peak = map.cellColor(1501, 1499);
    // Another thread pools the cells.
    QTRY_VERIFY(pixelsOf(map.grab().toImage(), peak) > 0);
}

/// A peak that is alone in its pixel: on paper the neighbours on its right do not paint over it.
void TestPlots::columnsBelowAPixelKeepTheirPeaksOnPaper() {
    Heatmap map;
    Grid grid(6, 2000, 0.0);
    grid.at(3, 901) = 1;
    map.setGrid(grid);
    map.resize(300, 200);
    map.show();
    QTest::qWait(20);
    const QColor peak = map.cellColor(3, 901);
    QImage image;
    QVERIFY(image.loadFromData(figureBytes(map.figure({}), FigureFormat::png)));
    const int seen = pixelsOf(image, peak);
    QVERIFY2(seen > 5, qPrintable(QString::number(seen)));
}

void TestPlots::axesHaveTheMinusOfTables() {
    LineChart chart;
    chart.setSeries({{QStringLiteral("A"), {-0.5, 0.25, 0.5}, Role::a}});
    chart.resize(320, 220);
    chart.show();
    QTest::qWait(20);
    const QString svg = QString::fromUtf8(figureBytes(chart.figure({}), FigureFormat::svg));
    QVERIFY(svg.contains(QStringLiteral(">−0.")));
    QVERIFY(!svg.contains(QStringLiteral(">-0.")));
}

/// At one and at two dots a pixel: the colours lie within the frame, which goes all round.
void TestPlots::scalesFillTheirFrame() {
    Theme::instance().setMode(Theme::Mode::light);
    ScaleBar bar;
    bar.setScale(Gradient::sequential, 0, 1, false);
    bar.resize(bar.sizeHint());
    const QColor frame = Theme::instance().color(Role::line);
    for (const int dots : {1, 2}) {
        QImage image(bar.size() * dots, QImage::Format_RGB32);
        image.setDevicePixelRatio(dots);
        image.fill(Qt::white);
        bar.render(&image);
        // The deepest blue stands at the right end; its next neighbours are the frame.
        const QColor deepest = Theme::color(Gradient::sequential, 0.99, false);
        int right = -1, top = -1, bottom = -1;
        for (int x = 0; x < image.width(); ++x) {
            for (int y = 0; y < image.height(); ++y) {
                const QColor at = image.pixelColor(x, y);
                if (std::abs(at.red() - deepest.red()) > 6 || at.blue() - at.red() < 40) continue;
                right = x;
                if (top < 0) top = y;
                bottom = std::max(bottom, y);
            }
        }
        QVERIFY(right > 0 && top > 0);
        QCOMPARE(image.pixelColor(right + 1, top), frame);
        QCOMPARE(image.pixelColor(right, top - 1), frame);
        QCOMPARE(image.pixelColor(right, bottom + 1), frame);
    }
}

void TestPlots::awkwardGrids_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    QTest::addColumn<double>("value");
    QTest::newRow("none") << 0 << 0 << 0.0;
    QTest::newRow("one") << 1 << 1 << 0.5;
    QTest::newRow("one row") << 1 << 40 << 0.5;
    QTest::newRow("one column") << 40 << 1 << 0.5;
    QTest::newRow("all zero") << 4 << 4 << 0.0;
    QTest::newRow("all masked") << 4 << 4 << std::nan("");
    QTest::newRow("infinite") << 4 << 4 << std::numeric_limits<double>::infinity();
    QTest::newRow("denormal") << 4 << 4 << 5e-324;
    QTest::newRow("largest") << 4 << 4 << -1.7e308;
}

void TestPlots::awkwardGrids() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(double, value);
    for (const Gradient g : {Gradient::sequential, Gradient::diverging, Gradient::error}) {
        for (const bool log : {false, true}) {
            Heatmap map;
            map.setGradient(g);
            map.setLog(log);
            map.setGrid(Grid(rows, columns, value));
            map.setMarks({{0, 0}, {rows + 5, columns + 5}});
            map.resize(200, 150);
            map.show();
            QTest::qWait(1);
            QVERIFY(!map.grab().isNull());
            QVERIFY(!map.describe().isEmpty());
            QCOMPARE(map.table().rows.size(), size_t(rows * columns));
        }
    }
}

void TestPlots::keyboardMovesTheCursor() {
    Heatmap map;
    map.setGrid(ramp(5, 30));
    map.resize(400, 300);
    map.show();
    QSignalSpy chosen(&map, &Heatmap::cellChosen);
    QTest::keyClick(&map, Qt::Key_Right);
    QCOMPARE(map.cursorRow(), 0);
    QCOMPARE(map.cursorColumn(), 0);
    QTest::keyClick(&map, Qt::Key_Right);
    QTest::keyClick(&map, Qt::Key_Down);
    QTest::keyClick(&map, Qt::Key_Right, Qt::ControlModifier);
    QCOMPARE(map.cursorRow(), 1);
    QCOMPARE(map.cursorColumn(), 11);
    QTest::keyClick(&map, Qt::Key_End);
    QCOMPARE(map.cursorColumn(), 29);
    QTest::keyClick(&map, Qt::Key_Right);
    QCOMPARE(map.cursorColumn(), 29);
    QTest::keyClick(&map, Qt::Key_Home);
    QCOMPARE(map.cursorColumn(), 0);
    QVERIFY(chosen.count() >= 6);
    QVERIFY(map.accessibleDescription().contains(map.describe()));
    map.setCursorCell(-1, -1);
    QCOMPARE(map.cursorRow(), -1);
}

void TestPlots::barsAndLinesTakeTheKeyboard() {
    BarChart bars;
    bars.setSeries({{QStringLiteral("A"), {1, 2, 3}, Role::a}});
    bars.show();
    QSignalSpy bar(&bars, &BarChart::categoryChosen);
    QTest::keyClick(&bars, Qt::Key_End);
    QTest::keyClick(&bars, Qt::Key_Left);
    QCOMPARE(bars.cursor(), 1);
    QCOMPARE(bar.count(), 2);
    LineChart lines;
    lines.setSeries({{QStringLiteral("A"), {1, 2, 3}, Role::a}});
    lines.show();
    QTest::keyClick(&lines, Qt::Key_Right);
    QTest::keyClick(&lines, Qt::Key_Right);
    QCOMPARE(lines.cursor(), 1);
    QVERIFY(lines.describe().contains(u'2'));
}

void TestPlots::exportsCarryProvenance_data() {
    QTest::addColumn<QString>("kind");
    for (const QString& kind : kKinds) QTest::newRow(qPrintable(kind)) << kind;
}

void TestPlots::exportsCarryProvenance() {
    QFETCH(QString, kind);
    const std::unique_ptr<Plot> plot = makePlot(kind);
    plot->setCaption(QStringLiteral("A − B"));
    plot->resize(300, 220);
    plot->show();
    QTest::qWait(20);
    const Figure figure = plot->figure(kProvenance);
    const QImage image = QImage::fromData(figureBytes(figure, FigureFormat::png), "png");
    QVERIFY(!image.isNull());
    QCOMPARE(image.text(QStringLiteral("Model A")), kProvenance[0].second);
    QCOMPARE(image.width(), figure.size.width() * 2);
    QXmlStreamReader xml(figureBytes(figure, FigureFormat::svg));
    QString description;
    while (!xml.atEnd()) {
        if (xml.readNext() == QXmlStreamReader::StartElement && xml.name() == QLatin1String("desc"))
            description = xml.readElementText();
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QVERIFY(description.contains(kProvenance[0].second));
    const QByteArray pdf = figureBytes(figure, FigureFormat::pdf);
    QVERIFY(pdf.startsWith("%PDF-"));
    QVERIFY(pdf.contains(kProvenance[0].second.toHtmlEscaped().toUtf8()));
    const QString csv = toCsv(plot->table(), kProvenance);
    QVERIFY(csv.contains(QStringLiteral("# Model A: ") + kProvenance[0].second));
    QVERIFY(!plot->table().isEmpty());
}

void TestPlots::exportIsVector() {
    const std::unique_ptr<Plot> plot = makePlot(QStringLiteral("heatmap"));
    plot->resize(300, 220);
    plot->show();
    QTest::qWait(20);
    const QByteArray svg = figureBytes(plot->figure({}), FigureFormat::svg);
    QVERIFY(!svg.contains("<image"));
    QVERIFY(svg.contains("<text"));
}

void TestPlots::errorsSayWhat() {
    QTemporaryDir folder;
    const std::unique_ptr<Plot> plot = makePlot(QStringLiteral("bars"));
    const Figure figure = plot->figure({});
    QVERIFY_THROWS_EXCEPTION(Error, writeFigure(figure, folder.filePath(QStringLiteral("a.bmp"))));
    QVERIFY_THROWS_EXCEPTION(Error,
                             writeFigure(figure, folder.filePath(QStringLiteral("no/such/a.png"))));
    QVERIFY_THROWS_EXCEPTION(Error, writeTable({}, {}, QStringLiteral("/proc/a.csv")));
}

/// Of millions of cells none is read while the picture is painted; the numbers are there at once.
void TestPlots::largeMapsArePooledElsewhere() {
    constexpr int kSide = 1500;
    Grid grid(kSide, kSide, 0.0);
    grid.at(700, 900) = 1;  // alone in its pixel
    Heatmap map;
    map.resize(400, 400);
    map.show();
    QApplication::processEvents();
    map.setGrid(grid);
    map.repaint();
    QVERIFY(!map.isDrawn());  // without a turn of the event loop nothing can have come
    QCOMPARE(map.grid().at(700, 900), 1.0);
    const auto inkAt = [&](QPoint at) {
        // As a window would: the picture as it is on screen.
        const QImage image = map.grab().toImage();
        QColor darkest = Qt::white;
        for (int dy = -1; dy <= 1; ++dy) {
            for (int dx = -1; dx <= 1; ++dx) {
                const QColor here = image.pixelColor(at + QPoint(dx, dy));
                if (here.lightness() < darkest.lightness()) darkest = here;
            }
        }
        return darkest;
    };
    const QColor full = map.cellColor(700, 900);
    const auto drawn = [&] {
        const QColor ink = inkAt(map.cellCenter(700, 900));
        return std::abs(ink.red() - full.red()) + std::abs(ink.blue() - full.blue()) < 16;
    };
    QTRY_VERIFY(map.isDrawn());
    QTRY_VERIFY(drawn());
    // Paper waits for no thread.
    Heatmap other;
    other.resize(400, 400);
    other.setGrid(grid);
    QImage paper(400, 400, QImage::Format_RGB32);
    paper.fill(Qt::white);
    QPainter painter(&paper);
    other.paintCanvas(painter, paper.rect());
    painter.end();
    int inked = 0;
    for (int y = 0; y < 400; ++y) {
        for (int x = 0; x < 400; ++x) {
            const QColor here = paper.pixelColor(x, y);
            inked += std::abs(here.red() - full.red()) + std::abs(here.blue() - full.blue()) < 16;
        }
    }
    QVERIFY(inked > 0);
    // Another look at the same numbers: what was there stays until the new picture has come.
    map.setWindow(QRect(100, 100, 1300, 1300));
    map.repaint();
    QVERIFY(!map.isDrawn());
    QTRY_VERIFY(map.isDrawn());
    QTRY_VERIFY(drawn());
    map.setGrid(Grid());  // while nothing works any more, and
    map.setGrid(grid);
    map.repaint();
    map.setGrid(Grid());  // while a thread does
    QApplication::processEvents();
}

/// A few large differences leave the small ones a shade: the sign stays, the size goes by its root.
void TestPlots::signedRoots() {
    Heatmap map;
    map.setGradient(Gradient::diverging);
    map.setRoot(true);
    Grid grid(1, 4);
    grid.at(0, 0) = 1, grid.at(0, 1) = 0.01, grid.at(0, 2) = -0.01, grid.at(0, 3) = 0;
    map.setGrid(grid);
    const Theme& theme = Theme::instance();
    QCOMPARE(map.cellColor(0, 1), theme.color(Gradient::diverging, 0.1));
    QCOMPARE(map.cellColor(0, 2), theme.color(Gradient::diverging, -0.1));
    QCOMPARE(map.cellColor(0, 3), theme.color(Gradient::diverging, 0));
}

/// The frame of a cell at the edge is whole: its left side is in the picture.
void TestPlots::framesAtTheEdgeAreWhole() {
    Heatmap map;
    map.setLabelsVisible(false, false);
    map.setScaleBar(false);
    map.setGrid(Grid(200, 200));
    map.resize(200, 200);
    map.show();
    map.setCursorCell(0, 0);
    QApplication::processEvents();
    const QImage picture = map.grab().toImage();
    const QColor ink = Theme::instance().color(Role::text);
    int left = 0;
    for (int y = 0; y < 20; ++y) {
        bool found = false;
        for (int x = 0; x < 4; ++x) {
            const QColor now = picture.pixelColor(x, y);
            found = found || std::abs(now.red() - ink.red()) < 60;
        }
        left += found;
    }
    QVERIFY2(left >= 6, qPrintable(QString::number(left)));
}

void TestPlots::heatmapsZoom() {
    Heatmap map;
    map.resize(400, 300);
    map.show();
    Grid grid(60, 80);
    for (int r = 0; r < 60; ++r)
        for (int c = 0; c < 80; ++c) grid.at(r, c) = r * 80 + c;
    map.setGrid(grid);
    QSignalSpy told(&map, &Heatmap::windowChanged);
    QVERIFY(!map.isZoomed());
    map.setCursorCell(10, 20);
    const QPoint before = map.cellCenter(10, 20);
    QTest::keyClick(&map, Qt::Key_Plus);
    QVERIFY(map.isZoomed());
    QCOMPARE(told.count(), 1);
    QVERIFY(map.window().contains(20, 10));
    QVERIFY((map.cellCenter(10, 20) - before).manhattanLength() < 12);  // stays under the eye
    // A cell of the window is drawn in its own colour, at its own place.
    QApplication::processEvents();
    const QPoint at = map.cellCenter(15, 25);
    const QColor drawn = map.grab().toImage().pixelColor(at), own = map.cellColor(15, 25);
    QVERIFY(std::abs(drawn.red() - own.red()) < 8 && std::abs(drawn.blue() - own.blue()) < 8);
    for (int i = 0; i < 20; ++i) QTest::keyClick(&map, Qt::Key_Plus);
    QVERIFY(map.window().width() >= 4 && map.window().width() < 8);
    // The cursor takes the window along.
    QTest::keyClick(&map, Qt::Key_End);
    QVERIFY(map.window().contains(79, 10));
    map.setWindow(QRect(-50, 1000, 9, 9));
    QCOMPARE(map.window(), QRect(0, 51, 9, 9));
    QTest::keyClick(&map, Qt::Key_0);
    QVERIFY(!map.isZoomed());
    map.setWindow(QRect(3, 3, 9, 9));
    map.setGrid(Grid(5, 5, 1.0));
    QCOMPARE(map.window(), QRect(0, 0, 5, 5));
}

QTEST_MAIN(TestPlots)
#include "tst_plots.moc"
