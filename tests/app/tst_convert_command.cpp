// SPDX-License-Identifier: GPL-3.0-or-later
// `driftscope convert`: what it prints, its JSON against the schema, its exit statuses.
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/command_line/command_line.h"
#include "tests/app/fake_engine.h"
#include "tests/app/fake_schema.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

class TestConvertCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        test::TinyModel model;
        model.family = "internlm2";
        model.config = {{"attn_implementation", "\"eager\""}, {"bias", "false"}};
        test::write_tiny_checkpoint(path("in"), model);
    }

    void theListIsPrinted() {
        QCOMPARE(run({"convert", "--model", path("in"), "--to", "llama", "--out", path("out")}), 0);
        QVERIFY2(m_err.empty(), m_err.c_str());
        const QString out = QString::fromStdString(m_out);
        // tensor, source slice, hash; and what a lossy converter would have lost.
        QVERIFY(out.contains(QRegularExpression(
            "[0-9a-f]{64}  model\\.layers\\.1\\.self_attn\\.k_proj\\.weight  <-  "
            "model\\.layers\\.1\\.attention\\.wqkv\\.weight\\[16:24 of every 32\\]")));
        QVERIFY(out.contains("attn_implementation"));
        QVERIFY(out.contains("convert2llama.py drops it"));
        QVERIFY(QFile::exists(QString::fromStdString(path("out/model.safetensors"))));
    }

    void theJsonFitsItsSchema() {
        QCOMPARE(run({"convert", "--model", path("in"), "--to", "llama", "--out", path("out"),
                      "--json"}),
                 0);
        const auto json = nlohmann::json::parse(m_out);
        QFile file(QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/resources/schema/convert.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto found =
            schemaProblems(json, nlohmann::json::parse(file.readAll().toStdString()));
        QVERIFY2(found.empty(), found.empty() ? "" : found.front().c_str());
        QCOMPARE(json["slices"].size(), size_t{2 + 2 * 9 + 1});
        QCOMPARE(json["slices"][0]["sha256"].get<std::string>().size(), size_t{64});
    }

    void exitStatuses() {
        QCOMPARE(run({"convert", "--model", path("in"), "--to", "gpt2", "--out", path("out")}), 1);
        QCOMPARE(run({"convert", "--model", path("in"), "--to", "llama", "--out", path("in")}), 1);
        QCOMPARE(run({"convert", "--model", path("no"), "--to", "llama", "--out", path("out")}), 2);
        QCOMPARE(run({"convert", "--model", path("in"), "--to", "internlm2", "--out", path("out")}),
                 2);
        QVERIFY2(m_err.find("already") != std::string::npos, m_err.c_str());
        m_stop.request_stop();
        QCOMPARE(run({"convert", "--model", path("in"), "--to", "llama", "--out", path("out")}), 4);
        QVERIFY(m_out.empty());
        QVERIFY(!QFile::exists(QString::fromStdString(path("out"))));
    }

private:
    std::string path(const std::string& name) const {
        return m_dir->path().toStdString() + "/" + name;
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

    std::unique_ptr<QTemporaryDir> m_dir;
    std::stop_source m_stop;
    std::string m_out, m_err;
};

QTEST_GUILESS_MAIN(TestConvertCommand)
#include "tst_convert_command.moc"
