// SPDX-License-Identifier: GPL-3.0-or-later
// layout=llama on a packed InternLM2 is, bit for bit at every site and in every dtype, the file
// that convert writes opened as a Llama.
#include <QTemporaryDir>
#include <QTest>

#include "core/engine.h"
#include "core/files.h"
#include "core/model/family.h"
#include "core/options/option.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

class TestLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        engine_ = make_engine();
        make("plain", {});
        make("bias", {{"bias", "true"}});
        make("linear", {{"rope_scaling", R"({"type": "linear", "factor": 2.0})"}});
        // The text is longer than the context, so that the scaling acts.
        make("dynamic", {{"rope_scaling", R"({"type": "dynamic", "factor": 2.0})"},
                         {"max_position_embeddings", "8"}});
    }

    void is_the_converted_file_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("options");
        for (const char* model : {"plain", "bias", "linear", "dynamic"})
            for (const char* dtype : {"as-stored", "float64", "float32", "bfloat16", "float16"})
                for (const std::string& qkv : option("qkv").values)
                    for (const char* cache : {"on", "off"}) {
                        const QString text = QString("dtype=%1,qkv=%2,kv_cache=%3")
                                                 .arg(dtype, QString::fromStdString(qkv), cache);
                        QTest::addRow("%s %s", model, qPrintable(text)) << model << text;
                    }
    }

    void is_the_converted_file() {
        QFETCH(QString, model);
        QFETCH(QString, options);
        CompareRequest request = question(model.toStdString());
        request.options_a = request.options_b = parse_options(options.toStdString());
        request.options_a["layout"] = "llama";
        const ComparisonPtr c = engine_->compare(request, {}, {});
        QCOMPARE(to_string(c->verdict.kind), std::string("identical"));
        QVERIFY(c->a.family != c->b.family);
        int sites = 0;
        for (const SiteMetrics& m : c->sites) {
            QCOMPARE(m.in_a, m.in_b);
            if (!m.in_a) continue;
            ++sites;
            QCOMPARE(m.exact, 1.0);
            QCOMPARE(m.max_abs, 0.0);
        }
        QVERIFY(sites > 30);
    }

    /// Without the option the packed file rounds otherwise somewhere: scores divided by √8.
    void as_stored_is_not() {
        CompareRequest request = question("linear");
        request.options_a = request.options_b = parse_options("dtype=float32");
        const ComparisonPtr c = engine_->compare(request, {}, {});
        QVERIFY(to_string(c->verdict.kind) != "identical");
        request.model_b.clear();
        request.options_b["layout"] = "llama";
        const ComparisonPtr own = engine_->compare(request, {}, {});
        QCOMPARE(to_string(own->verdict.kind), std::string("rounding"));
    }

    void refused_where_nothing_is_packed() {
        for (const FamilySpec& family : all_families()) {
            if (family.id == "internlm2") continue;
            test::TinyModel model;
            model.family = family.id;
            test::write_tiny_checkpoint(folder(family.id), model);
            GenerateRequest request;
            request.model = folder(family.id);
            request.tokens = {1, 2};
            request.max_new_tokens = 1;
            request.options["layout"] = "llama";
            try {
                engine_->generate(request, {}, {});
                QFAIL(family.id.c_str());
            } catch (const Error& error) {
                QCOMPARE(error.code(), ErrorCode::usage);
                QVERIFY2(QString(error.what()).contains("InternLM2"), error.what());
            }
        }
    }

    void no_defect_of_the_packed_tensor_with_it() {
        GenerateRequest request;
        request.model = folder("plain");
        request.tokens = {1, 2};
        request.max_new_tokens = 1;
        request.options = parse_options("layout=llama,defects=D-WQKV-CONTIG");
        QVERIFY_THROWS_EXCEPTION(Error, engine_->generate(request, {}, {}));
    }

private:
    void make(const std::string& name, const std::map<std::string, std::string>& config) {
        test::TinyModel model;
        model.family = "internlm2";
        model.type = StoredType::BF16;
        model.config = config;
        model.config.emplace("bias", "false");
        test::write_tiny_checkpoint(folder(name), model);
        convert_model({folder(name), "llama", folder(name + "-llama")}, {}, {});
    }
    CompareRequest question(const std::string& model) const {
        CompareRequest request;
        request.model_a = folder(model);
        request.model_b = folder(model + "-llama");
        request.tokens = {5, 61, 17, 90, 3, 44, 44, 7, 12, 80, 33};
        request.max_new_tokens = 3;
        return request;
    }
    std::string folder(const std::string& name) const {
        return dir_.filePath(QString::fromStdString(name)).toStdString();
    }

    QTemporaryDir dir_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(TestLayout)
#include "tst_layout.moc"
