// SPDX-License-Identifier: GPL-3.0-or-later
#include <QClipboard>
#include <QTest>

#include "tests/ui/view_test.h"
#include "ui/views/model_rows.h"
#include "ui/views/model_view.h"
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

    void configRowsDifferFirst() {
        const auto a = model("/a"), b = model("/b");
        b->config[3].value = "1e-06";
        b->config.erase(b->config.begin());
        const auto rows = configRows(*a, b.get(), {{"rope.base", "config"}}, {{"rope.base", "10000"}});
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
