// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "app/kept_results.h"
#include "app/result_key.h"

using namespace driftscope;

namespace {
ComparisonPtr numbered(uint64_t id, bool complete = true, bool cancelled = false) {
    auto made = std::make_shared<Comparison>();
    made->id = id;
    made->complete = complete;
    made->cancelled = cancelled;
    return made;
}
}  // namespace

class TestKeptResults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsFinishedOnly() {
        KeptResults kept;
        kept.keep("partial", numbered(1, false));
        kept.keep("cancelled", numbered(2, true, true));
        kept.keep("nothing", nullptr);
        QCOMPARE(kept.size(), std::size_t{0});
        kept.keep("good", numbered(3));
        QCOMPARE(kept.find("good")->id, uint64_t{3});
        QCOMPARE(kept.byId(3)->id, uint64_t{3});
        QVERIFY(!kept.byId(4));
        QVERIFY(!kept.find("other"));
    }

    void dropsTheLeastRecentlySeen() {
        KeptResults kept(2);
        kept.keep("1", numbered(1));
        kept.keep("2", numbered(2));
        QVERIFY(kept.find("1"));  // now 2 is the older
        kept.keep("3", numbered(3));
        QVERIFY(kept.find("1"));
        QVERIFY(!kept.find("2"));
        QVERIFY(kept.find("3"));
        kept.keep("3", numbered(4));
        QCOMPARE(kept.size(), std::size_t{2});
        QCOMPARE(kept.find("3")->id, uint64_t{4});
        kept.clear();
        QVERIFY(!kept.find("3"));
    }

    void keySeesMeaningNotSpelling() {
        CompareRequest sparse, full;
        sparse.model_a = full.model_a = "/nowhere";
        full.options_a = {{"dtype", "as-stored"}, {"kv_cache", "on"}};
        QCOMPARE(resultKey(sparse), resultKey(full));
        full.options_b = {{"dtype", "bfloat16"}};
        QVERIFY(resultKey(sparse) != resultKey(full));
        CompareRequest longer = sparse;
        longer.max_new_tokens = 3;
        QVERIFY(resultKey(sparse) != resultKey(longer));
    }

    void keySeesReplacedFiles() {
        const QTemporaryDir folder;
        CompareRequest request;
        request.model_a = folder.path().toStdString();
        const std::string before = resultKey(request);
        std::ofstream(request.model_a + "/config.json") << "{}";
        const std::string between = resultKey(request);
        QVERIFY(before != between);
        std::ofstream(request.model_a + "/config.json") << "{ }";
        QVERIFY(between != resultKey(request));
    }
};

QTEST_GUILESS_MAIN(TestKeptResults)
#include "tst_kept_results.moc"
