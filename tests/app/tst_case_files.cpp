// SPDX-License-Identifier: GPL-3.0-or-later
// Case files and their expectations, on made-up comparisons; tests/app/torch runs them for real.
#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "app/cases/case_checks.h"
#include "app/cases/case_file.h"
#include "app/cases/case_run.h"
#include "app/command_line/command_line.h"
#include "app/examples.h"
#include "app/output/shell_word.h"
#include "core/options/option.h"
#include "tests/app/fake_engine.h"
#include "tests/app/fake_schema.h"

using namespace driftscope;
using Json = nlohmann::json;

namespace {

const std::string kSource = DRIFTSCOPE_SOURCE_DIR;

Json readJson(const std::string& path) {
    std::ifstream file(path);
    return Json::parse(file);
}

CompareRequest defectRequest() {
    CompareRequest request = fakeRequest("float32");
    request.options_b["defects"] = "D-MOE-SCATTER";
    return request;
}

/// The one check of this name; the test fails when there is none.
CaseCheck check(const Expectation& expected, const Comparison& found, const std::string& what) {
    for (const CaseCheck& one : checkComparison(expected, found)) {
        if (one.what.find(what) != std::string::npos) return one;
    }
    return {"missing", "", "", false};
}

struct Outcome {
    int status = 0;
    std::string out, err;
};

Outcome run(const std::vector<std::string>& words) {
    std::istringstream in;
    std::ostringstream out, err;
    const auto window = [](const std::string&) { return 0; };
    const auto controls = std::make_shared<FakeControls>();
    const int status =
        runCommandLine(words, {fakeEngine(controls), window, in, out, err, {}, false});
    return {status, out.str(), err.str()};
}

}  // namespace

class TestCaseFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theFiveCasesFollowTheSchema() {
        const Json schema = readJson(kSource + "/resources/schema/case.json");
        QDir folder(QString::fromStdString(casesFolder()));
        const QStringList files = folder.entryList({QStringLiteral("*.json")});
        QCOMPARE(files.size(), 5);
        for (const QString& file : files) {
            const Json json = readJson(folder.filePath(file).toStdString());
            for (const std::string& problem : schemaProblems(json, schema)) {
                QFAIL(qPrintable(file + QStringLiteral(": ") + QString::fromStdString(problem)));
            }
        }
    }

    void everyStepIsARequestThatCanBeMade() {
        std::set<std::string> ids;
        for (const Case& known : allCases()) {
            QVERIFY2(ids.insert(known.id).second, known.id.c_str());
            QVERIFY(!known.question.empty() && !known.belief.empty());
            std::set<std::string> steps;
            for (const CaseStep& step : known.steps) {
                QVERIFY2(steps.insert(step.id).second, step.id.c_str());
                QVERIFY(!step.shows.empty());
                QVERIFY(!step.request.fingerprint().empty());
                complete(step.request.options_a);
                complete(step.request.options_b);
                QVERIFY(!step.expect.kinds.empty());
                if (step.expect.cause_kind == "defect") QVERIFY(find_defect(step.expect.cause_id));
                if (step.expect.cause_kind == "option")
                    QCOMPARE(option(step.expect.cause_id).id, step.expect.cause_id);
            }
        }
        QCOMPARE(ids, (std::set<std::string>{"mixtral", "split-qkv", "bloom-cache", "internlm2",
                                             "llama31"}));
    }

    void aStepWithoutItsModelSaysWhichOne() {
        QTemporaryDir nowhere;
        const std::string path = casesFolder() + "/1-mixtral.json";
        const Case read =
            readCase(path, nowhere.path().toStdString(), nowhere.path().toStdString());
        for (const CaseStep& step : read.steps) {
            QVERIFY2(step.missing.find("tiny-") != std::string::npos, step.missing.c_str());
        }
        FakeEngine engine(std::make_shared<FakeControls>());
        try {
            runStep(engine, read.steps.front(), {}, {});
            QFAIL("a missing model must be an error");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::not_found);
            QVERIFY(error.message().find("tiny-mixtral") != std::string::npos);
        }
    }

    void anEditedConfigIsAFileWithJustThatEdit() {
        QTemporaryDir folder;
        QDir(folder.path()).mkpath(QStringLiteral("models/m"));
        const std::string root = folder.path().toStdString();
        std::ofstream(root + "/models/m/config.json") << R"({"keep": 1, "drop": 2, "change": 3})";
        std::ofstream(root + "/c.json")
            << R"({"schema": "driftscope/case/1", "id": "c", "title": "t",
            "question": "q", "belief": "b", "steps": [{"id": "s", "title": "t", "shows": "x",
            "model": "m", "prompt": "p", "config_b": {"drop": null, "change": 4},
            "expect": {"kind": "semantic"}}]})";
        const Case read = readCase(root + "/c.json", root + "/models", root + "/scratch");
        const Json config = readJson(read.steps.front().request.config_b);
        QCOMPARE(config, Json::parse(R"({"keep": 1, "change": 4})"));
    }

    void wrongFiles_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("says");
        const auto add = [](const char* name, const QByteArray& step, const char* says) {
            const QByteArray head = R"({"schema": "driftscope/case/1", "id": "c", "title": "t",
                "question": "q", "belief": "b", "steps": [)";
            QTest::newRow(name) << head + step + "]}" << QByteArray(says);
        };
        add("no step", "", "no step");
        add("no expectation",
            R"({"id": "s", "title": "t", "shows": "x", "model": "m", "prompt": "p"})", "expect");
        add("an unknown key",
            R"({"id": "s", "title": "t", "shows": "x", "model": "m", "prompt": "p", "expectt": 1})",
            "expectt");
        add("an unknown kind",
            R"({"id": "s", "title": "t", "shows": "x", "model": "m", "prompt": "p",
            "expect": {"kind": "fine"}})",
            "fine");
        add("an unknown site",
            R"({"id": "s", "title": "t", "shows": "x", "model": "m", "prompt": "p",
            "expect": {"kind": "semantic", "site": "blocks.0.nose"}})",
            "nose");
        add("an unknown option", R"({"id": "s", "title": "t", "shows": "x", "model": "m",
            "prompt": "p", "a": "dtpe=float32", "expect": {"kind": "semantic"}})",
            "dtpe");
        const char* const plain =
            R"({"id": "s", "title": "t", "shows": "x", "model": "m", "prompt": "p",
            "expect": {"kind": "semantic"}}], "answer": "a", "proof": [%1)";
        const auto proof = [&](const char* text) { return QByteArray(plain).replace("%1", text); };
        add("a proof without its step", proof(R"({"step": "z", "check": "verdict"})"),
            "no step 'z'");
        add("a proof that no check makes", proof(R"({"step": "s", "check": "losses apart"})"),
            "losses apart");
        add("prompt and tokens", R"({"id": "s", "title": "t", "shows": "x", "model": "m",
            "prompt": "p", "tokens": [1], "expect": {"kind": "semantic"}})",
            "prompt");
        QTest::newRow("no JSON") << QByteArray("{") << QByteArray("JSON");
    }
    void wrongFiles() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, says);
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString() + "/c.json";
        std::ofstream(path) << text.toStdString();
        try {
            readCase(path, "/models", folder.path().toStdString());
            QFAIL("it must be refused");
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).find(says.toStdString()) != std::string::npos,
                     error.what());
        }
    }

    /// Every expectation: met by what it describes, not met by anything else.
    void expectationsCanFail() {
        const auto bug = fakeComparison(defectRequest());
        const auto fine = fakeComparison(fakeRequest());
        Expectation e;
        e.kinds = {"semantic"};
        e.site = "blocks.0.mlp_out";
        e.cause_kind = "defect";
        e.cause_id = "D-MOE-SCATTER";
        e.loss_gap_min = 1;
        e.flips_min = 0.5;
        for (const char* what : {"verdict", "first site", "cause", "loss of B", "with a flip"}) {
            QVERIFY2(check(e, *bug, what).met, what);
            QVERIFY2(!check(e, *fine, what).met, what);
        }
        Expectation calm;
        calm.kinds = {"identical", "rounding"};
        calm.site = "";
        calm.loss_gap_max = 0.1;
        for (const char* what : {"verdict", "first site", "losses apart"}) {
            QVERIFY2(check(calm, *fine, what).met, what);
            QVERIFY2(!check(calm, *bug, what).met, what);
        }
    }

    void expectationsOfPositionsTextsAndSites() {
        Comparison c = *fakeComparison(defectRequest());
        Expectation e;
        e.kinds = {"semantic"};
        e.from_decode = true;
        e.early_kl_max = 0.6;
        e.late_kl_ratio_min = 2;
        e.shape = "growth";
        e.split = true;
        e.exact_site = e.slope_site = "blocks.0.mlp_out";
        e.exact_max = 0.1;
        e.error_site = "blocks.0.attn_out";
        e.error_ratio_min = 1.5;
        e.distances = {{"blocks.0.mlp_out", std::nullopt, 2.0},
                       {"blocks.0.attn_out", 5.0, std::nullopt}};
        e.slope = 6;
        e.not_exercised = "window";
        e.remark = "One token";
        e.speed_ratio_min = 2;
        e.same_bytes = true;
        e.config_key = "rope";
        e.routing_equal_in = 0;
        c.logits.kl_ab.assign(c.tokens.size(), 0);
        for (std::size_t i = static_cast<std::size_t>(c.n_prompt); i < c.tokens.size(); ++i) {
            c.logits.kl_ab[i] = 0.5;
        }
        c.positions = PositionShape{"growth", {}, -1, 1, ""};
        c.generation->first_split = 3;
        for (SiteMetrics& s : c.sites) {
            if (to_string(s.site) == "blocks.0.attn_out")
                s.rel_l2 = 6, s.error_a = 0.25, s.error_b = 0.5;
            if (to_string(s.site) != "blocks.0.mlp_out") continue;
            s.exact = 0.05;
            s.slope = 6.01;
            s.rel_l2 = 1;
        }
        c.verdict.not_exercised = {"the window is longer"};
        c.warnings = {"One token only", "rope_theta 1 | 2"};
        c.a.tokens_per_s = 3 * c.b.tokens_per_s;
        c.a.hash = c.b.hash = "ab";
        for (RoutingLayer& layer : c.routing->layers) layer.disagreement = 0;
        for (const CaseCheck& one : checkComparison(e, c)) {
            QVERIFY2(one.met, (one.what + ": " + one.found).c_str());
        }
        c.logits.kl_ab.assign(c.tokens.size(), 0.7);
        c.positions->kind = "flat";
        c.generation->first_split.reset();
        for (SiteMetrics& s : c.sites) s.exact = s.slope = 1, s.rel_l2 = 3, s.error_b = s.error_a;
        c.verdict.not_exercised.clear();
        c.warnings.clear();
        c.a.tokens_per_s = c.b.tokens_per_s;
        c.b.hash = "cd";
        for (RoutingLayer& layer : c.routing->layers) layer.disagreement = 0.1;
        c.verdict.kind = VerdictKind::rounding;
        c.observer.identical = false;
        for (const CaseCheck& one : checkComparison(e, c)) {
            QVERIFY2(!one.met, (one.what + ": " + one.found).c_str());
        }
    }

    void aGridIsCheckedCellByCell() {
        Sweep sweep;
        sweep.request.axes = {{"dtype", AxisSide::b, {"float32", "bfloat16", "float16"}}};
        sweep.cells.resize(3);
        for (std::size_t i = 0; i < 3; ++i)
            sweep.cells[i].values = {sweep.request.axes[0].values[i]};
        sweep.cells[0].state = CellState::done;
        sweep.cells[0].verdict.kind = VerdictKind::rounding;
        sweep.cells[1].state = CellState::not_applicable;
        sweep.cells[2].state = CellState::done;
        sweep.cells[2].verdict.kind = VerdictKind::semantic;
        Expectation e;
        e.kinds = {"rounding"};
        const std::vector<CaseCheck> checks = checkSweep(e, sweep);
        QCOMPARE(checks.size(), std::size_t{3});
        QVERIFY(checks[0].met && checks[1].met && !checks[2].met);
        QVERIFY(checks[2].what.find("float16") != std::string::npos);
        QVERIFY(!allMet(checks));
    }

    void theCommandListsAndRuns() {
        const Outcome list = run({"cases"});
        QCOMPARE(list.status, 0);
        const Json json = Json::parse(run({"cases", "list", "--json"}).out);
        QVERIFY(schemaProblems(json, readJson(kSource + "/resources/schema/cases.json")).empty());
        for (const Case& known : allCases()) {
            QVERIFY(list.out.find(known.title) != std::string::npos);
        }
        QCOMPARE(run({"cases", "run"}).status, 1);
        QCOMPARE(run({"cases", "walk"}).status, 1);
        const Outcome unknown = run({"cases", "run", "mixtal"});
        QCOMPARE(unknown.status, 1);
        QVERIFY(unknown.err.find("mixtral") != std::string::npos);
    }

    void comparesTakeAStepByName() {
        const Outcome step = run({"compare", "--case", "mixtral/moe-bf16", "--json"});
        QVERIFY2(step.status == 0, step.err.c_str());
        QCOMPARE(Json::parse(step.out)["b"]["options"]["dtype"], "bfloat16");
        const Outcome none = run({"compare", "--case", "mixtral/nope"});
        QCOMPARE(none.status, 1);
        QVERIFY(none.err.find("nope") != std::string::npos);
    }

    /// What has a name is repeated by it, on a machine that has none of these folders.
    void commandsNameTheCase() {
        int steps = 0;
        for (const Case& known : allCases()) {
            for (const CaseStep& step : known.steps) {
                if (!step.axes.empty()) continue;
                QVERIFY2(step.missing.empty(), step.missing.c_str());
                const std::string named = compareCommand(step.request);
                QCOMPARE(named, "driftscope compare --case " + known.id + "/" + step.id);
                CompareRequest apart = step.request;
                apart.attribute = true;
                QCOMPARE(compareCommand(apart), named + " --attribute");
                CompareRequest changed = step.request;
                changed.max_new_tokens += 1;
                QVERIFY(compareCommand(changed).find("--model") != std::string::npos);
                ++steps;
            }
        }
        QVERIFY(steps > 20);
        for (const BuiltIn& example : builtIns())
            QCOMPARE(compareCommand(example.request), "driftscope compare --example " + example.id);
    }

    void anExpectationThatIsNotMetIsExitStatus3() {
        QTemporaryDir folder;
        QDir(folder.path()).mkpath(QStringLiteral("models/tiny-mixtral"));
        const std::string root = folder.path().toStdString();
        const Case mixtral = caseNamed("mixtral");
        for (const CaseStep& step : mixtral.steps)
            QVERIFY2(step.missing.empty(), step.missing.c_str());
        const Outcome outcome = run({"cases", "run", "mixtral", "--json"});
        QCOMPARE(outcome.status, 3);  // made-up numbers are not what the case expects
        const Json json = Json::parse(outcome.out);
        QVERIFY(
            schemaProblems(json, readJson(kSource + "/resources/schema/case-result.json")).empty());
        QCOMPARE(json["met"], false);
        QCOMPARE(json["steps"].size(), mixtral.steps.size());
    }
};

QTEST_GUILESS_MAIN(TestCaseFiles)
#include "tst_case_files.moc"
