// SPDX-License-Identifier: GPL-3.0-or-later
// "legacy" true and false of a tokenizer.model against transformers' LlamaTokenizer: ids of some
// 400 texts with special and other added tokens in them (tests/parity/make_legacy_goldens.py;
// versions in tests/data/sentencepiece/golden.json).
#include "core/tokenizer/tokenizer.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <fstream>

using namespace driftscope;

class TstTokenizerLegacy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ids_data();
    void ids();
};

namespace {

const QString data = QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/tests/data/sentencepiece/");

const nlohmann::json& golden() {
    static const nlohmann::json all = [] {
        std::ifstream file((data + "golden.json").toStdString());
        return nlohmann::json::parse(file);
    }();
    return all;
}

}  // namespace

void TstTokenizerLegacy::ids_data() {
    QTest::addColumn<int>("index");
    QCOMPARE(golden()["cases"].size(), size_t{4});
    for (int i = 0; i < 4; ++i) {
        const auto& row = golden()["cases"][static_cast<size_t>(i)];
        const std::string name =
            row["model"].get<std::string>() + (row["legacy"].get<bool>() ? " legacy" : " new");
        QTest::newRow(name.c_str()) << i;
    }
}

void TstTokenizerLegacy::ids() {
    QFETCH(int, index);
    const auto& row = golden()["cases"][static_cast<size_t>(index)];
    QTemporaryDir folder;
    const QString model = QString::fromStdString(row["model"].get<std::string>());
    QVERIFY(QFile::copy(data + model + ".model", folder.filePath("tokenizer.model")));
    std::ofstream(folder.filePath("tokenizer_config.json").toStdString()) << row["config"].dump();
    const auto tokenizer = load_tokenizer(folder.path().toStdString());
    QVERIFY(row["rows"].size() > 300);
    QStringList wrong;
    for (const auto& pair : row["rows"]) {
        const auto text = pair[0].get<std::string>();
        const auto ours = tokenizer->encode(text, {});
        if (ours == pair[1].get<std::vector<std::int32_t>>()) continue;
        wrong << QString::fromStdString(pair[0].dump() + ": " + nlohmann::json(ours).dump() +
                                        " for " + pair[1].dump());
    }
    QVERIFY2(wrong.isEmpty(), qPrintable(QString::number(wrong.size()) + " of " +
                                         QString::number(row["rows"].size()) + ":\n" +
                                         wrong.first(qMin(12, wrong.size())).join('\n')));
}

QTEST_GUILESS_MAIN(TstTokenizerLegacy)
#include "tst_tokenizer_legacy.moc"
