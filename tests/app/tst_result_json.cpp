// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <fstream>
#include <limits>
#include <map>

#include "app/output/csv_tables.h"
#include "app/output/result_json.h"
#include "tests/app/fake_engine.h"
#include "tests/app/fake_schema.h"

using namespace driftscope;
using Json = nlohmann::json;

namespace {

Json schema(const std::string& name) {
    std::ifstream file(std::string(DRIFTSCOPE_SOURCE_DIR) + "/resources/schema/" + name + ".json");
    return Json::parse(file);
}

QByteArray problems(const OrderedJson& value, const std::string& name) {
    std::string text;
    for (const std::string& line : schemaProblems(Json::parse(jsonText(value)), schema(name))) {
        text += line + "\n";
    }
    return QByteArray::fromStdString(text);
}

}  // namespace

class TestResultJson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theCheckerSeesFaults() {
        const Json rule = Json::parse(R"({"type":"object","properties":{"a":{"type":"array","items":
            {"anyOf":[{"type":"null"},{"enum":["x"]}]}}},"required":["a"]})");
        QVERIFY(schemaProblems(Json::parse(R"({"a":[null,"x"]})"), rule).empty());
        QVERIFY(!schemaProblems(Json::parse(R"({"a":["y"]})"), rule).empty());
        QVERIFY(!schemaProblems(Json::parse(R"({})"), rule).empty());
        QVERIFY(!schemaProblems(Json::parse("[]"), rule).empty());
        QVERIFY(!schemaProblems(1, Json::parse(R"({"minimum":0})")).empty());
    }

    void comparisonsAreValid_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"rounding", "semantic", "identical", "unjudged", "dense", "odd"}) {
            QTest::newRow(kind) << QString::fromLatin1(kind);
        }
    }

    void comparisonsAreValid() {
        QFETCH(QString, kind);
        CompareRequest request = fakeRequest(kind == "identical" ? "float32" : "bfloat16");
        if (kind == "semantic") request.options_b["defects"] = "D-MOE-SCATTER";
        request.judge = kind != "unjudged";
        if (kind == "dense") request.max_new_tokens = 0;
        const auto comparison = fakeComparison(request);
        if (kind == "dense") comparison->routing.reset();
        if (kind == "odd") makeOdd(*comparison);
        const OrderedJson json = compareJson(*comparison, "driftscope compare");
        QVERIFY2(problems(json, "compare").isEmpty(), problems(json, "compare").constData());
    }

    void notANumberIsAText() {
        const auto comparison = fakeComparison(fakeRequest());
        makeOdd(*comparison);
        const Json json = Json::parse(jsonText(compareJson(*comparison, "")));
        QCOMPARE(json["a"]["loss"].get<std::string>(), std::string("nan"));
        QCOMPARE(json["verdict"]["delta"].get<std::string>(), std::string("inf"));
        QCOMPARE(json["sites"][0]["max_abs"].get<std::string>(), std::string("-inf"));
        QCOMPARE(json["text"][0].get<std::string>(), std::string("\xEF\xBF\xBD"));
    }

    void numbersAreExact() {
        const auto comparison = fakeComparison(fakeRequest());
        comparison->verdict.delta64 = 0.1 + 0.2;
        comparison->verdict.floor64 = 5e-324;
        const Json json = Json::parse(jsonText(compareJson(*comparison, "")));
        QCOMPARE(json["verdict"]["delta64"].get<double>(), 0.1 + 0.2);
        QCOMPARE(json["verdict"]["floor64"].get<double>(), 5e-324);
    }

    void keysOfTheDesign() {
        CompareRequest request = fakeRequest();
        request.options_b["defects"] = "D-MOE-SCATTER";
        const Json json = Json::parse(jsonText(compareJson(*fakeComparison(request), "again")));
        for (const char* key : {"schema", "a", "b", "differing", "tokens", "text", "verdict",
                                "first_divergence", "sites", "logits", "routing", "generation",
                                "attribution", "observer", "provenance"}) {
            QVERIFY2(json.contains(key), key);
        }
        QCOMPARE(json["verdict"]["kind"].get<std::string>(), std::string("semantic"));
        QCOMPARE(json["verdict"]["site"].get<std::string>(), std::string("blocks.0.mlp_out"));
        QCOMPARE(json["a"]["calls"], Json::parse("[[0,15]]"));
        QCOMPARE(json["provenance"]["command"].get<std::string>(), std::string("again"));
        QCOMPARE(json["provenance"]["threads"].get<int>(), 2);
        QVERIFY(json["attribution"].is_null());
        QCOMPARE(json["positions"]["kind"].get<std::string>(), std::string("step"));
        QCOMPARE(json["positions"]["step_at"].get<int>(), 1);
        QCOMPARE(json["symptoms"][0]["id"].get<std::string>(), std::string("within-the-noise"));
        QCOMPARE(json["components"][1]["site"].get<std::string>(), std::string("blocks.0.mlp_out"));
        QCOMPARE(json["components"][1]["injected"].get<double>(), 4e-4);
        QCOMPARE(json["generation"]["fragility"][0].get<double>(), 0.25);
        QCOMPARE(json["generation"]["undone_by"], Json::parse(R"(["blocks.0.mlp"])"));
    }

    void theSameTokensTwoTexts() {
        const auto comparison = fakeComparison(fakeRequest());
        Json json = Json::parse(jsonText(compareJson(*comparison, "")));
        QVERIFY(json["generation"]["texts_part_at"].is_null());
        Generation& g = *comparison->generation;
        g.first_split.reset();
        g.b = g.a;
        g.a.text = "日本, a", g.b.text = "日本 , a";
        const OrderedJson ordered = compareJson(*comparison, "");
        QVERIFY2(problems(ordered, "compare").isEmpty(), problems(ordered, "compare").constData());
        json = Json::parse(jsonText(ordered));
        QCOMPARE(json["generation"]["texts_part_at"].get<int>(), 2);
    }

    /// The plan's curve and the memory that was stated, in the file and in the tables.
    void curveAndMemory() {
        const auto comparison = fakeComparison(fakeRequest());
        Attribution found;
        found.whole = 0.75;
        found.options = {{"dtype", 0.75, 0, 0, false}};
        found.steps = {{"embed", 0.25, 0.0625, 0.5, false}, {"unembed", 0.5, 0.0625, 0.25, true}};
        found.plan = {"unembed"};
        found.plan_target = 0.3, found.plan_kl = 0.25;
        found.curve = {{0, 0.75, ""}, {1, 0.25, "unembed"}, {2, 0, "embed"}};
        comparison->attribution = found;
        MemoryBudget& memory = comparison->memory;
        memory.weights = 1, memory.activations = 20, memory.caches = 300, memory.logits = 4000;
        memory.patterns = 50000, memory.parts = 600000, memory.mapped = 7000000;
        memory.program = 80000000, memory.available = 5, memory.runs = 10;
        const OrderedJson written = compareJson(*comparison, "driftscope compare");
        QVERIFY2(problems(written, "compare").isEmpty(), problems(written, "compare").constData());
        const Json json = Json::parse(jsonText(written));
        const Json& curve = json["attribution"]["plan_curve"];
        QCOMPARE(curve.size(), size_t{3});
        QCOMPARE(curve[1]["steps"].get<int>(), 1);
        QCOMPARE(curve[1]["kl"].get<double>(), 0.25);
        QCOMPARE(curve[1]["step"].get<std::string>(), std::string("unembed"));
        QCOMPARE(json["memory"]["needed"].get<int64_t>(), int64_t{654321});
        QCOMPARE(json["memory"]["at_most"].get<int64_t>(), int64_t{87654321});
        QCOMPARE(json["memory"]["runs"].get<int>(), 10);
        comparison->memory = {};  // where nothing was stated
        QVERIFY(Json::parse(jsonText(compareJson(*comparison, "")))["memory"].is_null());

        std::map<QString, Table> tables;
        for (auto& [name, table] : csvTables(*comparison)) tables[name] = table;
        const Table& points = tables.at(QStringLiteral("plan_curve.csv"));
        QCOMPARE(points.rows.size(), size_t{3});
        QCOMPARE(points.rows[1], (QStringList{"1", "0.25", "unembed", "1"}));
        QCOMPARE(points.rows[2], (QStringList{"2", "0", "embed", "0"}));
        const Table& shares = tables.at(QStringLiteral("shares.csv"));
        QCOMPARE(shares.rows[2],
                 (QStringList{"step", "unembed", "0.5", "0.0625", "0.25", "1", "1"}));
    }

    void othersAreValid() {
        FakeEngine engine(std::make_shared<FakeControls>());
        GenerateRequest generate;
        generate.model = "/models/tiny";
        const auto check = [](const OrderedJson& json, const char* name) {
            const QByteArray found = problems(json, name);
            QVERIFY2(found.isEmpty(), found.constData());
        };
        check(generateJson(engine.generate(generate, {}, {})), "generate");
        check(tokenizeJson(engine.tokenize("/models/tiny",
                                           "a\xff"
                                           "狐",
                                           true)),
              "tokenize");
        check(inspectJson(*engine.open("/models/tiny")), "inspect");
        check(optionsJson(), "options");
        check(benchJson(engine.bench("/models/tiny", {}, {})), "bench");
    }

private:
    static void makeOdd(Comparison& c) {
        c.a.loss = std::numeric_limits<double>::quiet_NaN();
        c.verdict.delta = std::numeric_limits<double>::infinity();
        c.verdict.kind = VerdictKind::non_finite;
        c.verdict.excess = Site{SiteKind::q, 1};
        c.sites[0].max_abs = -std::numeric_limits<double>::infinity();
        c.sites[1].by_pos.assign(3, std::numeric_limits<double>::quiet_NaN());
        c.tokens[0].piece = "\xE7";
        c.warnings = {"a \"warning\""};
        c.generation->a.text = "\xC3";
        c.generation->first_split.reset();
    }
};

QTEST_GUILESS_MAIN(TestResultJson)
#include "tst_result_json.moc"
