// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "ui/text/run_names.h"
#include "ui/text/run_text.h"

using namespace driftscope;

namespace {

CompareRequest asked() {
    CompareRequest request;
    request.model_a = "/models/tiny-mixtral";
    request.prompt = "Once upon a time there was a fox.";
    request.max_new_tokens = 8;
    request.options_b = {{"dtype", "bfloat16"}};
    return request;
}

QStringList named(const std::vector<CompareRequest>& requests) {
    QStringList titles;
    for (const CompareRequest& request : requests)
        titles << modelsText(request) + QStringLiteral(" · ") + differenceText(request);
    return distinctTitles(titles, requests);
}

}  // namespace

class TestRunNames : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatIsUniqueStays() {
        CompareRequest other = asked();
        other.options_b = {{"dtype", "float16"}};
        const QStringList names = named({asked(), other});
        QVERIFY2(names[0].startsWith(QStringLiteral("tiny-mixtral · ")), qPrintable(names[0]));
        QVERIFY2(names[1].startsWith(QStringLiteral("tiny-mixtral · ")), qPrintable(names[1]));
        QVERIFY(names[0] != names[1]);
        QCOMPARE(named({}), QStringList());
    }

    /// Whatever a request can differ by, two that differ by it have two names, and the name begins
    /// with it.
    void everyDifferenceIsSeen_data() {
        QTest::addColumn<CompareRequest>("changed");
        QTest::addColumn<QString>("begins");
        const auto row = [](const char* what, const char* begins, auto change) {
            CompareRequest request = asked();
            change(request);
            QTest::newRow(what) << request << QString::fromUtf8(begins);
        };
        row("taken apart", "taken apart · tiny", [](auto& r) { r.attribute = true; });
        row("length", "60 new tokens · tiny", [](auto& r) { r.max_new_tokens = 60; });
        row("no text", "no new tokens · tiny", [](auto& r) { r.max_new_tokens = 0; });
        row("prompt", "“… cat.” · tiny",
            [](auto& r) { r.prompt = "Once upon a time there was a cat."; });
        row("shorter prompt", "“Once upon a time” · tiny",
            [](auto& r) { r.prompt = "Once upon a time"; });
        row("ids", "“7 8 9” · tiny", [](auto& r) { r.tokens = {7, 8, 9}; });
        row("threads of both", "threads 2 · tiny", [](auto& r) {
            r.options_a["threads"] = "2";
            r.options_b["threads"] = "2";
        });
        row("not judged", "not judged · tiny", [](auto& r) { r.judge = false; });
        row("another folder of that name", "older · tiny",
            [](auto& r) { r.model_a = "/older/tiny-mixtral"; });
    }
    void everyDifferenceIsSeen() {
        QFETCH(CompareRequest, changed);
        QFETCH(QString, begins);
        const QStringList names = named({asked(), changed});
        QVERIFY2(names[0] != names[1], qPrintable(names[0]));
        QVERIFY2(names[1].startsWith(begins, Qt::CaseInsensitive), qPrintable(names[1]));
        // One difference, and no more than it.
        QCOMPARE(names[1].count(QStringLiteral(" · ")), 2);
    }

    void ofManyNoTwoAreAlike() {
        std::vector<CompareRequest> all(5, asked());
        all[1].attribute = true;
        all[2].max_new_tokens = 60;
        all[3].max_new_tokens = 60;
        all[3].attribute = true;
        QStringList names = named(all);  // 0 and 4 ask the same: their files differed
        QVERIFY2(names[3].startsWith(QStringLiteral("taken apart · 60 new tokens · ")),
                 qPrintable(names[3]));
        QCOMPARE(names.removeDuplicates(), 0);
    }
};

QTEST_APPLESS_MAIN(TestRunNames)
#include "tst_run_names.moc"
