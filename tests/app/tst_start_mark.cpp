// SPDX-License-Identifier: GPL-3.0-or-later
// A program that is killed leaves a mark; one that ends or still runs does not.
#include <sys/wait.h>
#include <unistd.h>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "app/session_file.h"
#include "app/start_mark.h"

using namespace driftscope;

class TestStartMark : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", m_folder->path().toUtf8());
    }

    void aKilledProgramIsNoticed() {
        const pid_t child = fork();
        if (child == 0) {
            StartMark mark;
            Session session;
            session.request.prompt = "kept";
            saveSession(session, autosavePath());
            raise(SIGKILL);
        }
        int status = 0;
        waitpid(child, &status, 0);
        QVERIFY(WIFSIGNALED(status));
        StartMark mark;
        QVERIFY(mark.previousDied());
        rotateAutosave();
        QCOMPARE(loadSession(lastSessionPath()).request.prompt, std::string("kept"));
    }

    void aGoodEndLeavesNothing() {
        {
            StartMark first;
            QVERIFY(!first.previousDied());
            first.end();
        }
        StartMark second;
        QVERIFY(!second.previousDied());
    }

    void anotherInstanceIsNoCrash() {
        int go[2];
        QVERIFY(pipe(go) == 0);
        const pid_t child = fork();
        if (child == 0) {
            StartMark mark;
            const char ready = 1;
            if (write(go[1], &ready, 1) != 1) _exit(1);
            pause();
            _exit(0);
        }
        char ready = 0;
        QVERIFY(read(go[0], &ready, 1) == 1);
        {
            StartMark mark;
            QVERIFY(!mark.previousDied());
        }
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        close(go[0]);
        close(go[1]);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestStartMark)
#include "tst_start_mark.moc"
