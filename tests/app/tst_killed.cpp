// SPDX-License-Identifier: GPL-3.0-or-later
// The real program is killed while it computes; the next start offers what was there.
#include <QApplication>
#include <QFile>
#include <QProcess>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include "app/application.h"
#include "app/run_window.h"
#include "app/session_file.h"
#include "core/data/error.h"
#include "tests/app/fake_engine.h"
#include "ui/selection.h"
#include "ui/window/notices.h"

using namespace driftscope;

namespace {

constexpr int kWait = 120000;

/// More tokens than any machine makes before the program is killed.
Session longRun() {
    Session session;
    session.request.model_a = DRIFTSCOPE_SOURCE_DIR "/resources/models/tiny-mixtral";
    session.request.prompt = "Once upon a time there was a little fox";
    session.request.max_new_tokens = 4000;
    session.request.options_b = {{"dtype", "bfloat16"}};
    session.selection.layer = 1;
    return session;
}

MainWindow* openWindow() {
    for (QWidget* one : QApplication::topLevelWidgets()) {
        if (auto* window = qobject_cast<MainWindow*>(one)) return window;
    }
    return nullptr;
}

/// Presses what the window offers; the sentence of what is missing.
QString takeTheOffer(const Session& before) {
    MainWindow* window = openWindow();
    if (!window) return QStringLiteral("there is no window");
    auto* notices = window->findChild<Notices*>();
    if (!QTest::qWaitFor([&] { return notices->has(QStringLiteral("lastSession")); }, kWait)) {
        return QStringLiteral("nothing is offered");
    }
    auto* strip = notices->findChild<QWidget*>(QStringLiteral("notice.lastSession"));
    auto* button = strip->findChild<QPushButton*>();
    if (!button) return QStringLiteral("the offer has no button");
    QTest::mouseClick(button, Qt::LeftButton);
    if (!QTest::qWaitFor(
            [&] { return window->request().fingerprint() == before.request.fingerprint(); },
            kWait)) {
        return QStringLiteral("another setup came back: ") +
               QString::fromStdString(window->request().fingerprint());
    }
    return notices->has(QStringLiteral("lastSession")) ? QStringLiteral("the offer stays")
                                                       : QString();
}

}  // namespace

class TestKilled : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        qputenv("XDG_STATE_HOME", m_folder.filePath(QStringLiteral("state")).toUtf8());
        qputenv("XDG_CONFIG_HOME", m_folder.filePath(QStringLiteral("config")).toUtf8());
    }

    void theNextStartOffersWhatWasThere() {
        const Session before = longRun();
        const QString file = m_folder.filePath(QStringLiteral("工作.drift"));
        saveSession(before, file);
        QProcess program;
        program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        program.start(QStringLiteral(DRIFTSCOPE_PROGRAM), {file});
        QVERIFY2(program.waitForStarted(kWait), qPrintable(program.errorString()));
        const auto kept = [&] {
            try {
                return loadSession(autosavePath()).request.fingerprint() ==
                       before.request.fingerprint();
            } catch (const Error&) {
                return false;  // not there yet
            }
        };
        for (int waited = 0; !kept() && waited < kWait; waited += 50) {
            QVERIFY2(!program.waitForFinished(50), program.readAllStandardError().constData());
        }
        QVERIFY(kept());
        QCOMPARE(program.state(), QProcess::Running);
        program.kill();  // SIGKILL
        QVERIFY(program.waitForFinished(kWait));
        QCOMPARE(program.exitStatus(), QProcess::CrashExit);

        QString problem = QStringLiteral("the window's loop never ran");
        const EngineFactory fake = fakeEngine(std::make_shared<FakeControls>());
        const EngineFactory watched = [&] {
            // From the engine's thread; the window's turn comes when its loop runs.
            QMetaObject::invokeMethod(
                qApp,
                [&] {
                    problem = takeTheOffer(before);
                    QCoreApplication::quit();
                },
                Qt::QueuedConnection);
            return fake();
        };
        QCOMPARE(runWindow({}, watched, {}), EXIT_SUCCESS);
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }

private:
    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestKilled)
#include "tst_killed.moc"
