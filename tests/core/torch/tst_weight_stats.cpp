// SPDX-License-Identifier: GPL-3.0-or-later
// Histogram and difference of a weight, held to a file whose values are written down here.
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/engine.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

}  // namespace

class TestWeightStats : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        engine_ = make_engine();
        write("a", {-1, 0, 0, 2, 0.5, 0.25, kNaN, kInf});
        write("b", {-1, 0, 0.5, 2, 0.5, 0.25, kNaN, kInf});
        write("plain", {-1, 0, 0, 2, 0.5, 0.25, 0.125, 3});
        write("half", {-1, 0, 0, 2, 0.5, 0.25, 0.125, 3}, StoredType::F16);
        write("large", {1, 1, 1, 1, 1, 1, 1, 1}, StoredType::F32, 40000);
        write("wide", {1, 1, 1, 1, 1, 1, 1, 1}, StoredType::F32, 41000);
    }

    void one_file() {
        const WeightPair pair = ask("a", "", "ln_final.w");
        QVERIFY(pair.same_file && !pair.comparable && pair.note.empty() && pair.b.dtype.empty());
        QCOMPARE(pair.a.dtype, std::string("float32"));
        QCOMPARE(pair.a.shape, std::vector<int64_t>{8});
        QCOMPARE(pair.a.count, int64_t{8});
        QCOMPARE(pair.a.zeros, int64_t{2});
        QCOMPARE(pair.a.non_finite, int64_t{2});
        QCOMPARE(pair.a.low, -1.0);
        QCOMPARE(pair.a.high, 2.0);
        const double mean = 1.75 / 6, squares = 1 + 4 + 0.25 + 0.0625;
        QCOMPARE(pair.a.mean, mean);
        QVERIFY(std::fabs(pair.a.deviation - std::sqrt(squares / 6 - mean * mean)) < 1e-15);
        // −1 to 2 in equal bins: each holds what lies from its lower edge to below its upper one.
        const std::vector<double> finite = {-1, 0, 0, 2, 0.5, 0.25};
        QCOMPARE(pair.edges.size(), pair.a.bins.size() + 1);
        QCOMPARE(pair.edges.front(), -1.0);
        QCOMPARE(pair.edges.back(), 2.0);
        for (size_t bin = 0; bin < pair.a.bins.size(); ++bin) {
            const bool last = bin + 1 == pair.a.bins.size();
            int64_t count = 0;
            for (const double v : finite) {
                count += v >= pair.edges[bin] &&
                         (v < pair.edges[bin + 1] || (last && v == pair.edges.back()));
            }
            QCOMPARE(pair.a.bins[bin], count);
        }
    }

    void two_files() {
        const WeightPair pair = ask("a", "b", "ln_final.w");
        QVERIFY(pair.comparable && !pair.same_file);
        QCOMPARE(pair.b.zeros, int64_t{1});
        QCOMPARE(pair.equal, int64_t{7});  // NaN and ∞ stand in both
        QCOMPARE(pair.max_delta, 0.5);
        QCOMPARE(pair.max_at, std::vector<int64_t>{2});
        QCOMPARE(pair.mean_delta, -0.5 / 6);  // A − B over the finite ones
        QCOMPARE(pair.mean_abs_delta, 0.5 / 6);
        // Five zeros in the middle bin, −0.5 in the first.
        const size_t bins = pair.delta_bins.size();
        QCOMPARE(bins % 2, size_t(1));
        QCOMPARE(pair.delta_edges.front(), -0.5);
        QCOMPARE(pair.delta_edges.back(), 0.5);
        for (size_t i = 0; i < bins; ++i)
            QCOMPARE(pair.delta_bins[i], int64_t{i == bins / 2 ? 5 : i == 0 ? 1 : 0});
    }

    /// The same values in another type are equal where the type holds them: all of these.
    void another_type() {
        const WeightPair pair = ask("plain", "half", "ln_final.w");
        QCOMPARE(pair.b.dtype, std::string("float16"));
        QCOMPARE(pair.equal, int64_t{8});
        QCOMPARE(pair.max_delta, 0.0);
        QCOMPARE(pair.delta_bins[pair.delta_bins.size() / 2], int64_t{8});
    }

    /// More than a piece: every element once.
    void many_values() {
        const WeightPair pair = ask("large", "large", "embed.W_E");
        QVERIFY(pair.same_file);
        QCOMPARE(pair.a.count, int64_t{40000} * 8);
        QCOMPARE(std::accumulate(pair.a.bins.begin(), pair.a.bins.end(), int64_t{0}), pair.a.count);
        const WeightPair other = ask("large", "wide", "embed.W_E");
        QVERIFY(!other.comparable);
        QCOMPARE(other.note, std::string("the shapes differ"));
        QCOMPARE(std::accumulate(other.b.bins.begin(), other.b.bins.end(), int64_t{0}),
                 int64_t{41000} * 8);
    }

    void refuses_with_the_reason() {
        const auto code = [&](const std::string& name, std::stop_token stop) {
            try {
                engine_->answer(0, WeightQuestion{folder("a"), "", name}, stop);
            } catch (const Error& error) {
                return error.code();
            }
            return ErrorCode::internal;
        };
        std::stop_source stopped;
        stopped.request_stop();
        QCOMPARE(code("ln_final.w", stopped.get_token()), ErrorCode::cancelled);
        QCOMPARE(code("no.such", {}), ErrorCode::not_found);
    }

private:
    std::string folder(const std::string& name) const {
        return folder_.path().toStdString() + "/" + name;
    }
    /// A tiny Llama whose final norm holds these values.
    void write(const std::string& name, const std::vector<double>& norm,
               StoredType type = StoredType::F32, int64_t vocabulary = 16) {
        test::TinyModel model;
        model.n_layers = 1, model.d_model = 8, model.n_heads = 2, model.n_kv_heads = 2;
        model.d_mlp = 8, model.d_vocab = vocabulary;
        model.type = type;
        std::vector<test::RawTensor> tensors = test::tiny_tensors(model);
        for (test::RawTensor& tensor : tensors) {
            if (tensor.name != "model.norm.weight") continue;
            tensor.bytes.clear();
            for (const double value : norm) tensor.bytes += test::stored_bytes(value, type);
        }
        test::write_tiny_checkpoint(folder(name), model);
        test::write_file(folder(name) + "/model.safetensors", test::safetensors_bytes(tensors));
    }
    WeightPair ask(const std::string& a, const std::string& b, const std::string& name) {
        const WeightQuestion question{folder(a), b.empty() ? "" : folder(b), name};
        return std::get<WeightPair>(engine_->answer(0, question, {})->body);
    }

    QTemporaryDir folder_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(TestWeightStats)
#include "tst_weight_stats.moc"
