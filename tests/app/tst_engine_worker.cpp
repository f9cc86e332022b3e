// SPDX-License-Identifier: GPL-3.0-or-later
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include "app/engine_thread.h"
#include "tests/app/fake_engine.h"

using namespace driftscope;

namespace {

constexpr int kWait = 20000;

/// Error has no default, so QVariant::value cannot give it.
Error errorOf(const QVariant& value) { return *static_cast<const Error*>(value.constData()); }

/// One engine thread with a spy on each signal.
struct Rig {
    std::shared_ptr<FakeControls> controls = std::make_shared<FakeControls>();
    EngineThread engine{fakeEngine(controls)};
    QSignalSpy started{engine.worker(), &EngineWorker::started};
    QSignalSpy comparisons{engine.worker(), &EngineWorker::comparisonArrived};
    QSignalSpy attentions{engine.worker(), &EngineWorker::attentionArrived};
    QSignalSpy models{engine.worker(), &EngineWorker::modelOpened};
    QSignalSpy tokenized{engine.worker(), &EngineWorker::tokenized};
    QSignalSpy progress{engine.worker(), &EngineWorker::progressed};
    QSignalSpy tokens{engine.worker(), &EngineWorker::tokensArrived};
    QSignalSpy failures{engine.worker(), &EngineWorker::failed};
    QSignalSpy cancellations{engine.worker(), &EngineWorker::cancelled};
    QSignalSpy finished{engine.worker(), &EngineWorker::jobFinished};

    Rig() { engine.start(); }

    bool awaitFinished(int count) {
        return QTest::qWaitFor([&] { return finished.count() >= count; }, kWait);
    }
    ComparisonPtr comparison(int i) const { return comparisons.at(i).at(1).value<ComparisonPtr>(); }
    Error failure(int i) const { return errorOf(failures.at(i).at(1)); }
};

}  // namespace

class TestEngineWorker : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsProvenance() {
        Rig rig;
        QVERIFY(rig.started.wait(kWait));
        const auto provenance = rig.started.at(0).at(0).value<std::map<std::string, std::string>>();
        QCOMPARE(provenance.at("blas"), std::string("OpenBLAS openmp"));
    }

    void comparesWithFirstPicture() {
        Rig rig;
        const quint64 id = rig.engine.submit(tag::compare, fakeRequest());
        QVERIFY(rig.awaitFinished(1));
        QCOMPARE(rig.comparisons.count(), 2);
        QVERIFY(!rig.comparison(0)->complete);
        QVERIFY(rig.comparison(1)->complete);
        QCOMPARE(rig.comparisons.at(1).at(0).value<quint64>(), id);
        QVERIFY(rig.engine.isNewest(tag::compare, id));
        QVERIFY(rig.failures.isEmpty());
    }

    void opensAndTokenizes() {
        Rig rig;
        rig.engine.submit(tag::openA, OpenModel{"/models/tiny"});
        rig.engine.submit(tag::tokenize, TokenizeText{"/models/tiny", "abc"});
        QVERIFY(rig.awaitFinished(2));
        QCOMPARE(rig.models.at(0).at(1).value<std::shared_ptr<const ModelInfo>>()->name,
                 std::string("tiny"));
        QCOMPARE(rig.tokenized.at(0).at(1).value<TokenizeResult>().ids.size(), std::size_t{4});
    }

    void newestWins() {
        Rig rig;
        rig.controls->stepMs = 100;
        rig.controls->steps = 50;
        rig.engine.submit(tag::compare, fakeRequest("float16"));
        QVERIFY(QTest::qWaitFor([&] { return rig.controls->compares.load() == 1; }, kWait));
        for (const char* dtype : {"float64", "float16", "bfloat16", "float64"}) {
            rig.engine.submit(tag::compare, fakeRequest(dtype));
        }
        rig.controls->stepMs = 0;
        const quint64 last = rig.engine.submit(tag::compare, fakeRequest("bfloat16"));
        QVERIFY(QTest::qWaitFor(
            [&] {
                return !rig.finished.isEmpty() &&
                       rig.finished.last().at(0).value<quint64>() == last;
            },
            kWait));
        QCOMPARE(rig.controls->compares.load(), 2);  // those between never ran
        QCOMPARE(rig.controls->most.load(), 1);
        QVERIFY(rig.comparison(rig.comparisons.count() - 1)->complete);
        QCOMPARE(rig.controls->requests().back().options_b.at("dtype"), std::string("bfloat16"));
    }

    void attentionDoesNotCancelACompare() {
        Rig rig;
        rig.engine.submit(tag::compare, fakeRequest());
        QVERIFY(rig.awaitFinished(1));
        const ComparisonPtr first = rig.comparison(1);
        rig.controls->stepMs = 30;
        rig.engine.submit(tag::compare, fakeRequest("float16"));
        rig.engine.submit(tag::attention, ShowAttention{first->id, 0, 0, first->request});
        rig.engine.submit(tag::attention, ShowAttention{first->id, 1, 2, first->request});
        QVERIFY(rig.awaitFinished(3));
        QCOMPARE(rig.attentions.count(), 1);  // the newer one replaced the other
        const auto pair = rig.attentions.at(0).at(1).value<AttentionPtr>();
        QCOMPARE(pair->layer, 1);
        QCOMPARE(pair->comparison, first->id);
        QVERIFY(rig.comparison(rig.comparisons.count() - 1)->complete);
    }

    void repeatsADroppedComparisonForAttention() {
        Rig rig;
        rig.controls->kept = 1;
        rig.engine.submit(tag::compare, fakeRequest("bfloat16"));
        QVERIFY(rig.awaitFinished(1));
        const ComparisonPtr old = rig.comparison(1);
        rig.engine.submit(tag::compare, fakeRequest("float16"));
        QVERIFY(rig.awaitFinished(2));
        const int arrived = static_cast<int>(rig.comparisons.count());
        rig.engine.submit(tag::attention, ShowAttention{old->id, 2, 3, old->request});
        QVERIFY(rig.awaitFinished(3));
        QCOMPARE(rig.attentions.count(), 1);
        QCOMPARE(rig.attentions.at(0).at(1).value<AttentionPtr>()->comparison, old->id);
        QCOMPARE(rig.comparisons.count(), arrived);  // silently
        QCOMPARE(rig.controls->compares.load(), 3);
        QVERIFY(!rig.controls->requests().back().judge);
        rig.engine.submit(tag::attention, ShowAttention{old->id, 0, 1, old->request});
        QVERIFY(rig.awaitFinished(4));
        QCOMPARE(rig.attentions.count(), 2);
        QCOMPARE(rig.controls->compares.load(), 3);  // the repeat is known now
    }

    void cancelKeepsWhatThereIs() {
        Rig rig;
        rig.controls->stepMs = 200;
        rig.controls->steps = 100;
        rig.engine.submit(tag::compare, fakeRequest());
        QVERIFY(QTest::qWaitFor([&] { return !rig.progress.isEmpty(); }, kWait));
        rig.engine.cancel(tag::compare);
        QVERIFY(rig.awaitFinished(1));
        QVERIFY(rig.comparison(rig.comparisons.count() - 1)->cancelled);
        rig.controls->partialResult = false;
        rig.engine.submit(tag::compare, fakeRequest());
        QVERIFY(QTest::qWaitFor([&] { return rig.controls->compares.load() == 2; }, kWait));
        rig.engine.cancel(tag::compare);
        QVERIFY(rig.awaitFinished(2));
        QCOMPARE(rig.cancellations.count(), 1);
        QVERIFY(rig.failures.isEmpty());
    }

    void failureLeavesAUsableWorker() {
        Rig rig;
        {
            const std::lock_guard lock(rig.controls->mutex);
            rig.controls->failure = "the header lies";
        }
        const quint64 id = rig.engine.submit(tag::compare, fakeRequest());
        QVERIFY(rig.awaitFinished(1));
        QCOMPARE(rig.failures.count(), 1);
        QCOMPARE(rig.failures.at(0).at(0).value<quint64>(), id);
        QCOMPARE(rig.failure(0).message(), std::string("the header lies"));
        {
            const std::lock_guard lock(rig.controls->mutex);
            rig.controls->failure.clear();
        }
        rig.engine.submit(tag::compare, fakeRequest());
        QVERIFY(rig.awaitFinished(2));
        QVERIFY(rig.comparison(1)->complete);
    }

    void anEngineThatCannotBeMade() {
        const auto none = []() -> std::unique_ptr<Engine> {
            throw std::runtime_error("no library");
        };
        EngineThread engine{none};
        QSignalSpy failures(engine.worker(), &EngineWorker::failed);
        engine.start();
        QVERIFY(QTest::qWaitFor([&] { return !failures.isEmpty(); }, kWait));
        engine.submit(tag::compare, fakeRequest());
        QVERIFY(QTest::qWaitFor([&] { return failures.count() == 2; }, kWait));
        QCOMPARE(errorOf(failures.at(1).at(1)).code(), ErrorCode::internal);
    }

    void progressAndTokensAreThrottled() {
        Rig rig;
        rig.controls->steps = 400;
        rig.controls->stepMs = 1;
        QElapsedTimer time;
        time.start();
        rig.engine.submit(tag::compare, fakeRequest());
        QVERIFY(rig.awaitFinished(1));
        const qint64 ms = time.elapsed();
        QVERIFY2(rig.progress.count() <= 2 + ms / 50, qPrintable(QString::number(ms)));
        QVERIFY(rig.tokens.count() <= 3 + ms / 30);
        std::size_t tokens = 0;
        for (const auto& call : rig.tokens)
            tokens += call.at(1).value<std::vector<LiveToken>>().size();
        QCOMPARE(tokens, std::size_t{400});  // none is lost
    }

    void shutsDownDuringWork() {
        auto rig = std::make_unique<Rig>();
        rig->controls->stepMs = 1000;
        rig->controls->steps = 1000;
        rig->engine.submit(tag::compare, fakeRequest());
        QVERIFY(QTest::qWaitFor([&] { return rig->controls->compares.load() == 1; }, kWait));
        QElapsedTimer time;
        time.start();
        QVERIFY(rig->engine.shutDown(5000));
        QVERIFY2(time.elapsed() < 1000, qPrintable(QString::number(time.elapsed())));
        QCOMPARE(rig->engine.submit(tag::compare, fakeRequest()), quint64{0});
        rig.reset();
    }

    void shutDownSaysWhenItTakesTooLong() {
        Rig rig;
        rig.controls->deafMs = 600;
        rig.engine.submit(tag::compare, fakeRequest());
        QVERIFY(QTest::qWaitFor([&] { return rig.controls->compares.load() == 1; }, kWait));
        QVERIFY(!rig.engine.shutDown(50));
    }

    void endsWithoutAStart() {
        EngineThread engine{fakeEngine(std::make_shared<FakeControls>())};
        engine.submit(tag::compare, fakeRequest());
    }
};

QTEST_GUILESS_MAIN(TestEngineWorker)
#include "tst_engine_worker.moc"
