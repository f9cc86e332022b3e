// SPDX-License-Identifier: GPL-3.0-or-later
// Every action of the program, found and triggered through the palette by keys alone.
#include <QAction>
#include <QApplication>
#include <QInputMethodEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include "app/application.h"
#include "tests/app/fake_engine.h"
#include "tests/app/qt_messages.h"
#include "ui/actions.h"
#include "ui/dialogs/command_palette.h"
#include "ui/selection.h"

using namespace driftscope;

namespace {

constexpr int kWait = 60000;
/// Works the palette, and closes whatever the chosen action opens.
class Hand : public QObject {
public:
    Hand() {
        connect(&m_timer, &QTimer::timeout, this, &Hand::look);
        m_timer.start(5);
    }
    void want(const QAction* action) { m_wanted = action; }
    bool took() const { return !m_wanted; }

private:
    void look() {
        QWidget* top = QApplication::activePopupWidget();
        if (!top) top = QApplication::activeModalWidget();
        if (!top) return;
        auto* palette = qobject_cast<CommandPalette*>(top);
        if (!palette || !m_wanted) {
            top->close();
            return;
        }
        auto* query = palette->findChild<QLineEdit*>();
        auto* list = palette->findChild<QListWidget*>();
        QInputMethodEvent typed;  // not every letter has a key
        typed.setCommitString(plainText(*m_wanted));
        QCoreApplication::sendEvent(query, &typed);
        for (int i = 0; i < list->count(); ++i) {
            const QListWidgetItem* item = list->currentItem();
            if (item && item->data(Qt::UserRole).toString() == m_wanted->objectName()) break;
            QTest::keyClick(query, Qt::Key_Down);
        }
        const QListWidgetItem* item = list->currentItem();
        if (!item || item->data(Qt::UserRole).toString() != m_wanted->objectName()) {
            palette->close();
            return;
        }
        m_wanted = nullptr;
        QTest::keyClick(query, Qt::Key_Return);
    }

    const QAction* m_wanted = nullptr;
    QTimer m_timer;
};

}  // namespace

class TestPalette : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", m_folder->filePath("state").toUtf8());
        qputenv("XDG_CONFIG_HOME", m_folder->filePath("config").toUtf8());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope,
                           m_folder->filePath("config"));
        QCoreApplication::setOrganizationName("driftscope-test");
        QCoreApplication::setApplicationName("driftscope-test");
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        QDir::setCurrent(m_folder->path());
    }

    void everyActionIsThereAndWorks() {
        const auto controls = std::make_shared<FakeControls>();
        Application application(fakeEngine(controls));
        MainWindow& window = application.window();
        const auto before = qInstallMessageHandler(&takeMessage);
        window.show();
        Hand hand;
        std::vector<QAction*> actions = window.actions()->all();
        QAction* quit = window.actions()->action("file.quit");
        std::erase(actions, quit);
        actions.push_back(quit);  // there is no window after it
        QString problem;
        for (QAction* action : actions) {
            problem = prepare(application, *controls, *action);
            if (problem.isEmpty()) problem = trigger(window, hand, *action);
            if (!problem.isEmpty()) break;
        }
        qInstallMessageHandler(before);
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        QVERIFY(!window.isVisible());
        QVERIFY(application.shutDown(20000));
    }

private:
    /// A state in which the action can be done; the sentence of what failed.
    QString prepare(Application& application, FakeControls& controls, QAction& action) {
        MainWindow& window = application.window();
        controls.stepMs = 0;
        controls.steps = 2;
        const auto idle = [&] {
            return window.comparison() && window.comparison()->complete &&
                   !window.actions()->action("run.cancel")->isEnabled();
        };
        if (!window.comparison() || !window.comparison()->complete)
            window.setRequest(fakeRequest(), true);
        if (!QTest::qWaitFor(idle, kWait)) return "no comparison before " + action.objectName();
        if (action.objectName() == QLatin1String("run.cancel")) {
            controls.stepMs = 20;
            controls.steps = 100000;
            window.setRequest(fakeRequest("float16"), true);
        }
        if (action.objectName() == QLatin1String("edit.undo") ||
            action.objectName() == QLatin1String("edit.redo")) {
            CompareRequest longer = window.request();
            longer.max_new_tokens += 1;
            window.setRequest(longer, true);
            if (!QTest::qWaitFor([&] { return window.actions()->action("edit.undo")->isEnabled(); },
                                 kWait))
                return QStringLiteral("nothing can be undone");
        }
        if (action.objectName() == QLatin1String("edit.redo")) {
            window.actions()->action("edit.undo")->trigger();
        }
        if (!QTest::qWaitFor([&] { return action.isEnabled(); }, kWait))
            return action.objectName() + " is disabled";
        return {};
    }

    QString trigger(MainWindow& window, Hand& hand, QAction& action) {
        QSignalSpy triggered(&action, &QAction::triggered);
        window.activateWindow();
        if (!QTest::qWaitForWindowActive(&window, kWait))
            return QStringLiteral("the window is not active");
        hand.want(&action);
        QTest::keyClick(window.windowHandle(), Qt::Key_K, Qt::ControlModifier);
        const bool done = QTest::qWaitFor(
            [&] {
                return hand.took() && triggered.count() > 0 && !QApplication::activePopupWidget() &&
                       !QApplication::activeModalWidget();
            },
            kWait);
        if (!done) return action.objectName() + " cannot be triggered from the palette";
        if (!g_complaints.isEmpty()) return action.objectName() + ": " + g_complaints.join(u'\n');
        return {};
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_MAIN(TestPalette)
#include "tst_palette.moc"
