// SPDX-License-Identifier: GPL-3.0-or-later
// Every option acts or is proved equal; what cannot act is refused; rows, tokens, context and
// weight processing do what their definitions say.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <set>

#include "core/engine.h"
#include "core/model/family.h"
#include "core/options/option.h"
#include "tests/support/defect_stage.h"

using namespace driftscope;

class RunOptions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        engine_ = make_engine();
        for (const FamilySpec& family : all_families()) write(family.id, family.id);
    }

    /// B cannot be computed: what A by itself makes of the prompt is there all the same.
    void a_failed_b_leaves_the_loss_of_a() {
        CompareRequest request;
        request.model_a = folder("llama");
        request.tokens = {5, 9, 2, 7, 3};
        request.options_a = request.options_b = {{"dtype", "float32"}};
        const ComparisonPtr alone = engine_->compare(request, {}, {});
        request.options_b["defects"] = "D-SPLIT-KVHEADS";
        const ComparisonPtr failed = engine_->compare(request, {}, {});
        QCOMPARE(to_string(failed->verdict.kind), std::string("failed"));
        QVERIFY(alone->a.loss > 0);
        QCOMPARE(failed->a.loss, alone->a.loss);
        QVERIFY(std::isnan(failed->b.loss));
    }

    /// Each forward option, at each value and at a few numbers, changes a site on some family.
    /// Equal by proof are those named here, each for a reason.
    void every_option_changes_a_site_data() {
        QTest::addColumn<QString>("id");
        for (const OptionSpec& spec : all_options()) {
            const bool looped =
                spec.kind != OptionKind::list && spec.effect == OptionEffect::forward;
            if (looped) QTest::newRow(spec.id.c_str()) << QString::fromStdString(spec.id);
        }
    }
    void every_option_changes_a_site() {
        QFETCH(QString, id);
        const OptionSpec& spec = option(id.toStdString());
        static const std::set<std::string> equal = {
            // The weights are stored in bfloat16: this is as-stored.
            "dtype=bfloat16",
            // LibTorch's half-type softmax computes in float32 inside and rounds once: the
            // contract.
            "softmax.dtype=follow",
            // The contract's type, by another name.
            "router.dtype=follow", "logits.dtype=follow",
            // A norm works row by row, and the copies are equal rows.
            "qkv.norm=per-head"};
        // A machine's library may sum these alike, and often does: the same rows cut otherwise,
        // small products among other rows or on fewer threads. That nothing else changes is what
        // a_fixed_order_leaves_only_the_library shows.
        const std::vector<std::string>& either = left_to_the_library();
        std::string wrong;
        for (const std::string& value : values_to_try(spec)) {
            const std::string name = spec.id + "=" + value;
            const bool library = std::find(either.begin(), either.end(), name) != either.end();
            if (value == spec.fallback || library) continue;
            const bool changes = changes_something(spec, value);
            if (changes == (equal.count(name) > 0))
                wrong += name + (changes ? " changed something; " : " changed nothing; ");
        }
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    /// With the order of every sum fixed, cutting a product otherwise, other rows beside the text
    /// and other threads change no bit at any site: what they change without is the order of the
    /// library's sums. A tensor of other size is also cut otherwise into vectors and a rest, and
    /// the rest's exp and tanh are other functions': these models and texts are of such sizes that
    /// every row fills whole vectors, so that there is no rest with other rows and none without.
    void a_fixed_order_leaves_only_the_library_data() {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("base");
        for (const std::string& value : left_to_the_library())
            for (const char* type : {"float32", "bfloat16"})
                QTest::newRow((value + " " + type).c_str())
                    << QString::fromStdString(value)
                    << QStringLiteral("matmul.order=sequential,dtype=") + type;
    }
    void a_fixed_order_leaves_only_the_library() {
        QFETCH(QString, value);
        QFETCH(QString, base);
        for (const FamilySpec& family : all_families()) {
            test::TinyModel even;
            even.family = family.id;
            even.type = StoredType::BF16;
            even.d_mlp = 64, even.d_vocab = 128;
            test::write_tiny_checkpoint(folder("even"), even);
            CompareRequest request;
            request.model_a = folder("even");
            for (int i = 0; i < 16; ++i) request.tokens.push_back(3 + i * 29 % 90);
            // A capped score is a tanh over 4 heads and all keys: with 17 of them there is a rest.
            request.max_new_tokens = engine_->open(request.model_a)->soft_cap ? 0 : 3;
            request.options_a = parse_options(base.toStdString());
            request.options_b = parse_options((base + "," + value).toStdString());
            const ComparisonPtr c = engine_->compare(request, {}, {});
            QVERIFY(c->sites.size() > 20);
            for (const SiteMetrics& m : c->sites)
                QVERIFY2(m.in_a && m.in_b && m.max_abs == 0,
                         (family.id + ": " + to_string(m.site)).c_str());
            QVERIFY2(c->verdict.kind == VerdictKind::identical, family.id.c_str());
        }
    }

    /// The constant in the key biases enlarges the scores and changes neither pattern nor function.
    void a_key_constant_leaves_the_function() {
        int families = 0;
        for (const FamilySpec& family : all_families()) {
            if (!engine_->open(folder(family.id))->free_key_bias) continue;
            ++families;
            for (const char* qkv : {"fused", "separate", "split-gemm", "split-einsum"}) {
                const std::string a = std::string("dtype=float32,qkv=") + qkv;
                const ComparisonPtr c = compare(family.id, a, a + ",attention.key_bias=40");
                QCOMPARE(to_string(c->verdict.kind), std::string("rounding"));
                QVERIFY2(!c->verdict.excess, family.id.c_str());
                for (const SiteMetrics& m : c->sites) {
                    const std::string where = family.id + " " + to_string(m.site);
                    if (m.site.kind == SiteKind::scores || m.site.kind == SiteKind::k)
                        QVERIFY2(m.rel_l2 > 1, where.c_str());
                    if (m.site.kind == SiteKind::pattern || m.site.kind == SiteKind::logits)
                        QVERIFY2(m.rel_l2 < 1e-4, where.c_str());
                    if (m.site.layer > 0) continue;
                    if (m.site.kind == SiteKind::q || m.site.kind == SiteKind::v)
                        QVERIFY2(m.max_abs == 0, where.c_str());
                }
            }
            // The layouts add it to the same rows.
            const std::string a = "dtype=float64,attention.key_bias=7,qkv=fused";
            const ComparisonPtr c =
                compare(family.id, a, "dtype=float64,attention.key_bias=7,qkv=separate");
            for (const SiteMetrics& m : c->sites)
                QVERIFY2(m.rel_l2 < 1e-13, (family.id + " " + to_string(m.site)).c_str());
        }
        QCOMPARE(families, 3);  // gpt2 and bloom rotate nothing, gpt_neox a part of each head
    }

    void what_does_not_apply_is_refused() {
        for (const FamilySpec& family : all_families()) {
            const auto info = engine_->open(folder(family.id));
            for (const OptionSpec& spec : all_options()) {
                const std::string reason = why_not(spec, *info);
                if (reason.empty() || spec.values.size() < 2) continue;
                expect_error(family.id, "", spec.id + "=" + spec.values.back(), reason);
            }
        }
        expect_error("llama", "", "qkv.norm=per-head", "reads one input");
        expect_error("llama", "", "conventions=transformerlens,attention=sdpa",
                     "no fused attention");
        expect_error("gpt2", "", "context=65", "learned positions for 64");
        expect_error("gpt2", "", "context=4", "learned positions for 4");
        write("post", "bloom", {{"apply_residual_connection_post_layernorm", "true"}});
        expect_error("post", "", "processing=transformerlens", "norms' outputs");
    }

    /// A text that the two classes read alike is another text nowhere, and the defect is said to be
    /// out of reach; without new tokens there is no text at all. The texts of the two folders of a
    /// converted model are told apart too, with no option set.
    void a_text_has_its_reading() {
        const test::TinyModel swap =
            test::stage_for(*find_defect("D-TOKENIZER-SWAP"), "internlm2").model;
        test::write_tiny_checkpoint(folder("reads"), swap);
        CompareRequest request;
        request.model_a = folder("reads");
        request.tokens = {5, 61, 17};
        request.options_b = parse_options("defects=D-TOKENIZER-SWAP");
        for (const int new_tokens : {0, 1}) {
            request.max_new_tokens = new_tokens;
            const ComparisonPtr c = engine_->compare(request, {}, {});
            QCOMPARE(to_string(c->verdict.kind), std::string("identical"));
            QCOMPARE(c->verdict.not_exercised.size(), size_t{1});
            QVERIFY(c->verdict.not_exercised.front().starts_with("D-TOKENIZER-SWAP"));
            QVERIFY(c->warnings.empty());
        }
        test::TinyModel other = swap;
        other.files["tokenizer_config.json"] = R"({"tokenizer_class": "LlamaTokenizer"})";
        test::write_tiny_checkpoint(folder("converted"), other);
        request.options_b = {};
        request.model_b = folder("converted");
        request.max_new_tokens = 3;
        const ComparisonPtr c = engine_->compare(request, {}, {});
        QVERIFY(c->generation->a.text != c->generation->b.text);
        QCOMPARE(c->warnings.size(), size_t{1});
        QVERIFY(c->warnings.front().starts_with("The same tokens, two texts"));
        request.options_b = parse_options("decode=internlm2");
        const ComparisonPtr same = engine_->compare(request, {}, {});
        QCOMPARE(same->generation->a.text, same->generation->b.text);
        QVERIFY(same->warnings.empty());
    }

    /// TransformerLens copies the stream to the heads and normalises each copy; a norm reads and
    /// writes one row at a time, so that every copy is the shared result.
    void a_norm_for_each_head_is_the_shared_norm() {
        for (const FamilySpec& family : all_families()) {
            for (const char* base :
                 {"dtype=float32,qkv=split-gemm", "dtype=bfloat16,qkv=split-einsum",
                  "dtype=float16,qkv=split-gemm,batch=2"}) {
                const ComparisonPtr c =
                    compare(family.id, base, std::string(base) + ",qkv.norm=per-head");
                QVERIFY2(c->verdict.kind == VerdictKind::identical, family.id.c_str());
            }
        }
    }

    /// Positions, masks and caches around pads and other rows are right to the float64 rounding.
    void other_rows_leave_the_function() {
        for (const FamilySpec& family : all_families()) {
            for (const char* rows :
                 {"batch=2", "padding=left:3", "padding=right:2", "padding=left:5,kv_cache=off",
                  "padding=right:2,kv_cache=off", "padding=left:1,prefill.chunk=4,batch=1",
                  "padding=right:3,prefill.chunk=4"}) {
                const ComparisonPtr c =
                    compare(family.id, "dtype=float64", std::string("dtype=float64,") + rows);
                QVERIFY2(c->verdict.delta < 1e-12, (family.id + " " + rows).c_str());
                for (const SiteMetrics& m : c->sites) {
                    const bool cache =
                        m.site.kind == SiteKind::cache_k || m.site.kind == SiteKind::cache_v;
                    QVERIFY(m.in_a == m.in_b || (cache && c->b.options.at("kv_cache") == "off"));
                }
                QVERIFY(c->observer.identical);
            }
        }
    }

    /// With a wrong mask or position the text would see its pads: a window shows that they are
    /// there.
    void pads_are_really_computed() {
        const ComparisonPtr c = compare("mistral", "dtype=float64,attention.window=6",
                                        "dtype=float64,attention.window=6,padding=right:4");
        QCOMPARE(to_string(c->verdict.kind),
                 std::string("semantic"));  // as Hugging Face counts them
        QCOMPARE(c->verdict.site->kind, SiteKind::scores);
    }

    void context_bounds_what_reads_it() {
        write("dynamic", "llama", {{"rope_scaling", R"({"rope_type": "dynamic", "factor": 2.0})"}});
        const ComparisonPtr c = compare("dynamic", "", "context=6");
        QCOMPARE(to_string(c->verdict.kind), std::string("semantic"));
        QCOMPARE(c->verdict.site->kind, SiteKind::rot_q);
        QCOMPARE(c->verdict.cause->id, std::string("context"));
        for (const char* family : {"llama", "bloom", "gpt2"}) {
            const ComparisonPtr inert = compare(family, "", "context=20");
            QCOMPARE(to_string(inert->verdict.kind), std::string("identical"));
            QCOMPARE(inert->verdict.not_exercised.size(), size_t{1});
        }
    }

    void other_ids_are_semantic_and_the_models_judged_apart() {
        write("bos", "llama", {{"bos_token_id", "5"}});
        for (const char* id : {"D-BOS", "D-DOUBLE-BOS"}) {
            const ComparisonPtr c =
                compare("bos", "dtype=float32", std::string("dtype=float32,defects=") + id);
            QCOMPARE(to_string(c->verdict.kind), std::string("semantic"));
            QCOMPARE(c->verdict.cause->kind, std::string("tokens"));
            QCOMPARE(c->verdict.cause->id, std::string(id));
            QVERIFY(!c->verdict.site);
            QVERIFY(c->verdict.remarks.front().find("identical") != std::string::npos);
            QVERIFY(c->verdict.not_exercised.empty());
            QCOMPARE(c->tokens.front().id, 5);
        }
        const ComparisonPtr both = compare("bos", "dtype=float32", "dtype=bfloat16,defects=D-BOS");
        QCOMPARE(to_string(both->verdict.kind), std::string("semantic"));
        QVERIFY(both->verdict.remarks.front().find("rounding") != std::string::npos);
        write("none", "llama", {{"bos_token_id", "null"}});
        expect_error("none", "", "defects=D-BOS", "names none");
    }

    /// The same weights beside two tokenizers that number the letters otherwise.
    void tokenizers_that_differ_are_semantic_and_the_models_judged_apart() {
        const char* vocabularies[] = {R"({"a":3,"b":4,"c":5})", R"({"a":3,"b":5,"c":4})"};
        for (const int i : {0, 1}) {
            const std::string name = "letters" + std::to_string(i);
            write(name, "llama");
            test::write_file(folder(name) + "/tokenizer.json",
                             std::string(R"({"model":{"type":"BPE","vocab":)") + vocabularies[i] +
                                 R"(,"merges":[]}})");
        }
        CompareRequest request;
        request.model_a = folder("letters0");
        request.model_b = folder("letters1");
        request.prompt = "abcab";
        request.options_a = request.options_b = parse_options("dtype=float32");
        const ComparisonPtr c = engine_->compare(request, {}, {});
        QCOMPARE(c->tokens.back().id, 4);  // A's ids
        QCOMPARE(to_string(c->verdict.kind), std::string("semantic"));
        QCOMPARE(c->verdict.cause->kind, std::string("tokens"));
        QVERIFY(c->verdict.remarks.front().find("identical") != std::string::npos);
        QVERIFY(c->verdict.rule.find("position 1: 4 | 5") != std::string::npos);
        request.model_b = folder("letters0");
        QCOMPARE(to_string(engine_->compare(request, {}, {})->verdict.kind),
                 std::string("identical"));
    }

    void processing_adds_a_constant_to_the_logits() {
        for (const FamilySpec& family : all_families()) {
            const ComparisonPtr c =
                compare(family.id, "dtype=float32", "dtype=float32,processing=transformerlens");
            QVERIFY2(
                c->verdict.kind == VerdictKind::rounding,
                (family.id + ": " + to_string(c->verdict.kind) + " " + c->verdict.rule).c_str());
            const auto& remarks = c->verdict.remarks;
            const auto says = [&](const char* words) {
                return std::any_of(remarks.begin(), remarks.end(), [&](const std::string& r) {
                    return r.find(words) != std::string::npos;
                });
            };
            // The library leaves capped logits as they are.
            QCOMPARE(says("constant is added to all logits"), family.id != "gemma2");
            QVERIFY2(family.id == "gemma2" || says("another representation"), family.id.c_str());
        }
    }

    /// BLOOM's own GELU has √(2/π) to eight digits and gelu_fast, which HookedTransformer takes for
    /// it, to ten: another function from the ninth digit on, and said to be one.
    void conventions_are_rounding() {
        for (const FamilySpec& family : all_families()) {
            if (family.id == "bloom") {
                const ComparisonPtr c =
                    compare("bloom", "dtype=float32", "dtype=float32,conventions=transformerlens");
                QCOMPARE(to_string(c->verdict.kind), std::string("semantic"));
                QVERIFY(c->verdict.delta64 < 1e-9 && c->verdict.share < 1e-3);
                continue;
            }
            for (const char* type : {"dtype=float32", "dtype=bfloat16"}) {
                for (const char* version : {"transformerlens", "transformerlens-2"}) {
                    const ComparisonPtr c =
                        compare(family.id, type, std::string(type) + ",conventions=" + version);
                    QVERIFY2(c->verdict.kind == VerdictKind::rounding,
                             (family.id + ": " + to_string(c->verdict.kind) + " " + c->verdict.rule)
                                 .c_str());
                    QVERIFY2(!c->verdict.excess, family.id.c_str());
                }
            }
        }
    }

private:
    std::string folder(const std::string& name) const {
        return dir_.filePath(QString::fromStdString(name)).toStdString();
    }
    void write(const std::string& name, const std::string& family,
               const std::map<std::string, std::string>& keys = {}) const {
        test::TinyModel model;
        model.family = family;
        model.type = StoredType::BF16;
        model.config = keys;
        test::write_tiny_checkpoint(folder(name), model);
    }
    ComparisonPtr compare(const std::string& family, const std::string& a, const std::string& b) {
        CompareRequest request;
        request.model_a = folder(family);
        request.tokens = {5, 61, 17, 90, 3, 44, 44, 12, 7, 33, 80};
        request.max_new_tokens = 3;
        request.options_a = parse_options(a);
        request.options_b = parse_options(b);
        return engine_->compare(request, {}, {});
    }
    void expect_error(const std::string& family, const std::string& a, const std::string& b,
                      const std::string& why) {
        try {
            compare(family, a, b);
            QFAIL(("accepted on " + family + ": " + b).c_str());
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).find(why) != std::string::npos, error.what());
            QCOMPARE(error.exit_status(), 1);
        }
    }

    static const std::vector<std::string>& left_to_the_library() {
        static const std::vector<std::string> all = {"qkv=separate", "qkv=split-gemm", "threads=2",
                                                     "threads=all", "batch=3"};
        return all;
    }

    static std::vector<std::string> values_to_try(const OptionSpec& spec) {
        std::vector<std::string> values = spec.values;
        for (const std::string& prefix : spec.prefixes) values.push_back(prefix + ":3");
        static const std::map<std::string, std::string> numbers = {{"prefill.chunk", "3"},
                                                                   {"attention.window", "3"},
                                                                   {"rope.base", "100"},
                                                                   {"context", "6"},
                                                                   {"batch", "3"},
                                                                   {"threads", "2"},
                                                                   {"attention.key_bias", "3"}};
        const auto number = numbers.find(spec.id);
        const bool whole = spec.kind == OptionKind::integer || spec.kind == OptionKind::real;
        if (whole && number == numbers.end()) {
            values.emplace_back("no number to try");  // fails: add one above
        } else if (whole) {
            values.push_back(number->second);
        }
        return values;
    }

    /// On one of these models with one of these settings, B's value alone changes a bit somewhere.
    bool changes_something(const OptionSpec& spec, const std::string& value) {
        write("scaled", "llama",
              {{"rope_scaling", R"({"rope_type": "dynamic", "factor": 2.0})"},
               {"max_position_embeddings", "8"}});
        write("windowed", "mistral", {{"sliding_window", "3"}});
        if (spec.id == "experts") {  // against a run that chooses others
            const char *a = "dtype=float32", *b = "dtype=float32,rope.base=100";
            return compare("mixtral", a, b)->routing->tokens_with_a_flip > 0 &&
                   compare("mixtral", a, std::string(b) + ",experts=" + value)
                           ->routing->tokens_with_a_flip == 0;
        }
        for (const char* model : {"mixtral", "scaled", "gpt2", "internlm2", "windowed"}) {
            const std::string why = why_not(spec, *engine_->open(folder(model)));
            if (!why.empty()) continue;
            if (spec.id == "context" && std::string(model) == "gpt2") continue;
            for (const std::string& base : bases_for(spec)) {
                const ComparisonPtr c =
                    compare(model, base, base + (base.empty() ? "" : ",") + spec.id + "=" + value);
                if (c->verdict.kind != VerdictKind::identical) return true;
                for (const SiteMetrics& m : c->sites)
                    if (m.in_a != m.in_b) return true;
            }
        }
        return false;
    }
    /// What both runs have besides: an option may act in one of these settings only.
    static std::vector<std::string> bases_for(const OptionSpec& spec) {
        if (spec.id == "dtype") return {""};
        std::vector<std::string> bases = {"dtype=float32", "dtype=bfloat16", "dtype=float64"};
        for (std::string& base : bases) {
            if (spec.id == "accumulate") base += ",matmul.order=sequential";
            if (spec.id == "qkv.norm") base += ",qkv=split-einsum";
            if (spec.id == "raised.dtype") base += ",raised=embed+blocks.1.attn";
        }
        return bases;
    }

    QTemporaryDir dir_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(RunOptions)
#include "tst_run_options.moc"
