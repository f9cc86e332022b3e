// SPDX-License-Identifier: GPL-3.0-or-later
// Against llama.cpp (versions in tests/data/llama.cpp/versions.json; tests/parity/
// llama_cpp_parity.py): float32 logits of the checkpoints in tests/data/golden, which it read as
// GGUF, and some of those GGUF files read here.
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/checkpoint/safetensors.h"
#include "core/engine.h"
#include "core/options/option.h"
#include "tests/support/golden.h"

using namespace driftscope;
using namespace driftscope::test;

namespace {

nlohmann::json read_json(const QString& path) {
    std::ifstream file(path.toStdString());
    return nlohmann::json::parse(file);
}

}  // namespace

class GoldenLlamaCpp : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { engine_ = make_engine(); }

    void logits_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("bound");
        const nlohmann::json bounds = read_json(at(QStringLiteral("versions.json")))["bounds"];
        for (const auto& [name, bound] : bounds.items())
            QTest::newRow(name.c_str()) << QString::fromStdString(name) << bound.get<double>();
    }
    void logits() {
        QFETCH(QString, name);
        QFETCH(double, bound);
        const std::vector<double> theirs = stored(name), ours = traced(name, checkpoint(name));
        QVERIFY(!theirs.empty());
        QCOMPARE(ours.size(), theirs.size());
        const double apart = distance(ours, theirs) / norm(theirs);
        qInfo("relative distance %.2g, bound %.2g", apart, bound);
        QVERIFY(apart > 0 && apart <= bound);  // none at all would be our own values
    }

    void the_gguf_file_is_the_folder() {
        const QStringList files = QDir(at(QString())).entryList({QStringLiteral("*.gguf")});
        QVERIFY(files.size() >= 4);
        for (const QString& file : files) {
            const QString name = file.chopped(5);
            QVERIFY2(traced(name, at(file)) == traced(name, checkpoint(name)), qPrintable(name));
        }
    }

private:
    static QString at(const QString& file) {
        return QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/tests/data/llama.cpp/") + file;
    }
    static QString checkpoint(const QString& name) {
        return QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/tests/data/golden/") + name;
    }
    static std::vector<double> stored(const QString& name) {
        QFile file(at(name + ".f32"));
        if (!file.open(QIODevice::ReadOnly)) return {};
        const QByteArray bytes = file.readAll();
        std::vector<double> values;
        for (qsizetype i = 0; i + 4 <= bytes.size(); i += 4)
            values.push_back(std::bit_cast<float>(qFromLittleEndian<quint32>(bytes.data() + i)));
        return values;
    }
    std::vector<double> traced(const QString& name, const QString& model) {
        TraceRequest request;
        request.model = model.toStdString();
        request.tokens =
            read_json(checkpoint(name) + "/golden.json")["tokens"].get<std::vector<int32_t>>();
        request.options = parse_options("threads=1,dtype=float32");
        request.sites = {"logits"};
        request.out = dir_.filePath(QStringLiteral("trace.safetensors")).toStdString();
        engine_->trace(request, {});
        return numbers(SafetensorsFile::open(request.out).tensors().front());
    }

    QTemporaryDir dir_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(GoldenLlamaCpp)
#include "tst_golden_llama_cpp.moc"
