// SPDX-License-Identifier: GPL-3.0-or-later
// What the judge says of runs whose right answer is known from the definitions, and of evidence
// made by hand.
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <set>

#include "core/data/text_difference.h"
#include "core/engine.h"
#include "core/judge/verdict.h"
#include "core/model/family.h"
#include "core/options/effects.h"
#include "tests/support/defect_stage.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

class Verdicts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        engine_ = make_engine();
        // A base that D-ROPE-BASE does not leave as it is.
        test::write_tiny_families(dir_.path().toStdString(), {.type = StoredType::BF16},
                                  "1000000.0");
    }

    void rule_data() {
        QTest::addColumn<double>("delta64");
        QTest::addColumn<QString>("kind");
        // Amplification 1: floor64 = 2^-53 + 4 · 2^-52.
        const double floor = floor64(1.0);
        QTest::newRow("zero") << 0.0 << "rounding";
        QTest::newRow("100 floors") << 100 * floor << "rounding";
        QTest::newRow("101 floors") << 101 * floor << "unclear";
        QTest::newRow("10^4 floors") << 1e4 * floor << "unclear";
        QTest::newRow("10^4 floors and a bit") << 1.01e4 * floor << "semantic";
        QTest::newRow("large") << 0.7 << "semantic";
        QTest::newRow("nan") << std::nan("") << "non-finite";
    }
    void rule() {
        QFETCH(double, delta64);
        QFETCH(QString, kind);
        Evidence e;
        e.judged = true;
        e.function.a_b = {0.0, 0.5};
        e.function.a64_b64 = {0.0, delta64};
        e.function.a32_a64 = {0.0, std::ldexp(1.0, -24)};
        e.function.tiny_a64 = {0.0, std::ldexp(0.5, -40)};
        e.function.a_a64 = e.function.b_b64 = {0.0, 0.0};
        e.sites.push_back({.site = {SiteKind::logits, -1}, .equal = false});
        QCOMPARE(to_string(judge(e).kind), kind.toStdString());
    }

    void identical_needs_every_bit() {
        Evidence e;
        e.same_logits = true;
        e.sites.push_back({.site = {SiteKind::q, 0}, .equal = true});
        QCOMPARE(to_string(judge(e).kind), std::string("identical"));
        e.sites.push_back({.site = {SiteKind::k, 0}, .equal = false});
        QVERIFY(judge(e).kind != VerdictKind::identical);
    }

    void only_types_differ_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("b");
        for (const FamilySpec& family : all_families()) {
            const bool capped = engine_->open(folder(family.id))->soft_cap;
            for (const char* b : {"dtype=bfloat16",
                                  "dtype=float16",
                                  "dtype=float64",
                                  "dtype=float32,matmul.order=split-k",
                                  "dtype=float32,matmul.order=sequential",
                                  "dtype=float32,matmul.order=pairwise",
                                  "dtype=float32,matmul.order=blocks:8",
                                  "dtype=float32,attention=sdpa",
                                  "dtype=float32,qkv=split-einsum",
                                  "dtype=float32,kv_cache=off",
                                  "dtype=float32,prefill.chunk=3",
                                  "dtype=float32,kv_cache.dtype=bfloat16",
                                  "dtype=float32,attention.scale=divide",
                                  "dtype=float32,batch=3",
                                  "dtype=float32,padding=left:3",
                                  "dtype=float32,padding=right:2",
                                  "dtype=float32,padding=left:2,kv_cache=off,batch=1",
                                  "dtype=float32,qkv=split-gemm,qkv.norm=per-head",
                                  "dtype=float32,processing=transformerlens",
                                  "dtype=bfloat16,processing=transformerlens",
                                  "dtype=float32,conventions=transformerlens"}) {
                if (capped && std::string(b).find("sdpa") != std::string::npos) continue;
                // Another constant in its GELU: tst_run_options.
                if (family.id == "bloom" && std::string(b).find("conventions") != std::string::npos)
                    continue;
                const QString name = QString::fromStdString(family.id + " " + b);
                QTest::newRow(qPrintable(name))
                    << QString::fromStdString(family.id) << "dtype=float32" << b;
            }
        }
    }
    void only_types_differ() {
        QFETCH(QString, family);
        QFETCH(QString, a);
        QFETCH(QString, b);
        const ComparisonPtr c = compare(family, a, b);
        const std::string kind = to_string(c->verdict.kind);
        QVERIFY2(kind == "rounding" || kind == "identical",
                 (kind + ": " + c->verdict.rule).c_str());
        QVERIFY2(!c->verdict.excess,
                 c->verdict.excess ? to_string(*c->verdict.excess).c_str() : "");
        QVERIFY(c->observer.identical);
        if (c->routing) QCOMPARE(c->routing->unexplained, 0);
    }

    void defects_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("id");
        for (const DefectSpec& defect : all_defects()) {
            for (const std::string& family : defect.families) {
                const QString name = QString::fromStdString(family + " " + defect.id);
                QTest::newRow(qPrintable(name))
                    << QString::fromStdString(family) << QString::fromStdString(defect.id);
            }
        }
    }
    void defects() {
        QFETCH(QString, family);
        QFETCH(QString, id);
        const DefectSpec& defect = *find_defect(id.toStdString());
        const test::DefectStage stage = test::stage_for(defect, family.toStdString());
        test::write_tiny_checkpoint(folder("staged"), stage.model);
        for (const char* dtype : {"float32", "bfloat16"}) {
            const std::string type = std::string("dtype=") + dtype;
            CompareRequest request = one_side("staged");
            request.max_new_tokens = 3;
            request.options_a = parse_options(type + stage.options_a);
            request.options_b = parse_options(type + stage.options_b + ",defects=" + defect.id);
            const ComparisonPtr c = engine_->compare(request, {}, {});
            const std::string kind = to_string(c->verdict.kind);
            if (defect.kind == "rounding") {
                QVERIFY2(kind == "rounding" || kind == "identical", kind.c_str());
                continue;
            }
            if (defect.kind == "tokens") {
                QCOMPARE(kind, std::string("semantic"));
                QVERIFY(c->verdict.cause.has_value());
                QCOMPARE(c->verdict.cause->kind, std::string("tokens"));
                QCOMPARE(c->verdict.cause->id, defect.id);
                continue;
            }
            QVERIFY2(kind == defect.kind, (kind + ": " + c->verdict.rule).c_str());
            if (changes_text_only(defect)) {
                same_tokens_two_texts(*c);
                continue;
            }
            if (kind == "identical") {
                QCOMPARE(c->verdict.not_exercised.size(), size_t{1});
                continue;
            }
            const SiteKind first = defect.first_site_in(family.toStdString());
            const bool in_block = site_info(first).scope == SiteScope::layer;
            QVERIFY(c->verdict.site.has_value());
            QCOMPARE(to_string(*c->verdict.site), to_string(Site{first, in_block ? 0 : -1}));
            QVERIFY(c->verdict.cause.has_value());
            QCOMPARE(c->verdict.cause->id, defect.id);
            if (defect.id == "D-MOE-SCATTER") {
                QCOMPARE(c->routing->layers.front().disagreement, 0.0);
            }
        }
    }

    void defects_hide_in_one_token() {
        for (const char* id : {"D-MOE-SCATTER", "D-ROPE-BASE", "D-ROPE-CONVENTION",
                               "D-ROPE-SCALING-IGNORED", "D-ROPE-OLDCTX", "D-ROPE-DYN-DROPPED",
                               "D-POS-RESTART", "D-ALIBI-TOPROWS", "D-ALIBI-QLEN", "D-ALIBI-SLOPES",
                               "D-KV-MASK", "D-KV-UPDATE", "D-SWA-WINDOW", "D-SWA-DROPPED"}) {
            const DefectSpec& defect = *find_defect(id);
            const test::DefectStage stage = test::stage_for(defect, defect.families.front());
            test::write_tiny_checkpoint(folder("staged"), stage.model);
            CompareRequest request = one_side("staged");
            request.tokens = {5};
            request.options_b = parse_options("defects=" + defect.id);
            const ComparisonPtr c = engine_->compare(request, {}, {});
            QVERIFY2(c->verdict.kind == VerdictKind::identical, id);
            QVERIFY(!c->verdict.not_exercised.empty());
            QVERIFY(c->verdict.not_exercised.front().starts_with(id));
            QVERIFY(!c->warnings.empty());
        }
    }

    void alias_equals_its_option() {
        CompareRequest request = one_side("mixtral");
        request.options_a = parse_options("rope.base=10000");
        request.options_b = parse_options("defects=D-ROPE-BASE");
        QCOMPARE(to_string(engine_->compare(request, {}, {})->verdict.kind),
                 std::string("identical"));
    }

    void cache_on_and_off_agree_in_float64() {
        for (const FamilySpec& family : all_families()) {
            const ComparisonPtr c = compare(QString::fromStdString(family.id), "dtype=float64",
                                            "dtype=float64,kv_cache=off");
            QVERIFY(c->verdict.delta < 1e-12);
        }
    }

    void window_longer_than_the_text_is_not_exercised() {
        CompareRequest request = one_side("mistral");
        request.options_a = parse_options("attention.window=off");
        request.options_b = parse_options("attention.window=64");
        const ComparisonPtr c = engine_->compare(request, {}, {});
        QCOMPARE(to_string(c->verdict.kind), std::string("identical"));
        QCOMPARE(c->verdict.not_exercised.size(), size_t{1});
        request.options_b = parse_options("attention.window=3");
        const ComparisonPtr d = engine_->compare(request, {}, {});
        QCOMPARE(to_string(d->verdict.kind), std::string("semantic"));
        QCOMPARE(d->verdict.site->kind, SiteKind::scores);
        QCOMPARE(d->verdict.site->layer, 0);
    }

private:
    /// From the definition: D-TOKENIZER-SWAP is in the text and nowhere else, and that is said.
    static void same_tokens_two_texts(const Comparison& c) {
        for (const SiteMetrics& m : c.sites) QVERIFY(m.in_a == m.in_b && m.exact == 1);
        const GeneratedText &a = c.generation->a, &b = c.generation->b;
        QVERIFY(!c.generation->first_split.has_value());
        std::string joined, closer;
        for (const GenerationStep& step : a.steps) joined += step.piece;
        for (const char byte : joined)
            if (byte != ' ') closer += byte;
        QCOMPARE(b.text, joined.substr(1));  // LlamaTokenizer: one space less, at the start
        QCOMPARE(a.text, closer);            // InternLM2Tokenizer: none before a full stop
        const auto apart = text_difference(*c.generation);
        QVERIFY(apart.has_value());
        QCOMPARE(apart->character, size_t{3});  // ".ab.cd" and ".ab .cd"
        QCOMPARE(apart->a, std::string("."));
        QCOMPARE(apart->b, std::string(" "));
        QVERIFY(!apart->pieces);
        const auto said = [](const std::vector<std::string>& list, const char* text) {
            return std::any_of(list.begin(), list.end(), [text](const std::string& line) {
                return line.find(text) != std::string::npos;
            });
        };
        QVERIFY(said(c.warnings, "The same tokens, two texts"));
        QVERIFY(said(c.warnings, "A by InternLM2Tokenizer's rules, B by LlamaTokenizer's rules"));
        QVERIFY(said(c.a.notes, "InternLM2Tokenizer") && said(c.b.notes, "LlamaTokenizer"));
        QVERIFY(c.verdict.not_exercised.empty() && !c.verdict.cause);
        // Another kernel would change nothing about it.
        QVERIFY(!said(c.verdict.remarks, "matmul.order"));
    }

    std::string folder(const std::string& name) const {
        return dir_.filePath(QString::fromStdString(name)).toStdString();
    }
    CompareRequest one_side(const std::string& family) const {
        CompareRequest request;
        request.model_a = folder(family);
        request.tokens = {5, 61, 17, 90, 3, 44, 44, 12, 7, 33, 80};
        return request;
    }
    ComparisonPtr compare(const QString& family, const QString& a, const QString& b) {
        CompareRequest request = one_side(family.toStdString());
        request.max_new_tokens = 3;
        request.options_a = parse_options(a.toStdString());
        request.options_b = parse_options(b.toStdString());
        return engine_->compare(request, {}, {});
    }

    QTemporaryDir dir_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(Verdicts)
#include "tst_verdicts.moc"
