// SPDX-License-Identifier: GPL-3.0-or-later
// What the judge says comes in the order of what it costs, and does not depend on how many runs
// advance side by side.
#include <torch/torch.h>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <cmath>
#include <stdexcept>

#include "core/engine.h"
#include "core/model/family.h"
#include "core/run/side_by_side.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

class JudgePasses : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        engine_ = make_engine();
        test::TinyModel model;
        model.type = StoredType::BF16;
        test::write_tiny_families(dir_.path().toStdString(), model);
        model.seed = 2;
        test::write_tiny_families(dir_.filePath("other").toStdString(), model);
    }

    void side_by_side_does_each_once() {
        c10::InferenceMode inference;
        std::vector<std::atomic<int>> times(100);
        std::atomic<int> outside{0};
        side_by_side(times.size(), [&](size_t i) {
            ++times[i];
            if (!c10::InferenceMode::is_enabled()) ++outside;
        });
        for (const auto& time : times) QCOMPARE(time.load(), 1);
        QCOMPARE(outside.load(), 0);
        side_by_side(0, [](size_t) { QFAIL("there is nothing to do"); });
    }

    /// Whichever thread met its end first, what is heard of does not change from run to run.
    void side_by_side_tells_of_the_first_exception() {
        for (int repeat = 0; repeat < 20; ++repeat) {
            std::atomic<int> done{0};
            std::string heard;
            try {
                side_by_side(20, [&](size_t i) {
                    if (i % 7 == 3) throw std::runtime_error(std::to_string(i));
                    ++done;
                });
            } catch (const std::runtime_error& error) {
                heard = error.what();
            }
            QCOMPARE(heard, std::string("3"));
            QCOMPARE(done.load(), 17);
        }
    }

    void families_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<bool>("types");
        for (const FamilySpec& family : all_families())
            for (const bool types : {true, false})
                QTest::addRow("%s %s", family.id.c_str(), types ? "types" : "function")
                    << QString::fromStdString(family.id) << types;
    }

    /// One thread for each run lets them advance side by side, two for one run let them not: the
    /// noise is drawn by run, so all that is measured is the same but for the last digits.
    void lanes_do_not_disturb_each_other_data() { families_data(); }
    void lanes_do_not_disturb_each_other() {
        const ComparisonPtr one = compare("1"), two = compare("2");
        QCOMPARE(to_string(one->verdict.kind), to_string(two->verdict.kind));
        QCOMPARE(one->verdict.site, two->verdict.site);
        QVERIFY(near(one->verdict.floor64, two->verdict.floor64));
        QVERIFY(near(one->verdict.band, two->verdict.band));
        QCOMPARE(one->sites.size(), two->sites.size());
        for (size_t i = 0; i < one->sites.size(); ++i) {
            const SiteMetrics &x = one->sites[i], &y = two->sites[i];
            const std::string name = to_string(x.site);
            QVERIFY2(x.site == y.site, name.c_str());
            QCOMPARE(x.band_by_pos.size(), y.band_by_pos.size());
            for (size_t p = 0; p < x.band_by_pos.size(); ++p)
                QVERIFY2(near(x.band_by_pos[p], y.band_by_pos[p]), name.c_str());
        }
    }

    /// A picture, then the verdict with its first site, then the band: each final as far as it
    /// goes.
    void the_verdict_does_not_wait_for_the_band_data() { families_data(); }
    void the_verdict_does_not_wait_for_the_band() {
        std::vector<ComparisonPtr> told;
        Callbacks calls;
        calls.partial = [&](const ComparisonPtr& now) { told.push_back(now); };
        const ComparisonPtr end = compare("auto", calls);
        QCOMPARE(told.size(), size_t{2});
        const Verdict &first = told[0]->verdict, &second = told[1]->verdict;
        QCOMPARE(first.kind, VerdictKind::none);
        QVERIFY(!told[0]->sites.empty() && !told[0]->heads.empty());
        QVERIFY(second.kind != VerdictKind::none);
        QCOMPARE(second.kind, end->verdict.kind);
        QCOMPARE(second.site, end->verdict.site);
        QCOMPARE(second.delta64, end->verdict.delta64);
        QCOMPARE(second.floor64, end->verdict.floor64);
        QVERIFY(!told[1]->complete && end->complete);
        QVERIFY(second.band == 0 && !second.excess && end->verdict.band > 0);
        for (const SiteMetrics& m : told[1]->sites) QVERIFY(m.band_by_pos.empty());
        for (const SiteMetrics& m : end->sites)
            QCOMPARE(m.band_by_pos.size(), m.delta64_by_pos.size());
    }

    /// Stopped when the verdict was told: it stays, without a band.
    void a_stop_keeps_the_verdict_data() { families_data(); }
    void a_stop_keeps_the_verdict() {
        std::stop_source stop;
        Callbacks calls;
        VerdictKind told = VerdictKind::none;
        calls.partial = [&](const ComparisonPtr& now) {
            told = now->verdict.kind;
            if (told != VerdictKind::none) stop.request_stop();
        };
        const ComparisonPtr end = compare("auto", calls, stop.get_token());
        QVERIFY(told != VerdictKind::none);
        QCOMPARE(end->verdict.kind, told);
        QVERIFY(end->cancelled && !end->complete);
        QCOMPARE(end->verdict.band, 0.0);
    }

private:
    static bool near(double x, double y) {
        return x == y || std::abs(x - y) <= 1e-6 * std::max(std::abs(x), std::abs(y));
    }

    /// Of the row's family: two types, or two functions.
    ComparisonPtr compare(const std::string& threads, const Callbacks& calls = {},
                          std::stop_token stop = {}) const {
        QFETCH(QString, family);
        QFETCH(bool, types);
        CompareRequest r;
        r.model_a = QDir(dir_.path()).filePath(family).toStdString();
        for (int i = 0; i < 12; ++i) r.tokens.push_back((i * 37 + 11) % 90);
        r.options_a = r.options_b = {{"dtype", "bfloat16"}};
        if (threads != "auto") r.options_a["threads"] = r.options_b["threads"] = threads;
        if (types)
            r.options_b["dtype"] = "float32";
        else
            r.model_b = QDir(dir_.filePath("other")).filePath(family).toStdString();
        return engine_->compare(r, calls, stop);
    }

    QTemporaryDir dir_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(JudgePasses)
#include "tst_judge_passes.moc"
