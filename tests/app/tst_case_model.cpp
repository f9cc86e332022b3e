// SPDX-License-Identifier: GPL-3.0-or-later
// The model that a step of a case converts before it runs: made once, whole, and never trusted.
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/cases/case_checks.h"
#include "app/cases/case_file.h"
#include "app/cases/case_model.h"
#include "core/data/error.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;
namespace fs = std::filesystem;

class TestCaseModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        test::TinyModel model;
        model.family = "internlm2";
        model.config = {{"bias", "false"}};
        test::write_tiny_checkpoint(path("model"), model);
        m_step = {};
        m_step.id = "s";
        m_step.convert_b = "llama";
        m_step.request.model_a = path("model");
        m_step.request.model_b = convertedFolder(path("scratch"), path("model"), "llama");
    }

    void whatIsReadIsAConvertedFile() {
        const auto weights = prepare();
        QVERIFY(weights);
        QCOMPARE(weights->family_a, std::string("internlm2"));
        QCOMPARE(weights->family_b, std::string("llama"));
        QVERIFY(weights->tensors.size() > 10);
        for (const TensorDiff& tensor : weights->tensors) {
            QVERIFY2(tensor.kind == DiffKind::equal, tensor.name.c_str());
            QCOMPARE(tensor.hash_a.size(), std::size_t{64});
            QCOMPARE(tensor.hash_a, tensor.hash_b);
        }
        // The names in the file are Llama's, three tensors for one.
        QVERIFY(QFileInfo::exists(inFolder("config.json")));
        bool unpacked = false;
        for (const TensorDiff& tensor : weights->tensors)
            unpacked = unpacked || tensor.source_b.find("q_proj") != std::string::npos;
        QVERIFY(unpacked);
        QCOMPARE(leftovers(), QStringList());
        CaseStep nothing = m_step;
        nothing.convert_b.clear();
        QVERIFY(!prepareStep(nothing, {}, {}));
    }

    void isUsedAgain() {
        prepare();
        const auto before = fs::last_write_time(m_step.request.model_b + "/model.safetensors");
        QTest::qWait(20);
        prepare();
        QVERIFY(fs::last_write_time(m_step.request.model_b + "/model.safetensors") == before);
    }

    /// Another byte in what was made, in what it is made of, and a file gone: made again.
    void isMadeAgainWhenItDiffers() {
        prepare();
        QFile made(inFolder("model.safetensors"));
        QVERIFY(made.open(QIODevice::ReadWrite));
        QVERIFY(made.seek(made.size() - 1));
        QCOMPARE(made.write("\x5a", 1), 1);
        made.close();
        QVERIFY(allEqual(*prepare()));
        QVERIFY(QFile::remove(inFolder("config.json")));
        QVERIFY(allEqual(*prepare()));
        const std::string hash = prepare()->tensors.front().hash_b;
        test::TinyModel other;
        other.family = "internlm2";
        other.config = {{"bias", "false"}};
        other.seed += 1;
        QDir(QString::fromStdString(path("model"))).removeRecursively();
        test::write_tiny_checkpoint(path("model"), other);
        const auto weights = prepare();
        QVERIFY(allEqual(*weights));
        QVERIFY(weights->tensors.front().hash_b != hash);
        QCOMPARE(leftovers(), QStringList());
    }

    /// What was not made here is neither used nor taken away.
    void leavesWhatIsNotItsOwn() {
        fs::create_directories(m_step.request.model_b);
        std::ofstream(m_step.request.model_b + "/precious.txt") << "mine";
        QCOMPARE(refusal().code(), ErrorCode::mismatch);
        QCOMPARE(leftovers(), QStringList());
        QVERIFY(QFileInfo::exists(inFolder("precious.txt")));
        // A link to such a folder, too: what it leads to has the stamp, and stays.
        fs::remove_all(m_step.request.model_b);
        prepare();
        fs::rename(m_step.request.model_b, path("elsewhere"));
        fs::create_symlink(path("elsewhere"), m_step.request.model_b);
        QCOMPARE(refusal().code(), ErrorCode::mismatch);
        QVERIFY(fs::exists(path("elsewhere/model.safetensors")));
    }

    void anUnwritableFolderIsOneClearMessage() {
        std::ofstream(path("scratch")) << "a file where the folder should be";
        const Error error = refusal();
        QCOMPARE(error.code(), ErrorCode::unreadable);
        QVERIFY2(error.where().starts_with(path("scratch")), error.where().c_str());
        QVERIFY2(error.hint().find("XDG_CACHE_HOME") != std::string::npos, error.hint().c_str());
    }

    void largeModelsAreNotCopied() {
        std::ofstream(path("model/notes.bin")) << "x";
        fs::resize_file(path("model/notes.bin"), 9'000'000);
        QCOMPARE(refusal().code(), ErrorCode::limit);
        QVERIFY(!fs::exists(path("scratch")));
    }

    void stoppedLeavesNothing() {
        std::stop_source stop;
        stop.request_stop();
        try {
            prepareStep(m_step, {}, stop.get_token());
            QFAIL("it was stopped");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::cancelled);
        }
        QVERIFY(!fs::exists(m_step.request.model_b));
        QCOMPARE(leftovers(), QStringList());
    }

    void theCheckCountsHashes() {
        Expectation expected;
        expected.same_weights = true;
        const auto check = [&](const ModelDiff* weights) {
            for (const CaseCheck& one : checkComparison(expected, {}, weights)) {
                if (one.what == "weights of A and B, one by one") return one;
            }
            return CaseCheck{};
        };
        ModelDiff weights;
        weights.tensors.resize(3);
        QVERIFY(check(&weights).met);
        QCOMPARE(check(&weights).found, std::string("3 equal hashes"));
        weights.tensors[1].kind = DiffKind::different;
        weights.tensors[1].name = "blocks.0.attn.W_Q";
        QVERIFY(!check(&weights).met);
        QCOMPARE(check(&weights).found, std::string("1 tensors differ, first blocks.0.attn.W_Q"));
        QVERIFY(!check(nullptr).met);
        QVERIFY(!check(nullptr).found.empty());
    }

    void theFileSaysWhatIsConverted() {
        const auto read = [&](const std::string& more) {
            std::ofstream(path("c.json")) << R"({"schema": "driftscope/case/1", "id": "c",
                "title": "t", "question": "q", "belief": "b", "steps": [{"id": "s", "title": "t",
                "shows": "x", "model": "model", "prompt": "p", )"
                                          << more << R"("expect": {"kind": "none"}}]})";
            return readCase(path("c.json"), path(""), path("scratch")).steps.front();
        };
        const CaseStep step = read(R"("convert_b": "llama", )");
        QCOMPARE(step.convert_b, std::string("llama"));
        QCOMPARE(step.request.model_b, m_step.request.model_b);
        QVERIFY(!fs::exists(path("scratch")));  // reading makes nothing
        for (const char* wrong :
             {R"("convert_b": "gpt2", )", R"("convert_b": "llama", "model_b": "model", )"}) {
            QVERIFY_THROWS_EXCEPTION(Error, read(wrong));
        }
    }

private:
    std::string path(const std::string& name) const {
        return m_dir->path().toStdString() + "/" + name;
    }
    QString inFolder(const char* name) const {
        return QString::fromStdString(m_step.request.model_b + "/" + name);
    }
    std::shared_ptr<const ModelDiff> prepare() { return prepareStep(m_step, {}, {}); }
    Error refusal() {
        try {
            prepare();
        } catch (const Error& error) {
            return error;
        }
        return {ErrorCode::internal, "", "nothing was refused"};
    }
    static bool allEqual(const ModelDiff& weights) {
        return !weights.tensors.empty() &&
               weights.count(DiffKind::equal) == static_cast<int64_t>(weights.tensors.size());
    }
    /// What lies beside the converted folder.
    QStringList leftovers() const {
        const QFileInfo folder(QString::fromStdString(m_step.request.model_b));
        QStringList names = folder.dir().entryList(QDir::AllEntries | QDir::Hidden | QDir::System |
                                                   QDir::NoDotAndDotDot);
        names.removeAll(folder.fileName());
        return names;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    CaseStep m_step;
};

QTEST_GUILESS_MAIN(TestCaseModel)
#include "tst_case_model.moc"
