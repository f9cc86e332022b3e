// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/command_line/arguments.h"
#include "app/command_line/command_line.h"
#include "app/command_line/commands.h"
#include "app/output/shell_word.h"
#include "tests/app/fake_engine.h"

using namespace driftscope;
using Words = std::vector<std::string>;

namespace {

struct Outcome {
    int status = 0;
    std::string out, err, window;
};

/// Runs the command line in this process on the fake engine.
struct Runner {
    std::shared_ptr<FakeControls> controls = std::make_shared<FakeControls>();
    std::string stdinText;
    std::stop_source stop;

    Outcome run(const Words& words) {
        Outcome outcome;
        std::istringstream in(stdinText);
        std::ostringstream out, err;
        outcome.window = "not opened";
        const auto window = [&](const std::string& path) {
            outcome.window = path;
            return 0;
        };
        outcome.status = runCommandLine(
            words, {fakeEngine(controls), window, in, out, err, stop.get_token(), false});
        outcome.out = out.str();
        outcome.err = err.str();
        return outcome;
    }
};

Words compareWith(const Words& more) {
    Words words = {"compare", "--model", "/models/tiny", "--prompt", "Once"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

void addRow(const char* name, const Words& words, int status, const char* says = "") {
    QTest::newRow(name) << words << status << QByteArray(says);
}

}  // namespace

class TestCommandLine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void exitStatus_data() {
        QTest::addColumn<Words>("words");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("says");
        const Words one = {"--model", "/models/tiny"};
        addRow("version", {"--version"}, 0);
        addRow("help", {"--help"}, 0);
        addRow("help of a command", {"compare", "--help"}, 0);
        addRow("options", {"options"}, 0);
        addRow("options as JSON", {"options", "--json"}, 0);
        addRow("compare", compareWith({"--b", "dtype=bfloat16"}), 0);
        addRow("tokens", {"compare", "--model", "/models/tiny", "--tokens", "1,2,3"}, 0);
        addRow("inspect", {"inspect", "--model", "/models/tiny"}, 0);
        addRow("generate", {"generate", "--model=/models/tiny", "--prompt", "-x"}, 0);
        addRow("tokenize", {"tokenize", "--model", "/models/tiny", "--text", ""}, 0);
        addRow("bench", {"bench", "--model", "/models/tiny", "--json"}, 0);
        addRow("within the bound", compareWith({"--fail-above", "kl=1"}), 0);

        addRow("no such flag", compareWith({"--promt", "x"}), 1, "did you mean --prompt?");
        addRow("no such command", {"compar"}, 1, "did you mean compare?");
        addRow("no such global flag", {"--versoin"}, 1, "did you mean --version?");
        addRow("a word too many", compareWith({"word"}), 1, "'word'");
        addRow("no model", {"compare", "--prompt", "x"}, 1, "--model is missing");
        addRow("an empty model", {"compare", "--model", "", "--prompt", "x"}, 1,
               "--model is empty");
        addRow("no prompt", {"compare", "--model", "/models/tiny"}, 1, "no prompt");
        addRow("two prompts", compareWith({"--tokens", "1"}), 1, "several prompts");
        addRow("an empty prompt", {"compare", "--model", "/models/tiny", "--prompt", ""}, 1,
               "empty");
        addRow("tokens with letters", {"generate", "--model", "/m", "--tokens", "1,x"}, 1, "'x'");
        addRow("negative tokens", {"generate", "--model", "/m", "--tokens", "-1"}, 1, "'-1'");
        addRow("no tokens", {"generate", "--model", "/m", "--tokens", ","}, 1, "no token");
        addRow("an unknown option", compareWith({"--b", "dtpe=float32"}), 1, "dtpe");
        addRow("an impossible value", compareWith({"--a", "dtype=int8"}), 1, "int8");
        addRow("no equals sign", compareWith({"--a", "dtype"}), 1, "=");
        addRow("an unknown defect", compareWith({"--b", "defects=D-X"}), 1, "D-MOE-SCATTER");
        addRow("model B is empty", compareWith({"--model-b", ""}), 1, "--model-b is empty");
        addRow("a flag without value", compareWith({"--out"}), 1, "--out needs a value");
        addRow("a flag in place of a value", compareWith({"--out", "--json"}), 1, "needs a value");
        addRow("a switch with value", compareWith({"--json=yes"}), 1, "takes no value");
        addRow("a flag twice", compareWith({"--model", "/models/x"}), 1, "twice");
        addRow("formats without out", compareWith({"--formats", "csv"}), 1, "--out");
        addRow("an unknown format", compareWith({"--out", "/tmp/x", "--formats", "bmp"}), 1, "bmp");
        addRow("an unknown judge", compareWith({"--judge", "float16"}), 1, "float16");
        addRow("too many new tokens", compareWith({"--max-new-tokens", "1e9"}), 1, "1e9");
        addRow("an unknown metric", compareWith({"--fail-above", "detla64=1"}), 1, "delta64");
        addRow("a metric without number", compareWith({"--fail-above", "kl"}), 1, "number");
        addRow("delta64 without judge",
               compareWith({"--fail-above", "delta64=1", "--judge", "none"}), 1, "float64");
        addRow("two texts", {"tokenize", "--model", "/m", "--text", "a", "--file", "b"}, 1, "two");
        addRow("no out", {"shots"}, 1, "");
        addRow("an unknown theme", {"shots", "--out", "/tmp/x", "--theme", "blue"}, 1, "blue");
        addRow("an impossible size", {"shots", "--out", "/tmp/x", "--size", "10x10"}, 1, "10x10");
        addRow("an impossible scale", {"shots", "--out", "/tmp/x", "--scale", "9"}, 1, "'9'");
        addRow("an example", {"compare", "--example", "kernel", "--judge", "none"}, 0);
        addRow("a case with another option",
               {"compare", "--case", "kernel", "--b", "dtype=bfloat16", "--judge", "none"}, 0);
        addRow("an unknown example", {"compare", "--example", "nope"}, 1, "precision, mixtral");
        addRow("two things to compare",
               {"shots", "--out", "/tmp/x", "--example", "kernel", "--case", "kernel"}, 1,
               "two things");
        addRow("an example and a model", compareWith({"--example", "kernel"}), 1, "two things");
        addRow("two models to open", {"/", "/tmp"}, 1, "one word too many");

        addRow("no such model", {"inspect", "--model", "/no/such/model"}, 2, "/no/such/model");
        addRow("no such model B", compareWith({"--model-b", "/no/such/b"}), 2, "/no/such/b");
        addRow("no such prompt file",
               {"compare", "--model", "/models/tiny", "--prompt-file", "/no/such/file"}, 2,
               "/no/such/file");
        addRow("a folder as prompt",
               {"compare", "--model", "/models/tiny", "--prompt-file", "/tmp"}, 2, "/tmp");
        addRow("no such session", {"/no/such/x.drift"}, 2, "/no/such/x.drift");
        addRow("unwritable out", compareWith({"--out", "/proc/driftscope/x"}), 2,
               "/proc/driftscope");
        addRow("out below a file", compareWith({"--out", "/etc/passwd/x"}), 2, "/etc/passwd");
        addRow("out is a file", compareWith({"--out", "/etc/passwd"}), 2, "is a file");
        addRow("trace into nowhere",
               {"trace", "--model", "/models/tiny", "--tokens", "1", "--out",
                "/no/such/x.safetensors"},
               2, "/no/such");
        addRow("trace into a folder",
               {"trace", "--model", "/models/tiny", "--tokens", "1", "--out", "/tmp"}, 2,
               "is a folder");

        addRow("kl exceeded", compareWith({"--fail-above", "kl=1e-9", "--b", "dtype=bfloat16"}), 3,
               "kl is ");
        addRow("a site metric exceeded",
               compareWith({"--fail-above", "rel_l2=1e-9", "--b", "dtype=bfloat16"}), 3, "rel_l2");
        addRow("delta64 exceeded",
               compareWith({"--fail-above", "delta64=1e-3", "--b", "defects=D-MOE-SCATTER"}), 3,
               "delta64 is 0.71");
        addRow("loss exceeded",
               compareWith({"--fail-above", "kl=99,loss=1", "--b", "defects=D-MOE-SCATTER"}), 3,
               "loss is");
        addRow("cosine exceeded",
               compareWith({"--fail-above", "cosine=1e-4", "--b", "defects=D-MOE-SCATTER"}), 3,
               "cosine");
    }

    void exitStatus() {
        QFETCH(Words, words);
        QFETCH(int, status);
        QFETCH(QByteArray, says);
        Runner runner;
        const Outcome outcome = runner.run(words);
        QVERIFY2(outcome.status == status, outcome.err.c_str());
        QVERIFY2(QByteArray::fromStdString(outcome.err).contains(says), outcome.err.c_str());
        if (status == 1 || status == 2) {
            QVERIFY2(outcome.out.empty(), "errors leave nothing on stdout");
            QCOMPARE(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1);
            QCOMPARE(runner.controls->compares.load(), 0);  // found before the long computation
        }
    }

    void opensTheWindow() {
        Runner runner;
        QCOMPARE(runner.run({}).window, std::string());
        const QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        QCOMPARE(runner.run({path}).window, path);
        QCOMPARE(runner.run({"compare"}).window, std::string("not opened"));
    }

    void neverComparesWithItself() {
        Runner runner;
        QCOMPARE(runner.run(compareWith({"--model-b", "/no/such"})).status, 2);
        QCOMPARE(runner.controls->compares.load(), 0);
        const QTemporaryDir folder;
        std::ofstream(folder.filePath("config.json").toStdString()) << "{}";
        QCOMPARE(runner.run(compareWith({"--model-b", folder.path().toStdString()})).status, 0);
        QCOMPARE(runner.controls->requests().back().model_b, folder.path().toStdString());
    }

    void passesWhatWasTyped() {
        Runner runner;
        runner.stdinText = "狐狸 и лиса\n";
        const Outcome outcome =
            runner.run({"compare", "--model", "/models/tiny", "--prompt-file", "-", "--a",
                        "dtype=float32,qkv=separate", "--a", "qkv=fused", "--b", "top_k=5",
                        "--max-new-tokens", "7", "--judge", "none"});
        QCOMPARE(outcome.status, 0);
        const CompareRequest asked = runner.controls->requests().back();
        QCOMPARE(asked.prompt, runner.stdinText);
        QCOMPARE(asked.options_a, (OptionValues{{"dtype", "float32"}, {"qkv", "fused"}}));
        QCOMPARE(asked.options_b, (OptionValues{{"top_k", "5"}}));
        QCOMPARE(asked.max_new_tokens, 7);
        QVERIFY(!asked.judge);
    }

    void refusesWhatIsNoUtf8() {
        Runner runner;
        for (const std::string bad :
             {"\xff", "a\xC3", "\xED\xA0\x80", "\xC0\x80", "\xF5\x80\x80\x80"}) {
            runner.stdinText = bad;
            const Outcome outcome =
                runner.run({"generate", "--model", "/models/tiny", "--prompt-file", "-"});
            QCOMPARE(outcome.status, 2);
            QVERIFY(outcome.err.find("UTF-8") != std::string::npos);
        }
        QCOMPARE(runner.controls->generates.load(), 0);
    }

    void jsonStandsAlone() {
        Runner runner;
        const Outcome outcome = runner.run(compareWith({"--json", "--b", "dtype=bfloat16"}));
        QCOMPARE(outcome.status, 0);
        const auto json = nlohmann::json::parse(outcome.out);
        QCOMPARE(json["schema"].get<std::string>(), std::string("driftscope/compare/1"));
        const auto command = json["provenance"]["command"].get<std::string>();
        QCOMPARE(command, std::string("driftscope compare --model /models/tiny --prompt Once "
                                      "--b dtype=bfloat16"));
    }

    void summaryPutsTheVerdictFirst() {
        Runner runner;
        const Outcome outcome = runner.run(compareWith({"--b", "defects=D-MOE-SCATTER"}));
        QVERIFY2(outcome.out.starts_with("◆ Different functions."), outcome.out.c_str());
        QVERIFY(outcome.out.find("blocks.0.mlp_out") != std::string::npos);
        for (const char* part : {"looks like    Plain rounding", "to confirm    Another order",
                                 "by position", "own error     blocks.0.mlp_out"}) {
            QVERIFY2(outcome.out.find(part) != std::string::npos, outcome.out.c_str());
        }
    }

    /// A stored trace brings its tokens, so that no prompt is asked for; the bound still counts.
    void againstNeedsNoPrompt() {
        Runner runner;
        const Words words = {"compare", "--model", "/models/tiny", "--against",
                             "/good.safetensors"};
        Words json = words, bound = words;
        json.emplace_back("--json");
        const Outcome outcome = runner.run(json);
        QVERIFY2(outcome.status == 0, outcome.err.c_str());
        const auto command =
            nlohmann::json::parse(outcome.out)["provenance"]["command"].get<std::string>();
        QCOMPARE(command, std::string("driftscope compare --model /models/tiny --against "
                                      "/good.safetensors"));
        bound.insert(bound.end(), {"--fail-above", "rel_l2=0"});
        bound.insert(bound.end(), {"--b", "dtype=bfloat16"});
        QCOMPARE(runner.run(bound).status, 3);
        QCOMPARE(runner.run({"compare", "--model", "/models/tiny"}).status, 1);
    }

    void interruptIsFour() {
        Runner runner;
        runner.stop.request_stop();
        const QTemporaryDir folder;
        const Outcome partial = runner.run(compareWith(
            {"--json", "--out", folder.filePath("out").toStdString(), "--formats", "json"}));
        QCOMPARE(partial.status, 4);
        QVERIFY(nlohmann::json::parse(partial.out)["cancelled"].get<bool>());
        QVERIFY(QFile::exists(folder.filePath("out/result.json")));
        runner.controls->partialResult = false;
        QCOMPARE(runner.run(compareWith({})).status, 4);
        QCOMPARE(runner.run({"generate", "--model", "/models/tiny", "--prompt", "x"}).status, 4);
        QCOMPARE(runner.run({"bench", "--model", "/models/tiny"}).status, 4);
    }

    void failuresAreOneMessage() {
        Runner runner;
        runner.controls->failure = "the header lies";
        const QTemporaryDir folder;
        const Outcome outcome =
            runner.run(compareWith({"--out", folder.filePath("made/out").toStdString()}));
        QCOMPARE(outcome.status, 2);
        QCOMPARE(outcome.err, std::string("driftscope: [/models/tiny] the header lies. mend it\n"));
        QVERIFY(outcome.out.empty());
        QVERIFY(!QFile::exists(folder.filePath("made")));  // no empty folder is left behind
    }

    void writesEveryFormat() {
        Runner runner;
        const QTemporaryDir folder(QDir::tempPath() + QStringLiteral("/出力 ü-XXXXXX"));
        const Outcome outcome = runner.run(compareWith(
            {"--out", folder.path().toStdString(), "--formats", "json,csv,npz,html,png,svg,pdf",
             "--max-new-tokens", "5", "--b", "dtype=bfloat16"}));
        QVERIFY2(outcome.status == 0, outcome.err.c_str());
        const QStringList names = QDir(folder.path()).entryList(QDir::Files);
        for (const char* name :
             {"result.json", "report.html", "sites.csv", "positions.csv", "routing.csv",
              "generation.csv", "logits.csv", "sites.npz", "routing.npz"}) {
            QVERIFY2(names.contains(QLatin1String(name)), name);
        }
        QVERIFY(names.filter(QStringLiteral(".png")).size() >= 4);
        QCOMPARE(names.filter(QStringLiteral(".svg")).size(), names.filter(".png").size());
        QCOMPARE(names.filter(QStringLiteral(".pdf")).size(), names.filter(".png").size() + 1);
        QVERIFY(names.contains(QStringLiteral("report.pdf")));
        QFile csv(folder.filePath("sites.csv"));
        QVERIFY(csv.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = csv.readAll().split('\n');
        QVERIFY(lines.first().startsWith('#'));
        const auto head = std::find_if(lines.begin(), lines.end(), [](const QByteArray& line) {
            return !line.startsWith('#');
        });
        QVERIFY(head->startsWith("site,layer,exact,max_abs"));
        QCOMPARE((head + 1)->count(','), head->count(','));
    }

    void helpNamesWhatIsThereOnly() {
        Runner runner;
        const std::string all = runner.run({"--help"}).out;
        for (const Command& command : commands()) {
            QVERIFY(all.find("  " + command.name + " ") != std::string::npos);
            const std::string help = runner.run({command.name, "--help"}).out;
            for (const FlagSpec& flag : command.flags) {
                QVERIFY2(help.find(flag.name) != std::string::npos, flag.name.c_str());
            }
        }
        QCOMPARE(runner.run({"--help"}).err, std::string());
    }

    void versionNamesTheMachine() {
        Runner runner;
        const std::string text = runner.run({"--version"}).out;
        for (const char* part : {"driftscope 0.1", "2.6.0", "OpenBLAS openmp", "AVX2", "threads"}) {
            QVERIFY2(text.find(part) != std::string::npos, part);
        }
    }

    void copiedCommandsSurviveTheShell() {
        CompareRequest request = fakeRequest();
        request.model_a = "/a b/it's";
        request.prompt = "say \"$HOME\" `x` \\ 狐\n!";
        const std::string command = compareCommand(request);
        QVERIFY(command.find("'/a b/it'\\''s'") != std::string::npos);
        QCOMPARE(shellWord("plain-1.0/x,y=2"), std::string("plain-1.0/x,y=2"));
        QCOMPARE(shellWord(""), std::string("''"));
        QCOMPARE(shellWord("*"), std::string("'*'"));
        FILE* pipe = popen(("printf %s " + shellWord(request.prompt)).c_str(), "r");
        char text[256] = {};
        const std::size_t length = fread(text, 1, sizeof text - 1, pipe);
        pclose(pipe);
        QCOMPARE(std::string(text, length), request.prompt);
    }

    void nearestFindsTyposOnly() {
        QCOMPARE(nearest("--promt", {"--prompt", "--model"}), std::string("--prompt"));
        QCOMPARE(nearest("--max-new", {"--max-new-tokens"}), std::string("--max-new-tokens"));
        QCOMPARE(nearest("--xyz", {"--prompt", "--model"}), std::string());
    }
};

QTEST_MAIN(TestCommandLine)
#include "tst_command_line.moc"
