// SPDX-License-Identifier: GPL-3.0-or-later
// By mouse: start page, case, step, verdict; sweep, cell, comparison.
#include <QComboBox>
#include <QDir>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QTabBar>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>

#include "app/application.h"
#include "app/cases/case_file.h"
#include "app/window_parts.h"
#include "tests/app/fake_engine.h"
#include "ui/language.h"
#include "ui/theme.h"
#include "ui/views/cases_view.h"
#include "ui/views/sweep_view.h"
#include "ui/window/notices.h"

using namespace driftscope;

namespace {

/// The program on the fake engine, one of its views in front.
struct Desk {
    std::shared_ptr<FakeControls> controls = std::make_shared<FakeControls>();
    std::unique_ptr<Application> application;

    Desk() {
        application = std::make_unique<Application>(fakeEngine(controls));
        window().resize(1280, 800);
        window().show();
        window().setRequest(fakeRequest("float32"), true);
    }
    MainWindow& window() { return application->window(); }
    CasesView* cases() { return qobject_cast<CasesView*>(window().view(QStringLiteral("cases"))); }
    SweepView* sweep() { return qobject_cast<SweepView*>(window().view(QStringLiteral("sweep"))); }
    void front(const QString& view) {
        View* wanted = window().view(view);
        for (QTabBar* bar : window().findChildren<QTabBar*>()) {
            for (int i = 0; i < bar->count(); ++i) {
                if (bar->tabText(i) != wanted->title()) continue;
                QTest::mouseClick(bar, Qt::LeftButton, {}, bar->tabRect(i).center());
            }
        }
        QTRY_VERIFY(wanted->isVisible() && !wanted->visibleRegion().isEmpty());
    }
};

void click(QWidget* inside, const QString& name) {
    auto* button = inside->findChild<QPushButton*>(name);
    QVERIFY2(button, qPrintable(name));
    for (QWidget* up = button->parentWidget(); up; up = up->parentWidget()) {
        if (auto* area = qobject_cast<QScrollArea*>(up)) area->ensureWidgetVisible(button);
    }
    QTRY_VERIFY(button->isVisible() && !button->visibleRegion().isEmpty());
    QTest::mouseClick(button, Qt::LeftButton, {}, QPoint(12, button->height() / 2));
}

int caseIndex(const std::string& id) {
    for (std::size_t i = 0; i < allCases().size(); ++i) {
        if (allCases()[i].id == id) return static_cast<int>(i);
    }
    return -1;
}

/// The step's row begins with this mark.
bool hasMark(CasesView* view, const char* step, const char* mark) {
    for (QPushButton* row :
         view->findChildren<QPushButton*>(QStringLiteral("step.") + QLatin1String(step))) {
        if (row->isVisibleTo(view) && row->text().startsWith(QString::fromUtf8(mark))) return true;
    }
    return false;
}

QStringList checksOf(CasesView* view) {
    QStringList texts;
    for (QLabel* label : view->findChildren<QLabel*>(QStringLiteral("check"))) {
        if (label->isVisibleTo(view)) texts << label->text();
    }
    return texts;
}

}  // namespace

class TestCasesWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QCoreApplication::setOrganizationName(QStringLiteral("driftscope-test"));
        QCoreApplication::setApplicationName(QStringLiteral("driftscope-test"));
        qputenv("XDG_CACHE_HOME", m_cache.path().toUtf8());  // before the cases are read
        QVERIFY(caseIndex("mixtral") >= 0);
        for (const CaseStep& step : caseNamed("mixtral").steps)
            QVERIFY2(step.missing.empty(), step.missing.c_str());
    }

    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", m_folder->filePath(QStringLiteral("state")).toUtf8());
        qputenv("XDG_CONFIG_HOME", m_folder->filePath(QStringLiteral("config")).toUtf8());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope,
                           m_folder->filePath(QStringLiteral("config")));
        QSettings().clear();
    }

    void fromTheStartPageToAVerdict() {
        Desk desk;
        desk.front(QStringLiteral("cases"));
        click(desk.cases(), QStringLiteral("case.mixtral"));
        QCOMPARE(desk.cases()->openedCase(), caseIndex("mixtral"));
        click(desk.cases(), QStringLiteral("step.moe-bf16"));
        QTRY_VERIFY(hasMark(desk.cases(), "moe-bf16", "✓"));
        const CompareRequest asked = desk.window().comparison()->request;
        QCOMPARE(asked.options_b.at("dtype"), std::string("bfloat16"));
        QVERIFY(checksOf(desk.cases())
                    .join(u'\n')
                    .contains(QStringLiteral("expected rounding, found rounding")));
    }

    /// The menu asks the five questions; one click answers, up to the conclusion.
    void aQuestionOfTheMenuIsAnswered() {
        Desk desk;
        auto* menu = desk.window().menuBar()->findChild<QMenu*>(QStringLiteral("examplesMenu"));
        for (const Case& known : allCases()) {
            const auto* question = menu->findChild<QAction*>(QStringLiteral("question.") +
                                                             QString::fromStdString(known.id));
            QVERIFY2(question, known.id.c_str());
            QCOMPARE(question->text(), QString::fromStdString(known.question));
        }
        menu->findChild<QAction*>(QStringLiteral("question.mixtral"))->trigger();
        QCOMPARE(desk.cases()->openedCase(), caseIndex("mixtral"));
        QTRY_VERIFY(!desk.cases()->visibleRegion().isEmpty());
        QTRY_VERIFY(desk.cases()->findChild<QWidget*>(QStringLiteral("caseConclusion")));
        // The fake engine calls bugs rounding: that is not confirmed.
        QStringList states;
        for (const QLabel* label : desk.cases()->findChildren<QLabel*>(QStringLiteral("caseState")))
            states << label->text();
        QVERIFY2(states.last().startsWith(QStringLiteral("◆")), qPrintable(states.join(u'\n')));
    }

    /// What an example is for is said in the window's language.
    void examplesSpeakChinese() {
        installLanguage(QStringLiteral("zh_CN"));
        const std::vector<Example> examples = exampleButtons();
        installLanguage(QStringLiteral("en"));
        QVERIFY(!examples.empty());
        for (const Example& example : examples) {
            const bool han = std::any_of(example.tip.begin(), example.tip.end(),
                                         [](QChar c) { return c.script() == QChar::Script_Han; });
            QVERIFY2(han, qPrintable(example.tip));
        }
    }

    /// One picture a case, of the theme of now; all of them small.
    void everyCaseHasItsPicture() {
        const auto pictures = [](CasesView* view) {
            std::vector<QImage> found;
            for (QLabel* label : view->findChildren<QLabel*>(QStringLiteral("casePicture"))) {
                if (label->isVisibleTo(view)) found.push_back(label->pixmap().toImage());
            }
            return found;
        };
        Desk desk;
        desk.front(QStringLiteral("cases"));
        Theme::instance().setMode(Theme::Mode::light);
        QTRY_COMPARE(pictures(desk.cases()).size(), allCases().size());
        const auto light = pictures(desk.cases());
        Theme::instance().setMode(Theme::Mode::dark);
        QTRY_COMPARE(pictures(desk.cases()).size(), allCases().size());
        const auto dark = pictures(desk.cases());
        Theme::instance().setMode(Theme::Mode::system);
        for (std::size_t i = 0; i < light.size(); ++i) QVERIFY(light[i] != dark[i]);
        qint64 bytes = 0;
        const QDir folder(QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/resources/cases/pictures"));
        for (const QFileInfo& file : folder.entryInfoList({QStringLiteral("*.png")}))
            bytes += file.size();
        QVERIFY2(bytes > 0 && bytes <= 300000, qPrintable(QString::number(bytes)));
    }

    void anExpectationThatFailsIsMarked() {
        Desk desk;
        desk.front(QStringLiteral("cases"));
        click(desk.cases(), QStringLiteral("case.mixtral"));
        click(desk.cases(), QStringLiteral("step.base"));  // the fake engine calls it rounding
        QTRY_VERIFY(hasMark(desk.cases(), "base", "◆"));
        QVERIFY(checksOf(desk.cases())
                    .join(u'\n')
                    .contains(QStringLiteral("expected different functions, found rounding")));
    }

    /// Who goes on with a setup of his own has left the case: it no longer hides what shows the
    /// result, says so, and is one click away.
    void aSetupOfOnesOwnEndsTheCase() {
        Desk desk;
        CasesView* cases = desk.cases();
        desk.front(QStringLiteral("cases"));
        click(cases, QStringLiteral("case.mixtral"));
        const auto inFront = [&] { return !cases->visibleRegion().isEmpty(); };
        const auto line = [&] { return cases->findChild<QWidget*>(QStringLiteral("caseLeft")); };
        // Before a step was chosen nothing is left.
        desk.window().setRequest(fakeRequest("float16"), true);
        QVERIFY(inFront() && line()->isHidden());
        click(cases, QStringLiteral("step.moe-bf16"));
        QTRY_VERIFY(hasMark(cases, "moe-bf16", "✓"));
        QVERIFY(inFront() && line()->isHidden());
        const CompareRequest step = desk.window().request();
        // The same comparison taken apart is still the step's.
        CompareRequest request = step;
        request.attribute = true;
        desk.window().setRequest(request, true);
        QVERIFY(inFront() && line()->isHidden());
        request.options_b["dtype"] = "float16";
        desk.window().setRequest(request, true);
        QTRY_VERIFY(!inFront());
        QVERIFY(!line()->isHidden());
        // Who comes back to read stays there.
        desk.front(QStringLiteral("cases"));
        request.options_b["dtype"] = "float32";
        desk.window().setRequest(request, true);
        QTest::qWait(50);
        QVERIFY(inFront());
        click(cases, QStringLiteral("caseBack"));
        QTRY_VERIFY(line()->isHidden());
        QCOMPARE(desk.window().request().fingerprint(), step.fingerprint());
        QTRY_VERIFY(hasMark(cases, "moe-bf16", "✓"));
        QVERIFY(inFront());
    }

    /// A setup that comes while the steps are played ends the play, and the step that ran is not
    /// said to run for ever.
    void aSetupOfOnesOwnEndsThePlay() {
        Desk desk;
        CasesView* cases = desk.cases();
        desk.front(QStringLiteral("cases"));
        click(cases, QStringLiteral("play.mixtral"));
        QVERIFY(cases->isPlaying());
        desk.window().setRequest(fakeRequest("float16"), true);
        QVERIFY(!cases->isPlaying());
        for (const QLabel* label : cases->findChildren<QLabel*>())
            QVERIFY2(label->text() != QStringLiteral("running …"), qPrintable(label->text()));
    }

    /// One click converts the model and compares it with the file that was written.
    void aStepConvertsItsModel() {
        Desk desk;
        CasesView* cases = desk.cases();
        desk.front(QStringLiteral("cases"));
        cases->openCase(caseIndex("internlm2"));
        const CompareRequest& step = caseNamed("internlm2").steps.front().request;
        const QString folder = QString::fromStdString(step.model_b);
        QVERIFY(folder.startsWith(m_cache.path()));
        // Where it cannot be written: one message, and a step that is not said to run.
        QFile block(QFileInfo(folder).path());
        QVERIFY(QDir().mkpath(QFileInfo(block.fileName()).path()));
        QVERIFY(block.open(QIODevice::WriteOnly));
        block.close();
        click(cases, QStringLiteral("step.bytes"));
        const auto* notices = desk.window().findChild<Notices*>();
        QTRY_VERIFY2(notices->text(QStringLiteral("error")).contains("cannot be written"),
                     qPrintable(notices->text(QStringLiteral("error"))));
        QTRY_VERIFY(hasMark(cases, "bytes", "○"));
        QVERIFY(block.remove());
        click(cases, QStringLiteral("step.bytes"));
        const auto measured = [&] {
            return checksOf(cases).join(u'\n').contains(
                QStringLiteral("✓ weights of A and B, one by one: expected equal hashes, found"));
        };
        QTRY_VERIFY2(measured(), qPrintable(checksOf(cases).join(u'\n')));
        QVERIFY(!notices->has(QStringLiteral("error")));
        QCOMPARE(desk.window().request().model_b, step.model_b);
        QVERIFY(QFileInfo::exists(folder + QStringLiteral("/model.safetensors")));
        // A setup of one's own while it is made: the step does not come after it.
        click(cases, QStringLiteral("step.half"));
        desk.window().setRequest(fakeRequest("float16"), true);
        QTRY_VERIFY(desk.window().comparison() &&
                    desk.window().comparison()->request.fingerprint() ==
                        fakeRequest("float16").fingerprint());
        QTest::qWait(300);
        QCOMPARE(desk.window().request().fingerprint(), fakeRequest("float16").fingerprint());
    }

    void nextAndBackGoThroughTheSteps() {
        Desk desk;
        desk.front(QStringLiteral("cases"));
        click(desk.cases(), QStringLiteral("case.mixtral"));
        click(desk.cases(), QStringLiteral("stepNext"));
        QCOMPARE(desk.cases()->chosenStep(), 0);
        click(desk.cases(), QStringLiteral("stepNext"));
        QCOMPARE(desk.cases()->chosenStep(), 1);
        QTRY_COMPARE(desk.window().request().options_b.at("defects"), std::string("D-MOE-SCATTER"));
        click(desk.cases(), QStringLiteral("stepBack"));
        QCOMPARE(desk.cases()->chosenStep(), 0);
        click(desk.cases(), QStringLiteral("allCases"));
        QCOMPARE(desk.cases()->openedCase(), -1);
    }

    void aStepThatIsAGridFillsTheSweep() {
        Desk desk;
        desk.front(QStringLiteral("cases"));
        click(desk.cases(), QStringLiteral("case.split-qkv"));
        click(desk.cases(), QStringLiteral("step.kernels"));
        QTRY_VERIFY(desk.sweep()->sweep() && desk.sweep()->sweep()->complete());
        QCOMPARE(desk.sweep()->sweep()->cells.size(), std::size_t{8});
        QTRY_VERIFY(hasMark(desk.cases(), "kernels", "✓"));
    }

    void fromASweepToAComparison() {
        Desk desk;
        QTRY_VERIFY(desk.window().comparison());
        desk.front(QStringLiteral("sweep"));
        auto* values = desk.sweep()->findChild<QLineEdit*>(QStringLiteral("sweepValues0"));
        values->setText(QStringLiteral("float32|bfloat16|float16"));
        click(desk.sweep(), QStringLiteral("sweepRun"));
        QTRY_VERIFY(desk.sweep()->sweep() && desk.sweep()->sweep()->complete());
        auto* grid = desk.sweep()->findChild<QTableWidget*>(QStringLiteral("sweepGrid"));
        QCOMPARE(grid->rowCount(), 3);
        QVERIFY(grid->item(2, 0)->text().contains(QStringLiteral("KL")));
        grid->scrollToItem(grid->item(2, 0));
        const QPoint place = grid->visualItemRect(grid->item(2, 0)).center();
        QTest::mouseClick(grid->viewport(), Qt::LeftButton, {}, place);
        QTRY_COMPARE(desk.window().request().options_b.at("dtype"), std::string("float16"));
        QTRY_COMPARE(desk.window().comparison()->request.options_b.at("dtype"),
                     std::string("float16"));
    }

    void aSweepGrowsAndStopsWithWhatItHas() {
        Desk desk;
        QTRY_VERIFY(desk.window().comparison());
        desk.controls->stepMs = 40;
        desk.front(QStringLiteral("sweep"));
        click(desk.sweep(), QStringLiteral("sweepRun"));
        QTRY_VERIFY(desk.sweep()->sweep() &&
                    desk.sweep()->sweep()->cells.front().state == CellState::done);
        QVERIFY(!desk.sweep()->sweep()->complete());
        click(desk.sweep(), QStringLiteral("sweepRun"));  // it says Stop now
        QTRY_VERIFY(desk.sweep()->sweep()->cancelled);
        QCOMPARE(desk.sweep()->sweep()->cells.front().state, CellState::done);
        QTRY_COMPARE(desk.sweep()->findChild<QPushButton*>(QStringLiteral("sweepRun"))->text(),
                     QStringLiteral("Run"));
    }

    void wrongAxesAreSaidInTheView() {
        Desk desk;
        desk.front(QStringLiteral("sweep"));
        desk.sweep()
            ->findChild<QLineEdit*>(QStringLiteral("sweepValues0"))
            ->setText(QStringLiteral("int8"));
        click(desk.sweep(), QStringLiteral("sweepRun"));
        auto* words = desk.sweep()->findChild<QLabel*>(QStringLiteral("sweepWords"));
        QTRY_VERIFY2(words->text().contains(QStringLiteral("int8")), qPrintable(words->text()));
    }

private:
    QTemporaryDir m_cache;
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_MAIN(TestCasesWindow)
#include "tst_cases_window.moc"
