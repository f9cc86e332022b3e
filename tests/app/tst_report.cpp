// SPDX-License-Identifier: GPL-3.0-or-later
#include <QBuffer>
#include <QImage>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>
#include <fstream>

#include "app/report/report.h"
#include "tests/app/fake_engine.h"
#include "tests/support/tiny_checkpoint.h"
#include "ui/text/number_format.h"

using namespace driftscope;

namespace {

QByteArray picture() {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QImage(40, 30, QImage::Format_RGB32).save(&buffer, "PNG");
    return bytes;
}

std::shared_ptr<Comparison> defective() {
    CompareRequest request = fakeRequest();
    request.options_b["defects"] = "D-MOE-SCATTER";
    return fakeComparison(request);
}

QString page(const Comparison& comparison) {
    const std::vector<ReportFigure> figures = {{"Attention", "all heads", picture(), picture()}};
    return QString::fromUtf8(reportHtml(comparison, figures, "driftscope compare --prompt 'a<b'"));
}

}  // namespace

class TestReport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void standsAlone() {
        const QString html = page(*defective());
        QVERIFY(!html.contains(QLatin1String("http"), Qt::CaseInsensitive));
        QVERIFY(!html.contains(QLatin1String("//cdn")));
        QVERIFY(!html.contains(QLatin1String("file:")));
        QVERIFY(!html.contains(QLatin1String("@import")));
        QVERIFY(!html.contains(QLatin1String("<link")));
        const QRegularExpression source(QStringLiteral("(?:src|srcset|href)=\"([^\"]{0,20})"));
        int found = 0;
        for (auto at = source.globalMatch(html); at.hasNext(); ++found) {
            QVERIFY(at.next().captured(1).startsWith(QLatin1String("data:")));
        }
        QCOMPARE(found, 2);
        QVERIFY(html.size() < 10'000'000);
    }

    void verdictComesFirst() {
        const QString html = page(*defective());
        const qsizetype verdict = html.indexOf(QLatin1String("Different functions</span>"));
        QVERIFY(verdict > 0);
        for (const char* later : {"float64 distance</dt>", "<table", "<img", "Repeat it"}) {
            const qsizetype at = html.indexOf(QLatin1String(later));
            QVERIFY2(at > verdict, later);
        }
        QVERIFY(
            html.contains(QLatin1String("B adds the experts of other tokens to every position. "
                                        "First seen in the expert mix of block 0 at "
                                        "<b>blocks.0.mlp_out</b>, position 1.")));
        QVERIFY(html.contains(QLatin1String("10^4 times its floor")));
        QVERIFY(html.contains(QLatin1String("6.871")));
    }

    /// B reads another config.json: the report brings the keys, not the path of a file that only
    /// this machine has.
    void keysOfAnotherConfigAreThere() {
        QTemporaryDir folder;
        const std::string root = folder.path().toStdString();
        test::TinyModel model;
        model.family = "llama";
        model.config = {{"rope_scaling", R"({"factor": 8.0, "rope_type": "linear"})"},
                        {"rope_theta", "500000.0"}};
        test::write_tiny_checkpoint(root + "/a", model);
        model.config = {{"rope_scaling", "null"}, {"rope_theta", "10000.0"}, {"added", R"("<x>")"}};
        test::write_tiny_checkpoint(root + "/b", model);
        auto comparison = *defective();
        comparison.request.model_a = root + "/a";
        comparison.request.config_b = root + "/b/config.json";
        const QString html = page(comparison);
        const qsizetype at = html.indexOf(QLatin1String("config.json: the keys that differ"));
        QVERIFY(at > 0);
        const QString part = html.mid(at, html.indexOf(QLatin1String("</section>"), at) - at);
        for (const char* text : {"rope_scaling.factor", ">8.0<", "rope_theta", "500000.0",
                                 "10000.0", "&lt;x&gt;", "absent", ">null<"}) {
            QVERIFY2(part.contains(QLatin1String(text)), text);
        }
        QVERIFY(!part.contains(QLatin1String("hidden_size")));
        comparison.request.config_b.clear();
        QVERIFY(!page(comparison).contains(QLatin1String("the keys that differ")));
    }

    void everySiteAndOptionIsThere() {
        const auto comparison = defective();
        const QString html = page(*comparison);
        for (const SiteMetrics& site : comparison->sites) {
            QVERIFY(html.contains(
                QStringLiteral(">%1<").arg(QString::fromStdString(to_string(site.site)))));
        }
        QVERIFY(html.contains(QLatin1String("class=\"differ\"")));
        QVERIFY(html.contains(QLatin1String("a&lt;b")));
        QVERIFY(html.contains(QLatin1String("a &lt;CPU&gt; &amp; more")));
        QVERIFY(html.contains(QLatin1String("prefers-color-scheme")));
    }

    void saysWhatItLooksLike() {
        auto comparison = defective();
        QString html = page(*comparison);
        QVERIFY(html.contains(QLatin1String("within &lt;its&gt; noise")));
        QVERIFY(html.contains(QLatin1String("To confirm: Another order of sums")));
        QVERIFY(html.contains(QLatin1String("Along the text, logits: the same at every position")));
        QVERIFY(html.contains(QLatin1String("Error of each component")));
        comparison->symptoms.clear();
        comparison->components.clear();
        html = page(*comparison);
        QVERIFY(html.contains(QLatin1String("No rule fits what was measured.")));
        QVERIFY(!html.contains(QLatin1String("Error of each component")));
    }

    /// Shares, plan and its curve: a picture whose points say their figures, and all of them below.
    void sharesAndCurve() {
        auto comparison = defective();
        QVERIFY(!page(*comparison).contains(QLatin1String("Precision plan")));
        Attribution found;
        found.whole = 0.75;
        found.steps = {{"embed", 0.25, 0.0625, 0.5, false}, {"<step>", 0.5, 0.0625, 0.25, true}};
        found.plan = {"<step>"};
        found.plan_target = 0.3, found.plan_kl = 0.25;
        found.curve = {{0, 0.75, ""}, {1, 0.25, "<step>"}, {2, 0, "embed"}};
        comparison->attribution = found;
        const QString html = page(*comparison);
        QVERIFY(html.contains(QLatin1String("Precision plan")));
        const QString left = formatNumber(found.plan_kl);
        QVERIFY(html.contains(QStringLiteral("1 as in A leave %1 nats (target %2), and none of "
                                             "them can be dropped: &lt;step&gt;")
                                  .arg(left, formatNumber(found.plan_target))));
        QVERIFY(html.contains(
            QStringLiteral("<title>1 steps as in A leave %1 nats</title>").arg(left)));
        QCOMPARE(html.count(QLatin1String("<circle")), 2);  // 0 has no place on a logarithmic axis
        QVERIFY(html.contains(QLatin1String("The curve's 3 points")));
        QVERIFY(html.contains(QLatin1String("aria-label=\"Nats left against steps as in A")));
    }

    /// The tokens are the same, and what people read is not: both readings stand there.
    void theSameTokensTwoTexts() {
        const auto comparison = defective();
        QVERIFY(!page(*comparison).contains(QStringLiteral("as it is read")));
        Generation& g = *comparison->generation;
        g.first_split.reset();
        g.b = g.a;
        g.a.text = "fox<, it ran", g.b.text = "fox <, it ran";
        const QString html = page(*comparison);
        QCOMPARE(html.count(QStringLiteral("as it is read")), 2);
        QVERIFY(html.contains(QStringLiteral("fox&lt;, it ran")));
        QVERIFY(html.contains(QStringLiteral("fox &lt;, it ran")));
        QVERIFY(html.contains(QStringLiteral("part at character 4: “&lt;” in A, “ ” in B")));
    }

    void textIsNeverMarkup() {
        auto comparison = defective();
        const std::string nasty = "</td><script>alert(1)</script>%1%2<img src=\"x\">";
        comparison->tokens[0].piece = nasty;
        comparison->a.model = comparison->b.model = "/m/" + nasty;
        comparison->verdict.rule = comparison->verdict.cause->text = nasty;
        comparison->warnings = comparison->a.notes = comparison->verdict.remarks = {nasty};
        comparison->verdict.not_exercised = {nasty};
        comparison->symptoms = {{nasty, nasty, nasty}};
        comparison->positions->text = nasty;
        comparison->generation->a.steps[2].piece = nasty;
        comparison->provenance["cpu"] = nasty;
        const QString html = QString::fromUtf8(reportHtml(*comparison, {}, nasty));
        QCOMPARE(html.count(QLatin1String("<script")), 1);
        QVERIFY(!html.contains(QLatin1String("<img")));
        QVERIFY(html.contains(QLatin1String("alert(1)")));
    }

    void tagsAreBalanced() {
        QString html = page(*defective());
        const qsizetype body = html.indexOf(QLatin1String("<main>"));
        html = html.mid(body, html.indexOf(QLatin1String("<script>")) - body);
        static const QRegularExpression alone(QStringLiteral("<(img|input|source)([^>]*)>"));
        html.replace(alone, QStringLiteral("<\\1\\2/>"));
        QXmlStreamReader reader(html);
        while (!reader.atEnd()) reader.readNext();
        QVERIFY2(!reader.hasError(),
                 qPrintable(reader.errorString() + html.mid(reader.characterOffset() - 80, 160)));
    }

    void worksForEveryKind_data() {
        QTest::addColumn<int>("kind");
        for (int kind = 0; kind <= static_cast<int>(VerdictKind::failed); ++kind) {
            QTest::newRow(to_string(static_cast<VerdictKind>(kind)).c_str()) << kind;
        }
    }

    void worksForEveryKind() {
        QFETCH(int, kind);
        auto comparison = fakeComparison(fakeRequest());
        comparison->verdict.kind = static_cast<VerdictKind>(kind);
        comparison->cancelled = comparison->verdict.kind == VerdictKind::none;
        comparison->generation.reset();
        comparison->routing.reset();
        QVERIFY(page(*comparison).contains(QLatin1String("class=\"pill")));
    }

    void anEmptyComparisonIsAPage() {
        const QString html = QString::fromUtf8(reportHtml(Comparison(), {}, ""));
        QVERIFY(html.contains(QLatin1String("Not judged")));
        QVERIFY(html.endsWith(QLatin1String("</html>\n")));
    }
};

QTEST_GUILESS_MAIN(TestReport)
#include "tst_report.moc"
