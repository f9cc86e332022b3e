// SPDX-License-Identifier: GPL-3.0-or-later
// Values of a kept comparison, made again: the ones that were compared, to the last bit.
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/engine.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

class SiteValuesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        engine_ = make_engine();
        test::TinyModel model;
        model.family = "mixtral";
        model.type = StoredType::BF16;
        test::write_tiny_checkpoint(folder(), model);
    }

    void equal_what_was_compared_data() {
        QTest::addColumn<QString>("cache");
        QTest::addColumn<int>("fresh");
        QTest::newRow("one call") << "on" << 0;
        QTest::newRow("token by token") << "on" << 3;
        QTest::newRow("no cache") << "off" << 3;
    }
    void equal_what_was_compared() {
        QFETCH(QString, cache);
        QFETCH(int, fresh);
        const CompareRequest r = request(cache.toStdString(), fresh);
        uint64_t first = 0;
        Callbacks calls;
        calls.partial = [&](const ComparisonPtr& partial) { first = partial->id; };
        const ComparisonPtr c = engine_->compare(r, calls, {});
        QVERIFY(c->complete);
        QCOMPARE(first, c->id);
        int compared = 0;
        for (const SiteMetrics& metrics : c->sites) {
            const bool by_expert = metrics.site.kind == SiteKind::expert_weights ||
                                   metrics.site.kind == SiteKind::expert_out ||
                                   metrics.site.kind == SiteKind::expert_indices;
            const ValuesPtr v = engine_->values(c->id, metrics.site, {});
            const std::string name = to_string(metrics.site);
            QVERIFY2(v->comparison == c->id && v->site == metrics.site, name.c_str());
            QVERIFY2(v->comparable() && v->badge_a == "recomputed", name.c_str());
            QCOMPARE(v->axes.size(), v->shape_a.size());
            const bool masked = site_info(metrics.site.kind).values == SiteValues::masked;
            QCOMPARE(v->shape_a[masked ? 1 : 0], static_cast<int64_t>(c->tokens.size()));
            double most = 0;
            for (size_t i = 0; i < v->a.size(); ++i) {
                if (!std::isnan(v->a[i])) most = std::max(most, std::abs(v->a[i] - v->b[i]));
            }
            if (!by_expert) QVERIFY2(most == metrics.max_abs, name.c_str());
            compared += most > 0;
        }
        QVERIFY(compared > 10);
    }

    void later_keys_are_masked() {
        const ComparisonPtr c = engine_->compare(request("on", 2), {}, {});
        const ValuesPtr v = engine_->values(c->id, {SiteKind::pattern, 1}, {});
        const int64_t n = v->shape_a[1];
        for (int64_t row = 0; row < n; ++row) {
            double sum = 0;
            for (int64_t key = 0; key < n; ++key) {
                const double w = v->a[static_cast<size_t>(row * n + key)];
                QCOMPARE(std::isnan(w), key > row);
                if (key <= row) sum += w;
            }
            QVERIFY(std::abs(sum - 1) < 1e-5);
        }
    }

    void refuses_with_the_reason() {
        const ComparisonPtr c = engine_->compare(request("on", 0), {}, {});
        QCOMPARE(code([&] { engine_->values(c->id + 1000, {SiteKind::embed, -1}, {}); }),
                 ErrorCode::not_found);
        QCOMPARE(code([&] { engine_->values(c->id, {SiteKind::q, 99}, {}); }), ErrorCode::usage);
        QCOMPARE(code([&] { engine_->values(c->id, {SiteKind::q_norm, 0}, {}); }),
                 ErrorCode::usage);
        std::stop_source stopped;
        stopped.request_stop();
        QCOMPARE(code([&] { engine_->values(c->id, {SiteKind::q, 0}, stopped.get_token()); }),
                 ErrorCode::cancelled);
    }

    void a_changed_file_is_not_the_same_comparison() {
        const ComparisonPtr c = engine_->compare(request("on", 0), {}, {});
        const auto file = std::filesystem::path(folder()) / "model.safetensors";
        const auto time = std::filesystem::last_write_time(file);
        std::filesystem::last_write_time(file, time + std::chrono::seconds(5));
        QCOMPARE(code([&] { engine_->values(c->id, {SiteKind::q, 0}, {}); }), ErrorCode::not_found);
    }

private:
    std::string folder() const { return folder_.path().toStdString() + "/mixtral"; }
    CompareRequest request(const std::string& cache, int fresh) const {
        CompareRequest r;
        r.model_a = folder();
        r.tokens = {1, 7, 5, 9, 3, 2};
        r.max_new_tokens = fresh;
        r.options_a = {{"dtype", "float32"}, {"kv_cache", cache}};
        r.options_b = {{"dtype", "bfloat16"}, {"kv_cache", cache}};
        return r;
    }
    template <typename Work>
    static ErrorCode code(Work work) {
        try {
            work();
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::internal;
    }

    QTemporaryDir folder_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(SiteValuesTest)
#include "tst_site_values.moc"
