// SPDX-License-Identifier: GPL-3.0-or-later
// The instrument's own noise is zero: the same options twice are bit-identical at every site, and
// a run without taps has the same logits.
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>

#include "core/engine.h"
#include "core/model/family.h"
#include "core/options/option.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

class NullTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        engine_ = make_engine();
        test::write_tiny_families(dir_.path().toStdString(), {.type = StoredType::BF16});
    }

    void same_options_twice_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("options");
        for (const FamilySpec& family : all_families()) {
            const auto info = engine_->open(folder(family.id));
            for (const char* dtype : {"float64", "float32", "bfloat16", "float16"}) {
                for (const char* attention : {"eager", "sdpa"}) {
                    if (*attention == 's' && info->soft_cap) continue;
                    for (const std::string& qkv : option("qkv").values) {
                        for (const char* cache : {"on", "off"}) {
                            add(family.id, std::string("dtype=") + dtype + ",attention=" +
                                               attention + ",qkv=" + qkv + ",kv_cache=" + cache);
                        }
                    }
                }
            }
            for (const OptionSpec& spec : all_options()) {
                if (spec.kind != OptionKind::choice || !why_not(spec, *info).empty()) continue;
                // Replay needs a run that does not.
                if (spec.id == "experts") continue;
                const std::string needs = spec.id == "qkv.norm" ? "qkv=split-einsum," : "";
                for (const std::string& value : spec.values)
                    add(family.id, needs + spec.id + "=" + value);
                if (spec.id == "matmul.order") continue;  // bare words above
                for (const std::string& prefix : spec.prefixes)
                    add(family.id, spec.id + "=" + prefix + ":3");
            }
            for (const char* threads : {"1", "2", "3"}) {
                add(family.id, std::string("threads=") + threads + ",dtype=float32");
            }
            add(family.id, "prefill.chunk=2");
            add(family.id, "attention.window=3");
            add(family.id, "context=20");
            add(family.id, "batch=2");
            add(family.id, "batch=2,padding=left:2,kv_cache=off,dtype=float32");
            add(family.id, "batch=1,padding=right:2,prefill.chunk=3,dtype=float32");
        }
    }

    void same_options_twice() {
        QFETCH(QString, family);
        QFETCH(QString, options);
        CompareRequest request;
        request.model_a = folder(family.toStdString());
        request.tokens = {5, 61, 17, 90, 3, 44, 44};
        request.max_new_tokens = 3;
        request.options_a = request.options_b = parse_options(options.toStdString());
        const ComparisonPtr c = engine_->compare(request, {}, {});
        QCOMPARE(to_string(c->verdict.kind), std::string("identical"));
        QVERIFY(!c->sites.empty());
        for (const SiteMetrics& m : c->sites) {
            if (!m.in_a) continue;
            QCOMPARE(m.exact, 1.0);
            QCOMPARE(m.max_abs, 0.0);
        }
        QVERIFY(c->observer.done);
        QVERIFY2(c->observer.identical, "a run without taps has other logits");
        QCOMPARE(c->observer.hash_a, c->observer.hash_b);
        QVERIFY(!c->observer.hash_a.empty());
    }

    void identical_copy_elsewhere() {
        std::filesystem::copy(folder("mixtral"), folder("copy"));
        CompareRequest request = tokens_only("mixtral");
        request.model_b = folder("copy");
        const ComparisonPtr c = engine_->compare(request, {}, {});
        QCOMPARE(to_string(c->verdict.kind), std::string("identical"));
        QCOMPARE(c->a.hash, c->b.hash);
        QVERIFY(c->a.model != c->b.model);
    }

    void missing_b_is_an_error() {
        CompareRequest request = tokens_only("llama");
        request.model_b = folder("nowhere");
        try {
            engine_->compare(request, {}, {});
            QFAIL("compared with a model that is not there");
        } catch (const Error& error) {
            QCOMPARE(error.exit_status(), 2);
            QVERIFY(std::string(error.what()).find("nowhere") != std::string::npos);
        }
    }

    void other_weights_are_not_identical() {
        test::TinyModel model;
        model.family = "llama";
        model.type = StoredType::BF16;
        model.seed = 2;
        test::write_tiny_checkpoint(folder("other"), model);
        CompareRequest request = tokens_only("llama");
        request.model_b = folder("other");
        const ComparisonPtr c = engine_->compare(request, {}, {});
        QCOMPARE(to_string(c->verdict.kind), std::string("semantic"));
        QVERIFY(c->verdict.cause.has_value());
        QCOMPARE(c->verdict.cause->kind, std::string("weights"));
        QVERIFY(c->a.hash != c->b.hash);
    }

    void out_of_range_tokens_are_refused_data() {
        QTest::addColumn<int>("id");
        QTest::newRow("negative") << -1;
        QTest::newRow("one past the end") << 96;
        QTest::newRow("far away") << 2147483647;
    }
    void out_of_range_tokens_are_refused() {
        QFETCH(int, id);
        CompareRequest request = tokens_only("llama");
        request.tokens = {1, id};
        QVERIFY_THROWS_EXCEPTION(Error, engine_->compare(request, {}, {}));
    }

    void cancelling_at_any_progress_leaves_a_usable_engine() {
        CompareRequest request = tokens_only("mixtral");
        request.options_b = parse_options("dtype=float32");
        request.max_new_tokens = 4;
        int calls = 0;
        Callbacks count;
        count.progress = [&](const Progress&) { ++calls; };
        engine_->compare(request, count, {});
        QVERIFY(calls > 10);
        for (int stop_at = 1; stop_at <= calls; stop_at += std::max(1, calls / 12)) {
            std::stop_source source;
            int seen = 0;
            Callbacks callbacks;
            callbacks.progress = [&](const Progress&) {
                if (++seen == stop_at) source.request_stop();
            };
            try {
                const ComparisonPtr c = engine_->compare(request, callbacks, source.get_token());
                for (const SiteMetrics& m : c->sites) QVERIFY(m.by_pos.size() <= c->tokens.size());
            } catch (const Error& error) {
                QCOMPARE(error.exit_status(), 4);
            }
        }
        QCOMPARE(to_string(engine_->compare(tokens_only("mixtral"), {}, {})->verdict.kind),
                 std::string("identical"));
    }

private:
    static void add(const std::string& family, const std::string& options) {
        const QString name = QString::fromStdString(family + " " + options);
        QTest::newRow(qPrintable(name))
            << QString::fromStdString(family) << QString::fromStdString(options);
    }
    std::string folder(const std::string& name) const {
        return dir_.filePath(QString::fromStdString(name)).toStdString();
    }
    CompareRequest tokens_only(const std::string& family) const {
        CompareRequest request;
        request.model_a = folder(family);
        request.tokens = {5, 61, 17, 90, 3, 44, 44};
        return request;
    }

    QTemporaryDir dir_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(NullTest)
#include "tst_null_test.moc"
