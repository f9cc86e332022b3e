// SPDX-License-Identifier: GPL-3.0-or-later
// Every view of the registry over every kind of comparison.
// DRIFTSCOPE_PICTURES=FOLDER: also writes each at the sizes of its dock, light and dark.
#include <QDir>
#include <QTest>

#include "tests/ui/view_test.h"
#include "ui/plots/plot.h"
#include "ui/view_registry.h"

using namespace driftscope;
using namespace driftscope::viewtest;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// NaN and infinities wherever a number may stand.
ComparisonPtr broken() {
    auto made = std::make_shared<Comparison>(*fake::comparison());
    const double bad[] = {std::nan(""), kInfinity, -kInfinity};
    for (size_t i = 0; i < made->sites.size(); ++i) {
        SiteMetrics& m = made->sites[i];
        m.non_finite = i % 3 == 0;
        m.rel_l2 = m.max_ulp = m.max_abs = m.slope = bad[i % 3];
        for (size_t p = 0; p < m.by_pos.size(); ++p) m.by_pos[p] = bad[(i + p) % 3];
        m.band_by_pos[i % m.band_by_pos.size()] = bad[i % 3];
    }
    for (HeadThumb& head : made->heads) {
        head.max_diff = bad[static_cast<size_t>(head.head) % 3];
        head.b.values[5] = bad[static_cast<size_t>(head.layer) % 3];
    }
    for (RoutingLayer& layer : made->routing->layers) {
        layer.margin_ulp[3] = layer.margin_a[3] = layer.weights_a[4] = layer.load_a[1] = kInfinity;
        layer.disagreement = layer.weights_b[2] = std::nan("");
    }
    for (GenerationStep& step : made->generation->a.steps) {
        step.margin = step.margin_ulp = step.logprob = bad[static_cast<size_t>(step.id) % 3];
        step.top[1].logprob = std::nan("");
    }
    return made;
}

/// Vectors that are shorter than the tokens, as a cancelled run leaves them.
ComparisonPtr cutShort() {
    auto made = std::make_shared<Comparison>(*fake::comparison());
    made->complete = false;
    made->cancelled = true;
    made->verdict = {};
    made->sites.resize(made->sites.size() / 2);
    for (SiteMetrics& m : made->sites) m.by_pos.resize(3), m.band_by_pos.clear();
    made->heads.resize(11);
    made->heads[3].a = Grid();
    made->heads[4].captured_b = false;
    for (RoutingLayer& layer : made->routing->layers) {
        layer.experts_b.resize(5);
        layer.weights_a.clear();
        layer.margin_ulp.resize(2);
        layer.explained.clear();
        layer.flip.resize(4);
        layer.load_b.clear();
    }
    made->routing->cumulative_flips.resize(2);
    made->generation->b.steps.clear();
    made->generation->b_forced.resize(2);
    made->generation->error_at_step.resize(1);
    return made;
}

fake::Shape shape(int layers, int heads, int prompt, int fresh, bool moe) {
    fake::Shape made;
    made.layers = layers;
    made.heads = heads;
    made.prompt = prompt;
    made.fresh = fresh;
    made.moe = moe;
    return made;
}

ComparisonPtr make(const QString& name) {
    fake::Shape other;
    if (name == QLatin1String("identical")) other.verdict = VerdictKind::identical;
    if (name == QLatin1String("not judged")) other.judged = false;
    if (name == QLatin1String("dense")) other.moe = false;
    if (name == QLatin1String("no generation")) other.fresh = 0;
    if (name == QLatin1String("many experts")) other.experts = 128, other.topK = 8;
    if (name == QLatin1String("one token")) return fake::comparison(shape(1, 1, 1, 0, true));
    if (name == QLatin1String("300 tokens")) return fake::comparison(shape(3, 4, 260, 40, true));
    if (name == QLatin1String("32 by 32 heads"))
        return fake::comparison(shape(32, 32, 20, 4, false));
    if (name == QLatin1String("awkward tokens")) return fake::awkward();
    if (name == QLatin1String("empty")) return fake::empty();
    if (name == QLatin1String("not finite")) return broken();
    if (name == QLatin1String("cut short")) return cutShort();
    return fake::comparison(other);
}

}  // namespace

class TestViews : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::light); }
    void init() { failOnWarnings(); }
    void cleanup() { Theme::instance().setMode(Theme::Mode::light); }

    void overEverything_data();
    void overEverything();
    void chartsSayWhatTheyWaitFor_data();
    void chartsSayWhatTheyWaitFor();
    void keepTheirState();
    void olderStateIsRead();
    void pictures();

private:
    static void pressKeys(const View& view);
};

void TestViews::overEverything_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("data");
    for (const ViewSpec& spec : allViews()) {
        for (const char* data : {"semantic", "identical", "not judged", "dense", "no generation",
                                 "many experts", "one token", "300 tokens", "32 by 32 heads",
                                 "awkward tokens", "empty", "not finite", "cut short"}) {
            QTest::addRow("%s, %s", qPrintable(spec.id), data)
                << spec.id << QString::fromLatin1(data);
        }
    }
}

void TestViews::pressKeys(const View& view) {
    for (const Qt::Key key : {Qt::Key_Right, Qt::Key_Down, Qt::Key_End, Qt::Key_PageDown,
                              Qt::Key_Up, Qt::Key_Left, Qt::Key_Home}) {
        for (QWidget* widget : view.findChildren<QWidget*>()) {
            const bool ours = widget->isVisible() && widget->focusPolicy() == Qt::StrongFocus &&
                              !qobject_cast<QAbstractButton*>(widget);
            if (ours) QTest::keyClick(widget, key);
        }
    }
}

void TestViews::overEverything() {
    QFETCH(QString, id);
    QFETCH(QString, data);
    const ComparisonPtr comparison = make(data);
    const std::unique_ptr<View> view(findView(id)->make(nullptr));
    view->resize(560, 290);
    view->show();
    view->setComparison(comparison);
    if (comparison->n_heads > 0) view->setAttention(fake::attention(*comparison, 0, 0));
    if (!comparison->tokens.empty())
        view->setValues(fake::values(*comparison, view->selection()->site()));
    settle();
    const QImage light = view->grab().toImage();
    Theme::instance().setMode(Theme::Mode::dark);
    settle();
    const QImage dark = view->grab().toImage();
    QVERIFY(light != dark);
    QVERIFY(colorsIn(light) > 3);
    QVERIFY(!view->accessibleDescription().isEmpty());
    QVERIFY(!view->accessibleName().isEmpty());
    for (const QSize& size : {QSize(240, 620), QSize(170, 120), QSize(1400, 900)}) {
        view->resize(size);
        settle();
        view->grab();
    }
    pressKeys(*view);
    settle();
    if (!view->reasonEmpty().isEmpty() || view->waits()) return;
    QVERIFY(figureBytes(view->figure(), FigureFormat::svg).contains("<svg"));
    const Table table = view->table();
    QVERIFY(!table.isEmpty());
    for (const QStringList& row : table.rows) QCOMPARE(row.size(), table.header.size());
    view->setComparison(nullptr);
    QVERIFY(!view->reasonEmpty().isEmpty());
}

void TestViews::chartsSayWhatTheyWaitFor_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<bool>("complete");
    for (const ViewSpec& spec : allViews()) {
        for (const bool complete : {true, false})
            QTest::addRow("%s, %s", qPrintable(spec.id), complete ? "complete" : "running")
                << spec.id << complete;
    }
}

/// A chart without values says that they are on their way, or why there are none; one with values
/// says nothing.
void TestViews::chartsSayWhatTheyWaitFor() {
    QFETCH(QString, id);
    QFETCH(bool, complete);
    const std::unique_ptr<View> view(findView(id)->make(nullptr));
    view->resize(900, 600);
    view->show();
    auto comparison = std::make_shared<Comparison>(*fake::comparison());
    comparison->complete = complete;
    view->setComparison(comparison);
    const QList<QJsonObject> states{{}, {{QStringLiteral("byLayer"), true}}};
    const auto check = [&] {
        settle();
        for (const Plot* plot : view->findChildren<Plot*>()) {
            if (!plot->isVisible()) continue;
            const Table table = plot->table();
            const bool empty =
                std::none_of(table.rows.begin(), table.rows.end(), [](const QStringList& row) {
                    bool number = false;
                    return std::isfinite(row.last().toDouble(&number)) && number;
                });
            QVERIFY2(empty != plot->reason().isEmpty(),
                     qPrintable(plot->objectName() + u' ' + plot->reason()));
        }
    };
    for (const QJsonObject& state : states) {
        view->restoreState(state);
        check();
        view->setAttention(fake::attention(*comparison, 0, 0));
        check();
        for (const SiteKind kind :
             {view->selection()->site().kind, SiteKind::cache_k, SiteKind::rot_k, SiteKind::scores})
            view->setValues(fake::values(*comparison, {kind, view->selection()->layer()}));
        check();
        view->setValuesFailed(QStringLiteral("the file is gone"), QString());
        view->setAnswerFailed(QStringLiteral("the file is gone"), QString());
        check();
    }
}

void TestViews::keepTheirState() {
    const std::map<QString, QJsonObject> states = {
        {QStringLiteral("attention"),
         {{QStringLiteral("order"), QStringLiteral("change")},
          {QStringLiteral("ownScale"), true},
          {QStringLiteral("stage"), QStringLiteral("scores")}}},
        {QStringLiteral("overview"),
         {{QStringLiteral("unit"), QStringLiteral("ulp")},
          {QStringLiteral("allSites"), true},
          {QStringLiteral("apart"), true}}},
        {QStringLiteral("generation"), {{QStringLiteral("mode"), QStringLiteral("forced")}}},
        {QStringLiteral("routing"), {{QStringLiteral("shade"), QStringLiteral("output")}}},
        {QStringLiteral("cache"), {{QStringLiteral("part"), QStringLiteral("v")}}}};
    for (const auto& [id, state] : states) {
        const std::unique_ptr<View> view(findView(id)->make(nullptr));
        view->restoreState(state);
        QCOMPARE(view->saveState(), state);
        view->setComparison(fake::comparison());
        QCOMPARE(view->saveState(), state);
    }
}

/// Before there were five stages the state said whether scores were shown.
void TestViews::olderStateIsRead() {
    const std::unique_ptr<View> view(findView(QStringLiteral("attention"))->make(nullptr));
    view->restoreState({{QStringLiteral("scores"), true}});
    QCOMPARE(view->saveState()[QLatin1String("stage")].toString(), QStringLiteral("scores"));
}

void TestViews::pictures() {
    const QString folder = qEnvironmentVariable("DRIFTSCOPE_PICTURES");
    if (folder.isEmpty()) QSKIP("no folder named");
    QDir().mkpath(folder);
    for (const ViewSpec& spec : allViews()) {
        const bool left = spec.place == DockPlace::topLeft || spec.place == DockPlace::bottomLeft;
        for (const QSize& size : {left ? QSize(565, 284) : QSize(405, 284),
                                  left ? QSize(925, 484) : QSize(685, 484), QSize(280, 640)}) {
            for (const auto mode : {Theme::Mode::light, Theme::Mode::dark}) {
                Theme::instance().setMode(mode);
                const std::unique_ptr<View> view(spec.make(nullptr));
                view->resize(size);
                view->show();
                view->setComparison(fake::comparison());
                view->selection()->setLayer(2);
                view->selection()->setHead(5);
                view->selection()->goTo({SiteKind::pattern, 2}, 8);
                view->selection()->setStep(3);
                view->setAttention(fake::attention(*view->comparison(), 2, 5));
                settle();
                view->grab().save(QStringLiteral("%1/%2-%3-%4.png")
                                      .arg(folder, spec.id, toString(mode))
                                      .arg(size.width()));
            }
        }
        Theme::instance().setMode(Theme::Mode::light);
        for (const char* data : {"300 tokens", "32 by 32 heads", "many experts", "awkward tokens",
                                 "not finite", "cut short", "not judged", "identical", "dense"}) {
            const std::unique_ptr<View> view(spec.make(nullptr));
            view->resize(left ? QSize(565, 284) : QSize(405, 284));
            view->show();
            view->setComparison(make(QString::fromLatin1(data)));
            view->setAttention(fake::attention(*view->comparison(), 0, 0));
            settle();
            view->grab().save(
                QStringLiteral("%1/%2, %3.png").arg(folder, spec.id, QString::fromLatin1(data)));
        }
    }
}

QTEST_MAIN(TestViews)
#include "tst_views.moc"
