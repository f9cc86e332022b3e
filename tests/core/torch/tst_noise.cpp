// SPDX-License-Identifier: GPL-3.0-or-later
// The noise of the judge's passes: its distribution, its independence of threads, its size where it
// stands for the roundings of a sum. Bounds are four standard deviations of what is measured.
#include <torch/torch.h>

#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <vector>

#include "core/compare/compare_models.h"
#include "core/nn/exec.h"
#include "core/nn/linear.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

namespace {

constexpr size_t kDraws = 400'000;  // over several of the pieces that threads share
constexpr double kUnit = 1e-3;

/// r of x·(1 + u·r) for x = 1.
std::vector<double> draws(NoiseStream stream, size_t count = kDraws) {
    const std::vector<double> ones(count, 1.0);
    std::vector<double> out(count);
    round_with_noise(ones, kUnit, stream, out);
    for (double& v : out) v = (v - 1.0) / kUnit;
    return out;
}

double mean_product(const std::vector<double>& x, const std::vector<double>& y, size_t lag) {
    double sum = 0;
    for (size_t i = 0; i + lag < x.size(); ++i) sum += x[i] * y[i + lag];
    return sum / static_cast<double>(x.size() - lag);
}

Numerics type(at::ScalarType dtype) {
    Numerics n;
    n.dtype = n.norm = n.softmax = n.rope = n.logits = n.router = dtype;
    return n;
}

/// Root mean square of (noisy − exact) over many noise passes, element by element.
template <typename Noisy>
at::Tensor deviation(const at::Tensor& exact, int passes, Noisy noisy) {
    at::Tensor sum = at::zeros_like(exact);
    for (int k = 0; k < passes; ++k) {
        sum += (noisy(static_cast<uint64_t>(k)) - exact).square();
    }
    return (sum / passes).sqrt();
}

}  // namespace

class TestNoise : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void uniform() {
        const auto r = draws(NoiseStream::of(5, 1));
        const double n = static_cast<double>(r.size());
        double sum = 0, square = 0;
        std::vector<double> counts(64);
        for (const double v : r) {
            QVERIFY(v >= -1.0 - 1e-9 && v < 1.0 + 1e-9);
            sum += v, square += v * v;
            counts[std::min<size_t>(63, static_cast<size_t>((v + 1) * 32))] += 1;
        }
        QVERIFY(std::abs(sum / n) < 4 * std::sqrt(1.0 / 3 / n));
        QVERIFY(std::abs(square / n - 1.0 / 3) < 4 * std::sqrt((1.0 / 5 - 1.0 / 9) / n));
        double chi = 0;
        for (const double c : counts) chi += (c - n / 64) * (c - n / 64) / (n / 64);
        QVERIFY2(std::abs(chi - 63) < 4 * std::sqrt(2 * 63.0), qPrintable(QString::number(chi)));
    }

    /// Neighbours, the same places of two calls, and of two seeds, know nothing of each other.
    void independent() {
        const auto r = draws(NoiseStream::of(5, 1));
        const double bound = 4.0 / 3 / std::sqrt(static_cast<double>(r.size()));
        for (const size_t lag : {1, 2, 3, 64, 128, 4096, 32768}) {
            const double got = mean_product(r, r, lag);
            QVERIFY2(std::abs(got) < bound, qPrintable(QString("lag %1: %2").arg(lag).arg(got)));
        }
        for (const NoiseStream other : {NoiseStream::of(5, 2), NoiseStream::of(6, 1),
                                        NoiseStream::of(5, 1).next(), NoiseStream::of(0, 0)}) {
            QVERIFY(std::abs(mean_product(r, draws(other), 0)) < bound);
        }
    }

    void threads_change_nothing() {
        const int before = at::get_num_threads();
        at::set_num_threads(1);
        const auto one = draws(NoiseStream::of(9, 3));
        at::set_num_threads(2);
        const auto two = draws(NoiseStream::of(9, 3));
        at::set_num_threads(before);
        QVERIFY(one == two);
        // Nor does what follows in memory.
        const auto fewer = draws(NoiseStream::of(9, 3), 70'001);
        QVERIFY(std::equal(fewer.begin(), fewer.end(), one.begin()));
    }

    /// Every rounding: ±u of the type, so u·|x|/√3 in the root mean square; and two of one run
    /// differ.
    void roundings() {
        const at::Tensor x = at::linspace(-3, 5, 4000, at::kDouble).view({8, 500}).t();
        for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kHalf}) {
            const Exec exec(type(dtype), true, Noise::contract, 11);
            const at::Tensor y = exec.rounded(x, dtype), z = exec.rounded(x, dtype);
            QVERIFY(y.sizes() == x.sizes() && !y.equal(z));
            const double u = unit_roundoff(dtype);
            QVERIFY(((y - x).abs() <= x.abs() * u * (1 + 1e-9)).all().item<bool>());
            const double share = ((y - x) / (x * u)).nan_to_num(0).square().mean().item<double>();
            QVERIFY(std::abs(share - 1.0 / 3) < 4 * std::sqrt((1.0 / 5 - 1.0 / 9) / 4000));
        }
        const Exec none(type(at::kBFloat16), true);
        QVERIFY(none.rounded(x, at::kBFloat16).is_same(x));
        const Exec tiny(type(at::kBFloat16), true, Noise::tiny, 3);
        QVERIFY(
            ((tiny.rounded(x, at::kBFloat16) - x).abs() <= x.abs() * 0x1p-40).all().item<bool>());
    }

    /// A sum of K terms leaves u·√(K/2 · Σ (x w)²)·r. By a weight: as a whole over its outputs at
    /// each row, also where one input is a hundred times the others. By another value of the run:
    /// each element.
    void sums() {
        at::manual_seed(3);
        const at::Tensor x = at::randn({6, 40}, at::kDouble);
        x.select(1, 7).mul_(100.0);
        const at::Tensor weight = at::randn({50, 40}, at::kDouble);
        weight.select(1, 7).mul_(0.01);  // and its weights are small, as a trained model's
        const double u = unit_roundoff(at::kFloat);
        const at::Tensor size =
            at::matmul(x.square(), weight.t().square()).mul(40.0 / 2).sqrt() * u / std::sqrt(3.0);
        constexpr int kPasses = 3000;
        const at::Tensor exact = at::linear(x, weight);
        // The result's own rounding comes on top.
        const at::Tensor last = (exact * u).square() / 3.0;
        const at::Tensor wanted = (size.square() + last).sqrt();
        const at::Tensor by_value = deviation(exact, kPasses, [&](uint64_t seed) {
            const Exec exec(type(at::kFloat), true, Noise::contract, seed);
            return product(exec, x, weight.t(), at::kFloat);
        });
        const auto off = [](const at::Tensor& got, const at::Tensor& want) {
            return (got / want - 1).abs().max().item<double>();
        };
        // An estimate of a root mean square from n draws of a uniform scatters by 1/√(5n).
        const double bound = 5 / std::sqrt(5.0 * kPasses);
        QVERIFY2(off(by_value, wanted) < bound, qPrintable(QString::number(off(by_value, wanted))));
        const auto energies = std::make_shared<WeightEnergies>();
        const at::Tensor by_weight = deviation(exact, kPasses, [&](uint64_t seed) {
            const Exec exec(type(at::kFloat), true, Noise::contract, seed, energies);
            return linear(exec, x, weight, {}, at::kFloat);
        });
        const auto rows = [](const at::Tensor& v) { return v.square().sum(1).sqrt(); };
        QVERIFY2(off(rows(by_weight), rows(wanted)) < bound,
                 qPrintable(QString::number(off(rows(by_weight), rows(wanted)))));
    }

    /// Which way a weight is rounded in a pass is a fair draw of its own: it says nothing of
    /// another weight's in that pass, nor of its own in the next.
    void weights_are_rounded_by_draws_of_their_own() {
        const std::vector<std::string> names = {"blocks.0.attn.W_Q", "blocks.0.attn.W_K",
                                                "blocks.0.attn.W_V", "blocks.0.mlp.W_in",
                                                "blocks.1.attn.W_Q"};
        constexpr int kSeeds = 1000;
        const double bound = 4.5 * std::sqrt(1.0 * kSeeds);
        const auto sign = [&](size_t name, uint64_t seed) {
            return Exec(type(at::kBFloat16), true, Noise::contract, seed).weight_sign(names[name]);
        };
        const auto small = [&](const QString& what, const auto& term) {
            int sum = 0;
            for (uint64_t seed = 0; seed < kSeeds; ++seed) sum += term(seed);
            QVERIFY2(std::abs(sum) < bound, qPrintable(what + ": " + QString::number(sum)));
        };
        for (size_t i = 0; i < names.size(); ++i) {
            const QString name = QString::fromStdString(names[i]);
            small(name, [&](uint64_t seed) { return sign(i, seed); });
            small(name + " in two passes",
                  [&](uint64_t seed) { return sign(i, seed) * sign(i, seed + 1); });
            for (size_t j = 0; j < i; ++j)
                small(name + " and " + QString::fromStdString(names[j]),
                      [&](uint64_t seed) { return sign(i, seed) * sign(j, seed); });
        }
    }

    /// What a model keeps of one pass is not taken for another's: keys and values have signs of
    /// their own beside the same signs of the queries.
    void a_pass_knows_nothing_of_those_before() {
        c10::InferenceMode inference;
        QTemporaryDir dir;
        const std::string folder = dir.path().toStdString();
        test::write_tiny_checkpoint(folder, {});  // float32, so that bfloat16 rounds every weight
        const std::vector<int32_t> tokens = {5, 61, 17, 90, 3, 44};
        const auto logits = [&](const std::shared_ptr<LoadedModel>& model, uint64_t seed) {
            const RunPlan plan = make_plan(model, {{"dtype", "bfloat16"}});
            Runner run(model, plan.config, Exec(plan.numerics, true, Noise::contract, seed));
            NullTap tap;
            return run.step(tokens, 0, static_cast<int64_t>(tokens.size()), 0, tap, {});
        };
        const auto used = LoadedModel::open(folder);
        for (uint64_t seed = 0; seed < 12; ++seed)
            QVERIFY2(logits(used, seed).equal(logits(LoadedModel::open(folder), seed)),
                     qPrintable(QString::number(seed)));
    }

    /// A weight whose memory went to another one is not taken for it.
    void energies_follow_the_weight() {
        WeightEnergies energies;
        for (int i = 1; i <= 50; ++i) {
            const at::Tensor weight = at::full({4, 3}, static_cast<double>(i), at::kDouble);
            const Energies of = energies.of(weight);
            QVERIFY(at::allclose(of.by_input, at::full({3}, 2.0 * i, at::kDouble)));
            QVERIFY(at::allclose(of.by_output, at::full({4}, 0.5, at::kDouble)));
            QVERIFY(energies.of(weight).by_input.is_same(of.by_input));
        }
        QVERIFY(energies.of(at::zeros({2, 2}, at::kDouble))
                    .by_output.equal(at::zeros({2}, at::kDouble)));
    }
};

QTEST_GUILESS_MAIN(TestNoise)
#include "tst_noise.moc"
