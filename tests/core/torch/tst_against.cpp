// SPDX-License-Identifier: GPL-3.0-or-later
// Run B alone against a stored trace: equal bits, a change seen, and every way in which the trace
// and the run do not belong together.
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "core/data/error.h"
#include "core/engine.h"
#include "core/model/family.h"
#include "core/options/option.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

class TestAgainst : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        engine_ = make_engine();
        write_model("llama", 1);
    }

    void the_same_run_is_identical_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("options");
        for (const FamilySpec& family : all_families()) {
            QTest::addRow("%s", family.id.c_str()) << QString::fromStdString(family.id) << "";
            QTest::addRow("%s bfloat16", family.id.c_str())
                << QString::fromStdString(family.id) << "dtype=bfloat16,prefill.chunk=3";
        }
        QTest::newRow("no cache") << "llama" << "dtype=float16,kv_cache=off";
    }
    void the_same_run_is_identical() {
        QFETCH(QString, family);
        QFETCH(QString, options);
        write_model(family.toStdString(), 1);
        const TraceResult trace = write_trace(options.toStdString(), {});
        const ComparisonPtr c = against();
        QCOMPARE(to_string(c->verdict.kind), std::string("identical"));
        QVERIFY(c->complete);
        QCOMPARE(c->sites.size(), trace.written.size());
        QCOMPARE(c->tokens.size(), size_t{11});
        QCOMPARE(c->n_prompt, 8);
        QCOMPARE(c->a.options, c->b.options);
        QVERIFY(c->differing.empty());
        for (const SiteMetrics& m : c->sites) QCOMPARE(m.exact, 1.0);
        // The same tokens asked for by name are the same.
        request_.tokens = tokens();
        QCOMPARE(to_string(against()->verdict.kind), std::string("identical"));
    }

    void a_change_is_seen_where_it_begins() {
        write_trace("dtype=float32", {});
        request_.options_b = parse_options("rope.base=10100");
        const ComparisonPtr c = against();
        QCOMPARE(to_string(c->verdict.kind), std::string("none"));
        QVERIFY(c->first_divergence.has_value());
        QCOMPARE(to_string(c->first_divergence->site), std::string("blocks.0.attn.rot_q"));
        QCOMPARE(c->first_divergence->pos, 1);
        QVERIFY(c->logits.max_kl > 0);
        QVERIFY(c->verdict.delta > 0);
        QCOMPARE(c->differing, std::vector<std::string>{"rope.base"});
    }

    void some_sites_are_enough() {
        write_trace("dtype=float32", {"blocks.1.*", "logits"});
        const ComparisonPtr c = against();
        QCOMPARE(to_string(c->verdict.kind), std::string("identical"));
        for (const SiteMetrics& m : c->sites)
            QVERIFY(m.site.layer == 1 || m.site.kind == SiteKind::logits);
    }

    void a_changed_bit_in_the_file_is_seen() {
        write_trace("dtype=float32", {});
        QFile file(QString::fromStdString(trace_));
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.seek(file.size() - 2);
        char byte = 0;
        file.getChar(&byte);
        file.seek(file.size() - 2);
        file.putChar(static_cast<char>(byte ^ 1));
        file.close();
        QVERIFY(against()->verdict.kind != VerdictKind::identical);
    }

    void what_does_not_belong_together_fails_data() {
        QTest::addColumn<QString>("wrong");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("says");
        QTest::newRow("no file") << "absent" << 2 << "trace.safetensors";
        QTest::newRow("cut off") << "cut" << 2 << "trace.safetensors";
        QTest::newRow("a model's file") << "model" << 2 << "has no trace in its metadata";
        QTest::newRow("another model") << "swapped" << 2 << "made of another model";
        QTest::newRow("another config") << "config" << 2 << "made of another model";
        QTest::newRow("other tokens") << "tokens" << 2 << "other tokens";
        QTest::newRow("attribute") << "attribute" << 1 << "no run A";
        QTest::newRow("new tokens") << "new" << 1 << "has its own tokens";
        QTest::newRow("options of A") << "options" << 1 << "those of the trace";
        QTest::newRow("model B") << "second" << 1 << "stands for model and config";
    }
    void what_does_not_belong_together_fails() {
        QFETCH(QString, wrong);
        QFETCH(int, status);
        QFETCH(QString, says);
        write_trace("dtype=float32", {});
        if (wrong == "absent") QVERIFY(QFile::remove(QString::fromStdString(trace_)));
        if (wrong == "cut") QVERIFY(QFile::resize(QString::fromStdString(trace_), 5000));
        if (wrong == "model") trace_ = folder("model") + "/model.safetensors";
        if (wrong == "swapped") write_model("llama", 2);
        if (wrong == "config") write_model("llama", 1, "1e-04");
        if (wrong == "tokens") request_.tokens = {1, 2, 3};
        if (wrong == "attribute") request_.attribute = true;
        if (wrong == "new") request_.max_new_tokens = 2;
        if (wrong == "options") request_.options_a = parse_options("dtype=float32");
        if (wrong == "second") {
            test::write_tiny_checkpoint(folder("second"), {});
            request_.model_b = folder("second");
        }
        try {
            against();
            QFAIL("was taken");
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).find(says.toStdString()) != std::string::npos,
                     error.what());
            QCOMPARE(error.exit_status(), status);
        }
    }

private:
    static std::vector<int32_t> tokens() { return {5, 61, 17, 90, 3, 44, 44, 12, 7, 33, 80}; }
    void write_model(const std::string& family, uint64_t seed, const std::string& eps = {}) {
        test::TinyModel model;
        model.family = family;
        model.seed = seed;
        if (!eps.empty()) model.config["rms_norm_eps"] = eps;
        test::write_tiny_checkpoint(folder("model"), model);
        trace_ = folder("trace.safetensors");
        request_ = {};
        request_.model_a = folder("model");
    }
    TraceResult write_trace(const std::string& options, const std::vector<std::string>& sites) {
        TraceRequest request;
        request.model = folder("model");
        request.tokens = tokens();
        request.n_prompt = 8;
        request.options = parse_options(options);
        request.sites = sites;
        request.out = trace_;
        return engine_->trace(request, {});
    }
    ComparisonPtr against() {
        request_.against = trace_;
        return engine_->compare(request_, {}, {});
    }
    std::string folder(const std::string& name) const {
        return dir_.filePath(QString::fromStdString(name)).toStdString();
    }

    QTemporaryDir dir_;
    std::string trace_;
    CompareRequest request_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(TestAgainst)
#include "tst_against.moc"
