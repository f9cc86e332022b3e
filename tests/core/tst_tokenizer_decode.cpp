// SPDX-License-Identifier: GPL-3.0-or-later
// Texts that LlamaTokenizer and InternLM2Tokenizer make of the same ids, against the two Python
// classes (tests/parity/make_decode_goldens.py; versions in tests/data/sentencepiece/decode.json).
#include "core/tokenizer/class_decoder.h"
#include "core/tokenizer/tokenizer.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <fstream>

using namespace driftscope;
using Ids = std::vector<std::int32_t>;

namespace {

const QString data = QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/tests/data/sentencepiece/");

const nlohmann::json& golden() {
    static const nlohmann::json all = [] {
        std::ifstream file((data + "decode.json").toStdString());
        return nlohmann::json::parse(file);
    }();
    return all;
}

/// The golden's vocabulary under this tokenizer_config.json.
std::shared_ptr<const Tokenizer> load(const QTemporaryDir& folder, const std::string& model,
                                      const nlohmann::json& config) {
    const QString name = QString::fromStdString(model) + QStringLiteral(".model");
    if (!QFile::copy(data + name, folder.filePath("tokenizer.model"))) return nullptr;
    std::ofstream(folder.filePath("tokenizer_config.json").toStdString()) << config.dump();
    return load_tokenizer(folder.path().toStdString());
}

const DecodesByClass& by_class(const Tokenizer& tokenizer) {
    return dynamic_cast<const DecodesByClass&>(tokenizer);
}

}  // namespace

class TstTokenizerDecode : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void texts_data() {
        QTest::addColumn<int>("index");
        QCOMPARE(golden()["cases"].size(), size_t{12});
        for (int i = 0; i < 12; ++i) {
            const auto& row = golden()["cases"][static_cast<size_t>(i)];
            const std::string name = row["model"].get<std::string>() + " " +
                                     row["class"].get<std::string>() + " " + row["keys"].dump();
            QTest::newRow(name.c_str()) << i;
        }
    }
    void texts() {
        QFETCH(int, index);
        const auto& row = golden()["cases"][static_cast<size_t>(index)];
        QTemporaryDir folder;
        const auto tokenizer = load(folder, row["model"], row["config"]);
        QVERIFY(tokenizer);
        const auto named = by_class(*tokenizer).named_class();
        QVERIFY(named.has_value());
        QCOMPARE(to_string(*named), row["class"].get<std::string>());
        QVERIFY(row["rows"].size() > 200);
        QStringList wrong;
        for (const auto& pair : row["rows"]) {
            const std::string text = by_class(*tokenizer).decode_by(*named, pair[0].get<Ids>());
            if (text == pair[1].get<std::string>()) continue;
            wrong << QString::fromStdString(pair[0].dump() + ": " + nlohmann::json(text).dump() +
                                            " for " + pair[1].dump());
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(QString::number(wrong.size()) + " of " +
                                             QString::number(row["rows"].size()) + ":\n" +
                                             wrong.first(qMin(12, wrong.size())).join('\n')));
    }

    /// What D-TOKENIZER-SWAP is about, spelled out: the marks that InternLM2's class draws to the
    /// word before, and the space that each puts before a run that ends in a special token.
    void two_classes_two_texts() {
        QTemporaryDir folder;
        const auto tokenizer = load(folder, "bpe", nlohmann::json::object());
        QVERIFY(tokenizer);
        QVERIFY(!by_class(*tokenizer).named_class());
        const Ids ids = tokenizer->encode("there was a fox , said the fox .", {.add_bos = false});
        const DecodesByClass& classes = by_class(*tokenizer);
        QCOMPARE(classes.decode_by(TokenizerClass::llama, ids),
                 std::string("there was a fox , said the fox ."));
        QCOMPARE(classes.decode_by(TokenizerClass::internlm2, ids),
                 std::string("there was a fox, said the fox."));
        QCOMPARE(classes.decode_by(TokenizerClass::llama, Ids{1}), std::string("<s>"));
        QCOMPARE(classes.decode_by(TokenizerClass::internlm2, Ids{1}), std::string(" <s>"));
        QCOMPARE(classes.decode_by(TokenizerClass::internlm2, Ids{}), std::string());
        QCOMPARE(classes.decode_by(TokenizerClass::llama, Ids{}), std::string());
    }

    /// An id behind the vocabulary, which the Python classes refuse, stands for itself.
    void unused_ids_are_said() {
        QTemporaryDir folder;
        const auto tokenizer = load(folder, "bpe", nlohmann::json::object());
        QVERIFY(tokenizer);
        for (const auto rules : {TokenizerClass::llama, TokenizerClass::internlm2})
            QCOMPARE(by_class(*tokenizer).decode_by(rules, Ids{100000}),
                     std::string("<unused 100000>"));
    }

    /// The class of a tokenizer.json's own decoder is its file's matter.
    void other_tokenizers_have_no_such_rules() {
        QTemporaryDir folder;
        std::ofstream(folder.filePath("tokenizer.json").toStdString())
            << R"({"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": []}})";
        const auto tokenizer = load_tokenizer(folder.path().toStdString());
        QVERIFY(!dynamic_cast<const DecodesByClass*>(tokenizer.get()));
    }
};

QTEST_GUILESS_MAIN(TstTokenizerDecode)
#include "tst_tokenizer_decode.moc"
