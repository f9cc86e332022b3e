// SPDX-License-Identifier: GPL-3.0-or-later
// `driftscope tokenize --lines`: many texts, escapes, its JSON; the warning about a second BOS.
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/command_line/command_line.h"
#include "app/command_line/unescaped.h"
#include "core/data/error.h"
#include "tests/app/fake_engine.h"
#include "tests/app/fake_schema.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

namespace {

/// A tokenizer that reads "<s>" as its BOS, 1, and adds one.
class BosEngine : public FakeEngine {
public:
    BosEngine() : FakeEngine(std::make_shared<FakeControls>()) {}
    TokenizeResult tokenize(const std::string&, const std::string& text, bool add_bos) override {
        TokenizeResult result;
        if (add_bos) result.ids.push_back(1);
        if (text.starts_with("<s>")) result.ids.push_back(1);
        result.ids.push_back(7);
        result.pieces.assign(result.ids.size(), "x");
        return result;
    }
};

}  // namespace

class TestTokenizeCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void escapes() {
        QCOMPARE(unescaped("a\\n\\r\\t\\\\\\x00\\xfF狐", ""), std::string("a\n\r\t\\\0\xff狐", 10));
        for (const char* bad : {"\\", "\\q", "\\x", "\\x1", "\\x1g", "\\x-1", "a\\x+1"}) {
            try {
                unescaped(bad, "line 3");
                QFAIL(bad);
            } catch (const Error& error) {
                QCOMPARE(error.where(), std::string("line 3"));
            }
        }
    }

    void everyLineIsAText() {
        const std::string file = write("lines", "Once upon\\na\n\nbb\n");
        QCOMPARE(run({"tokenize", "--model", bundled(), "--lines", file, "--json"}), 0);
        const auto json = nlohmann::json::parse(m_out);
        QFile schema(QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/resources/schema/tokenize-lines.json"));
        QVERIFY(schema.open(QIODevice::ReadOnly));
        QVERIFY(
            schemaProblems(json, nlohmann::json::parse(schema.readAll().toStdString())).empty());
        QCOMPARE(json["lines"].size(), size_t{3});
        QVERIFY(json["lines"][0].size() > json["lines"][2].size());
        QCOMPARE(run({"tokenize", "--model", bundled(), "--lines", file}), 0);
        QCOMPARE(std::count(m_out.begin(), m_out.end(), '\n'), 3);
        QCOMPARE(run({"tokenize", "--model", bundled(), "--lines", write("bad", "\\q")}), 2);
        QVERIFY2(m_err.find("line 1") != std::string::npos, m_err.c_str());
        QCOMPARE(run({"tokenize", "--model", bundled(), "--lines", file, "--text", "a"}), 1);
    }

    void aSecondBosIsWarnedOf() {
        m_engine = [] { return std::make_unique<BosEngine>(); };
        QCOMPARE(run({"tokenize", "--model", "m", "--text", "<s>b"}), 0);
        QVERIFY2(m_err.find("beginning-of-sequence") != std::string::npos, m_err.c_str());
        QCOMPARE(run({"tokenize", "--model", "m", "--text", "<s>b", "--no-bos"}), 0);
        QVERIFY(m_err.empty());
        QCOMPARE(run({"tokenize", "--model", "m", "--text", "b"}), 0);
        QVERIFY(m_err.empty());
        const std::string out = m_dir.path().toStdString() + "/t.safetensors";
        for (const std::vector<std::string>& words :
             {std::vector<std::string>{"generate", "--model", bundled()},
              {"trace", "--model", bundled(), "--out", out}}) {
            for (const bool twice : {true, false}) {
                std::vector<std::string> all = words;
                all.insert(all.end(), {"--prompt", twice ? "<s>b" : "b"});
                QCOMPARE(run(all), 0);
                QCOMPARE(m_err.find("beginning-of-sequence") != std::string::npos, twice);
            }
        }
    }

private:
    static std::string bundled() { return DRIFTSCOPE_SOURCE_DIR "/resources/models/tiny-mixtral"; }
    std::string write(const std::string& name, const std::string& text) {
        const std::string path = m_dir.path().toStdString() + "/" + name;
        test::write_file(path, text);
        return path;
    }
    int run(const std::vector<std::string>& words) {
        std::istringstream in;
        std::ostringstream out, err;
        const auto window = [](const std::string&) { return 0; };
        const int status =
            runCommandLine(words, {m_engine, window, in, out, err, std::stop_token(), false});
        m_out = out.str(), m_err = err.str();
        return status;
    }

    QTemporaryDir m_dir;
    EngineFactory m_engine = fakeEngine(std::make_shared<FakeControls>());
    std::string m_out, m_err;
};

QTEST_GUILESS_MAIN(TestTokenizeCommand)
#include "tst_tokenize_command.moc"
