// SPDX-License-Identifier: GPL-3.0-or-later
// Queue, worker and engine under several threads with no Qt event between them: the thread
// sanitizer cannot see into Qt, so it can judge every access here, and only here.
#include <QTest>
#include <atomic>
#include <mutex>
#include <thread>

#include "app/engine_worker.h"
#include "tests/app/fake_engine.h"

using namespace driftscope;

namespace {

/// A worker in a thread of its own that takes jobs until it is told to end.
class Worker {
public:
    explicit Worker(const std::shared_ptr<FakeControls>& controls)
        : queue(std::make_shared<RequestQueue>(
              std::vector<std::string>{tag::attention, tag::tokenize})),
          m_thread([this, controls] { loop(controls); }) {}
    ~Worker() {
        m_end = true;
        m_thread.join();
    }

    /// The newest picture, as the window would hold it.
    ComparisonPtr newest() const {
        const std::lock_guard lock(m_mutex);
        return m_newest;
    }

    const std::shared_ptr<RequestQueue> queue;
    std::atomic<int> started{0}, finished{0}, failed{0};
    std::atomic<quint64> complete{0};  ///< the last request whose comparison came whole

private:
    void loop(const std::shared_ptr<FakeControls>& controls) {
        EngineWorker worker(fakeEngine(controls), queue);
        const auto direct = Qt::DirectConnection;
        QObject::connect(
            &worker, &EngineWorker::jobStarted, &worker, [this] { ++started; }, direct);
        QObject::connect(
            &worker, &EngineWorker::jobFinished, &worker, [this] { ++finished; }, direct);
        QObject::connect(&worker, &EngineWorker::failed, &worker, [this] { ++failed; }, direct);
        QObject::connect(
            &worker, &EngineWorker::comparisonArrived, &worker,
            [this](quint64 id, const ComparisonPtr& comparison) {
                const std::lock_guard lock(m_mutex);
                m_newest = comparison;
                if (comparison->complete && !comparison->cancelled) complete = id;
            },
            direct);
        while (!m_end || queue->busy()) worker.work();
    }

    mutable std::mutex m_mutex;
    ComparisonPtr m_newest;
    std::atomic<bool> m_end{false};
    std::thread m_thread;  ///< last: it uses all of the above
};

}  // namespace

class TestEngineRace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void askersAndCancellers() {
        const auto controls = std::make_shared<FakeControls>();
        controls->steps = 2;
        Worker worker(controls);
        // Something is there to be read before anybody asks.
        const quint64 first = worker.queue->push(tag::compare, fakeRequest());
        QTRY_COMPARE_WITH_TIMEOUT(worker.complete.load(), first, 60000);
        std::atomic<std::size_t> seen{0};
        const auto ask = [&](int seed) {
            for (int i = 0; i < 100; ++i) {
                const CompareRequest request = fakeRequest(i % 2 ? "float16" : "bfloat16");
                worker.queue->push(tag::compare, request);
                if ((i + seed) % 3 == 0) worker.queue->push(tag::tokenize, TokenizeText{"m", "x"});
                if ((i + seed) % 5 == 0) worker.queue->cancel(tag::compare);
                if (const auto shown = worker.newest()) {
                    seen += shown->sites.size();
                    worker.queue->push(tag::attention, ShowAttention{shown->id, 0, 0, request});
                }
                std::this_thread::yield();
            }
        };
        std::vector<std::thread> askers;
        for (int seed = 0; seed < 3; ++seed) askers.emplace_back(ask, seed);
        for (std::thread& asker : askers) asker.join();
        const quint64 last = worker.queue->push(tag::compare, fakeRequest());
        QTRY_COMPARE_WITH_TIMEOUT(worker.complete.load(), last, 60000);
        QTRY_VERIFY_WITH_TIMEOUT(!worker.queue->busy(), 60000);
        QTRY_COMPARE(worker.finished.load(), worker.started.load());
        QCOMPARE(controls->most.load(), 1);  // one job at a time
        QVERIFY(seen > 0);
        QVERIFY(worker.started > 1);
    }

    void closedWhileWorking() {
        const auto controls = std::make_shared<FakeControls>();
        controls->stepMs = 5;
        controls->steps = 10000;  // longer than the test may take
        Worker worker(controls);
        worker.queue->push(tag::compare, fakeRequest());
        QTRY_COMPARE(worker.started.load(), 1);
        std::thread closer([&] { worker.queue->close(); });
        closer.join();
        QTRY_COMPARE_WITH_TIMEOUT(worker.finished.load(), 1, 20000);
        QCOMPARE(worker.queue->push(tag::compare, fakeRequest()), quint64{0});
        QCOMPARE(worker.failed.load(), 0);
    }
};

QTEST_GUILESS_MAIN(TestEngineRace)
#include "tst_engine_race.moc"
