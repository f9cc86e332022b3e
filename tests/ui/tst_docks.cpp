// SPDX-License-Identifier: GPL-3.0-or-later
// The views in the window: docks, tabs, the second window, and the layout that is kept.
#include <map>

#include <QApplication>
#include <QDockWidget>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/clipped.h"
#include "tests/ui/window_test.h"
#include "ui/actions.h"
#include "ui/view.h"
#include "ui/view_registry.h"

using namespace driftscope;
using namespace driftscope::windowtest;

class TestDocks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QTest::failOnWarning(
            QRegularExpression(QStringLiteral("QObject::connect|QLayout|QPainter")));
    }
    void viewsSetOptions();
    void nothingIsCutOff_data();
    void nothingIsCutOff();
    void uselessViewsGiveWay();
    void restsWhenNothingHappens();
    void stateGoesRound();
    void viewsCanFloat();
    void viewsMoveToASecondWindow();
    void hostileStateIsHarmless();
    void attentionOfAnotherRunIsDropped();
    void viewsCanBeHidden();
};

/// What a view wants of an option is asked for as if it had been set in the panel.
void TestDocks::viewsSetOptions() {
    MainWindow window;
    const ComparisonPtr comparison = of(VerdictKind::rounding);
    fill(window, comparison);
    QSignalSpy asked(&window, &MainWindow::requestChanged);
    Q_EMIT window.view(QStringLiteral("routing"))
        ->optionWanted(Side::b, QStringLiteral("experts"), QStringLiteral("replay"));
    QTRY_COMPARE(asked.count(), 1);
    const auto request = asked[0][0].value<CompareRequest>();
    QCOMPARE(request.options_b.at("experts"), std::string("replay"));
    QVERIFY(!request.options_a.contains("experts"));
}

void TestDocks::nothingIsCutOff_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<bool>("dark");
    for (const auto kind : {VerdictKind::semantic, VerdictKind::rounding, VerdictKind::identical,
                            VerdictKind::unclear}) {
        for (const QSize size : {QSize(1280, 800), QSize(1920, 1200)}) {
            for (const bool dark : {false, true}) {
                QTest::addRow("%s-%d-%s", to_string(kind).c_str(), size.width(),
                              dark ? "dark" : "light")
                    << int(kind) << size.width() << size.height() << dark;
            }
        }
    }
}

void TestDocks::nothingIsCutOff() {
    QFETCH(int, kind);
    QFETCH(int, width);
    QFETCH(int, height);
    QFETCH(bool, dark);
    Theme::instance().setMode(dark ? Theme::Mode::dark : Theme::Mode::light);
    MainWindow window;
    window.resize(width, height);
    window.show();
    const ComparisonPtr comparison = of(static_cast<VerdictKind>(kind));
    fill(window, comparison);
    window.selection()->goTo({SiteKind::pattern, 2}, 8);
    window.selection()->setHead(5);
    window.setAttention(fake::attention(*comparison, 2, 5));
    settle();
    QCOMPARE(window.size(), QSize(width, height));
    QStringList cut;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->visibleRegion().isEmpty()) continue;
        const QString text = clipped(widget);
        if (!text.isEmpty())
            cut << QStringLiteral("%1 (%2×%3)")
                       .arg(text)
                       .arg(widget->width())
                       .arg(widget->height());
    }
    // Pictures to look at, on request.
    const QString folder = qEnvironmentVariable("DRIFTSCOPE_PICTURES");
    if (!folder.isEmpty()) {
        window.grab().save(
            QStringLiteral("%1/window-%2.png").arg(folder, QLatin1String(QTest::currentDataTag())));
    }
    QVERIFY2(cut.isEmpty(), qPrintable(cut.join(QStringLiteral(" | "))));
}

/// A tab that can show nothing of a dense model lets another forward, and comes back; a tab that
/// somebody chose stays.
void TestDocks::uselessViewsGiveWay() {
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    fill(window, of(VerdictKind::rounding));
    const auto inFront = [&](const char* id) {
        return !window.view(QLatin1String(id))->visibleRegion().isEmpty();
    };
    QTRY_VERIFY(inFront("routing"));
    window.setComparison(of(VerdictKind::rounding, false));
    QTRY_VERIFY(inFront("model") && !inFront("routing"));
    QVERIFY(inFront("attention") && inFront("overview") && inFront("generation"));
    window.setComparison(of(VerdictKind::semantic));
    QTRY_VERIFY(inFront("routing") && !inFront("model"));
    window.setComparison(of(VerdictKind::rounding, false));
    QTRY_VERIFY(inFront("model"));
    QAction* cases = window.actions()->action(QStringLiteral("view.cases"));
    cases->setChecked(false);
    cases->trigger();
    QTRY_VERIFY(inFront("cases"));
    window.setComparison(of(VerdictKind::semantic));
    QTest::qWait(20);
    QVERIFY(inFront("cases") && !inFront("routing"));
}

/// Nothing is laid out or painted while nobody does anything, whatever stands in front.
void TestDocks::restsWhenNothingHappens() {
    struct Counter : QObject {
        std::map<QString, int> seen;
        bool eventFilter(QObject* to, QEvent* event) override {
            if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::Paint ||
                event->type() == QEvent::UpdateRequest)
                ++seen[QStringLiteral("%1 %2").arg(QLatin1String(to->metaObject()->className()),
                                                   to->objectName())];
            return QObject::eventFilter(to, event);
        }
    };
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    fill(window, of(VerdictKind::semantic));
    for (const ViewSpec& spec : allViews()) {
        qobject_cast<QDockWidget*>(window.view(spec.id)->parentWidget())->raise();
        settle();
        QTest::qWait(300);  // what is delayed on purpose has come
        Counter counter;
        qApp->installEventFilter(&counter);
        settle();
        qApp->removeEventFilter(&counter);
        for (const auto& [who, times] : counter.seen)
            QFAIL(qPrintable(
                QStringLiteral("%1, %2 times, with %3 in front").arg(who).arg(times).arg(spec.id)));
    }
}

void TestDocks::stateGoesRound() {
    MainWindow window, other;
    fill(window, of(VerdictKind::semantic));
    window.selection()->goTo({SiteKind::rot_q, 3}, 4);
    window.selection()->setFace(Face::difference);
    const QJsonObject state = window.saveState();
    QSignalSpy changed(&other, &MainWindow::requestChanged);
    other.restoreState(state);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(other.request().fingerprint(), window.request().fingerprint());
    QCOMPARE(to_string(other.selection()->site()), std::string("blocks.3.attn.rot_q"));
    QCOMPARE(other.selection()->face(), Face::difference);
    QCOMPARE(other.saveState().value(QStringLiteral("views")),
             state.value(QStringLiteral("views")));
}

void TestDocks::viewsCanFloat() {
    MainWindow window;
    window.show();
    fill(window, of(VerdictKind::rounding));
    window.actions()->action(QStringLiteral("view.overview"))->trigger();
    window.actions()->action(QStringLiteral("view.overview"))->trigger();
    auto* dock = window.view(QStringLiteral("overview"))->parentWidget();
    QAction* floating = window.actions()->action(QStringLiteral("view.float"));
    floating->trigger();
    QVERIFY(dock->isWindow() && dock->isVisible());
    const QJsonObject state = window.saveState();
    floating->trigger();
    QVERIFY(!dock->isWindow());
    window.restoreState(state);
    QVERIFY(dock->isWindow());
    window.actions()->action(QStringLiteral("view.resetLayout"))->trigger();
    QVERIFY(!dock->isWindow());
}

void TestDocks::viewsMoveToASecondWindow() {
    MainWindow window;
    window.show();
    fill(window, of(VerdictKind::rounding));
    QAction* across = window.actions()->action(QStringLiteral("view.across"));
    const auto use = [&](const char* id) {  // off and on again: now it is the view in use
        for (int i = 0; i < 2; ++i)
            window.actions()->action(QLatin1String("view.") + QLatin1String(id))->trigger();
    };
    const auto hostOf = [&](const char* id) {
        return window.view(QLatin1String(id))->parentWidget()->window();
    };
    use("overview");
    across->trigger();
    QWidget* second = hostOf("overview");
    QVERIFY(second != &window && second->isVisible());
    use("routing");
    across->trigger();
    QCOMPARE(hostOf("routing"), second);
    QCOMPARE(hostOf("attention"), &window);
    // One selection, one set of keys.
    window.selection()->setLayer(1);
    QCOMPARE(window.view(QStringLiteral("overview"))->selection()->layer(), 1);
    QVERIFY(second->actions().contains(window.actions()->action(QStringLiteral("go.find"))));
    second->resize(700, 500);
    const QJsonObject state = window.saveState();

    window.actions()->action(QStringLiteral("view.resetLayout"))->trigger();
    QCOMPARE(hostOf("overview"), &window);
    QVERIFY(!second->isVisible());
    window.restoreState(state);
    QCOMPARE(hostOf("overview"), second);
    QCOMPARE(hostOf("routing"), second);
    QVERIFY(second->isVisible() && window.view(QStringLiteral("routing"))->isVisible());
    QCOMPARE(second->size(), QSize(700, 500));
    {
        MainWindow another;  // as after the next start
        another.show();
        another.restoreState(state);
        QVERIFY(another.view(QStringLiteral("routing"))->parentWidget()->window() != &another);
        QVERIFY(another.view(QStringLiteral("attention"))->parentWidget()->window() == &another);
    }
    second->close();  // its views come home
    QCOMPARE(hostOf("overview"), &window);
    QCOMPARE(hostOf("routing"), &window);
    use("overview");
    across->trigger();
    across->trigger();
    QCOMPARE(hostOf("overview"), &window);
    QVERIFY(!second->isVisible());
}

void TestDocks::hostileStateIsHarmless() {
    MainWindow window;
    const QJsonObject state = window.saveState();
    for (auto it = state.begin(); it != state.end(); ++it) {
        for (const QJsonValue& value : {QJsonValue(-5), QJsonValue(QStringLiteral("@@@")),
                                        QJsonValue(QJsonArray{1}), QJsonValue()}) {
            QJsonObject broken = state;
            broken[it.key()] = value;
            window.restoreState(broken);
        }
    }
    QJsonObject far;
    far[QStringLiteral("selection")] =
        QJsonObject{{QStringLiteral("layer"), 2000000000}, {QStringLiteral("pos"), -7}};
    window.restoreState(far);
    fill(window, of(VerdictKind::rounding));
    QVERIFY(window.selection()->layer() < 6);
    QVERIFY(window.selection()->pos() >= 0);
}

void TestDocks::attentionOfAnotherRunIsDropped() {
    MainWindow window;
    fill(window, of(VerdictKind::rounding));
    auto late = std::make_shared<AttentionPair>(*fake::attention(*window.comparison(), 0, 0));
    late->comparison = 99;
    window.setAttention(late);
    window.setAttention(nullptr);
}

void TestDocks::viewsCanBeHidden() {
    MainWindow window;
    window.show();
    for (const ViewSpec& spec : allViews()) {
        QAction* action = window.actions()->action(QStringLiteral("view.") + spec.id);
        QVERIFY(action->isChecked());
        action->trigger();
        QVERIFY(!action->isChecked());
        QVERIFY(!window.view(spec.id)->isVisible());
    }
    window.actions()->action(QStringLiteral("view.resetLayout"))->trigger();
    for (const View* view : window.views()) QTRY_VERIFY(view->isVisible());
}

QTEST_MAIN(TestDocks)
#include "tst_docks.moc"
