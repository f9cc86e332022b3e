// SPDX-License-Identifier: GPL-3.0-or-later
// The report on paper, read back from the file.
#include <QImage>
#include <QPainter>
#include <QTemporaryDir>
#include <QTest>

#include "app/report/report_pdf.h"
#include "tests/app/fake_engine.h"
#include "tests/app/pdf_text.h"
#include "tests/support/tiny_checkpoint.h"
#include "ui/window/verdict_text.h"

using namespace driftscope;

namespace {

/// Letters without blanks, as PdfText gives them.
QString letters(const QString& text) {
    return text.normalized(QString::NormalizationForm_KC)
        .remove(QRegularExpression(QStringLiteral("\\s")));
}

Figure lines(int count) {
    return {QStringLiteral("Strokes"),
            QStringLiteral("some lines"),
            QSize(600, 300),
            [count](QPainter& painter) {
                painter.setPen(QPen(Qt::blue, 2));
                for (int i = 0; i < count; ++i) painter.drawLine(0, i * 3, 600, i * 3 + 1);
                painter.drawText(20, 280, QStringLiteral("axis"));
            },
            {}};
}

}  // namespace

class TestReportPdf : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// On paper as well: the keys in which B's config.json differs.
    void keysOfAnotherConfigAreThere() {
        QTemporaryDir folder;
        const std::string root = folder.path().toStdString();
        test::TinyModel model;
        model.family = "llama";
        model.config = {{"rope_theta", "500000.0"}};
        test::write_tiny_checkpoint(root + "/a", model);
        model.config = {{"rope_theta", "12345.0"}};
        test::write_tiny_checkpoint(root + "/b", model);
        auto comparison = *fakeComparison(fakeRequest());
        comparison.request.model_a = root + "/a";
        comparison.request.config_b = root + "/b/config.json";
        const PdfText text(reportPdf(comparison, {}, "driftscope"));
        for (const char* part : {"rope_theta", "500000.0", "12345.0"})
            QVERIFY2(text.all().contains(letters(QLatin1String(part))), qPrintable(text.all()));
    }

    void verdictComesFirstThenPicturesThenTables() {
        CompareRequest request = fakeRequest();
        request.options_b["defects"] = "D-MOE-SCATTER";
        const auto comparison = fakeComparison(request);
        const std::string command = "driftscope compare --model /models/tiny --prompt 'a<b'";
        const QByteArray without = reportPdf(*comparison, {}, command);
        QVERIFY(without.startsWith("%PDF-1."));
        const PdfText plain(without),
            pictured(reportPdf(*comparison, {lines(2), lines(2)}, command));
        QVERIFY(plain.pages() >= 2);
        QCOMPARE(pictured.pages(), plain.pages() + 2);
        const VerdictLook look = verdictLook(comparison->verdict.kind);
        QVERIFY2(pictured.page(0).contains(letters(look.word)), qPrintable(pictured.page(0)));
        QVERIFY(pictured.page(0).contains(QStringLiteral("D-MOE-SCATTER")));
        QVERIFY(!pictured.page(0).contains(QStringLiteral("Strokes")));
        const qsizetype picture = pictured.all().indexOf(QStringLiteral("Strokes"));
        const qsizetype table = pictured.all().indexOf(letters(QStringLiteral("Every site")));
        const qsizetype repeat = pictured.all().indexOf(letters(QStringLiteral("Repeat it")));
        QVERIFY(picture > 0 && picture < table && table < repeat);
        QVERIFY(pictured.all().contains(QStringLiteral("axis")));
        QVERIFY(pictured.all().contains(letters(QString::fromStdString(command))));
        for (const SiteMetrics& site : comparison->sites) {
            const QString name = QString::fromStdString(to_string(site.site));
            QVERIFY2(pictured.all().contains(name), qPrintable(name));
        }
        // Nothing that only a page in a browser can do.
        QVERIFY(!pictured.all().contains(letters(QStringLiteral("Copy the command"))));
        for (int i = 0; i < pictured.pages(); ++i)
            QVERIFY(pictured.page(i).contains(QString::number(i + 1)));
    }

    void fontsAreInsideAndLinesAreLines() {
        const auto comparison = fakeComparison(fakeRequest());
        const PdfText few(reportPdf(*comparison, {lines(1)}, "x")),
            many(reportPdf(*comparison, {lines(41)}, "x"));
        QVERIFY(few.embeddedFonts() >= 1);
        QCOMPARE(many.paths(), few.paths() + 40);
    }

    void anEmptyComparisonIsAPage() {
        const PdfText pdf(reportPdf(Comparison(), {}, ""));
        QVERIFY(pdf.pages() >= 1);
        QVERIFY2(pdf.page(0).contains(letters(verdictLook(VerdictKind::none).word)),
                 qPrintable(pdf.page(0)));
    }

    void hostileTextStaysText() {
        auto comparison = fakeComparison(fakeRequest());
        comparison->verdict.rule = "</p><h1>no</h1><img src=\"file:///etc/passwd\">";
        const PdfText pdf(reportPdf(*comparison, {}, "x"));
        QVERIFY2(pdf.page(0).contains(QStringLiteral("<h1>no</h1>")), qPrintable(pdf.page(0)));
    }
};

QTEST_MAIN(TestReportPdf)
#include "tst_report_pdf.moc"
