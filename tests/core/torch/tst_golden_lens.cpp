// SPDX-License-Identifier: GPL-3.0-or-later
// conventions=transformerlens and processing=transformerlens against HookedTransformer itself
// (transformer_lens 3.9.0 and 2.16.1; tests/parity/make_lens_goldens.py): logits of Llama, llama3
// scaling, GPT-2, GPT-NeoX and (2.16.1) Mixtral, with and without a cache.
#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/checkpoint/safetensors.h"
#include "core/engine.h"
#include "core/options/option.h"
#include "tests/support/golden.h"

using namespace driftscope;
using namespace driftscope::test;

namespace {

double equal_share(const std::vector<double>& x, const std::vector<double>& y) {
    size_t equal = 0;
    for (size_t i = 0; i < x.size(); ++i) equal += x[i] == y[i] ? 1 : 0;
    return static_cast<double>(equal) / static_cast<double>(x.size());
}

}  // namespace

class GoldenLens : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { engine_ = make_engine(); }

    void logits_data() {
        QTest::addColumn<QString>("version");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("key");
        const QDir root(QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/tests/data/lens"));
        for (const QString& version : root.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            for (const QString& file : QDir(root.filePath(version)).entryList(QDir::Files)) {
                const QString name = file.chopped(12);
                const SafetensorsFile stored = SafetensorsFile::open(golden(version, name));
                for (const TensorView& tensor : stored.tensors()) {
                    const QString key = QString::fromStdString(tensor.name);
                    QTest::newRow(qPrintable(version + " " + name + " " + key))
                        << version << name << key;
                }
            }
        }
    }
    void logits() {
        QFETCH(QString, version);
        QFETCH(QString, name);
        QFETCH(QString, key);
        const std::string conventions = version.startsWith('2') ? ",conventions=transformerlens-2"
                                                                : ",conventions=transformerlens";
        const QStringList parts = key.split('.');
        const bool half = parts[1] == QLatin1String("bf16"),
                   cached = parts[3] == QLatin1String("cache");
        const std::vector<double> theirs = stored(version, name, key);
        const std::string base =
            std::string("threads=1,dtype=") + (half ? "bfloat16" : "float32") +
            (parts[2] == QLatin1String("processed") ? ",processing=transformerlens" : "");
        const std::vector<double> ours = traced(name, base + conventions, cached);
        const std::vector<double> other = traced(name, base + ",qkv=separate", cached);
        QCOMPARE(ours.size(), theirs.size());
        qInfo(
            "%s %s: %.1f %% bit-equal (%.1f %% with Hugging Face's roundings), distance %.2g "
            "(%.2g)",
            qPrintable(name), qPrintable(key), 100 * equal_share(ours, theirs),
            100 * equal_share(other, theirs), distance(ours, theirs) / norm(theirs),
            distance(other, theirs) / norm(theirs));
        if (!half) {
            QVERIFY(distance(ours, theirs) / norm(theirs) < 5e-6);
            return;
        }
        // Nearer to it than Hugging Face's roundings are, and as good as it is.
        const std::vector<double> exact =
            stored(version, name, "logits.fp32." + parts[2] + ".nocache");
        QVERIFY(distance(ours, theirs) <= distance(other, theirs));
        QVERIFY(distance(ours, exact) <= 1.25 * distance(theirs, exact));
    }

private:
    static std::string golden(const QString& version, const QString& name) {
        return (QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/tests/data/lens/") + version + "/" + name +
                ".safetensors")
            .toStdString();
    }
    static std::string folder(const QString& name) {
        return (QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/tests/data/golden/") + name).toStdString();
    }
    static std::vector<double> stored(const QString& version, const QString& name,
                                      const QString& key) {
        const SafetensorsFile file = SafetensorsFile::open(golden(version, name));
        for (const TensorView& tensor : file.tensors())
            if (tensor.name == key.toStdString()) return numbers(tensor);
        return {};
    }
    std::vector<double> traced(const QString& name, const std::string& set, bool cached) {
        std::ifstream facts(folder(name) + "/golden.json");
        TraceRequest request;
        request.model = folder(name);
        request.tokens = nlohmann::json::parse(facts)["tokens"].get<std::vector<int32_t>>();
        request.options = parse_options(set);
        request.sites = {"logits"};
        if (cached) request.n_prompt = 8;
        request.out = dir_.filePath(QStringLiteral("trace.safetensors")).toStdString();
        engine_->trace(request, {});
        const SafetensorsFile file = SafetensorsFile::open(request.out);
        return numbers(file.tensors().front());
    }

    QTemporaryDir dir_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(GoldenLens)
#include "tst_golden_lens.moc"
