// SPDX-License-Identifier: GPL-3.0-or-later
// Shapes along the text: of distances made by hand, and of pairs whose shape is known beforehand.
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <random>

#include "core/engine.h"
#include "core/judge/position_shape.h"
#include "core/options/option.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

class TestPositionShape : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { engine_ = make_engine(); }

    /// Against tables of F(1, ν): the 5 % and 1 % points.
    void f_test_is_the_table_data() {
        QTest::addColumn<double>("f");
        QTest::addColumn<double>("freedom");
        QTest::addColumn<double>("p");
        QTest::newRow("161.4, 1") << 161.4476 << 1.0 << 0.05;
        QTest::newRow("6.61, 5") << 6.607891 << 5.0 << 0.05;
        QTest::newRow("10.04, 10") << 10.04429 << 10.0 << 0.01;
        QTest::newRow("4.17, 30") << 4.170877 << 30.0 << 0.05;
        QTest::newRow("6.85, 120") << 6.850893 << 120.0 << 0.01;
        QTest::newRow("0.5 of F(1,1)") << 1.0 << 1.0 << 0.5;
    }
    void f_test_is_the_table() {
        QFETCH(double, f);
        QFETCH(double, freedom);
        QFETCH(double, p);
        QVERIFY(std::abs(f_test(f, freedom) - p) < 1e-5);
    }

    void made_by_hand_data() {
        QTest::addColumn<QString>("made");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("step_at");
        QTest::newRow("linear from 0") << "linear" << "growth" << -1;
        QTest::newRow("square root from 0") << "root" << "growth" << -1;
        QTest::newRow("nothing before 7") << "edge" << "step" << 7;
        QTest::newRow("a hundred times from 12") << "boundary" << "step" << 12;
        QTest::newRow("a fall to a tenth at 12") << "fall" << "step" << 12;
        QTest::newRow("position 0 only equal") << "first" << "step" << 1;
        QTest::newRow("constant") << "constant" << "flat" << -1;
        QTest::newRow("constant, noise") << "noise" << "flat" << -1;
        QTest::newRow("scattered") << "scattered" << "none" << -1;
        QTest::newRow("three orders at random") << "wild" << "none" << -1;
        QTest::newRow("nothing") << "nothing" << "none" << -1;
        QTest::newRow("one position") << "short" << "none" << -1;
        QTest::newRow("not finite") << "nan" << "none" << -1;
    }
    void made_by_hand() {
        QFETCH(QString, made);
        QFETCH(QString, kind);
        QFETCH(int, step_at);
        const PositionShape shape = position_shape({}, distances(made), 0);
        QVERIFY2(shape.kind == kind.toStdString(), (shape.kind + ": " + shape.text).c_str());
        QCOMPARE(shape.step_at, step_at);
        QVERIFY(!shape.text.empty());
        if (made == "linear") QVERIFY(std::abs(shape.figure - 1) < 0.1);
        if (made == "root") QVERIFY(std::abs(shape.figure - 0.5) < 0.1);
        if (made == "boundary") QVERIFY(shape.figure > 50 && shape.figure < 200);
        if (made == "edge") QVERIFY(std::isinf(shape.figure));
    }

    /// Noise that has no shape is called growth or a step about as rarely as the tests promise.
    void noise_is_not_given_a_shape() {
        std::mt19937_64 random(20261122);
        std::normal_distribution<double> normal;
        int shaped = 0;
        constexpr int trials = 2000;
        for (int i = 0; i < trials; ++i) {
            std::vector<double> d(24);
            for (double& v : d) v = std::pow(10.0, -3 + 0.5 * normal(random));
            const std::string kind = position_shape({}, d, 0).kind;
            shaped += kind == "growth" || kind == "step";
        }
        // One in a hundred for each of two tests, the second with a bound that is never reached.
        QVERIFY2(shaped <= trials * 2 / 100 + 20, qPrintable(QString::number(shaped)));
    }

    void planted_data() {
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("b");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("step_at");
        // A rope base off by 1 %: nothing at position 0, in proportion to the position after.
        QTest::newRow("rope base") << "rope.base=10000" << "rope.base=10100" << "growth" << -1;
        QTest::newRow("window edge")
            << "attention.window=off" << "attention.window=16" << "step" << 16;
        QTest::newRow("window and a half")
            << "attention.window=8" << "attention.window=12" << "step" << 8;
        // The last quarter of 40 tokens is fed one by one: the cache is read from 30 on.
        QTest::newRow("restart") << "" << "defects=D-POS-RESTART" << "step" << 30;
        QTest::newRow("cache boundary") << "" << "defects=D-KV-MASK" << "step" << 30;
        QTest::newRow("types") << "dtype=float32" << "dtype=bfloat16" << "flat" << -1;
    }
    void planted() {
        QFETCH(QString, a);
        QFETCH(QString, b);
        QFETCH(QString, kind);
        QFETCH(int, step_at);
        test::TinyModel model;
        model.family = "mistral";
        test::write_tiny_checkpoint(folder("model"), model);
        check(folder("model"), {}, a, b, kind, step_at);
    }

    /// One matrix times 1.002: the same share of every position.
    void scaled_weight_is_flat() {
        test::TinyModel model;
        test::write_tiny_checkpoint(folder("plain"), model);
        auto tensors = test::tiny_tensors(model);
        for (test::RawTensor& tensor : tensors) {
            if (tensor.name != "model.layers.0.self_attn.o_proj.weight") continue;
            auto* values = reinterpret_cast<float*>(tensor.bytes.data());
            for (size_t i = 0; i < tensor.bytes.size() / 4; ++i) values[i] *= 1.002F;
        }
        test::write_tiny_checkpoint(folder("scaled"), model);
        test::write_file(folder("scaled") + "/model.safetensors", test::safetensors_bytes(tensors));
        const ComparisonPtr c = check(folder("plain"), folder("scaled"), "", "", "flat", -1);
        QCOMPARE(to_string(c->positions->site), std::string("blocks.0.attn_out"));
        QVERIFY(std::abs(c->positions->figure - 0.002) < 1e-4);
    }

private:
    static std::vector<double> distances(const QString& made) {
        std::mt19937_64 random(7);
        std::normal_distribution<double> normal;
        std::vector<double> d(24);
        for (size_t p = 0; p < d.size(); ++p) {
            const auto x = static_cast<double>(p);
            const double noise = std::exp(0.1 * normal(random));
            if (made == "linear") d[p] = 1e-3 * x * noise;
            if (made == "root") d[p] = 1e-3 * std::sqrt(x) * noise;
            if (made == "edge") d[p] = p < 7 ? 0 : 0.2 * noise;
            if (made == "boundary") d[p] = (p < 12 ? 1e-4 : 1e-2) * noise;
            if (made == "fall") d[p] = (p < 12 ? 1e-3 : 1e-4) * noise;
            if (made == "first") d[p] = p == 0 ? 0 : 0.3 * noise;
            if (made == "constant") d[p] = 0.002;
            if (made == "noise") d[p] = 0.002 * noise;
            if (made == "scattered") d[p] = p % 3 == 1 ? 0.1 : 0;
            if (made == "wild") d[p] = std::pow(10.0, -3 + 1.5 * normal(random));
            if (made == "nan") d[p] = p == 3 ? std::nan("") : 1;
        }
        if (made == "short") d = {0.1};
        return d;
    }

    ComparisonPtr check(const std::string& model_a, const std::string& model_b, const QString& a,
                        const QString& b, const QString& kind, int step_at) {
        CompareRequest request;
        request.model_a = model_a;
        request.model_b = model_b;
        for (int i = 0; i < 40; ++i) request.tokens.push_back((i * 37 + 11) % 96);
        request.options_a = parse_options(a.toStdString());
        request.options_b = parse_options(b.toStdString());
        ComparisonPtr c = engine_->compare(request, {}, {});
        const bool there = c->positions.has_value();
        if (!there) QTest::qFail("no shape at all", __FILE__, __LINE__);
        if (there &&
            (c->positions->kind != kind.toStdString() || c->positions->step_at != step_at)) {
            QTest::qFail((c->positions->kind + " at " + to_string(c->positions->site) + ": " +
                          c->positions->text)
                             .c_str(),
                         __FILE__, __LINE__);
        }
        return c;
    }
    std::string folder(const std::string& name) const {
        return dir_.filePath(QString::fromStdString(name)).toStdString();
    }

    QTemporaryDir dir_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(TestPositionShape)
#include "tst_position_shape.moc"
