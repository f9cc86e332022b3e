// SPDX-License-Identifier: GPL-3.0-or-later
// The logit lens: the last layer is the run, an earlier one is the model that ends there.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>

#include "core/engine.h"
#include "core/model/family.h"
#include "core/options/option.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

class TestLogitLens : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        engine_ = make_engine();
        // Weights depend on seed and name only: the short model is the beginning of the long one.
        for (const FamilySpec& family : all_families()) {
            for (const int layers : {1, 3}) {
                test::TinyModel model;
                model.family = family.id;
                model.n_layers = layers;
                test::write_tiny_checkpoint(folder(family.id, layers), model);
            }
        }
    }

    void every_family_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("dtype");
        for (const FamilySpec& family : all_families())
            for (const char* dtype : {"float32", "bfloat16"})
                QTest::addRow("%s %s", family.id.c_str(), dtype)
                    << QString::fromStdString(family.id) << dtype;
    }
    void every_family() {
        QFETCH(QString, family);
        QFETCH(QString, dtype);
        const ComparisonPtr whole = compare(family, 3, "dtype=" + dtype, "dtype=float32");
        const ComparisonPtr start = compare(family, 1, "dtype=" + dtype, "dtype=float32");
        const ValuesPtr logits = engine_->values(whole->id, {SiteKind::logits, -1}, {});
        const double tolerance = dtype == "float32" ? 1e-5 : 0.02;
        for (const int pos : {0, 4, 7}) {
            const LogitLens lens = read(whole, pos);
            QCOMPARE(lens.layers.size(), size_t(3));
            last_is_the_run(lens, *logits, pos);
            const LogitLens first = read(start, pos);
            QCOMPARE(first.layers.size(), size_t(1));
            const LensLayer &early = lens.layers[0], &short_run = first.layers[0];
            QVERIFY(std::fabs(early.a.best_share - short_run.a.best_share) <
                    tolerance * short_run.a.best_share);
            QVERIFY(std::fabs(early.b.best_share - short_run.b.best_share) < 1e-5);
            QCOMPARE(early.b.best, short_run.b.best);
        }
    }

    /// Steps in another arithmetic: looking between the blocks must not carry the stream over.
    void raised_steps_stay_as_they_are() {
        const ComparisonPtr c =
            compare("llama", 3, "dtype=float32",
                    "dtype=float32,raised=unembed+blocks.1.mlp,raised.dtype=bfloat16");
        const ValuesPtr logits = engine_->values(c->id, {SiteKind::logits, -1}, {});
        const LogitLens lens = read(c, 3);
        last_is_the_run(lens, *logits, 3);
        QVERIFY(lens.layers[0].kl > 0);  // the unembedding differs at every layer
        QVERIFY(lens.layers[2].kl > 0);
    }

    void the_same_run_never_parts() {
        const LogitLens lens = read(compare("llama", 3, "dtype=float32", "dtype=float32"), 2);
        QCOMPARE(lens.first_split, -1);
        QCOMPARE(lens.split_for_good, -1);
        for (const LensLayer& layer : lens.layers) {
            QCOMPARE(layer.kl, 0.0);
            QCOMPARE(layer.a.final_share, layer.b.final_share);
        }
    }

    void the_layer_where_they_part() {
        // Another rope base changes every layer's attention.
        const ComparisonPtr c = compare("llama", 3, "dtype=float32", "dtype=float32,rope.base=10");
        int parted = 0;
        for (int pos = 0; pos < static_cast<int>(c->tokens.size()); ++pos) {
            const LogitLens lens = read(c, pos);
            int first = -1, good = -1;
            for (int i = 2; i >= 0; --i) {
                const LensLayer& layer = lens.layers[static_cast<size_t>(i)];
                if (layer.a.best != layer.b.best) first = i;
            }
            for (int i = 2; i >= 0; --i) {
                const LensLayer& layer = lens.layers[static_cast<size_t>(i)];
                if (layer.a.best == layer.b.best) break;
                good = i;
            }
            QCOMPARE(lens.first_split, first);
            QCOMPARE(lens.split_for_good, good);
            parted += first >= 0;
        }
        QVERIFY(parted > 0);
    }

    void refuses_with_the_reason() {
        const ComparisonPtr c = compare("llama", 3, "dtype=float32", "dtype=float32");
        const auto code = [&](uint64_t id, int pos, std::stop_token stop) {
            try {
                engine_->answer(id, LensQuestion{pos}, stop);
            } catch (const Error& error) {
                return error.code();
            }
            return ErrorCode::internal;
        };
        std::stop_source stopped;
        stopped.request_stop();
        QCOMPARE(code(c->id, -1, {}), ErrorCode::usage);
        QCOMPARE(code(c->id, 100, {}), ErrorCode::usage);
        QCOMPARE(code(c->id + 1000, 0, {}), ErrorCode::not_found);
        QCOMPARE(code(c->id, 0, stopped.get_token()), ErrorCode::cancelled);
    }

private:
    /// Softmax of the run's own logits, in float64.
    static void last_is_the_run(const LogitLens& lens, const ValuePair& logits, int pos) {
        const auto check = [&](const std::vector<double>& values, const LensReading& read) {
            const auto width = static_cast<std::ptrdiff_t>(logits.shape_a[1]);
            const std::vector<double> row(values.begin() + pos * width,
                                          values.begin() + (pos + 1) * width);
            const auto best = std::max_element(row.begin(), row.end());
            double sum = 0;
            for (const double value : row) sum += std::exp(value - *best);
            QCOMPARE(row[static_cast<size_t>(read.best)], *best);  // ties: any of them
            QVERIFY(std::fabs(read.best_share - 1 / sum) < 1e-12);
            QCOMPARE(read.final_share, read.best_share);
            QCOMPARE(read.final_rank, 0);
        };
        check(logits.a, lens.layers.back().a);
        check(logits.b, lens.layers.back().b);
        QCOMPARE(lens.final_a, lens.layers.back().a.best);
        QCOMPARE(lens.final_b, lens.layers.back().b.best);
    }
    std::string folder(const std::string& family, int layers) const {
        return folder_.path().toStdString() + "/" + family + std::to_string(layers);
    }
    ComparisonPtr compare(const QString& family, int layers, const QString& a, const QString& b) {
        CompareRequest r;
        r.model_a = folder(family.toStdString(), layers);
        r.tokens = {1, 7, 5, 9, 3, 2, 8, 4};
        r.judge = false;
        r.options_a = parse_options(a.toStdString());
        r.options_b = parse_options(b.toStdString());
        return engine_->compare(r, {}, {});
    }
    LogitLens read(const ComparisonPtr& c, int pos) {
        return std::get<LogitLens>(engine_->answer(c->id, LensQuestion{pos}, {})->body);
    }

    QTemporaryDir folder_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(TestLogitLens)
#include "tst_logit_lens.moc"
