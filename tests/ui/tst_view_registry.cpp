// SPDX-License-Identifier: GPL-3.0-or-later
// What every row of the view registry must do besides drawing: sound ids and keys, any selection,
// every export format with its provenance, live tokens, errors, hostile session files.
#include <set>

#include <QClipboard>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include "tests/ui/painted_text.h"
#include "tests/ui/view_test.h"
#include "ui/plots/plot.h"
#include "ui/view_registry.h"
#include "ui/window/verdict_text.h"

using namespace driftscope;
using namespace driftscope::viewtest;

namespace {

std::unique_ptr<View> makeView(const QString& id) {
    std::unique_ptr<View> view(findView(id)->make(nullptr));
    view->setModelInfo(Side::a, fake::model(true));
    view->resize(620, 420);
    return view;
}

ComparisonPtr oneToken() {
    fake::Shape shape;
    shape.layers = shape.heads = shape.kvHeads = shape.prompt = 1;
    shape.fresh = 0;
    return fake::comparison(shape);
}

void viewRows() {
    QTest::addColumn<QString>("id");
    for (const ViewSpec& spec : allViews()) QTest::newRow(qPrintable(spec.id)) << spec.id;
}

}  // namespace

class TestViewRegistry : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }
    void rowsAreSound();
    void anySelectionIsFine_data() { viewRows(); }
    void anySelectionIsFine();
    void hostileStateIsHarmless_data() { viewRows(); }
    void hostileStateIsHarmless();
    void exportsCarryProvenance_data() { viewRows(); }
    void exportsCarryProvenance();
    void exportNeedsNoWindow_data() { viewRows(); }
    void exportNeedsNoWindow();
    void figuresHaveACaption_data() { viewRows(); }
    void figuresHaveACaption();
    void liveTokensAndErrors_data() { viewRows(); }
    void liveTokensAndErrors();
    void needsAreSaid();
    void everyPlotSpeaks_data() { viewRows(); }
    void everyPlotSpeaks();
};

void TestViewRegistry::rowsAreSound() {
    std::set<QString> ids, keys;
    for (const ViewSpec& spec : allViews()) {
        QVERIFY(ids.insert(spec.id).second);
        QVERIFY(keys.insert(spec.shortcut.toString()).second);
        QVERIFY(!viewTitle(spec).isEmpty());
        QVERIFY(QFile::exists(QStringLiteral(":/icons/%1.svg").arg(spec.icon)));
        QCOMPARE(findView(spec.id), &spec);
        const auto view = makeView(spec.id);
        QCOMPARE(view->id(), spec.id);
        QCOMPARE(view->accessibleName(), viewTitle(spec));
    }
    QVERIFY(!findView(QStringLiteral("no such view")));
}

void TestViewRegistry::anySelectionIsFine() {
    QFETCH(QString, id);
    for (const ComparisonPtr& comparison :
         {ComparisonPtr(), fake::comparison(), oneToken(), fake::awkward()}) {
        const auto view = makeView(id);
        Selection selection;
        view->setSelection(&selection);
        view->setComparison(comparison);
        view->show();
        for (const int n : {0, 1, 5, 1000000, -1}) {
            selection.setLayer(n);
            selection.setHead(n);
            selection.goTo({SiteKind::pattern, n}, n);
            selection.setKeyPos(n);
            selection.setExpert(n);
            selection.setStep(n);
            selection.flipFace();
        }
        settle();
        view->grab();
        view->table();
        view->describe();
        view->setSelection(new Selection(view.get()));
    }
}

void TestViewRegistry::hostileStateIsHarmless() {
    QFETCH(QString, id);
    const auto view = makeView(id);
    const QJsonObject state = view->saveState();
    for (const QJsonValue& value : {QJsonValue(QStringLiteral("nonsense")), QJsonValue(-1e300),
                                    QJsonValue(QJsonObject{}), QJsonValue()}) {
        QJsonObject hostile;
        for (auto it = state.begin(); it != state.end(); ++it) hostile[it.key()] = value;
        view->restoreState(hostile);
        view->setComparison(fake::comparison());
        view->grab();
    }
}

void TestViewRegistry::exportsCarryProvenance() {
    QFETCH(QString, id);
    const auto view = makeView(id);
    const ComparisonPtr comparison = fake::comparison();
    view->setComparison(comparison);
    view->setAttention(fake::attention(*comparison, 0, 0));
    view->setValues(fake::values(*comparison, view->selection()->site()));
    view->show();
    settle();
    QTemporaryDir folder;
    QSignalSpy done(view.get(), &View::done), failed(view.get(), &View::failed);
    for (const QString& suffix :
         {QStringLiteral("png"), QStringLiteral("svg"), QStringLiteral("pdf"),
          QStringLiteral("csv"), QStringLiteral("npz")}) {
        QFile file(folder.filePath(id + u'.' + suffix));
        view->exportTo(file.fileName());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        if (suffix == QLatin1String("png")) {
            const QImage image = QImage::fromData(bytes);
            QCOMPARE(image.text(QStringLiteral("Model A")),
                     QString::fromStdString(comparison->a.model));
            QVERIFY(colorsIn(image) > 4);
            continue;
        }
        if (suffix == QLatin1String("npz")) {
            QVERIFY(bytes.startsWith("PK") && bytes.contains("provenance.npy"));
            continue;
        }
        QVERIFY2(bytes.contains(comparison->a.model.c_str()), qPrintable(suffix));
        if (suffix != QLatin1String("svg")) continue;
        QXmlStreamReader xml(bytes);
        while (!xml.atEnd()) xml.readNext();
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QVERIFY(bytes.contains("<text"));
    }
    QCOMPARE(done.count(), 5);
    view->exportTo(folder.filePath(QStringLiteral("no/such/folder.png")));
    QCOMPARE(failed.count(), 1);
}

void TestViewRegistry::exportNeedsNoWindow() {
    QFETCH(QString, id);
    const auto view = makeView(id);
    view->setComparison(fake::comparison());
    const QImage image = QImage::fromData(figureBytes(view->figure(), FigureFormat::png, 96));
    QVERIFY(image.width() > 500);
    QVERIFY(colorsIn(image) > 8);
}

/// Below every exported figure: what it shows, A | B, the model, the verdict. It wraps, whatever
/// differs, and nothing of it lies outside.
void TestViewRegistry::figuresHaveACaption() {
    QFETCH(QString, id);
    const auto view = makeView(id);
    auto comparison = std::make_shared<Comparison>(*fake::comparison());
    comparison->request.model_a = "/models/some-model";
    comparison->request.options_a = {{"dtype", "float32"}};
    comparison->request.options_b = {{"dtype", "bfloat16"}};
    for (const char* option : {"router.dtype", "norm.dtype", "softmax.dtype", "rope.dtype"})
        comparison->request.options_b[option] = "float64";
    view->setComparison(comparison);
    const Figure figure = view->figure();
    TextPaper paper(figure.size);
    QPainter painter(&paper);
    figure.paint(painter);
    painter.end();
    QString all;
    double lowest = 0;
    for (const PaintedText& text : paper.texts()) {
        all += text.text + u' ';
        lowest = std::max(lowest, text.ink.bottom());
        if (!text.text.contains(QLatin1String("A | B: "))) continue;
        QVERIFY2(text.ink.right() <= figure.size.width(), qPrintable(text.text));
    }
    for (const char* part : {"A | B: dtype float32 | bfloat16", "some-model",
                             "rope contract | float64", "15 tokens"}) {
        QVERIFY2(all.contains(QLatin1String(part)), qPrintable(all));
    }
    QVERIFY(all.contains(verdictLook(comparison->verdict.kind).word));
    QVERIFY2(lowest <= figure.size.height(), qPrintable(QString::number(lowest)));
}

void TestViewRegistry::liveTokensAndErrors() {
    QFETCH(QString, id);
    const auto view = makeView(id);
    const ComparisonPtr comparison = fake::comparison();
    view->show();
    for (const bool before : {false, true}) {
        if (before) view->setComparison(comparison);
        view->setBusy(true);
        view->liveStarted();
        for (int i = 0; i < 6; ++i) {
            LiveToken token;
            token.side = i % 2 ? Side::b : Side::a;
            token.index = i / 2;
            token.step = comparison->generation->a.steps[static_cast<size_t>(i)];
            view->addLiveToken(token);
        }
        settle();
        view->grab();
        view->setError(QStringLiteral("It failed"), QStringLiteral("Try again"));
        QVERIFY(colorsIn(view->grab().toImage()) > 4);
        view->setError({});
        view->setBusy(false);
    }
    view->setComparison(comparison);
    QVERIFY(view->reasonEmpty().isEmpty());
}

void TestViewRegistry::needsAreSaid() {
    fake::Shape dense;
    dense.moe = false;
    dense.fresh = 0;
    const ComparisonPtr comparison = fake::comparison(dense);
    for (const ViewSpec& spec : allViews()) {
        QVERIFY(!whyEmpty(spec.needs, nullptr).isEmpty());
        QVERIFY(!whyEmpty(spec.needs, fake::empty().get()).isEmpty());
        if (spec.needs == Needs::models) continue;  // only the view knows
        const bool lacks = spec.needs == Needs::experts || spec.needs == Needs::generation;
        QCOMPARE(whyEmpty(spec.needs, comparison.get()).isEmpty(), !lacks);
        const auto view = makeView(spec.id);
        view->setComparison(comparison);
        QCOMPARE(view->reasonEmpty().isEmpty(), !lacks);
    }
    // B failed: that is the reason, not what the model or the request lacks.
    auto failed = std::make_shared<Comparison>(*comparison);
    failed->verdict.kind = VerdictKind::failed;
    for (const Needs needs : {Needs::twoRuns, Needs::experts, Needs::generation})
        QVERIFY(whyEmpty(needs, failed.get()).contains(QStringLiteral("Run B could not")));
    QVERIFY(whyEmpty(Needs::oneRun, failed.get()).isEmpty());
}

/// Each plot has a name, says what its cursor is on, moves it by keys, and has its numbers.
void TestViewRegistry::everyPlotSpeaks() {
    QFETCH(QString, id);
    const auto view = makeView(id);
    const ComparisonPtr comparison = fake::comparison();
    connect(view.get(), &View::valuesNeeded, this,
            [&](const Site& site) { view->setValues(fake::values(*comparison, site)); });
    view->setComparison(comparison);
    view->setAttention(fake::attention(*comparison, 0, 0));
    view->show();
    for (int i = 0; i < 4; ++i) settle();
    for (Plot* plot : view->findChildren<Plot*>()) {
        if (!plot->isVisibleTo(view.get())) continue;
        const QByteArray name = plot->objectName().toUtf8();
        QVERIFY2(!plot->accessibleName().isEmpty(), name);
        QVERIFY2(!plot->table().isEmpty(), name);
        QTest::keyClick(plot, Qt::Key_Home);
        QTest::keyClick(plot, Qt::Key_Right);
        QVERIFY2(plot->describe() != QLatin1String("empty") && !plot->describe().isEmpty(), name);
    }
    view->copyPython();
    QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("import numpy")));
}

QTEST_MAIN(TestViewRegistry)
#include "tst_view_registry.moc"
