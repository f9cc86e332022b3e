// SPDX-License-Identifier: GPL-3.0-or-later
// A thousand random things that a person could do, with mouse, keys and actions, over an engine of
// made-up numbers. DRIFTSCOPE_MONKEY_SECONDS=N goes on for so long, DRIFTSCOPE_MONKEY_SEED=N takes
// another path; a failure names the seed and the last steps.
#include <QAction>
#include <QApplication>
#include <QElapsedTimer>
#include <QMenu>
#include <QRandomGenerator>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QWheelEvent>
#include <QWindow>
#include <deque>
#include <set>

#include "app/application.h"
#include "app/session_file.h"
#include "tests/app/fake_engine.h"
#include "tests/app/qt_messages.h"
#include "ui/actions.h"
#include "ui/selection.h"

using namespace driftscope;

namespace {

constexpr int kActions = 1000;
constexpr int kRemembered = 25;

/// What opens a native dialog's twin is rejected by the closer; leaving the program is not play.
bool isPlay(const QAction* action) {
    return action->isEnabled() && action->objectName() != QLatin1String("file.quit");
}

class Monkey {
public:
    Monkey(Application& application, quint32 seed)
        : m_window(application.window()), m_random(seed) {
        // A menu or a dialog runs its own loop: something has to be done in it, too.
        // Queued: what is opened from here has its own loop too, where the timer has to fire again.
        QObject::connect(
            &m_closer, &QTimer::timeout, &m_closer, [this] { inPopup(); }, Qt::QueuedConnection);
        m_closer.start(7);
    }

    void act() {
        switch (m_random.bounded(12)) {
            case 0:
            case 1: return trigger();
            case 2:
            case 3:
            case 4: return click();
            case 5: return drag();
            case 6: return wheel();
            case 7:
            case 8: return key();
            case 9: return move();
            case 10: return option();
            default: return resizeOrWait();
        }
    }
    QString last() const { return m_last.empty() ? QString() : m_last.back(); }
    QString lately() const { return QStringList(m_last.begin(), m_last.end()).join(u'\n'); }

private:
    void note(const QString& text) {
        m_last.push_back(text);
        if (m_last.size() > kRemembered) m_last.pop_front();
    }
    QPoint anywhere() {
        return {m_random.bounded(m_window.width()), m_random.bounded(m_window.height())};
    }
    static QString at(const QPoint& p) { return QStringLiteral("%1,%2").arg(p.x()).arg(p.y()); }
    Qt::KeyboardModifiers modifiers() {
        const Qt::KeyboardModifiers some[] = {Qt::NoModifier, Qt::NoModifier, Qt::NoModifier,
                                              Qt::ShiftModifier, Qt::ControlModifier};
        return some[m_random.bounded(5)];
    }

    void trigger() {
        std::vector<QAction*> can;
        for (QAction* action : m_window.actions()->all()) {
            if (isPlay(action)) can.push_back(action);
        }
        QAction* action = can[static_cast<size_t>(m_random.bounded(static_cast<int>(can.size())))];
        note(QStringLiteral("action ") + action->objectName());
        action->trigger();
    }
    void click() {
        const QPoint place = anywhere();
        const bool right = m_random.bounded(8) == 0, twice = m_random.bounded(6) == 0;
        const auto button = right ? Qt::RightButton : Qt::LeftButton;
        const auto keys = modifiers();
        note(QStringLiteral("click ") + at(place) + (right ? " right" : "") +
             (twice ? " twice" : ""));
        if (twice) {
            QTest::mouseDClick(m_window.windowHandle(), button, keys, place);
        } else {
            QTest::mouseClick(m_window.windowHandle(), button, keys, place);
        }
    }
    void drag() {
        const QPoint from = anywhere(), to = anywhere();
        note(QStringLiteral("drag ") + at(from) + QStringLiteral(" to ") + at(to));
        QTest::mousePress(m_window.windowHandle(), Qt::LeftButton, {}, from);
        for (int i = 1; i <= 4; ++i) {
            QTest::mouseMove(m_window.windowHandle(), from + (to - from) * i / 4);
        }
        QTest::mouseRelease(m_window.windowHandle(), Qt::LeftButton, {}, to);
    }
    void move() {
        const QPoint place = anywhere();
        note(QStringLiteral("move ") + at(place));
        QTest::mouseMove(m_window.windowHandle(), place);
    }
    void wheel() {
        const QPoint place = anywhere();
        const int turn = m_random.bounded(2) ? 120 : -120;
        note(QStringLiteral("wheel ") + at(place));
        QTest::wheelEvent(m_window.windowHandle(), place, {0, turn}, {}, modifiers());
    }
    void key() {
        static constexpr Qt::Key kKeys[] = {
            Qt::Key_Left,   Qt::Key_Right,  Qt::Key_Up,     Qt::Key_Down, Qt::Key_Tab,
            Qt::Key_Home,   Qt::Key_End,    Qt::Key_PageUp, Qt::Key_D,    Qt::Key_Space,
            Qt::Key_Return, Qt::Key_Escape, Qt::Key_F8,     Qt::Key_5,    Qt::Key_Backspace,
            Qt::Key_Delete, Qt::Key_Z,      Qt::Key_A,      Qt::Key_Plus, Qt::Key_PageDown};
        const Qt::Key one = kKeys[static_cast<size_t>(m_random.bounded(int(std::size(kKeys))))];
        const auto keys = modifiers();
        note(QStringLiteral("key ") + QKeySequence(one | keys).toString());
        QTest::keyClick(m_window.windowHandle(), one, keys);
    }
    /// As the setup panel would ask; now and then nonsense, an error or another model.
    void option() {
        static constexpr const char* kTypes[] = {"float32", "bfloat16", "float16", "as-stored"};
        CompareRequest request = m_window.request();
        switch (m_random.bounded(6)) {
            case 0:
                request.model_a = m_random.bounded(3) ? "/models/tiny" : "/no/such/model";
                break;
            case 1: request.max_new_tokens = m_random.bounded(8); break;
            case 2: request.prompt = m_random.bounded(4) ? "One two \xE4\xB8\xAD" : ""; break;
            default: request.options_b["dtype"] = kTypes[m_random.bounded(4)]; break;
        }
        note(QStringLiteral("setup ") + QString::fromStdString(request.fingerprint()));
        m_window.setRequest(request, true);
    }
    void resizeOrWait() {
        if (m_random.bounded(3)) {
            note(QStringLiteral("wait"));
            return QTest::qWait(m_random.bounded(20));
        }
        const QSize size(640 + m_random.bounded(1300), 480 + m_random.bounded(800));
        note(QStringLiteral("size %1x%2").arg(size.width()).arg(size.height()));
        m_window.resize(size);
    }
    void inPopup() {
        QWidget* top = QApplication::activePopupWidget();
        if (!top) top = QApplication::activeModalWidget();
        if (!top || !top->windowHandle()) return;
        note(QStringLiteral("in ") + QString::fromLatin1(top->metaObject()->className()));
        if (m_random.bounded(3) == 0) {
            QTest::keyClick(top->windowHandle(), Qt::Key_Down);
        } else if (m_random.bounded(3) == 0 && !top->inherits("QFileDialog") &&
                   !top->inherits("driftscope::FolderDialog")) {
            QTest::keyClick(top->windowHandle(), Qt::Key_Return);
        } else {
            top->close();
        }
    }

    MainWindow& m_window;
    QRandomGenerator m_random;
    QTimer m_closer;
    std::deque<QString> m_last;
};

QString broken(const MainWindow& window) {
    if (!g_complaints.isEmpty()) return QStringLiteral("Qt says: ") + g_complaints.join(u'\n');
    if (!window.isVisible()) return QStringLiteral("the window is gone");
    const ComparisonPtr shown = window.comparison();
    const Selection& now = *window.selection();
    if (!shown || shown->tokens.empty()) return {};
    if (now.pos() < 0 || now.pos() >= static_cast<int>(shown->tokens.size()) || now.layer() < 0 ||
        now.layer() >= std::max(1, shown->n_layers) || now.head() < 0 ||
        now.head() >= std::max(1, shown->n_heads)) {
        return QStringLiteral("the selection is outside: layer %1 head %2 position %3")
            .arg(now.layer())
            .arg(now.head())
            .arg(now.pos());
    }
    return {};
}

}  // namespace

class TestMonkey : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", m_folder->filePath("state").toUtf8());
        qputenv("XDG_CONFIG_HOME", m_folder->filePath("config").toUtf8());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope,
                           m_folder->filePath("config"));
        QCoreApplication::setOrganizationName("driftscope-test");
        QCoreApplication::setApplicationName("driftscope-monkey");
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        QDir::setCurrent(m_folder->path());
    }

    void nothingBreaks() {
        const int seconds = qEnvironmentVariableIntValue("DRIFTSCOPE_MONKEY_SECONDS");
        const int given = qEnvironmentVariableIntValue("DRIFTSCOPE_MONKEY_SEED");
        const auto seed = static_cast<quint32>(given > 0 ? given : 1);
        const auto controls = std::make_shared<FakeControls>();
        controls->stepMs = 2;
        Application application(fakeEngine(controls));
        MainWindow& window = application.window();
        g_complaints.clear();
        const auto before = qInstallMessageHandler(&takeMessage);
        window.show();
        window.setRequest(fakeRequest(), true);
        QTest::qWait(200);
        QElapsedTimer time;
        time.start();
        int done = 0;
        qint64 slowest = 0;
        QString slowestWas;
        QString problem;
        {
            Monkey monkey(application, seed);
            while (problem.isEmpty() &&
                   (seconds > 0 ? time.elapsed() < 1000 * seconds : done < kActions)) {
                const qint64 begin = time.elapsed();
                monkey.act();
                QCoreApplication::processEvents();
                if (time.elapsed() - begin > slowest) {
                    slowest = time.elapsed() - begin;
                    slowestWas = monkey.last();
                }
                ++done;
                problem = broken(window);
                if (!problem.isEmpty()) problem += QStringLiteral("\n") + monkey.lately();
            }
        }
        qInstallMessageHandler(before);
        qInfo("seed %u: %d actions in %lld ms, the slowest took %lld ms: %s", seed, done,
              static_cast<long long>(time.elapsed()), static_cast<long long>(slowest),
              qPrintable(slowestWas));
        QVERIFY2(problem.isEmpty(),
                 qPrintable(QStringLiteral("seed %1, action %2: ").arg(seed).arg(done) + problem));
        // What is left is a session that can be read again.
        QVERIFY(application.shutDown(20000));
        QVERIFY(QFileInfo::exists(autosavePath()));
        loadSession(autosavePath());
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_MAIN(TestMonkey)
#include "tst_monkey.moc"
