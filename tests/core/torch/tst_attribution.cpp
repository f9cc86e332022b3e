// SPDX-License-Identifier: GPL-3.0-or-later
// Shares telescope to the whole, planted causes get their own, the plan cannot lose a member.
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <fstream>

#include "core/engine.h"
#include "core/model/family.h"
#include "core/options/option.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

class TestAttribution : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        engine_ = make_engine();
        for (const FamilySpec& family : all_families()) {
            test::TinyModel model;
            model.family = family.id;
            for (const KeyRow& row : family.keys)
                if (row.field == ConfigField::rope_base) model.config[row.keys.front()] = "1e6";
            test::write_tiny_checkpoint(folder(family.id), model);
        }
    }

    void shares_sum_to_the_whole_data() {
        QTest::addColumn<QString>("family");
        for (const FamilySpec& family : all_families())
            QTest::newRow(family.id.c_str()) << QString::fromStdString(family.id);
    }
    void shares_sum_to_the_whole() {
        QFETCH(QString, family);
        const ComparisonPtr c =
            compare(family, "dtype=float32", "dtype=bfloat16,matmul.order=split-k,qkv=split-einsum");
        QVERIFY(c->attribution.has_value());
        const Attribution& a = *c->attribution;
        QVERIFY(a.whole > 0);
        QCOMPARE(a.options.size(), size_t{3});
        QCOMPARE(a.steps.size(), size_t{2 * 2 + 2});
        for (const auto* shares : {&a.options, &a.steps}) {
            double sum = 0;
            for (const Share& share : *shares) sum += share.mean;
            QVERIFY2(std::abs(sum - a.whole) < 1e-9, qPrintable(QString::number(sum - a.whole)));
        }
        QVERIFY(!a.plan.empty());
        QVERIFY(a.plan_kl <= a.plan_target);
    }

    /// Two causes of which one is known to be far larger, and one step that alone is touched.
    void planted_causes_get_their_share() {
        const ComparisonPtr base = compare("llama", "dtype=float32", "dtype=float32,rope.base=10000");
        const double alone = base->attribution->whole;
        const ComparisonPtr both =
            compare("llama", "dtype=float32", "dtype=bfloat16,rope.base=10000");
        const Attribution& a = *both->attribution;
        QCOMPARE(a.options.size(), size_t{2});
        QCOMPARE(a.options[0].id, std::string("dtype"));
        QCOMPARE(a.options[1].id, std::string("rope.base"));
        QVERIFY(a.options[1].mean > 0.9 * a.whole);
        QVERIFY(std::abs(a.options[1].mean - alone) <= a.options[1].half_gap + 0.02 * alone);
        QVERIFY(std::abs(a.options[0].mean) < 0.1 * a.whole);
        // The rotation belongs to attention: no other step's arithmetic knows the base.
        double attention = 0;
        for (const Share& share : base->attribution->steps) {
            if (share.id.ends_with(".attn")) attention += share.mean;
            else QCOMPARE(share.mean, 0.0);
        }
        QVERIFY(std::abs(attention - alone) < 1e-9);
    }

    void unembedding_alone_is_found() {
        const ComparisonPtr c = compare("llama", "dtype=bfloat16", "dtype=bfloat16,logits.dtype=float32");
        for (const Share& share : c->attribution->steps) {
            if (share.id != "unembed") QCOMPARE(share.mean, 0.0);
        }
        QCOMPARE(c->attribution->plan, std::vector<std::string>{"unembed"});
    }

    void other_calls_cannot_be_mixed() {
        const ComparisonPtr c =
            compare("bloom", "dtype=bfloat16", "dtype=float32,kv_cache=off");
        QVERIFY(c->attribution->steps.empty());
        QVERIFY(!c->attribution->note.empty());
        QCOMPARE(c->attribution->options.size(), size_t{2});
    }

    void another_config_over_the_same_weights() {
        test::TinyModel model;
        model.config["rope_theta"] = "500000.0";
        const std::string file = folder("other.json");
        test::write_file(file, test::tiny_config(model));
        CompareRequest request = requested("llama");
        request.config_b = file;
        const ComparisonPtr c = engine_->compare(request, {}, {});
        QCOMPARE(to_string(c->verdict.kind), std::string("semantic"));
        QCOMPARE(c->verdict.site->kind, SiteKind::rot_q);
        QCOMPARE(c->verdict.cause->kind, std::string("config"));
        QCOMPARE(c->verdict.cause->id, std::string("rope_theta"));
        QVERIFY(c->warnings.front().find("rope_theta 1e6 | 500000.0") != std::string::npos ||
                c->warnings.front().find("500000.0") != std::string::npos);
        // The same file again is the same function, and is found so by its bits.
        request.config_b = folder("llama") + "/config.json";
        QCOMPARE(to_string(engine_->compare(request, {}, {})->verdict.kind), std::string("identical"));
        request.config_b = folder("absent.json");
        QVERIFY_THROWS_EXCEPTION(Error, engine_->compare(request, {}, {}));
    }

private:
    std::string folder(const std::string& name) const {
        return dir_.filePath(QString::fromStdString(name)).toStdString();
    }
    CompareRequest requested(const QString& family) const {
        CompareRequest request;
        request.model_a = folder(family.toStdString());
        request.tokens = {5, 61, 17, 90, 3, 44, 44, 12, 7, 33, 80};
        return request;
    }
    ComparisonPtr compare(const QString& family, const QString& a, const QString& b) {
        CompareRequest request = requested(family);
        request.options_a = parse_options(a.toStdString());
        request.options_b = parse_options(b.toStdString());
        request.attribute = true;
        return engine_->compare(request, {}, {});
    }

    QTemporaryDir dir_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(TestAttribution)
#include "tst_attribution.moc"
