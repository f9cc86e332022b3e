// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <atomic>
#include <thread>

#include "app/request_queue.h"

using namespace driftscope;

namespace {
Work open(const std::string& folder) { return OpenModel{folder}; }
std::string folderOf(const Job& job) { return std::get<OpenModel>(job.work).folder; }
}  // namespace

class TestRequestQueue : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void servesInOrder() {
        RequestQueue queue;
        const uint64_t first = queue.push("one", open("1"));
        const uint64_t second = queue.push("two", open("2"));
        QVERIFY(first != 0 && second > first);
        QVERIFY(queue.busy());
        const auto a = queue.take(), b = queue.take();
        QCOMPARE(a->id, first);
        QCOMPARE(folderOf(*b), std::string("2"));
        QVERIFY(!queue.take());
    }

    void newestReplacesWaiting() {
        RequestQueue queue;
        queue.push("x", open("old"));
        queue.push("y", open("other"));
        const uint64_t newest = queue.push("x", open("new"));
        QCOMPARE(queue.newest("x"), newest);
        QCOMPARE(queue.newest("never"), uint64_t{0});
        QCOMPARE(folderOf(*queue.take()), std::string("other"));
        QCOMPARE(folderOf(*queue.take()), std::string("new"));
        QVERIFY(!queue.take());
    }

    void newestStopsRunning() {
        RequestQueue queue;
        queue.push("x", open("old"));
        const auto job = queue.take();
        QVERIFY(!job->stop.stop_requested());
        queue.push("y", open("other"));
        QVERIFY(!job->stop.stop_requested());  // another tag leaves it alone
        queue.push("x", open("new"));
        QVERIFY(job->stop.stop_requested());
    }

    void finishedIsNotStopped() {
        RequestQueue queue;
        queue.push("x", open("old"));
        const auto job = queue.take();
        queue.finish(job->id);
        QVERIFY(!queue.busy());
        queue.push("x", open("new"));
        QVERIFY(!job->stop.stop_requested());
        queue.finish(12345);  // unknown: no effect
        QVERIFY(queue.busy());
    }

    void cancelHitsItsTagOnly() {
        RequestQueue queue;
        queue.push("x", open("running"));
        const auto job = queue.take();
        const uint64_t waiting = queue.push("x", open("waiting"));
        queue.push("y", open("stays"));
        QCOMPARE(queue.cancel("x"), waiting);
        QVERIFY(job->stop.stop_requested());
        queue.finish(job->id);
        QCOMPARE(folderOf(*queue.take()), std::string("stays"));
        QVERIFY(!queue.take());
        QCOMPARE(queue.cancel("nothing there"), uint64_t{0});
    }

    void urgentGoesFirst() {
        RequestQueue queue({"quick"});
        queue.push("slow", open("1"));
        queue.push("quick", open("2"));
        QCOMPARE(folderOf(*queue.take()), std::string("2"));
        QCOMPARE(folderOf(*queue.take()), std::string("1"));
    }

    void closeStopsAndRefuses() {
        RequestQueue queue;
        queue.push("x", open("running"));
        const auto job = queue.take();
        queue.push("y", open("waiting"));
        queue.close();
        QVERIFY(job->stop.stop_requested());
        QVERIFY(!queue.take());
        QCOMPARE(queue.push("x", open("late")), uint64_t{0});
    }

    void manyThreads() {
        RequestQueue queue({"a"});
        std::atomic<int> pushed{0}, done{0};
        std::atomic<bool> stop{false};
        std::thread worker([&] {
            while (!stop || queue.busy()) {
                if (const auto job = queue.take()) {
                    if (!job->stop.stop_requested()) ++done;
                    queue.finish(job->id);
                }
            }
        });
        std::vector<std::thread> askers;
        for (const char* tag : {"a", "b", "c", "d"}) {
            askers.emplace_back([&, tag] {
                for (int i = 0; i < 500; ++i) {
                    if (queue.push(tag, open(std::to_string(i))) != 0) ++pushed;
                    if (i % 50 == 0) queue.cancel(tag);
                    queue.newest(tag);
                }
            });
        }
        for (std::thread& asker : askers) asker.join();
        stop = true;
        worker.join();
        QCOMPARE(pushed.load(), 2000);
        QVERIFY(done > 0 && done <= 2000);
        QVERIFY(!queue.busy());
    }
};

QTEST_GUILESS_MAIN(TestRequestQueue)
#include "tst_request_queue.moc"
