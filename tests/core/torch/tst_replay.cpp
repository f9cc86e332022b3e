// SPDX-License-Identifier: GPL-3.0-or-later
// experts=replay: one run takes the other's expert choices, by block and position.
#include <QTemporaryDir>
#include <QTest>
#include <cstring>
#include <numeric>

#include "core/engine.h"
#include "core/model/family.h"
#include "core/options/option.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

class Replay : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        engine_ = make_engine();
        test::write_tiny_families(dir_.path().toStdString(), {.type = StoredType::BF16});
    }

    void choices_are_the_other_runs_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("b");
        for (const char* family : {"mixtral", "qwen3_moe", "olmoe"}) {
            // Types far enough apart that own choices would differ; other calls and other rows, so
            // that a choice is found by its position and not by its call.
            for (const auto& [a, b] : std::initializer_list<std::pair<const char*, const char*>>{
                     {"dtype=float32", "dtype=bfloat16,router.dtype=float16,experts=replay"},
                     {"dtype=bfloat16,experts=replay", "dtype=float32"},
                     {"dtype=float32", "dtype=bfloat16,kv_cache=off,experts=replay"},
                     {"dtype=float32,kv_cache=off",
                      "dtype=bfloat16,prefill.chunk=3,experts=replay"},
                     {"dtype=float32,prefill.chunk=4,experts=replay", "dtype=bfloat16,batch=2"},
                     {"dtype=float32,batch=2", "dtype=bfloat16,padding=left:3,experts=replay"},
                     {"dtype=float32", "dtype=bfloat16,padding=right:2,batch=1,experts=replay"},
                     {"dtype=float32", "rope.base=100,dtype=float32,experts=replay"}}) {
                const QString name = QStringLiteral("%1 %2 | %3").arg(family, a, b);
                QTest::newRow(qPrintable(name)) << family << a << b;
            }
        }
    }
    void choices_are_the_other_runs() {
        QFETCH(QString, family);
        QFETCH(QString, a);
        QFETCH(QString, b);
        const ComparisonPtr c = compare(family.toStdString(), a.toStdString(), b.toStdString());
        QVERIFY(c->routing.has_value());
        QCOMPARE(c->routing->tokens_with_a_flip, 0.0);
        for (const RoutingLayer& layer : c->routing->layers) {
            QCOMPARE(layer.disagreement, 0.0);
            QVERIFY(layer.experts_a == layer.experts_b);
            // Renormalised over the chosen, where the model does so.
            if (family != QLatin1String("mixtral")) continue;
            for (size_t i = 0; i + 1 < layer.weights_b.size(); i += 2) {
                const double sum =
                    std::accumulate(&layer.weights_b[i], &layer.weights_b[i] + 2, 0.0);
                QVERIFY(std::abs(sum - 1.0) < 0.02);
            }
        }
        QVERIFY2(c->observer.identical, "a run without taps has other logits");
        QVERIFY(!c->routing->a_experts_in_b && !c->routing->b_experts_in_a);
        // Values on demand are those of the run that replayed.
        const ValuesPtr v =
            engine_->values(c->id, Site{SiteKind::expert_indices, c->routing->layers[0].layer}, {});
        QVERIFY(!v->a.empty() && v->a == v->b);
    }

    void equal_choices_change_no_bit() {
        for (const char* family : {"mixtral", "qwen3_moe", "olmoe"}) {
            for (const char* base :
                 {"dtype=float32", "dtype=bfloat16", "dtype=float16,kv_cache=off",
                  "dtype=float32,router.softmax=after-topk"}) {
                const ComparisonPtr c =
                    compare(family, base, std::string(base) + ",experts=replay");
                QCOMPARE(to_string(c->verdict.kind), std::string("identical"));
                for (const SiteMetrics& m : c->sites) QCOMPARE(m.exact, 1.0);
            }
        }
    }

    void what_cannot_replay_is_refused() {
        refused("mixtral", "experts=replay", "experts=replay", "both runs replay");
        for (const FamilySpec& family : all_families()) {
            if (engine_->open(folder(family.id))->moe()) continue;
            refused(family.id, "", "experts=replay", "no experts");
        }
        GenerateRequest alone;
        alone.model = folder("mixtral");
        alone.tokens = {5, 61, 17};
        alone.max_new_tokens = 1;
        alone.options = parse_options("experts=replay");
        try {
            engine_->generate(alone, {}, {});
            QFAIL("replayed nobody's choices");
        } catch (const Error& error) {
            QCOMPARE(error.exit_status(), 1);
        }
    }

    /// Experts 0 and 1 have the same router row up to a millionth, whose sign differs between the
    /// models: where they are the last chosen and the first left out, the choice flips, and all
    /// else is equal to a millionth. KL is quadratic in that: about 1e-12 with the choices
    /// replayed.
    void a_flipped_near_tie_is_all_there_is() {
        write_near_tie("tie_a", 1e-6);
        write_near_tie("tie_b", -1e-6);
        CompareRequest request = request_for("tie_a");
        request.model_b = folder("tie_b");
        const ComparisonPtr c = engine_->compare(request, {}, {});
        QVERIFY(c->routing->tokens_with_a_flip > 0);
        double whole = 0;
        for (double kl : c->logits.kl_ab) whole += kl / static_cast<double>(c->logits.kl_ab.size());
        QVERIFY(whole > 1e-6);
        QVERIFY(c->routing->a_experts_in_b && c->routing->b_experts_in_a);
        QVERIFY2(std::abs(*c->routing->a_experts_in_b) < 1e-9,
                 qPrintable(QString::number(*c->routing->a_experts_in_b)));
        QVERIFY(std::abs(*c->routing->b_experts_in_a) < 1e-9);
        // Asked for as an option it is the same figure.
        request.options_b = parse_options("experts=replay");
        const ComparisonPtr d = engine_->compare(request, {}, {});
        double left = 0;
        for (double kl : d->logits.kl_ab) left += kl / static_cast<double>(d->logits.kl_ab.size());
        QVERIFY(std::abs(left - *c->routing->a_experts_in_b) < 1e-12);
    }

private:
    std::string folder(const std::string& name) const {
        return dir_.filePath(QString::fromStdString(name)).toStdString();
    }
    CompareRequest request_for(const std::string& name) const {
        CompareRequest request;
        request.model_a = folder(name);
        request.tokens = {5, 61, 17, 90, 3, 44, 44, 12, 7, 33, 80};
        request.max_new_tokens = 3;
        return request;
    }
    ComparisonPtr compare(const std::string& family, const std::string& a, const std::string& b) {
        CompareRequest request = request_for(family);
        request.options_a = parse_options(a);
        request.options_b = parse_options(b);
        return engine_->compare(request, {}, {});
    }
    void refused(const std::string& family, const std::string& a, const std::string& b,
                 const char* why) {
        try {
            compare(family, a, b);
            QFAIL("accepted");
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).find(why) != std::string::npos, error.what());
        }
    }
    void write_near_tie(const std::string& name, double part) const {
        test::TinyModel model;
        model.family = "mixtral";
        test::write_tiny_checkpoint(folder(name), model);  // for config.json
        std::vector<test::RawTensor> tensors = test::tiny_tensors(model);
        for (test::RawTensor& tensor : tensors) {
            if (tensor.name.find("block_sparse_moe.gate.weight") == std::string::npos) continue;
            const auto width = static_cast<size_t>(tensor.shape[1]);
            for (size_t i = 0; i < width; ++i) {
                float value = 0;
                std::memcpy(&value, tensor.bytes.data() + 4 * i, 4);
                value = static_cast<float>(value * (1 + part));
                std::memcpy(tensor.bytes.data() + 4 * (width + i), &value, 4);
            }
        }
        test::write_file(folder(name) + "/model.safetensors", test::safetensors_bytes(tensors));
    }

    QTemporaryDir dir_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(Replay)
#include "tst_replay.moc"
