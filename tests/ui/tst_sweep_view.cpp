// SPDX-License-Identifier: GPL-3.0-or-later
#include <QHeaderView>
#include <QLabel>
#include <QScrollBar>
#include <QTableWidget>
#include <QTest>

#include "tests/ui/view_test.h"
#include "ui/views/sweep_view.h"

using namespace driftscope;
using namespace driftscope::viewtest;

namespace {

/// A grid of so many rows and columns, all done.
SweepPtr grid(int rows, int columns) {
    auto sweep = std::make_shared<Sweep>();
    SweepAxis down{"rope.base", AxisSide::b, {}}, across{"dtype", AxisSide::both, {}};
    for (int i = 0; i < rows; ++i) down.values.push_back(std::to_string(10000 + i));
    for (int i = 0; i < columns; ++i) across.values.push_back("type" + std::to_string(i));
    for (const std::string& row : down.values) {
        for (const std::string& column : across.values) {
            SweepCell cell;
            cell.values = {row, column};
            cell.state = CellState::done;
            cell.verdict.kind = VerdictKind::rounding;
            sweep->cells.push_back(cell);
        }
    }
    sweep->request.axes = {down, across};
    return sweep;
}

}  // namespace

class TestSweepView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::light); }
    void init() { failOnWarnings(); }

    /// The option's name stands once, above the grid.
    void headersAreValues() {
        SweepView view;
        view.setSweep(grid(2, 3));
        const auto* table = part<QTableWidget>(view, "sweepGrid");
        QCOMPARE(table->verticalHeaderItem(1)->text(), QStringLiteral("10001"));
        QCOMPARE(table->horizontalHeaderItem(2)->text(), QStringLiteral("type2"));
        const QString words = part<QLabel>(view, "sweepWords")->text();
        QVERIFY2(words.contains(QStringLiteral("Rows: rope.base.")), qPrintable(words));
        QVERIFY2(words.contains(QStringLiteral("Columns: both.dtype.")), qPrintable(words));
    }

    /// However little of it is on screen: every cell is in the CSV and in the picture.
    void exportsAreWhole() {
        SweepView view;
        view.setSweep(grid(12, 6));
        view.resize(300, 200);
        view.show();
        settle();
        const auto* table = part<QTableWidget>(view, "sweepGrid");
        QVERIFY(table->verticalScrollBar()->maximum() > 0);
        QVERIFY(table->horizontalScrollBar()->maximum() > 0);
        QCOMPARE(view.table().rows.size(), size_t{72});
        const Figure figure = view.figure();
        QVERIFY2(figure.size.height() >= table->verticalHeader()->length(),
                 qPrintable(QString::number(figure.size.height())));
        QVERIFY2(figure.size.width() >= table->horizontalHeader()->length(),
                 qPrintable(QString::number(figure.size.width())));
        const QByteArray svg = figureBytes(figure, FigureFormat::svg);
        for (const char* header : {">10011<", ">type5<"}) QVERIFY2(svg.contains(header), header);
    }
};

QTEST_MAIN(TestSweepView)
#include "tst_sweep_view.moc"
