// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/command_line/command_line.h"
#include "app/output/sweep_output.h"
#include "app/sweep/run_sweep.h"
#include "tests/app/fake_engine.h"
#include "tests/app/fake_schema.h"

using namespace driftscope;
using Json = nlohmann::json;
using Words = std::vector<std::string>;

namespace {

struct Outcome {
    int status = 0;
    std::string out, err;
};

Outcome run(const Words& more, const std::shared_ptr<FakeControls>& controls,
            std::stop_token stop = {}) {
    Words words = {"sweep", "--model", "/models/tiny", "--prompt", "Once upon a time"};
    words.insert(words.end(), more.begin(), more.end());
    std::istringstream in;
    std::ostringstream out, err;
    const auto window = [](const std::string&) { return 0; };
    const int status =
        runCommandLine(words, {fakeEngine(controls), window, in, out, err, stop, false});
    return {status, out.str(), err.str()};
}

Json readJson(const QString& path) {
    std::ifstream file(path.toStdString());
    return Json::parse(file);
}

SweepRequest dtypes() {
    SweepRequest request;
    request.base = fakeRequest("float32");
    request.axes = {parseAxis("dtype=float32|bfloat16"),
                    parseAxis("qkv=fused|separate|split-gemm")};
    return request;
}

}  // namespace

class TestSweep : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anAxisSetsRunBUnlessItSaysOtherwise() {
        QCOMPARE(parseAxis("dtype=float32|bfloat16").side, AxisSide::b);
        QCOMPARE(parseAxis("b.dtype=float32").side, AxisSide::b);
        QCOMPARE(parseAxis("a.dtype=float32").side, AxisSide::a);
        QCOMPARE(parseAxis("both.dtype=float32").side, AxisSide::both);
        QCOMPARE(parseAxis("length=8|16").side, AxisSide::both);
        QCOMPARE(parseAxis("a.kv_cache.dtype=float32").key, std::string("kv_cache.dtype"));
        for (const char* text : {"dtype=a|b", "a.dtype=x", "both.model=/x|/y", "length=8|16"}) {
            const SweepAxis axis = parseAxis(text);
            std::string back = axis.name() + "=";
            for (std::size_t i = 0; i < axis.values.size(); ++i) {
                back += (i == 0 ? "" : "|") + axis.values[i];
            }
            QCOMPARE(back, std::string(text));
        }
    }

    void everyCellIsTheComparisonItSays() {
        const auto controls = std::make_shared<FakeControls>();
        FakeEngine engine(controls);
        const SweepPtr sweep = runSweep(engine, dtypes(), {}, {});
        QCOMPARE(sweep->cells.size(), std::size_t{6});
        QVERIFY(sweep->complete());
        const std::vector<CompareRequest> asked = controls->requests();
        QCOMPARE(asked.size(), std::size_t{6});
        for (std::size_t i = 0; i < asked.size(); ++i) {
            const SweepCell& cell = sweep->cells[i];
            QCOMPARE(cell.values[0], i < 3 ? "float32" : "bfloat16");  // the last axis runs fastest
            QCOMPARE(asked[i].options_b.at("dtype"), cell.values[0]);
            QCOMPARE(asked[i].options_b.at("qkv"), cell.values[1]);
            QCOMPARE(asked[i].options_a, dtypes().base.options_a);
            const auto alone = fakeComparison(asked[i]);
            QCOMPARE(cell.verdict.kind, alone->verdict.kind);
            QCOMPARE(cell.loss_b, alone->b.loss);
            QCOMPARE(cell.first_split, alone->generation->first_split);
        }
        QCOMPARE(sweep->cells[0].verdict.kind, VerdictKind::identical);
        QCOMPARE(sweep->cells[5].verdict.kind, VerdictKind::rounding);
    }

    void modelsAndLengthsAreAxes() {
        const auto controls = std::make_shared<FakeControls>();
        FakeEngine engine(controls);
        SweepRequest request;
        request.base = fakeRequest();
        request.axes = {parseAxis("both.model=/models/x|/models/y"), parseAxis("length=2|4")};
        QVERIFY(runSweep(engine, request, {}, {})->complete());
        request.axes = {parseAxis("model=/models/tiny|/models/y")};
        QVERIFY(runSweep(engine, request, {}, {})->complete());
        const std::vector<CompareRequest> asked = controls->requests();
        QCOMPARE(asked.size(), std::size_t{6});
        QCOMPARE(asked[0].model_a, std::string("/models/x"));
        QVERIFY(asked[0].model_b.empty());
        QCOMPARE(asked[3].model_a, std::string("/models/y"));
        QCOMPARE(asked[0].tokens.size(), std::size_t{2});
        QCOMPARE(asked[3].tokens.size(), std::size_t{4});
        QVERIFY(asked[4].model_b.empty());  // the same folder is no second model
        QCOMPARE(asked[5].model_a, std::string("/models/tiny"));
        QCOMPARE(asked[5].model_b, std::string("/models/y"));
    }

    void cellsThatDoNotApplySaySoAndTheRestGoesOn() {
        const auto controls = std::make_shared<FakeControls>();
        FakeEngine engine(controls);
        SweepRequest request = dtypes();
        request.axes = {parseAxis("layout=as-stored|llama"), parseAxis("length=4|9000")};
        const SweepPtr sweep = runSweep(engine, request, {}, {});
        QCOMPARE(sweep->cells[0].state, CellState::done);
        QCOMPARE(sweep->cells[1].state, CellState::not_applicable);  // longer than the prompt
        QVERIFY(sweep->cells[1].why.find("tokens") != std::string::npos);
        QCOMPARE(sweep->cells[2].state, CellState::not_applicable);  // no InternLM2
        QVERIFY(sweep->cells[2].why.find("InternLM2") != std::string::npos);
        QVERIFY(sweep->complete());
        QCOMPARE(controls->compares.load(), 1);
        request.axes = {parseAxis("model=/models/x|/no/such/model|/models/y")};
        const SweepPtr models = runSweep(engine, request, {}, {});
        QCOMPARE(models->cells[1].state, CellState::failed);
        QVERIFY(!models->cells[1].why.empty());
        QCOMPARE(models->cells[2].state, CellState::done);
    }

    void theGridGrowsAndAStopKeepsIt() {
        const auto controls = std::make_shared<FakeControls>();
        FakeEngine engine(controls);
        std::stop_source stop;
        std::vector<std::size_t> grown;
        double last = -1;
        SweepCallbacks calls;
        calls.grid = [&](const SweepPtr& sweep) {
            std::size_t done = 0;
            for (const SweepCell& cell : sweep->cells) done += cell.state == CellState::done;
            grown.push_back(done);
            if (done == 2) stop.request_stop();
        };
        calls.progress = [&](const Progress& progress) {
            QVERIFY(progress.done >= last);
            QCOMPARE(progress.total, 6.0);
            last = progress.done;
        };
        const SweepPtr sweep = runSweep(engine, dtypes(), calls, stop.get_token());
        QCOMPARE(grown, (std::vector<std::size_t>{0, 1, 2}));
        QVERIFY(sweep->cancelled);
        QVERIFY(!sweep->complete());
        QCOMPARE(sweep->cells[1].state, CellState::done);
        QCOMPARE(sweep->cells[2].state, CellState::waiting);
    }

    void wrongAxes_data() {
        QTest::addColumn<Words>("words");
        QTest::addColumn<QByteArray>("says");
        const auto add = [](const char* name, const Words& words, const char* says) {
            QTest::newRow(name) << words << QByteArray(says);
        };
        add("none", {}, "no axis");
        add("no equals sign", {"--axis", "dtype"}, "'dtype'");
        add("an unknown option", {"--axis", "dtpe=float32"}, "dtpe");
        add("an impossible value", {"--axis", "dtype=float32|int8"}, "int8");
        add("an empty value", {"--axis", "dtype=float32|"}, "empty");
        add("a value twice", {"--axis", "dtype=float32|float32"}, "twice");
        add("the same axis twice", {"--axis", "dtype=float32", "--axis", "dtype=float16"}, "both");
        add("three", {"--axis", "dtype=float32", "--axis", "qkv=fused", "--axis", "length=4"},
            "two");
        add("no length", {"--axis", "length=4|x"}, "'x'");
        add("length 0", {"--axis", "length=0"}, "'0'");
    }
    void wrongAxes() {
        QFETCH(Words, words);
        QFETCH(QByteArray, says);
        const Outcome outcome = run(words, std::make_shared<FakeControls>());
        QCOMPARE(outcome.status, 1);
        QVERIFY2(outcome.err.find(says.toStdString()) != std::string::npos, outcome.err.c_str());
    }

    void whatTheCommandWrites() {
        QTemporaryDir folder;
        const QString out = folder.filePath(QStringLiteral("grid"));
        const Outcome outcome =
            run({"--axis", "dtype=float32|bfloat16", "--axis", "layout=as-stored|llama", "--json",
                 "--out", out.toStdString(), "--a", "dtype=float32"},
                std::make_shared<FakeControls>());
        QCOMPARE(outcome.status, 0);
        const Json json = Json::parse(outcome.out);
        const Json schema =
            readJson(QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/resources/schema/sweep.json"));
        for (const std::string& problem : schemaProblems(json, schema))
            qWarning("%s", problem.c_str());
        QVERIFY(schemaProblems(json, schema).empty());
        QCOMPARE(json["cells"].size(), std::size_t{4});
        QCOMPARE(json["cells"][0]["state"], "done");
        QCOMPARE(json["cells"][1]["state"], "not applicable");
        QCOMPARE(json["cells"][2]["values"]["dtype"], "bfloat16");
        QVERIFY(json["provenance"]["command"].get<std::string>().find("--axis") !=
                std::string::npos);
        QCOMPARE(readJson(out + QStringLiteral("/sweep.json")), json);
        QFile csv(out + QStringLiteral("/sweep.csv")), html(out + QStringLiteral("/sweep.html"));
        QVERIFY(csv.open(QIODevice::ReadOnly) && html.open(QIODevice::ReadOnly));
        const QByteArray rows = csv.readAll(), page = html.readAll();
        QVERIFY(rows.contains("\nbfloat16,as-stored,done,rounding,"));
        QVERIFY(page.contains("InternLM2"));
        QVERIFY(!page.contains("http"));
        const QImage picture(out + QStringLiteral("/sweep.png"));
        QVERIFY(picture.width() > 500);
    }

    void theCommandOfASweepRepeatsIt() {
        const auto first = std::make_shared<FakeControls>(),
                   second = std::make_shared<FakeControls>();
        const Outcome once = run({"--axis", "a.dtype=float32|bfloat16", "--json"}, first);
        const std::string command = Json::parse(once.out)["provenance"]["command"];
        QVERIFY(command.starts_with("driftscope sweep --model /models/tiny "));
        QVERIFY2(command.ends_with("--axis 'a.dtype=float32|bfloat16'"), command.c_str());
    }

    void aStoppedSweepWritesItsPartAndExits4() {
        const auto controls = std::make_shared<FakeControls>();
        std::stop_source stop;
        stop.request_stop();
        const Outcome outcome =
            run({"--axis", "dtype=float32|bfloat16", "--json"}, controls, stop.get_token());
        QCOMPARE(outcome.status, 4);
        QVERIFY(Json::parse(outcome.out)["cancelled"]);
    }
};

QTEST_MAIN(TestSweep)
#include "tst_sweep.moc"
