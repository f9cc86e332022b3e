// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "ui/window/undo_history.h"

using namespace driftscope;

namespace {
WindowState at(int request, int look) {
    return {{{QStringLiteral("r"), request}}, {{QStringLiteral("l"), look}}};
}
}  // namespace

class TestUndoHistory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void goesBackAndForth() {
        UndoHistory history;
        QVERIFY(!history.canUndo() && !history.undo());
        history.note(at(1, 0), 0);
        QVERIFY(!history.canUndo());
        history.note(at(2, 0), 10000);
        history.note(at(2, 0), 20000);  // nothing changed
        history.note(at(2, 5), 30000);
        QString word;
        QVERIFY(*history.undo(&word) == at(2, 0));
        QCOMPARE(word, QStringLiteral("view"));
        QVERIFY(*history.undo(&word) == at(1, 0));
        QCOMPARE(word, QStringLiteral("setup"));
        QVERIFY(!history.canUndo() && history.canRedo());
        QVERIFY(*history.redo() == at(2, 0));
        history.note(at(3, 0), 40000);  // another way: what was undone is gone
        QVERIFY(!history.canRedo());
        QVERIFY(*history.undo() == at(2, 0));
    }

    void aWalkIsOneStep() {
        UndoHistory history;
        history.note(at(1, 0), 0);
        for (int i = 1; i <= 20; ++i) history.note(at(1, i), 5000 + 100 * i);
        history.note(at(1, 99), 60000);  // later: a step of its own
        QVERIFY(*history.undo() == at(1, 20));
        QVERIFY(*history.undo() == at(1, 0));
        QVERIFY(!history.canUndo());
    }

    void settingsAreNeverJoined() {
        UndoHistory history;
        for (int i = 0; i < 5; ++i) history.note(at(i, 0), i);
        for (int i = 3; i >= 0; --i) QVERIFY(*history.undo() == at(i, 0));
    }

    void resultsAreNoSteps() {
        UndoHistory history;
        history.note(at(1, 0), 0);
        history.note(at(2, 0), 10);
        history.undo();
        history.amend(at(1, 7));  // a comparison came and moved the selection
        QVERIFY(history.canRedo());
        QVERIFY(*history.redo() == at(2, 0));
        QVERIFY(*history.undo() == at(1, 7));
        history.amend(at(5, 0));  // of a request that is noted in a moment
        QVERIFY(history.canRedo());
    }

    void isBounded() {
        UndoHistory history;
        for (int i = 0; i < 1000; ++i) history.note(at(i, 0), i);
        int steps = 0;
        while (history.undo()) ++steps;
        QCOMPARE(steps, 199);
    }
};

QTEST_GUILESS_MAIN(TestUndoHistory)
#include "tst_undo_history.moc"
