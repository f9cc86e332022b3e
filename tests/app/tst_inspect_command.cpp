// SPDX-License-Identifier: GPL-3.0-or-later
// `driftscope inspect --model A --model-b B`: the difference as text and as JSON.
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/command_line/command_line.h"
#include "core/files.h"
#include "tests/app/fake_engine.h"
#include "tests/app/fake_schema.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

class TestInspectCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        test::TinyModel model;
        model.family = "internlm2";
        model.config = {{"bias", "false"}, {"rope_theta", "10000.0"}};
        test::write_tiny_checkpoint(path("packed"), model);
        convert_model({path("packed"), "llama", path("plain")}, {}, {});
        model.config["rope_theta"] = "50000.0";
        model.seed = 2;
        test::write_tiny_checkpoint(path("other"), model);
    }

    void theJsonFitsItsSchema() {
        QCOMPARE(run({"inspect", "--model", path("packed"), "--model-b", path("other"), "--json"}),
                 0);
        const auto json = nlohmann::json::parse(m_out);
        QFile file(QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/resources/schema/diff.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto found =
            schemaProblems(json, nlohmann::json::parse(file.readAll().toStdString()));
        QVERIFY2(found.empty(), found.empty() ? "" : found.front().c_str());
        QCOMPARE(json["counts"]["equal"].get<int>(), 0);
        QCOMPARE(json["counts"]["different"].get<int>(), 3 + 2 * 9);
        int differing = 0;
        for (const auto& row : json["config"]) {
            if (row["kind"] == "equal") continue;
            ++differing;
            QCOMPARE(row["key"].get<std::string>(), std::string("rope_theta"));
            QCOMPARE(row["a"].get<std::string>(), std::string("10000.0"));
            QCOMPARE(row["b"].get<std::string>(), std::string("50000.0"));
        }
        QCOMPARE(differing, 1);
    }

    /// A packed file and the one converted from it have the same weights.
    void packedAndUnpackedMeet() {
        QCOMPARE(run({"inspect", "--model", path("packed"), "--model-b", path("plain")}), 0);
        const QString out = QString::fromStdString(m_out);
        QVERIFY2(out.contains("tensors: 21 equal by sha256, 0 different, 0 only in a, 0 only in b"),
                 m_out.c_str());
        QVERIFY(out.contains("model_type"));
        QVERIFY(out.contains("attention_bias"));
    }

    void verifyReadsTheWeights() {
        QCOMPARE(run({"inspect", "--model", path("packed"), "--model-b", path("nowhere")}), 2);
        QVERIFY(m_err.find("nowhere") != std::string::npos);
        m_stop.request_stop();
        QCOMPARE(run({"inspect", "--model", path("packed"), "--verify"}), 4);
        m_stop = {};
    }

private:
    std::string path(const std::string& name) const {
        return m_dir.path().toStdString() + "/" + name;
    }
    int run(const std::vector<std::string>& words) {
        std::istringstream in;
        std::ostringstream out, err;
        const auto window = [](const std::string&) { return 0; };
        const int status = runCommandLine(words, {fakeEngine(std::make_shared<FakeControls>()),
                                                  window, in, out, err, m_stop.get_token(), false});
        m_out = out.str(), m_err = err.str();
        return status;
    }

    QTemporaryDir m_dir;
    std::stop_source m_stop;
    std::string m_out, m_err;
};

QTEST_GUILESS_MAIN(TestInspectCommand)
#include "tst_inspect_command.moc"
