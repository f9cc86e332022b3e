// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <csignal>

#include <sys/resource.h>

#include <QDir>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QListWidget>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include "app/application.h"
#include "app/numbers_stamp.h"
#include "app/session_file.h"
#include "tests/app/fake_engine.h"
#include "ui/actions.h"
#include "ui/selection.h"
#include "ui/view.h"
#include "ui/window/notices.h"

using namespace driftscope;

namespace {

constexpr int kWait = 20000;

struct Rig {
    std::shared_ptr<FakeControls> controls = std::make_shared<FakeControls>();
    Application application{fakeEngine(controls)};
    MainWindow& window = application.window();

    /// As a person would by a control of the setup panel.
    void ask(const CompareRequest& request) { window.setRequest(request, true); }
    bool awaitShown(const std::string& dtypeB) {
        return QTest::qWaitFor(
            [&] {
                const ComparisonPtr shown = window.comparison();
                return shown && shown->complete && shown->b.options.at("dtype") == dtypeB;
            },
            kWait);
    }
};

/// While it lives every write of this process fails, as on a disk without room.
class FullDisk {
public:
    FullDisk() {
        m_before = std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_limit);
        rlimit none = m_limit;
        none.rlim_cur = 0;
        setrlimit(RLIMIT_FSIZE, &none);
    }
    ~FullDisk() {
        setrlimit(RLIMIT_FSIZE, &m_limit);
        std::signal(SIGXFSZ, m_before);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit m_limit{};
    void (*m_before)(int) = nullptr;
};

}  // namespace

class TestApplication : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", m_folder->filePath("state").toUtf8());
        qputenv("XDG_CONFIG_HOME", m_folder->filePath("config").toUtf8());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope,
                           m_folder->filePath("config"));
        QCoreApplication::setOrganizationName("driftscope-test");
        QCoreApplication::setApplicationName("driftscope-test");
        QSettings().clear();
    }

    void showsWhatItIsAskedFor() {
        Rig rig;
        rig.ask(fakeRequest());
        QVERIFY(rig.awaitShown("bfloat16"));
        QCOMPARE(rig.controls->compares.load(), 1);
        QTRY_VERIFY(rig.controls->opens.load() >= 1);
    }

    void flippingBackNeedsNoRun() {
        Rig rig;
        rig.ask(fakeRequest("bfloat16"));
        QVERIFY(rig.awaitShown("bfloat16"));
        const ComparisonPtr first = rig.window.comparison();
        rig.ask(fakeRequest("float16"));
        QVERIFY(rig.awaitShown("float16"));
        QCOMPARE(rig.controls->compares.load(), 2);
        QElapsedTimer time;
        time.start();
        rig.ask(fakeRequest("bfloat16"));
        QVERIFY(rig.awaitShown("bfloat16"));
        QVERIFY(time.elapsed() < 1000);
        QCOMPARE(rig.window.comparison(), first);
        QTest::qWait(50);
        QCOMPARE(rig.controls->compares.load(), 2);
    }

    void runAgainRunsAgain() {
        Rig rig;
        rig.ask(fakeRequest());
        QVERIFY(rig.awaitShown("bfloat16"));
        Q_EMIT rig.window.runAgainRequested(rig.window.request());
        QTRY_COMPARE_WITH_TIMEOUT(rig.controls->compares.load(), 2, kWait);
    }

    void attentionOfAFlippedBackResult() {
        Rig rig;
        rig.controls->kept = 1;
        rig.ask(fakeRequest("bfloat16"));
        QVERIFY(rig.awaitShown("bfloat16"));
        const quint64 id = rig.window.comparison()->id;
        rig.ask(fakeRequest("float16"));
        QVERIFY(rig.awaitShown("float16"));
        rig.ask(fakeRequest("bfloat16"));
        QVERIFY(rig.awaitShown("bfloat16"));
        const int before = rig.controls->attentions;
        Q_EMIT rig.window.attentionNeeded(id, 1, 1);
        // The engine has dropped that comparison: it is made again, silently, and then answers. The
        // window may have asked for a head of its own just before.
        QTRY_VERIFY_WITH_TIMEOUT(rig.controls->compares.load() >= 3, kWait);
        QTRY_VERIFY_WITH_TIMEOUT(rig.controls->attentions.load() >= before + 1, kWait);
        QVERIFY(rig.window.comparison()->id == id);
    }

    void newestWinsWhileRunning() {
        Rig rig;
        rig.controls->stepMs = 50;
        rig.controls->steps = 100;
        rig.ask(fakeRequest("float16"));
        QTRY_COMPARE_WITH_TIMEOUT(rig.controls->compares.load(), 1, kWait);
        rig.ask(fakeRequest("float64"));
        rig.controls->stepMs = 0;
        rig.ask(fakeRequest("bfloat16"));
        QVERIFY(rig.awaitShown("bfloat16"));
        QCOMPARE(rig.window.comparison()->b.options.at("dtype"), std::string("bfloat16"));
    }

    void failureShowsNoOldPicture() {
        Rig rig;
        rig.ask(fakeRequest("bfloat16"));
        QVERIFY(rig.awaitShown("bfloat16"));
        CompareRequest missing = fakeRequest("bfloat16");
        missing.model_b = "/no/such/model";
        rig.ask(missing);
        QTRY_VERIFY_WITH_TIMEOUT(!rig.window.comparison(), kWait);
        rig.ask(fakeRequest("bfloat16"));
        QVERIFY(rig.awaitShown("bfloat16"));  // usable as before
    }

    void cancelLeavesAUsableProgram() {
        Rig rig;
        rig.controls->stepMs = 100;
        rig.controls->steps = 1000;
        rig.controls->partialResult = false;
        rig.controls->partial = false;
        rig.ask(fakeRequest("float16"));
        QTRY_COMPARE_WITH_TIMEOUT(rig.controls->compares.load(), 1, kWait);
        Q_EMIT rig.window.cancelRequested();
        QTRY_COMPARE_WITH_TIMEOUT(rig.controls->running.load(), 0, kWait);
        rig.controls->stepMs = 0;
        rig.controls->steps = 2;
        rig.ask(fakeRequest("bfloat16"));
        QVERIFY(rig.awaitShown("bfloat16"));
    }

    void cancelOfWhatStillWaitsEndsTheWaiting() {
        Rig rig;
        rig.ask(fakeRequest("bfloat16"));
        QVERIFY(rig.awaitShown("bfloat16"));
        rig.controls->deafMs = 500;
        rig.ask(fakeRequest("float16"));
        QTRY_COMPARE_WITH_TIMEOUT(rig.controls->compares.load(), 2, kWait);
        rig.ask(fakeRequest("float64"));  // waits: the one before does not listen yet
        QAction* cancel = rig.window.actions()->action("run.cancel");
        QVERIFY(cancel->isEnabled());
        cancel->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!cancel->isEnabled(), kWait);
        QTRY_COMPARE_WITH_TIMEOUT(rig.controls->running.load(), 0, kWait);
        QVERIFY(!rig.window.comparison());  // no picture of other settings
        rig.controls->deafMs = 0;
        rig.ask(fakeRequest("bfloat16"));
        QVERIFY(rig.awaitShown("bfloat16"));
        QCOMPARE(rig.controls->compares.load(), 2);
    }

    void eventLoopStaysFree() {
        Rig rig;
        rig.controls->stepMs = 20;
        rig.controls->steps = 40;
        QTimer ticker;
        int ticks = 0;
        connect(&ticker, &QTimer::timeout, this, [&] { ++ticks; });
        rig.ask(fakeRequest());
        QTRY_COMPARE_WITH_TIMEOUT(rig.controls->compares.load(), 1, kWait);
        ticker.start(5);
        QVERIFY(rig.awaitShown("bfloat16"));
        QVERIFY2(ticks > 20, qPrintable(QString::number(ticks)));
    }

    void closesDuringARun() {
        auto rig = std::make_unique<Rig>();
        rig->window.show();
        rig->controls->stepMs = 1000;
        rig->controls->steps = 1000;
        rig->ask(fakeRequest());
        QTRY_COMPARE_WITH_TIMEOUT(rig->controls->compares.load(), 1, kWait);
        QElapsedTimer time;
        time.start();
        rig->window.close();
        QVERIFY(rig->application.shutDown(5000));
        rig.reset();
        QVERIFY2(time.elapsed() < 1000, qPrintable(QString::number(time.elapsed())));
    }

    void sessionsComeBack() {
        const QString path = m_folder->filePath("狐.drift");
        {
            Rig rig;
            rig.ask(fakeRequest("float16"));
            QVERIFY(rig.awaitShown("float16"));
            rig.window.selection()->setLayer(2);
            rig.window.selection()->setHead(3);
            Q_EMIT rig.window.saveRequested(path);
            QVERIFY(QFile::exists(path));
        }
        Rig rig;
        rig.application.open(path);
        QVERIFY(rig.awaitShown("float16"));
        QCOMPARE(rig.window.request().prompt, fakeRequest().prompt);
        QCOMPARE(rig.window.selection()->layer(), 2);
        QCOMPARE(rig.window.selection()->head(), 3);
        QVERIFY(rig.application.shutDown(5000));
        QVERIFY(QFile::exists(autosavePath()));
        QCOMPARE(loadSession(autosavePath()).request.options_b.at("dtype"), std::string("float16"));
    }

    void runsHaveNamesAndABaseline() {
        const QString path = m_folder->filePath("named.drift");
        {
            Rig rig;
            rig.ask(fakeRequest("float16"));
            QVERIFY(rig.awaitShown("float16"));
            rig.window.actions()->action("run.pin")->trigger();
            Q_EMIT rig.window.runRenamed(0, "half");
            for (const char* dtype : {"bfloat16", "float32"}) {
                rig.ask(fakeRequest(dtype));
                QVERIFY(rig.awaitShown(dtype));
            }
            auto* list = rig.window.findChild<QListWidget*>("runs");
            QVERIFY(list->item(0)->text().contains(QStringLiteral("★ half")));
            QCOMPARE(list->count(), 3);
            Q_EMIT rig.window.runForgotten(2);
            QCOMPARE(list->count(), 2);
            Q_EMIT rig.window.saveRequested(path);
        }
        Rig rig;
        rig.application.open(path);
        QVERIFY(rig.awaitShown("float32"));
        auto* list = rig.window.findChild<QListWidget*>("runs");
        QVERIFY(list->item(0)->text().contains(QStringLiteral("★ half")));
        rig.window.actions()->action("run.baseline")->trigger();
        QVERIFY(rig.awaitShown("float16"));
        Q_EMIT rig.window.runPinned(0);
        QVERIFY(!list->item(0)->text().contains(QStringLiteral("★")));
    }

    /// What the title leaves out tells two runs apart; a session does not take that for a name.
    void runsThatDifferHaveTwoNames() {
        const QString path = m_folder->filePath("alike.drift");
        const auto names = [](Rig& rig) {
            const auto* list = rig.window.findChild<QListWidget*>("runs");
            QStringList all;
            for (int i = 0; i < list->count(); ++i) all << list->item(i)->text().mid(2);
            return all;
        };
        {
            Rig rig;
            CompareRequest request = fakeRequest("float16");
            rig.ask(request);
            QVERIFY(rig.awaitShown("float16"));
            const QString alone = names(rig).front();
            request.attribute = true;
            rig.ask(request);
            QTRY_COMPARE(names(rig).size(), 2);
            QVERIFY2(names(rig).front().contains(QStringLiteral("taken apart")),
                     qPrintable(names(rig).front()));
            QCOMPARE(names(rig).back(), alone);
            Q_EMIT rig.window.saveRequested(path);
        }
        Rig rig;
        rig.application.open(path);
        QTRY_COMPARE(names(rig).size(), 2);
        Q_EMIT rig.window.runForgotten(1);
        QTRY_COMPARE(names(rig).size(), 1);
        QVERIFY2(!names(rig).front().contains(QStringLiteral("taken apart")),
                 qPrintable(names(rig).front()));
    }

    /// A run's name says model and settings; the list keeps its order when one is chosen again.
    void runsKeepTheirPlace() {
        Rig rig;
        for (const char* dtype : {"float16", "bfloat16", "float32"}) {
            rig.ask(fakeRequest(dtype));
            QVERIFY(rig.awaitShown(dtype));
        }
        auto* list = rig.window.findChild<QListWidget*>("runs");
        const auto names = [&] {
            QStringList all;
            for (int i = 0; i < list->count(); ++i) all << list->item(i)->toolTip().mid(2);
            return all;
        };
        const QStringList before = names();
        QCOMPARE(before.size(), 3);
        const QString model = QFileInfo(QString::fromStdString(fakeRequest().model_a)).fileName();
        QVERIFY2(before.last().contains(model), qPrintable(before.last()));
        QVERIFY2(before.last().contains(QStringLiteral("float16")), qPrintable(before.last()));
        Q_EMIT list->itemClicked(list->item(2));
        QVERIFY(rig.awaitShown("float16"));
        QCOMPARE(names(), before);
        QVERIFY(list->item(2)->text().startsWith(QStringLiteral("●")));
    }

    void valuesComeOnDemand() {
        Rig rig;
        rig.window.show();
        rig.ask(fakeRequest());
        QVERIFY(rig.awaitShown("bfloat16"));
        QCOMPARE(rig.controls->values.load(), 0);  // nobody looks at them
        rig.window.actions()->action("view.numbers")->trigger();
        rig.window.actions()->action("view.numbers")->trigger();
        const View* numbers = rig.window.view("numbers");
        QTRY_VERIFY_WITH_TIMEOUT(!numbers->waits(), kWait);
        QVERIFY(!numbers->table().isEmpty());
        // Dropped by the engine meanwhile: made again, not refused.
        rig.controls->kept = 0;
        rig.ask(fakeRequest("float16"));
        QVERIFY(rig.awaitShown("float16"));
        const int compares = rig.controls->compares;
        rig.controls->kept = 4;
        rig.window.selection()->setSite({SiteKind::q, 1});
        QTRY_VERIFY_WITH_TIMEOUT(!numbers->waits(), kWait);
        QVERIFY(rig.controls->compares > compares);
    }

    void hashesReachTheModelView() {
        Rig rig;
        rig.ask(fakeRequest());
        QVERIFY(rig.awaitShown("bfloat16"));
        QTRY_VERIFY_WITH_TIMEOUT(rig.controls->opens.load() >= 2, kWait);
    }

    void aBrokenSessionLosesNothing() {
        Rig rig;
        rig.ask(fakeRequest());
        QVERIFY(rig.awaitShown("bfloat16"));
        const QString path = m_folder->filePath("broken.drift");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"schema\":");
        file.close();
        rig.application.open(path);
        QTest::qWait(200);
        QVERIFY(rig.window.comparison());
        QCOMPARE(rig.window.request().model_a, fakeRequest().model_a);
    }

    void openingASessionAsksOnce() {
        const QString path = m_folder->filePath("once.drift");
        Session session;
        session.request = fakeRequest("float16");
        // As an older version wrote it: the setup a second time, as it was on another machine.
        session.ui =
            "{\"request\":{\"model_a\":\"/gone\",\"prompt\":\"x\"},\"novel\":{\"a\":1},"
            "\"views\":{\"overview\":{\"later\":2},\"no view\":{\"x\":3}}}";
        saveSession(session, path);
        Rig rig;
        QSignalSpy asked(&rig.window, &MainWindow::requestChanged);
        rig.application.open(path);
        QVERIFY(rig.awaitShown("float16"));
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked[0][0].value<CompareRequest>().model_a, session.request.model_a);
        // What this version does not know of the window is still there after a save.
        Q_EMIT rig.window.saveRequested({});
        const auto ui = QJsonDocument::fromJson(QByteArray::fromStdString(loadSession(path).ui));
        QCOMPARE(ui["novel"]["a"].toInt(), 1);
        QCOMPARE(ui["views"]["overview"]["later"].toInt(), 2);
        QVERIFY(ui["views"]["overview"].toObject().contains("unit"));
        QCOMPARE(ui["views"]["no view"]["x"].toInt(), 3);
    }

    /// What a session was saved with is held against what it gives now.
    void numbersThatMovedAreShown() {
        const QString path = m_folder->filePath("numbers.drift");
        const auto notice = [](Rig& rig) {
            return rig.window.findChild<Notices*>()->text("numbers");
        };
        {
            Rig rig;
            rig.ask(fakeRequest("float16"));
            QVERIFY(rig.awaitShown("float16"));
            Q_EMIT rig.window.saveRequested(path);
        }
        {
            Rig rig;
            rig.application.open(path);
            QVERIFY(rig.awaitShown("float16"));
            QCOMPARE(notice(rig), QString());
        }
        Session moved = loadSession(path);
        QVERIFY(moved.numbers.has_value());
        const double lossB = moved.numbers->lossB;
        moved.numbers->digest[0] = moved.numbers->digest[0] == '0' ? '1' : '0';
        moved.numbers->lossB = lossB + 0.5;
        saveSession(moved, path);
        Rig rig;
        rig.application.open(path);
        QVERIFY(rig.awaitShown("float16"));
        const QString said = notice(rig);
        const QString words =
            QStringLiteral("loss B %1 → %2").arg(exact(lossB + 0.5), exact(lossB));
        QVERIFY2(said.contains(words), qPrintable(said));
        QVERIFY2(!said.contains("loss A"), qPrintable(said));
        rig.ask(fakeRequest("bfloat16"));  // nothing was stored of this
        QVERIFY(rig.awaitShown("bfloat16"));
        QCOMPARE(notice(rig), QString());
    }

    /// A bit of a distance or a token is another result, the time it took is not.
    void theStampIsOfNumbersAlone() {
        const auto comparison = fakeComparison(fakeRequest());
        const NumbersStamp before = stampOf(*comparison);
        comparison->a.seconds += 1;
        comparison->provenance["machine"] = "another";
        QCOMPARE(stampOf(*comparison).digest, before.digest);
        QVERIFY(numbersDifference(before, stampOf(*comparison)).isEmpty());
        comparison->sites.front().rel_l2 = std::nextafter(comparison->sites.front().rel_l2, 1.0);
        QVERIFY(stampOf(*comparison).digest != before.digest);
        QVERIFY(numbersDifference(before, stampOf(*comparison)).contains("single values"));
    }

    /// No byte can be written: the file of before stays whole, the window says why.
    void aFullDiskLosesNothing() {
        const QString path = m_folder->filePath("kept.drift"), folder = m_folder->filePath("all");
        Rig rig;
        rig.ask(fakeRequest());
        QVERIFY(rig.awaitShown("bfloat16"));
        Q_EMIT rig.window.saveRequested(path);
        const CompareRequest before = loadSession(path).request;
        rig.ask(fakeRequest("float16"));
        QVERIFY(rig.awaitShown("float16"));
        QVERIFY(QDir().mkpath(folder));
        const auto* notices = rig.window.findChild<Notices*>();
        {
            const FullDisk full;
            Q_EMIT rig.window.saveRequested({});
            QVERIFY2(notices->text("error").contains("cannot be written"),
                     qPrintable(notices->text("error")));
            rig.window.showError({}, {}, {});
            Q_EMIT rig.window.exportAllRequested(folder);
            QTRY_VERIFY_WITH_TIMEOUT(notices->has("error"), kWait);
            rig.window.view("overview")->exportTo(folder + "/overview.png");
            QTest::qWait(50);
        }
        QCOMPARE(loadSession(path).request.fingerprint(), before.fingerprint());
        QVERIFY(!QFile::exists(folder + "/overview.png"));
        QVERIFY(QDir(folder).entryList(QDir::Files | QDir::Hidden).isEmpty());
        QCOMPARE(rig.window.comparison()->b.options.at("dtype"), std::string("float16"));
        Q_EMIT rig.window.saveRequested({});  // room again
        QCOMPARE(loadSession(path).request.options_b.at("dtype"), std::string("float16"));
    }

    void anUnwritableFolderIsSaid() {
        Rig rig;
        rig.ask(fakeRequest());
        QVERIFY(rig.awaitShown("bfloat16"));
        const auto* notices = rig.window.findChild<Notices*>();
        const auto says = [&](const char* word) {
            const bool said = QTest::qWaitFor([&] { return notices->has("error"); }, kWait) &&
                              notices->text("error").contains(QLatin1String(word));
            rig.window.showError({}, {}, {});
            return said;
        };
        Q_EMIT rig.window.saveRequested("/proc/x.drift");
        QVERIFY(says("cannot be written"));
        Q_EMIT rig.window.exportAllRequested("/proc/driftscope");
        QVERIFY(says("folder"));
        QVERIFY(rig.window.comparison());
    }

    /// The model of a session is gone: the error is shown, the request stays to be mended.
    void aVanishedModelFolder() {
        const QString path = m_folder->filePath("gone.drift");
        Session session;
        session.request = fakeRequest("float16");
        session.request.model_b = "/no/such/model";
        saveSession(session, path);
        Rig rig;
        rig.application.open(path);
        const auto* notices = rig.window.findChild<Notices*>();
        QTRY_VERIFY_WITH_TIMEOUT(notices->has("error"), kWait);
        QCOMPARE(rig.window.request().model_b, std::string("/no/such/model"));
        QCOMPARE(rig.window.request().options_b.at("dtype"), std::string("float16"));
        rig.ask(fakeRequest("float16"));
        QVERIFY(rig.awaitShown("float16"));
        QVERIFY(!notices->has("error"));
    }

    /// Two views ask for values of two sites at once; both get theirs.
    void twoViewsAskForValues() {
        Rig rig;
        rig.window.show();
        rig.window.resize(1400, 900);
        rig.ask(fakeRequest());
        QVERIFY(rig.awaitShown("bfloat16"));
        rig.window.actions()->action("view.numbers")->trigger();
        rig.window.actions()->action("view.numbers")->trigger();
        rig.window.actions()->action("view.cache")->trigger();
        rig.window.actions()->action("view.cache")->trigger();
        const View* numbers = rig.window.view("numbers");
        const View* cache = rig.window.view("cache");
        rig.window.selection()->setSite({SiteKind::q, 1});
        QTRY_VERIFY_WITH_TIMEOUT(
            !numbers->table().isEmpty() && !numbers->waits() && !cache->waits(), kWait);
    }

    void exportsEverything() {
        Rig rig;
        rig.ask(fakeRequest());
        QVERIFY(rig.awaitShown("bfloat16"));
        const QString folder = m_folder->filePath("all");
        Q_EMIT rig.window.exportAllRequested(folder);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(folder + "/report.html"), 60000);
        QVERIFY(QFile::exists(folder + "/result.json"));
        QVERIFY(QFile::exists(folder + "/attention.pdf"));
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_MAIN(TestApplication)
#include "tst_application.moc"
