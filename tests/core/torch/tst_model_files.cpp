// SPDX-License-Identifier: GPL-3.0-or-later
// What verify_model() has read is known to the engine that opens the same files, by whatever path;
// a prompt that begins twice is warned of.
#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

#include "core/engine.h"
#include "core/files.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

class TestModelFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void verified_weights_are_known() {
        test::write_tiny_checkpoint(folder("m"), {});
        const auto engine = make_engine();
        const auto before = engine->open(folder("m"));
        QVERIFY(says(before->problems, "not checked yet"));
        QVERIFY(before->tensors.front().hash.empty());
        QVERIFY(QDir::setCurrent(dir_.path()));
        verify_model("m", {}, {});  // another spelling of the same path
        const auto after = engine->open(folder("m"));
        QVERIFY(!says(after->problems, "not checked yet"));
        for (const TensorEntry& tensor : after->tensors)
            QCOMPARE(tensor.hash.size(), std::size_t{64});
    }

    /// Rows of a packed tensor have the hash of the tensor that holds them alone elsewhere.
    void rows_of_packed_tensors_are_known() {
        test::TinyModel model;
        model.family = "internlm2";
        model.config = {{"bias", "false"}};
        test::write_tiny_checkpoint(folder("packed"), model);
        convert_model({folder("packed"), "llama", folder("apart")}, {}, {});
        const auto engine = make_engine();
        for (const TensorEntry& tensor : engine->open(folder("packed"))->tensors)
            QVERIFY2(tensor.hash.empty(), tensor.name.c_str());
        verify_model(folder("packed"), {}, {});
        verify_model(folder("apart"), {}, {});
        const auto packed = engine->open(folder("packed")), apart = engine->open(folder("apart"));
        QCOMPARE(packed->tensors.size(), apart->tensors.size());
        for (const TensorEntry& tensor : packed->tensors) {
            const auto other =
                std::find_if(apart->tensors.begin(), apart->tensors.end(),
                             [&](const TensorEntry& each) { return each.name == tensor.name; });
            QVERIFY2(other != apart->tensors.end(), tensor.name.c_str());
            QCOMPARE(tensor.hash.size(), std::size_t{64});
            QCOMPARE(tensor.hash, other->hash);
        }
    }

    /// A run reads every weight anyway: what it saw needs no second reading.
    void a_comparison_verifies() {
        test::TinyModel model;
        model.seed = 5;
        test::write_tiny_checkpoint(folder("run"), model);
        const auto engine = make_engine();
        CompareRequest request;
        request.model_a = folder("run");
        request.tokens = {1, 2, 3};
        request.options_b["dtype"] = "bfloat16";
        engine->compare(request, {}, {});
        QVERIFY(!says(engine->open(folder("run"))->problems, "not checked yet"));
    }

    void a_doubled_beginning_is_warned_of() {
        test::write_tiny_checkpoint(folder("bos"), {});
        // "a" is 3; <s> is 1 and goes before every text.
        test::write_file(folder("bos") + "/tokenizer.json", R"({"version": "1.0",
"added_tokens": [{"id": 1, "content": "<s>", "special": true, "normalized": false}],
"post_processor": {"type": "TemplateProcessing", "single": [
 {"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
 "pair": [], "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
"model": {"type": "BPE", "vocab": {"b": 2, "a": 3}, "merges": []}})");
        const auto engine = make_engine();
        CompareRequest request;
        request.model_a = folder("bos");
        request.options_b["dtype"] = "bfloat16";
        for (const char* prompt : {"ab", "<s>ab"}) {
            request.prompt = prompt;
            const ComparisonPtr c = engine->compare(request, {}, {});
            QCOMPARE(says(c->warnings, "token twice"), prompt[0] == '<');
        }
    }

private:
    static bool says(const std::vector<std::string>& lines, const std::string& text) {
        return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
            return line.find(text) != std::string::npos;
        });
    }
    std::string folder(const std::string& name) const {
        return dir_.filePath(QString::fromStdString(name)).toStdString();
    }
    QTemporaryDir dir_;
};

QTEST_GUILESS_MAIN(TestModelFiles)
#include "tst_model_files.moc"
