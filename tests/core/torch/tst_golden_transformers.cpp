// SPDX-License-Identifier: GPL-3.0-or-later
// Against Hugging Face transformers (versions in each golden.json; tests/parity/make_goldens.py):
// logits of tiny seeded models in three types, cache on and off, sites, greedy tokens.
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

const TensorView* find(const SafetensorsFile& file, const std::string& name) {
    for (const TensorView& tensor : file.tensors()) {
        if (tensor.name == name) return &tensor;
    }
    return nullptr;
}

}  // namespace

class GoldenTransformers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { engine_ = make_engine(); }

    void logits_data() { rows(true); }
    void logits() {
        QFETCH(QString, name);
        QFETCH(QString, type);
        QFETCH(QString, cache);
        const SafetensorsFile golden = SafetensorsFile::open(path(name, "golden.safetensors"));
        const std::string key = (type + "." + cache).toStdString();
        const std::vector<double> theirs = numbers(*find(golden, "logits." + key));
        const std::vector<double> exact = numbers(*find(golden, "logits.fp32.nocache"));
        const std::vector<double> ours =
            traced(name, options(type, name), "logits", cache == QLatin1String("cache"));
        QCOMPARE(ours.size(), theirs.size());
        size_t equal = 0;
        for (size_t i = 0; i < ours.size(); ++i) equal += ours[i] == theirs[i] ? 1 : 0;
        qInfo("%s %s: %.1f %% of logits bit-equal, relative distance %.2g", qPrintable(name),
              key.c_str(), 100.0 * static_cast<double>(equal) / static_cast<double>(ours.size()),
              distance(ours, theirs) / norm(theirs));
        if (type == QLatin1String("fp32")) {
            QVERIFY(distance(ours, theirs) / norm(theirs) < 5e-6);
        } else {
            // As good as the reference: at most 1.25 of its own distance to float32.
            QVERIFY(distance(ours, exact) <= 1.25 * distance(theirs, exact));
        }
    }

    void sites_data() { rows(false); }
    void sites() {
        QFETCH(QString, name);
        const SafetensorsFile golden = SafetensorsFile::open(path(name, "golden.safetensors"));
        int compared = 0;
        for (const TensorView& tensor : golden.tensors()) {
            if (!tensor.name.starts_with("site.")) continue;
            const std::vector<double> theirs = numbers(tensor);
            const std::vector<double> ours =
                traced(name, options("fp32", name), tensor.name.substr(5), false);
            QVERIFY2(ours.size() == theirs.size(), tensor.name.c_str());
            QVERIFY2(distance(ours, theirs) <= 5e-6 * norm(theirs), tensor.name.c_str());
            ++compared;
        }
        QVERIFY(compared > 0);
    }

    void greedy_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("type");
        for (const QString& name : names()) {
            for (const char* type : {"fp32", "bf16", "fp16"}) {
                QTest::newRow(qPrintable(name + " " + type)) << name << type;
            }
        }
    }
    void greedy() {
        QFETCH(QString, name);
        QFETCH(QString, type);
        const nlohmann::json golden = facts(name);
        const auto theirs = golden["greedy"][type.toStdString()].get<std::vector<int32_t>>();
        GenerateRequest request;
        request.model = path(name, "");
        request.tokens = golden["tokens"].get<std::vector<int32_t>>();
        request.max_new_tokens = static_cast<int>(theirs.size());
        request.options = parse_options(options(type, name));
        const GenerateResult result = engine_->generate(request, {}, {});
        for (size_t i = 0; i < theirs.size(); ++i) {
            if (i == result.text.steps.size()) {
                // The reference was told to run on; ours ends where the config says.
                QCOMPARE(result.text.stopped, std::string("eos"));
                return;
            }
            const GenerationStep& step = result.text.steps.at(i);
            if (step.id == theirs[i]) continue;
            // Half types tie exactly; another machine's products may break the tie otherwise.
            QVERIFY2(type != QLatin1String("fp32") && step.margin_ulp <= 2,
                     qPrintable(QStringLiteral("step %1: %2 for %3, margin %4 ulp")
                                    .arg(i)
                                    .arg(step.id)
                                    .arg(theirs[i])
                                    .arg(step.margin_ulp)));
            return;
        }
    }

private:
    static QDir root() { return QDir(QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/tests/data/golden")); }
    static QStringList names() { return root().entryList(QDir::Dirs | QDir::NoDotAndDotDot); }
    static std::string path(const QString& name, const char* file) {
        return root().filePath(name + "/" + file).toStdString();
    }
    static nlohmann::json facts(const QString& name) {
        std::ifstream file(path(name, "golden.json"));
        return nlohmann::json::parse(file);
    }
    static void rows(bool types) {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("cache");
        for (const QString& name : names()) {
            if (!types) {
                QTest::newRow(qPrintable(name)) << name << "fp32" << "nocache";
                continue;
            }
            for (const char* type : {"fp32", "bf16", "fp16"}) {
                for (const char* cache : {"nocache", "cache"}) {
                    // Dynamic scaling past the context rotates cached keys by the base of their
                    // call: 8 and then single tokens is another function than token by token.
                    if (*cache == 'c' && !facts(name).value("cached", true)) continue;
                    QTest::newRow(qPrintable(name + " " + type + " " + cache))
                        << name << type << cache;
                }
            }
        }
    }
    static std::string options(const QString& type, const QString& name) {
        const std::string dtype = type == QLatin1String("fp32")   ? "float32"
                                  : type == QLatin1String("bf16") ? "bfloat16"
                                                                  : "float16";
        std::string text = "threads=1,dtype=" + dtype;
        const std::string own = facts(name).value("options", "qkv=separate");
        if (!own.empty()) text += "," + own;
        return text;
    }
    /// `cached`: the reference's calls, a prefill and then one token at a time.
    std::vector<double> traced(const QString& name, const std::string& set, const std::string& site,
                               bool cached) {
        const QString out = dir_.filePath(QStringLiteral("trace.safetensors"));
        TraceRequest request;
        request.model = path(name, "");
        request.tokens = facts(name)["tokens"].get<std::vector<int32_t>>();
        request.options = parse_options(set);
        request.sites = {site};
        if (cached) request.n_prompt = facts(name).value("prefill", 8);
        request.out = out.toStdString();
        engine_->trace(request, {});
        const SafetensorsFile file = SafetensorsFile::open(out.toStdString());
        return numbers(file.tensors().front());
    }

    QTemporaryDir dir_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(GoldenTransformers)
#include "tst_golden_transformers.moc"
