// SPDX-License-Identifier: GPL-3.0-or-later
// Values computed by hand from the published formulas, as printed, to eight digits: ALiBi's slopes
// and Gemma's factor of the embedding. Rotary ones are in tst_rope.
#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/engine.h"
#include "core/nn/rope.h"
#include "core/options/option.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

class GoldenValues : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Sixteen and eight heads: powers of one ratio; twelve: eight of those and every second slope
    /// of sixteen; 112 are BLOOM's own.
    void alibi_slopes() {
        const std::vector<double> sixteen = {0.70710678, 0.5,       0.35355339, 0.25,
                                             0.1767767,  0.125,     0.08838835, 0.0625,
                                             0.04419417, 0.03125,   0.02209709, 0.015625,
                                             0.01104854, 0.0078125, 0.00552427, 0.00390625};
        const std::vector<double> twelve = {1 / 2.0,    1 / 4.0,    1 / 8.0,   1 / 16.0,
                                            1 / 32.0,   1 / 64.0,   1 / 128.0, 1 / 256.0,
                                            0.70710678, 0.35355339, 0.1767767, 0.08838835};
        const std::vector<double> eight(twelve.begin(), twelve.begin() + 8);
        for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
            for (const auto& golden : {sixteen, twelve, eight}) {
                const std::vector<double> ours = slopes(golden.size(), type);
                for (size_t i = 0; i < golden.size(); ++i) QVERIFY(near(ours[i], golden[i]));
            }
            const std::vector<double> bloom = slopes(112, type);
            QVERIFY(near(bloom[0], 0.917004) && near(bloom[1], 0.8408964));
            QVERIFY(near(bloom[2], 0.7711054) && near(bloom[109], 0.019404));
            QVERIFY(near(bloom[110], 0.0177936) && near(bloom[111], 0.0163168));
        }
    }

    /// bfloat16 of the root of the width: what multiplies each embedding in a bfloat16 run.
    void gemma_scales_by_a_rounded_root_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<double>("factor");
        QTest::newRow("2304") << 2304 << 48.0;
        QTest::newRow("3072") << 3072 << 55.5;
        QTest::newRow("3584") << 3584 << 59.75;
        QTest::newRow("2048") << 2048 << 45.25;
    }
    void gemma_scales_by_a_rounded_root() {
        QFETCH(int, width);
        QFETCH(double, factor);
        QTemporaryDir dir;
        test::TinyModel model;
        model.family = "gemma";
        model.d_model = width;
        model.d_head = 8;
        model.n_layers = 1;
        model.type = StoredType::BF16;
        model.tied = true;
        const std::string folder = dir.filePath("model").toStdString();
        test::write_tiny_checkpoint(folder, model);
        TraceRequest request;
        request.model = folder;
        request.tokens = {5, 61, 17};
        request.options = parse_options("dtype=bfloat16");
        request.sites = {"blocks.0.resid_pre"};
        request.out = dir.filePath("trace.safetensors").toStdString();
        make_engine()->trace(request, {});
        const std::vector<double> got =
            test::numbers(SafetensorsFile::open(request.out).tensors().front());
        const SafetensorsFile file = SafetensorsFile::open(folder + "/model.safetensors");
        const auto all = file.tensors();
        const auto embedding = std::find_if(all.begin(), all.end(), [](const TensorView& tensor) {
            return tensor.name == "model.embed_tokens.weight";
        });
        QVERIFY(embedding != all.end());
        const std::vector<double> stored = test::numbers(*embedding);
        QCOMPARE(got.size(), request.tokens.size() * static_cast<size_t>(width));
        for (size_t i = 0; i < got.size(); ++i) {
            const auto row = static_cast<size_t>(request.tokens[i / static_cast<size_t>(width)]);
            const double e =
                stored[row * static_cast<size_t>(width) + i % static_cast<size_t>(width)];
            // e * factor is exact in double: eight bits times eight.
            QCOMPARE(got[i],
                     at::scalar_tensor(e * factor, at::kFloat).to(at::kBFloat16).item<double>());
        }
    }

private:
    /// The goldens are printed to at most eight decimals.
    static bool near(double value, double golden) { return std::abs(value - golden) < 6e-8; }
    static std::vector<double> slopes(size_t heads, at::ScalarType type) {
        Numerics numerics;
        numerics.dtype = type;
        const at::Tensor bias =
            alibi_bias(Exec(numerics, false), static_cast<int64_t>(heads), 2, 1).to(at::kDouble);
        std::vector<double> out;
        for (size_t h = 0; h < heads; ++h)
            out.push_back(bias[static_cast<int64_t>(h)][0][1].item<double>());
        return out;
    }
};

QTEST_GUILESS_MAIN(GoldenValues)
#include "tst_golden_values.moc"
