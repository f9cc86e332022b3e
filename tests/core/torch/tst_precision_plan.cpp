// SPDX-License-Identifier: GPL-3.0-or-later
// The precision plan of every bfloat16 pair of the bundled models, pasted as options and run: it
// must hold what it promised.
#include <QTest>
#include <filesystem>
#include <numeric>

#include "core/engine.h"
#include "core/options/option.h"
#include "core/options/steps.h"

using namespace driftscope;

class TestPrecisionPlan : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { engine_ = make_engine(); }

    void pasted_plans_hold_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("a");
        const std::filesystem::path models = DRIFTSCOPE_SOURCE_DIR "/resources/models";
        for (const auto& entry : std::filesystem::directory_iterator(models)) {
            if (!std::filesystem::exists(entry.path() / "config.json")) continue;
            const QString name = QString::fromStdString(entry.path().filename().string());
            for (const char* a : {"float32", "float16"})
                QTest::addRow("%s %s", qPrintable(name), a)
                    << QString::fromStdString(entry.path().string()) << a;
        }
    }
    void pasted_plans_hold() {
        QFETCH(QString, model);
        QFETCH(QString, a);
        CompareRequest request;
        request.model_a = model.toStdString();
        request.prompt = "Once upon a time there was a little fox.";
        request.options_a = parse_options("dtype=" + a.toStdString());
        request.options_b = parse_options("dtype=bfloat16");
        request.attribute = true;
        const ComparisonPtr before = engine_->compare(request, {}, {});
        const Attribution& found = *before->attribution;
        QVERIFY(!found.plan.empty());
        QVERIFY(found.plan_kl <= found.plan_target);
        QVERIFY(std::abs(found.plan_target - found.whole / 10) < 1e-12);

        const std::string pasted = plan_options(*before);
        request.options_b = parse_options(pasted);
        request.attribute = false;
        const ComparisonPtr after = engine_->compare(request, {}, {});
        QVERIFY2(std::abs(kl(*after) - found.plan_kl) < 1e-12, pasted.c_str());
        QVERIFY(kl(*after) <= found.plan_target);
        QVERIFY(after->observer.identical);
        QCOMPARE(to_string(after->verdict.kind), std::string("rounding"));
        QVERIFY2(!after->verdict.excess, pasted.c_str());
        if (after->routing) QCOMPARE(after->routing->unexplained, 0);

        // Every point of the curve is such a run, made here from options alone.
        QCOMPARE(found.curve.size(), found.steps.size() + 1);
        std::string raised;
        request.judge = false;
        for (const PlanPoint& point : found.curve) {
            if (!point.id.empty()) raised += (raised.empty() ? "" : "+") + point.id;
            request.options_b["raised"] = raised.empty() ? "none" : raised;
            request.options_b["raised.dtype"] = a.toStdString();
            const double left = kl(*engine_->compare(request, {}, {}));
            QVERIFY2(std::abs(left - point.kl) < 1e-12, raised.c_str());
        }
        QVERIFY(std::abs(found.curve.front().kl - found.whole) < 1e-12);
        QCOMPARE(found.curve.back().kl, 0.0);
        QCOMPARE(found.curve.at(found.plan.size()).kl, found.plan_kl);

        // No step can be left out: without any one of them the target is missed.
        for (const std::string& left_out : found.plan) {
            std::string steps;
            for (const std::string& step : found.plan)
                if (step != left_out) steps += (steps.empty() ? "" : "+") + step;
            request.options_b["raised"] = steps.empty() ? "none" : steps;
            request.judge = false;
            QVERIFY2(kl(*engine_->compare(request, {}, {})) > found.plan_target, left_out.c_str());
        }
    }

    /// What is no matter of types has no options to paste.
    void other_pairs_have_none() {
        Comparison c;
        c.attribution = Attribution{};
        c.attribution->plan = {"embed", "blocks.0.mlp"};
        c.a.dtype = "float32";
        c.differing = {"dtype"};
        c.request.options_b = {{"dtype", "bfloat16"}, {"kv_cache", "off"}};
        QCOMPARE(plan_options(c),
                 std::string("dtype=bfloat16,raised=embed+blocks.0.mlp,kv_cache=off,"
                             "raised.dtype=float32"));
        c.differing = {"dtype", "seed"};  // no matter of the compared positions
        QVERIFY(!plan_options(c).empty());
        c.differing = {"dtype", "rope.base"};
        QCOMPARE(plan_options(c), std::string());
        c.differing = {"model", "dtype"};
        QCOMPARE(plan_options(c), std::string());
        c.differing = {"dtype"};
        c.attribution->plan.clear();
        QCOMPARE(plan_options(c), std::string());
    }

private:
    /// Mean over the compared positions, nats.
    static double kl(const Comparison& c) {
        const auto& by_pos = c.logits.kl_ab;
        return std::accumulate(by_pos.begin(), by_pos.end(), 0.0) /
               static_cast<double>(by_pos.size());
    }

    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(TestPrecisionPlan)
#include "tst_precision_plan.moc"
