// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/session_file.h"
#include "core/data/error.h"
#include "tests/app/fake_sessions.h"

using namespace driftscope;

namespace {

Session sample() {
    Session session;
    session.request.model_a = "/home/of/me/models/tiny";
    session.request.model_b = "/elsewhere/other";
    session.request.prompt = "Es war einmal ein Füchslein 狐狸 \u200Fשועל";
    session.request.tokens = {1, 2, 2147483647};
    session.request.max_new_tokens = 60;
    session.request.judge = false;
    session.request.attribute = true;
    session.request.config_b = "/home/of/me/other/config.json";
    session.request.against = "/elsewhere/trace.safetensors";
    session.request.options_a = {{"dtype", "float32"}};
    session.request.options_b = {{"defects", "D-MOE-SCATTER+D-ROPE-BASE"}, {"rope.base", "10000"}};
    session.selection = {2, 3, 4, 1, -1, 7, "blocks.2.attn.pattern"};
    // No raw strings here: moc loses track of them and then finds no class below.
    session.ui = "{\"docks\":\"AAAA\",\"views\":{\"attention\":{\"face\":2}}}";
    NamedRun run;
    run.name = "clean bf16";
    run.baseline = true;
    run.request = session.request;
    run.verdict = "rounding";
    session.runs = {run};
    session.numbers = NumbersStamp{"0123abcd", "semantic", 1.25, std::nan(""), 0.1};
    return session;
}

}  // namespace

class TestSession : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void roundTrip() {
        const Session before = sample();
        const std::string text = sessionText(before, "/home/of/me");
        const Session after = parseSession(text, "/home/of/me", "test");
        QCOMPARE(after.request.fingerprint(), before.request.fingerprint());
        QCOMPARE(after.selection.site, before.selection.site);
        QCOMPARE(after.request.config_b, before.request.config_b);
        QCOMPARE(after.request.attribute, true);
        QCOMPARE(after.request.against, before.request.against);
        QCOMPARE(after.selection.step, 7);
        QVERIFY(after.numbers.has_value());
        QCOMPARE(after.numbers->digest, before.numbers->digest);
        QCOMPARE(after.numbers->verdict, before.numbers->verdict);
        QCOMPARE(after.numbers->lossA, 1.25);
        QVERIFY(std::isnan(after.numbers->lossB));
        QCOMPARE(after.numbers->maxKl, 0.1);
        QCOMPARE(after.selection.expert, -1);
        QCOMPARE(after.runs.size(), std::size_t{1});
        QCOMPARE(after.runs[0].name, before.runs[0].name);
        QVERIFY(after.runs[0].baseline);
        QCOMPARE(after.runs[0].request.fingerprint(), before.request.fingerprint());
        QCOMPARE(nlohmann::json::parse(after.ui), nlohmann::json::parse(before.ui));
        QCOMPARE(sessionText(after, "/home/of/me"), text);
    }

    void pathsBelowTheFolderAreRelative() {
        const auto json = nlohmann::json::parse(sessionText(sample(), "/home/of/me"));
        QCOMPARE(json["models"]["a"].get<std::string>(), std::string("models/tiny"));
        QCOMPARE(json["models"]["b"].get<std::string>(), std::string("/elsewhere/other"));
        const Session moved = parseSession(json.dump(), "/new/place", "test");
        QCOMPARE(moved.request.model_a, std::string("/new/place/models/tiny"));
        QCOMPARE(moved.request.config_b, std::string("/new/place/other/config.json"));
    }

    void unknownFieldsSurvive() {
        const std::string text = sessionOf(
            R"(,"later":{"a":[1,2]},"models":{"a":"m","c":"third"},"options":{"a":{},"note":"x"},)"
            R"("selection":{"layer":1,"zoom":2},"runs":[{"name":"r","colour":"blue"}])");
        const Session session = parseSession(text, "/f", "test");
        const auto json = nlohmann::json::parse(sessionText(session, "/f"));
        QCOMPARE(json["later"]["a"][1].get<int>(), 2);
        QCOMPARE(json["models"]["c"].get<std::string>(), std::string("third"));
        QCOMPARE(json["options"]["note"].get<std::string>(), std::string("x"));
        QCOMPARE(json["selection"]["zoom"].get<int>(), 2);
        QCOMPARE(json["runs"][0]["colour"].get<std::string>(), std::string("blue"));
    }

    /// As each version of the program wrote it, and as a later one may: all of it is understood,
    /// and what is not known here is still there after a save.
    void filesOfEveryVersionOpen_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<bool>("attribute");
        QTest::addColumn<bool>("numbers");
        const QDir folder(QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/tests/data/sessions"));
        const QStringList names =
            folder.entryList({QStringLiteral("*.drift")}, QDir::Files, QDir::Name);
        QCOMPARE(names.size(), 4);
        for (int i = 0; i < names.size(); ++i) {
            QTest::newRow(qPrintable(names[i]))
                << folder.filePath(names[i]) << (i >= 1) << (i >= 2);
        }
    }
    void filesOfEveryVersionOpen() {
        QFETCH(QString, path);
        QFETCH(bool, attribute);
        QFETCH(bool, numbers);
        const Session session = loadSession(path);
        const std::string folder = DRIFTSCOPE_SOURCE_DIR "/tests/data/sessions";
        QCOMPARE(session.request.model_a, folder + "/models/tiny-mixtral");
        QCOMPARE(session.request.prompt, std::string("Es war einmal ein Füchslein 狐"));
        QCOMPARE(session.request.tokens, (std::vector<int32_t>{1, 2, 3}));
        QCOMPARE(session.request.options_b.at("defects"), std::string("D-MOE-SCATTER"));
        QCOMPARE(session.request.max_new_tokens, 12);
        QCOMPARE(session.request.attribute, attribute);
        QCOMPARE(session.request.config_b,
                 attribute ? folder + "/models/other/config.json" : std::string());
        QCOMPARE(session.selection.site, std::string("blocks.2.attn.pattern"));
        QCOMPARE(session.selection.step, 3);
        QCOMPARE(session.runs.size(), std::size_t{1});
        QVERIFY(session.runs[0].baseline && !session.runs[0].request.judge);
        QCOMPARE(session.numbers.has_value(), numbers);
        if (numbers) QCOMPARE(session.numbers->lossB, 2.5);

        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto before = nlohmann::json::parse(file.readAll().toStdString());
        auto after = nlohmann::json::parse(sessionText(session, folder));
        for (auto* request : {&after, &after["runs"][0]}) {  // keys that are newer than the file
            if (attribute) break;
            for (const char* key : {"attribute", "against"}) request->erase(key);
            (*request)["models"].erase("config_b");
        }
        QVERIFY2(after == before, after.dump(1).c_str());
    }

    void siteAliasesAreUnderstood() {
        const Session session = parseSession(
            sessionOf(R"(,"selection":{"site":"blocks.0.attn.hook_pattern"})"), "/f", "test");
        QCOMPARE(session.selection.site, std::string("blocks.0.attn.pattern"));
    }

    void refusesHostileInput_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("place");
        for (const HostileSession& hostile : hostileSessions()) {
            QTest::newRow(hostile.name)
                << QByteArray::fromStdString(hostile.text) << QByteArray(hostile.place);
        }
    }

    void refusesHostileInput() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, place);
        try {
            parseSession(text.toStdString(), "/folder", "my.drift");
            QFAIL("it was accepted");
        } catch (const Error& error) {
            QCOMPARE(error.where(), std::string("my.drift"));
            const QByteArray said(error.what());
            QVERIFY2(said.contains(place), said.constData());
            QVERIFY2(said.size() < 1500, "one clear message");
        }
    }

    void nullsAndGapsAreDefaults() {
        const Session session = parseSession(
            sessionOf(R"(,"models":null,"prompt":null,"tokens":null,"runs":null,"ui":null)"), "/f",
            "t");
        QVERIFY(session.request.model_a.empty());
        QVERIFY(session.request.judge);
        QVERIFY(session.runs.empty());
        QCOMPARE(session.selection.layer, -1);
    }

    void filesAreWholeOrUntouched() {
        const QTemporaryDir folder(QDir::tempPath() + QStringLiteral("/狐 müller-XXXXXX"));
        QVERIFY(folder.isValid());
        const QString path = folder.filePath(QStringLiteral("Sitzung 一.drift"));
        Session session = sample();
        session.request.model_a = folder.filePath(QStringLiteral("modell")).toStdString();
        saveSession(session, path);
        QCOMPARE(loadSession(path).request.model_a, session.request.model_a);
        const QString nowhere = folder.filePath(QStringLiteral("no/such/folder/x.drift"));
        QVERIFY_THROWS_EXCEPTION(Error, saveSession(session, nowhere));
        QVERIFY_THROWS_EXCEPTION(Error, loadSession(nowhere));
        QVERIFY_THROWS_EXCEPTION(Error, loadSession(folder.path()));
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
    }

    void autosaveRotates() {
        const QTemporaryDir folder;
        qputenv("XDG_STATE_HOME", folder.path().toUtf8());
        rotateAutosave();
        QVERIFY(!QFile::exists(lastSessionPath()));
        saveSession(sample(), autosavePath());
        rotateAutosave();
        QVERIFY(QFile::exists(lastSessionPath()));
        QVERIFY(!QFile::exists(autosavePath()));
        rotateAutosave();
        QVERIFY(QFile::exists(lastSessionPath()));
    }
};

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
