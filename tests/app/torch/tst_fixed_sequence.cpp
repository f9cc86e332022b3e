// SPDX-License-Identifier: GPL-3.0-or-later
// What a person does, with mouse and keys, for each of the five cases and with the real engine:
// open, run, find the divergence, flip a setting, branch, export, reopen.
#include <QComboBox>
#include <QFile>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>

#include "app/application.h"
#include "app/cases/case_file.h"
#include "app/numbers_stamp.h"
#include "app/session_file.h"
#include "core/engine.h"
#include "tests/app/file_dialogs.h"
#include "tests/app/qt_messages.h"
#include "ui/selection.h"
#include "ui/views/cases_view.h"
#include "ui/views/text_diff.h"
#include "ui/window/divergences.h"
#include "ui/window/notices.h"

using namespace driftscope;

namespace {

constexpr int kRun = 300000;  // a run on a loaded machine; nothing is timed here
constexpr int kWait = 60000;

/// A control scrolled into sight; then it can be clicked.
void bringIntoSight(QWidget* widget) {
    for (QWidget* up = widget->parentWidget(); up; up = up->parentWidget()) {
        if (auto* area = qobject_cast<QScrollArea*>(up)) area->ensureWidgetVisible(widget);
    }
    QTRY_VERIFY2_WITH_TIMEOUT(widget->isVisible() && !widget->visibleRegion().isEmpty(),
                              qPrintable(widget->objectName()), kWait);
}

void press(QWidget* inside, const QString& name) {
    auto* button = inside->findChild<QPushButton*>(name);
    QVERIFY2(button, qPrintable(name));
    bringIntoSight(button);
    QTRY_VERIFY_WITH_TIMEOUT(button->isEnabled(), kWait);
    QTest::mouseClick(button, Qt::LeftButton, {}, QPoint(12, button->height() / 2));
}

/// The program with the real engine, as it starts.
struct Desk {
    Application application{[] { return make_engine(); }};
    MainWindow& window = application.window();

    Desk() {
        window.resize(1600, 1000);
        window.show();
    }
    void key(Qt::Key one, Qt::KeyboardModifiers with) {
        window.activateWindow();
        QTRY_VERIFY_WITH_TIMEOUT(window.isActiveWindow(), kWait);
        QTest::keyClick(window.windowHandle(), one, with);
    }
    /// By its tab, where it stands behind another view.
    void front(const QString& id) {
        View* wanted = window.view(id);
        for (QTabBar* bar : window.findChildren<QTabBar*>()) {
            for (int i = 0; i < bar->count(); ++i) {
                if (bar->tabText(i) != wanted->title()) continue;
                QTest::mouseClick(bar, Qt::LeftButton, {}, bar->tabRect(i).center());
            }
        }
        QTRY_VERIFY_WITH_TIMEOUT(wanted->isVisible() && !wanted->visibleRegion().isEmpty(), kWait);
    }
    template <typename Condition>
    bool shows(Condition condition) {
        return QTest::qWaitFor(
            [&] {
                const ComparisonPtr now = window.comparison();
                return now && now->complete && condition(*now);
            },
            kRun);
    }
    QString error() const { return window.findChild<Notices*>()->text(QStringLiteral("error")); }
};

/// What a case is tried with: a step that is one comparison and short.
struct Route {
    const char* id;
    const char* step;
    bool parts;  ///< whether some site leaves its noise band
};
const Route kRoutes[] = {{"mixtral", "base", true},
                         {"split-qkv", "qsum", true},
                         {"bloom-cache", "init", true},
                         {"internlm2", "bytes", false},
                         {"llama31", "short", true}};

}  // namespace

class TestFixedSequence : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QCoreApplication::setOrganizationName(QStringLiteral("driftscope-test"));
        QCoreApplication::setApplicationName(QStringLiteral("driftscope-test"));
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        QCOMPARE(allCases().size(), std::size(kRoutes));
    }
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", m_folder->filePath(QStringLiteral("state")).toUtf8());
        qputenv("XDG_CONFIG_HOME", m_folder->filePath(QStringLiteral("config")).toUtf8());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope,
                           m_folder->filePath(QStringLiteral("config")));
        QSettings().clear();
        g_complaints.clear();
        qInstallMessageHandler(&takeMessage);
    }
    void cleanup() { qInstallMessageHandler(nullptr); }

    void fromOpenToReopen_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("step");
        QTest::addColumn<bool>("parts");
        for (const Route& route : kRoutes) {
            QTest::newRow(route.id)
                << QString::fromLatin1(route.id) << QString::fromLatin1(route.step) << route.parts;
        }
    }
    void fromOpenToReopen() {
        QFETCH(QString, id);
        QFETCH(QString, step);
        m_session = m_folder->filePath(QStringLiteral("会话.drift"));
        m_output = m_folder->filePath(QStringLiteral("out"));
        QVERIFY(QDir().mkpath(m_output));
        {
            Desk desk;
            const std::vector<void (TestFixedSequence::*)(Desk&)> stages = {
                &TestFixedSequence::findsTheDivergence,
                &TestFixedSequence::shortens,
                &TestFixedSequence::flips,
                &TestFixedSequence::branches,
                &TestFixedSequence::exports,
                &TestFixedSequence::saves};
            runsStep(desk, id, step);
            for (const auto stage : stages) {
                if (QTest::currentTestFailed()) return;
                (this->*stage)(desk);
            }
            if (QTest::currentTestFailed()) return;
        }
        reopens();
        QVERIFY2(g_complaints.isEmpty(), qPrintable(g_complaints.join(u'\n')));
    }

private:
    void runsStep(Desk& desk, const QString& id, const QString& step) {
        desk.front(QStringLiteral("cases"));
        auto* cases = qobject_cast<CasesView*>(desk.window.view(QStringLiteral("cases")));
        press(cases, QStringLiteral("case.") + id);
        press(cases, QStringLiteral("step.") + step);
        const std::vector<CaseStep>& steps = caseNamed(id.toStdString()).steps;
        const auto asked = std::find_if(steps.begin(), steps.end(), [&](const CaseStep& each) {
            return each.id == step.toStdString();
        });
        // A step that converts its model asks when that is done.
        QTRY_COMPARE_WITH_TIMEOUT(desk.window.request().model_b, asked->request.model_b, kWait);
        const CompareRequest wanted = desk.window.request();
        QVERIFY2(desk.shows([&](const Comparison& now) {
            return now.request.fingerprint() == wanted.fingerprint();
        }),
                 qPrintable(desk.error()));
        QVERIFY(desk.window.comparison()->verdict.kind != VerdictKind::none);
    }

    /// F8 leads to the first site that leaves its noise band, the banner's button to the one that
    /// the verdict names.
    void findsTheDivergence(Desk& desk) {
        QFETCH(bool, parts);
        const ComparisonPtr now = desk.window.comparison();
        QCOMPARE(now->first_divergence.has_value(), parts);
        const Site start{SiteKind::embed, -1};
        const auto first = nextDivergence(*now, start, true);
        desk.window.selection()->setSite(start);
        desk.key(Qt::Key_F8, {});
        QCOMPARE(to_string(desk.window.selection()->site()),
                 to_string(first ? first->site : start));
        const auto* button = desk.window.findChild<QPushButton*>(QStringLiteral("firstDivergence"));
        QTRY_COMPARE_WITH_TIMEOUT(button->isEnabled(), parts, kWait);
        if (!parts) return;
        press(&desk.window, QStringLiteral("firstDivergence"));
        const Site named = now->verdict.site.value_or(now->first_divergence->site);
        QCOMPARE(to_string(desk.window.selection()->site()), to_string(named));
    }

    /// Typed: a short prompt and two new tokens.
    void shortens(Desk& desk) {
        auto* prompt = desk.window.findChild<QPlainTextEdit*>(QStringLiteral("prompt"));
        auto* tokens = desk.window.findChild<QSpinBox*>(QStringLiteral("newTokens"));
        bringIntoSight(prompt);
        QTest::mouseClick(prompt->viewport(), Qt::LeftButton);
        QTest::keyClick(prompt, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(prompt, QStringLiteral("Once upon a"));
        bringIntoSight(tokens);
        QTest::mouseDClick(tokens->findChild<QLineEdit*>(), Qt::LeftButton);
        QTest::keyClicks(tokens, QStringLiteral("2"));
        QTest::keyClick(tokens, Qt::Key_Return);
        QVERIFY2(desk.shows([](const Comparison& now) {
            return now.request.prompt == "Once upon a" && now.request.max_new_tokens == 2;
        }),
                 qPrintable(desk.error()));
    }

    /// Another dtype for B, chosen from its list with the mouse.
    void flips(Desk& desk) {
        auto* row = desk.window.findChild<QWidget*>(QStringLiteral("option.dtype"));
        QVERIFY(row);
        const auto boxes = row->findChildren<QComboBox*>();
        QCOMPARE(boxes.size(), 2);
        QComboBox* box = boxes[1];
        bringIntoSight(box);
        QTest::mouseClick(box, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(box->view()->isVisible(), kWait);
        const QModelIndex wanted =
            box->model()->index(box->findText(QStringLiteral("bfloat16")), 0);
        box->view()->scrollTo(wanted);
        const QPoint place = box->view()->visualRect(wanted).center();
        // The list follows the mouse, and takes no click in the moment after it opened.
        int sway = 0;
        QVERIFY(QTest::qWaitFor(
            [&] {
                if (!box->view()->isVisible()) return true;
                QTest::mouseMove(box->view()->viewport(), place + QPoint(sway = 1 - sway, 0));
                if (box->view()->currentIndex() == wanted) {
                    QTest::mouseClick(box->view()->viewport(), Qt::LeftButton, {}, place);
                }
                return false;
            },
            kWait));
        QVERIFY2(desk.shows([](const Comparison& now) {
            return now.request.options_b.count("dtype") &&
                   now.request.options_b.at("dtype") == "bfloat16";
        }),
                 qPrintable(desk.error()));
        QCOMPARE(desk.window.comparison()->b.dtype, std::string("bfloat16"));
    }

    void branches(Desk& desk) {
        const ComparisonPtr before = desk.window.comparison();
        QVERIFY(before->generation && before->generation->a.steps.size() == 2);
        desk.front(QStringLiteral("generation"));
        View* generation = desk.window.view(QStringLiteral("generation"));
        auto* texts = generation->findChild<TextDiff*>();
        QVERIFY(texts);
        bringIntoSight(texts);
        QTest::mouseClick(texts, Qt::LeftButton, {},
                          texts->tokenRect(Side::a, 0).center().toPoint());
        QCOMPARE(desk.window.selection()->step(), 0);
        press(generation, QStringLiteral("branch"));
        std::vector<int32_t> wanted;
        for (int i = 0; i < before->n_prompt; ++i) {
            wanted.push_back(before->tokens[static_cast<size_t>(i)].id);
        }
        wanted.push_back(before->generation->a.steps[0].id);
        QVERIFY2(desk.shows([&](const Comparison& now) { return now.request.tokens == wanted; }),
                 qPrintable(desk.error()));
    }

    void exports(Desk& desk) {
        QSignalSpy asked(&desk.window, &MainWindow::exportAllRequested);
        {
            DialogAnswer answer(m_output);
            desk.key(Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
            QVERIFY(answer.given());
        }
        QCOMPARE(asked.value(0).value(0).toString(), m_output);
        const QString report = m_output + QStringLiteral("/report.html");
        QTRY_VERIFY2_WITH_TIMEOUT(QFile::exists(report), qPrintable(desk.error()), kRun);
        QFile json(m_output + QStringLiteral("/result.json"));
        QVERIFY(json.open(QIODevice::ReadOnly));
        const QJsonObject result = QJsonDocument::fromJson(json.readAll()).object();
        const std::string verdict = to_string(desk.window.comparison()->verdict.kind);
        QCOMPARE(result[QLatin1String("verdict")][QLatin1String("kind")].toString().toStdString(),
                 verdict);
        QFile page(report);
        QVERIFY(page.open(QIODevice::ReadOnly));
        QVERIFY(page.readAll().contains("bfloat16"));
        QVERIFY(!QImage(m_output + QStringLiteral("/overview.png")).isNull());
        QFile pdf(m_output + QStringLiteral("/overview.pdf"));
        QVERIFY(pdf.open(QIODevice::ReadOnly));
        QVERIFY(pdf.read(5) == "%PDF-");
    }

    void saves(Desk& desk) {
        desk.window.selection()->setLayer(1);
        desk.window.selection()->setPos(2);
        DialogAnswer answer(m_session);
        desk.key(Qt::Key_S, Qt::ControlModifier);
        QVERIFY(answer.given());
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_session), kWait);
        m_saved = stampOf(*desk.window.comparison());
        QCOMPARE(loadSession(m_session).numbers.value_or(NumbersStamp()).digest, m_saved.digest);
    }

    void reopens() {
        Desk desk;
        {
            DialogAnswer answer(m_session);
            desk.key(Qt::Key_O, Qt::ControlModifier | Qt::ShiftModifier);
            QVERIFY(answer.given());
        }
        const Session stored = loadSession(m_session);
        QVERIFY2(desk.shows([&](const Comparison& now) {
            return now.request.fingerprint() == stored.request.fingerprint();
        }),
                 qPrintable(desk.error()));
        QCOMPARE(stampOf(*desk.window.comparison()).digest, m_saved.digest);
        QCOMPARE(desk.window.findChild<Notices*>()->text(QStringLiteral("numbers")), QString());
        QCOMPARE(desk.window.selection()->layer(), 1);
        QCOMPARE(desk.window.selection()->pos(), 2);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_session, m_output;
    NumbersStamp m_saved;
};

QTEST_MAIN(TestFixedSequence)
#include "tst_fixed_sequence.moc"
