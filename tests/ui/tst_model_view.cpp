// SPDX-License-Identifier: GPL-3.0-or-later
#include <QClipboard>
#include <QSignalSpy>
#include <QTest>
#include <cmath>

#include "tests/ui/view_test.h"
#include "ui/plots/line_chart.h"
#include "ui/views/model_rows.h"
#include "ui/views/model_view.h"
#include "ui/views/rope_pane.h"
#include "ui/views/weight_pane.h"
#include "ui/widgets/data_table.h"

using namespace driftscope;
using namespace driftscope::viewtest;

namespace {

std::shared_ptr<ModelInfo> model(const std::string& path) {
    auto info = std::make_shared<ModelInfo>(*fake::model(true));
    info->path = path;
    info->config = {{"hidden_size", "192", "file", true, ""},
                    {"colour", "\"blue\"", "file", false, "unknown key"},
                    {"rope_theta", "1000000.0", "file", true, ""},
                    {"rms_norm_eps", "1e-05", "default", true, ""}};
    info->tensors = {{"embed.W_E", "model.embed (m.safetensors)", {512, 192}, "BF16", true, "aa"},
                     {"blocks.0.W_Q", "q (m.safetensors)", {192, 192}, "BF16", true, "bb"},
                     {"blocks.1.W_Q", "q1 (m.safetensors)", {192, 192}, "BF16", true, ""},
                     {"stray", "stray (m.safetensors)", {3}, "F32", false, "cc"}};
    info->problems = {"tensor 'stray' is in the file and not used",
                      "config key 'colour' is unknown and unused"};
    return info;
}

}  // namespace

class TestModelView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::light); }
    void init() { failOnWarnings(); }

    void aChosenWeightShowsItsValues() {
        ModelView view;
        view.resize(640, 420);
        view.setModelInfo(Side::a, model("/a"));
        view.setModelInfo(Side::b, model("/b"));
        view.show();
        press(view, "page", 1);
        QSignalSpy asked(&view, &View::questionAsked);
        auto* table = part<DataTable>(view, "table");
        auto* pane = part<WeightPane>(view, "weight");
        const auto choose = [&](const char* name) {
            for (int row = 0; row < table->rows(); ++row) {
                if (table->textAt(row, 0) == QLatin1String(name))
                    table->setCurrentIndex(table->model()->index(row, 0));
            }
        };
        QVERIFY(pane->isHidden());
        choose("blocks.0.W_Q");
        const WeightQuestion question{"/a", "/b", "blocks.0.W_Q"};
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked[0][0].value<Question>(), Question(question));
        QVERIFY(view.waits() && !pane->isHidden());
        view.setAnswer(fake::weights({"/a", "/b", "embed.W_E"}));  // of another weight
        QVERIFY(view.waits());
        view.setAnswer(fake::weights(question));
        settle();
        QVERIFY(!view.waits());
        QCOMPARE(cellOf(part<LineChart>(view, "weightValues")->table(), 1, "B"),
                 QStringLiteral("3"));
        QCOMPARE(part<LineChart>(view, "weightDelta")->table().rows[0].last(), QStringLiteral("2"));
        QVERIFY2(view.describe().contains(QStringLiteral("max |A−B| 0.500 at [1, 0]")),
                 qPrintable(view.describe()));
        QVERIFY(view.describe().contains(QStringLiteral("equal elements 25 % (1 of 4)")));
        QCOMPARE(view.table().rows.size(), 5u);
        choose("stray");  // read by nothing: nothing to ask the engine
        QCOMPARE(asked.count(), 1);
        QVERIFY(!view.waits() && view.describe().contains(QStringLiteral("stray")));
        choose("embed.W_E");
        QCOMPARE(asked.count(), 2);
        view.setAnswerFailed(QStringLiteral("Cancelled"), {});
        QVERIFY(!view.waits());
        // Other files: what was shown is of none of them.
        view.setModelInfo(Side::a, model("/c"));
        QVERIFY(pane->isHidden());
    }

    void configRowsDifferFirst() {
        const auto a = model("/a"), b = model("/b");
        b->config[3].value = "1e-06";
        b->config.erase(b->config.begin());
        const auto rows =
            configRows(*a, b.get(), {{"rope.base", "config"}}, {{"rope.base", "10000"}});
        QCOMPARE(rows.size(), 4u);
        QCOMPARE(rows[0].key, QStringLiteral("hidden_size"));
        QVERIFY(rows[0].differs && rows[0].b.isEmpty() && rows[0].originB.isEmpty());
        QCOMPARE(rows[1].key, QStringLiteral("rope_theta"));
        QCOMPARE(rows[1].b, QStringLiteral("10000"));
        QCOMPARE(rows[1].originB, QStringLiteral("flag rope.base"));
        QCOMPARE(rows[1].originA, QStringLiteral("file"));
        QVERIFY(rows[2].differs && rows[2].originA == QLatin1String("default"));
        QVERIFY(rows[3].unused && !rows[3].differs && !rows[3].harmless);
        a->problems.clear();  // known to have no effect: no alarm, at the end
        b->problems.clear();
        QVERIFY(configRows(*a, nullptr, {}, {}).back().harmless);
        for (const ConfigRow& row : configRows(*a, nullptr, {}, {})) QVERIFY(!row.differs);
    }

    /// rope_scaling has keys of its own: one line says what each run has of it, and what the option
    /// put out of force is not shown as if it were in force.
    void overruledKeysAreOutOfForce() {
        const auto a = model("/a");
        a->config.push_back({"rope_scaling.rope_type", "llama3", "file", true, {}});
        a->config.push_back({"rope_scaling.factor", "8.0", "file", true, {}});
        const auto rows = configRows(*a, nullptr, {}, {{"rope.scaling", "off"}});
        const auto row = [&rows](const char* key) {
            for (const ConfigRow& one : rows)
                if (one.key == QLatin1String(key)) return one;
            return ConfigRow();
        };
        QCOMPARE(row("rope_scaling").a, QStringLiteral("llama3"));
        QCOMPARE(row("rope_scaling").b, QStringLiteral("off"));
        QVERIFY(row("rope_scaling").differs);
        QCOMPARE(row("rope_scaling.factor").a, QStringLiteral("8.0"));
        QCOMPARE(row("rope_scaling.factor").b, QStringLiteral("–"));
        QVERIFY(row("rope_scaling.factor").differs);
        for (const ConfigRow& one : configRows(*a, nullptr, {}, {})) {
            QVERIFY(one.key != QLatin1String("rope_scaling"));
            QVERIFY(!one.differs);
        }
    }

    void tensorsAreComparedByBytes() {
        const auto a = model("/a"), b = model("/b");
        using S = TensorRow::State;
        const auto stateOf = [&](const char* name) {
            for (const TensorRow& row : tensorRows(*a, b.get())) {
                if (row.name == QLatin1String(name)) return row.state;
            }
            return S::equal;
        };
        QVERIFY(stateOf("embed.W_E") == S::equal);
        QVERIFY(stateOf("blocks.1.W_Q") == S::unknown);  // not hashed: never assumed
        b->tensors[1].hash = "other";
        b->tensors[0].shape = {513, 192};
        b->tensors.push_back({"extra", "x (m)", {1}, "F32", true, "dd"});
        b->tensors.erase(b->tensors.begin() + 3);
        QVERIFY(stateOf("blocks.0.W_Q") == S::differs);
        QVERIFY(stateOf("embed.W_E") == S::differs);
        QVERIFY(stateOf("stray") == S::onlyA);
        QVERIFY(stateOf("extra") == S::onlyB);
        const auto rows = tensorRows(*a, b.get());
        QCOMPARE(rows[0].name, QStringLiteral("embed.W_E"));
        QCOMPARE(stateText(rows[0]), QStringLiteral("another shape"));
        QCOMPARE(stateText(rows[1]), QStringLiteral("other bytes"));
        for (const TensorRow& row : tensorRows(*a, nullptr)) QVERIFY(row.state == S::equal);
    }

    void needsNoComparison() {
        ModelView view;
        view.resize(640, 360);
        view.show();
        QVERIFY(!view.reasonEmpty().isEmpty());
        view.setModelInfo(Side::a, model("/a"));
        QVERIFY(view.reasonEmpty().isEmpty());
        auto* table = part<DataTable>(view, "table");
        QCOMPARE(table->rows(), 4);
        QCOMPARE(table->textAt(0, 0), QStringLiteral("colour"));  // present and unused: on top
        QVERIFY(table->textAt(0, 4).contains(QStringLiteral("present and unused")));
        view.setComparison(fake::comparison());
        view.setComparison(nullptr);
        QVERIFY(view.reasonEmpty().isEmpty());
        view.setModelInfo(Side::a, nullptr);
        QVERIFY(!view.reasonEmpty().isEmpty());
    }

    void marksWhatDiffers() {
        ModelView view;
        view.resize(640, 360);
        view.show();
        const auto b = model("/b");
        b->config[0].value = "256";
        view.setModelInfo(Side::a, model("/a"));
        view.setModelInfo(Side::b, b);
        settle();
        auto* table = part<DataTable>(view, "table");
        QCOMPARE(table->textAt(0, 0), QStringLiteral("hidden_size"));
        const QAbstractItemModel& rows = *table->model();
        const Theme& theme = Theme::instance();
        QCOMPARE(rows.data(rows.index(0, 1), Qt::BackgroundRole).value<QColor>(),
                 theme.color(Role::differ));
        QCOMPARE(rows.data(rows.index(1, 1), Qt::ForegroundRole).value<QColor>(),
                 theme.color(Role::bad));
        QVERIFY(!rows.data(rows.index(2, 1), Qt::BackgroundRole).isValid());
        press(view, "page", 1);
        QCOMPARE(table->rows(), 4);
        press(view, "page", 2);
        QCOMPARE(table->rows(), 4);
        QCOMPARE(table->textAt(2, 0), QStringLiteral("B"));
        const Table csv = view.table();
        QCOMPARE(csv.rows.size(), 8u);
        QCOMPARE(cellOf(csv, 0, "differs"), QStringLiteral("1"));
        QCOMPARE(cellOf(csv, 7, "hash_a"), QStringLiteral(""));
        ModelView other;
        other.restoreState(view.saveState());
        QCOMPARE(control(other, "page")->current(), 2);
    }

    void ropeBeforeAnythingRuns() {
        auto a = std::make_shared<RopeFacts>();
        a->kind = "default", a->base = 10000, a->context = 1000;
        a->inv_freq = a->plain = {1.0, 0.01};
        a->zones = {RopeZone::kept, RopeZone::kept};
        auto b = std::make_shared<RopeFacts>(*a);
        b->kind = "llama3";
        b->inv_freq = {1.0, 0.0025};
        b->zones = {RopeZone::kept, RopeZone::scaled};
        // Pair 0 never parts; pair 1 parts by p · 0.0075, around the circle.
        QCOMPARE(angleErrorAt(*a, *b, 0).largest, 0.0);
        QVERIFY(std::abs(angleErrorAt(*a, *b, 100).largest - 0.75) < 1e-12);
        QVERIFY(std::abs(angleErrorAt(*a, *b, 100).median - 0.375) < 1e-12);
        QVERIFY(std::abs(angleErrorAt(*a, *b, 800).largest - (2 * M_PI - 6.0)) < 1e-12);

        ModelView view;
        view.resize(640, 360);
        view.show();
        view.setModelInfo(Side::a, model("/a"));
        press(view, "page", 3);
        QVERIFY(!part<RopePane>(view, "rope")->isVisible());  // nothing is known yet
        view.setRope({a, b});
        settle();
        QVERIFY(part<RopePane>(view, "rope")->isVisible());
        QVERIFY(!part<DataTable>(view, "table")->isVisible());
        QVERIFY(part<LineChart>(view, "ropeAngles")->isVisible());
        const Table table = view.table();
        QCOMPARE(table.rows.size(), 2u);
        QCOMPARE(cellOf(table, 1, "inv_freq_b").toDouble(), 0.0025);
        QCOMPARE(cellOf(table, 1, "zone_a"), QStringLiteral("kept"));
        QCOMPARE(cellOf(table, 1, "zone_b"), QStringLiteral("scaled"));
        const Table curve = part<LineChart>(view, "ropeAngles")->table();
        QCOMPARE(curve.rows.size(), 500u);  // every second of 1000 positions
        view.setRope({});
        QVERIFY(!part<RopePane>(view, "rope")->isVisible());
    }

    void anotherConfigIsShownBeforeAnythingRuns() {
        ModelView view;
        const auto a = model("/a");
        view.setModelInfo(Side::a, a);
        auto entries = a->config;
        entries[2].value = "500000.0";
        entries.push_back({"rope_scaling.odd", "8", "file", false, "unknown key"});
        view.setConfigOfB(entries, {"config key 'rope_scaling.odd' is unknown and unused"});
        Table table = view.table();
        QCOMPARE(cellOf(table, 0, "name"), QStringLiteral("rope_theta"));
        QCOMPARE(cellOf(table, 0, "a"), QStringLiteral("1000000.0"));
        QCOMPARE(cellOf(table, 0, "b"), QStringLiteral("500000.0"));
        QCOMPARE(cellOf(table, 0, "differs"), QStringLiteral("1"));
        QCOMPARE(cellOf(table, 1, "name"), QStringLiteral("rope_scaling.odd"));
        QCOMPARE(cellOf(table, 1, "unused"), QStringLiteral("1"));
        QCOMPARE(table.rows.size(), 9u);  // the weights are A's own
        view.setConfigOfB({}, {});
        table = view.table();
        for (const QStringList& row : table.rows) QVERIFY(row[6] != QLatin1String("1"));
    }

    void copiesRows() {
        ModelView view;
        view.resize(640, 360);
        view.show();
        view.setModelInfo(Side::a, model("/a"));
        press(view, "page", 1);
        auto* table = part<DataTable>(view, "table");
        table->selectRow(1);
        QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
        const QStringList lines = QGuiApplication::clipboard()->text().split(u'\n');
        QVERIFY(lines[0].startsWith(QStringLiteral("tensor\tshape")));
        QVERIFY(lines[1].startsWith(QStringLiteral("embed.W_E\t512 × 192\tBF16")));
    }
};

QTEST_MAIN(TestModelView)
#include "tst_model_view.moc"
