// SPDX-License-Identifier: GPL-3.0-or-later
// minGPT's trained sorting model (bbycroft/llm-viz, MIT) with every tensor between its tokens and
// its logits, as PyTorch made them: values that nobody here and nobody at Hugging Face computed.
// Skipped where the shared data is absent.
#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/engine.h"
#include "core/options/option.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;
using namespace driftscope::test;

namespace {

/// Relative to the norm of a site's values: float32 on both sides, sums of at most 192 products.
constexpr double bound = 2e-6;

nlohmann::json read_json(const char* name) {
    std::ifstream file(std::string(DRIFTSCOPE_SHARED_DIR "/data/weights/") + name);
    return file ? nlohmann::json::parse(file) : nlohmann::json();
}

QByteArray bytes_of(const nlohmann::json& tensor) {
    return QByteArray::fromBase64(QByteArray::fromStdString(tensor["data"].get<std::string>()));
}

std::vector<double> floats_of(const QByteArray& bytes) {
    std::vector<double> out(static_cast<size_t>(bytes.size()) / 4);
    for (size_t i = 0; i < out.size(); ++i) {
        float value = 0;
        std::memcpy(&value, bytes.constData() + 4 * i, 4);
        out[i] = value;
    }
    return out;
}

/// Our shape of a site from theirs, of one text: [head, pos, d_head] -> [pos, head, d_head].
std::vector<double> heads_after_positions(const std::vector<double>& x, size_t heads) {
    const size_t d = 16, n = x.size() / heads / d;
    std::vector<double> out(x.size());
    for (size_t h = 0; h < heads; ++h)
        for (size_t i = 0; i < n; ++i)
            for (size_t j = 0; j < d; ++j) out[(i * heads + h) * d + j] = x[(h * n + i) * d + j];
    return out;
}

}  // namespace

class TrainedModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        const nlohmann::json model = read_json("gpt-nano-sort-model.json");
        partials_ = read_json("gpt-nano-sort-t0-partials.json");
        if (model.is_null() || partials_.is_null()) QSKIP("the shared data is not here");
        write_checkpoint(model);
        engine_ = make_engine();
    }

    void sites_data() {
        QTest::addColumn<QString>("theirs");
        QTest::addColumn<QString>("site");
        const std::pair<const char*, const char*> rows[] = {{"x", "resid_pre"},
                                                            {"ln1", "ln1.normalized"},
                                                            {"q", "attn.q"},
                                                            {"k", "attn.k"},
                                                            {"v", "attn.v"},
                                                            {"att", "attn.scores"},
                                                            {"attSm", "attn.pattern"},
                                                            {"y", "attn.z"},
                                                            {"yProj", "attn_out"},
                                                            {"attnResid", "resid_mid"},
                                                            {"ln2", "ln2.normalized"},
                                                            {"fc", "mlp.up"},
                                                            {"gelu", "mlp.post"},
                                                            {"mlp", "mlp_out"},
                                                            {"mlpResid", "resid_post"},
                                                            {"block0", "resid_post"}};
        for (const auto& [theirs, site] : rows)
            QTest::newRow(theirs) << theirs << QStringLiteral("blocks.0.") + site;
        QTest::newRow("block1") << "block1" << "blocks.1.resid_post";
        QTest::newRow("block2") << "block2" << "blocks.2.resid_post";
        QTest::newRow("ln_f") << "ln_f" << "ln_final.normalized";
        QTest::newRow("lm_head") << "lm_head" << "logits";
    }
    void sites() {
        QFETCH(QString, theirs);
        QFETCH(QString, site);
        const nlohmann::json& tensor = partials_[theirs.toStdString()];
        const std::vector<double> all = floats_of(bytes_of(tensor)),
                                  ids = floats_of(bytes_of(partials_["idx"]));
        const size_t texts = tensor["shape"][0].get<size_t>(), width = all.size() / texts;
        QCOMPARE(texts, size_t{3});
        for (size_t text = 0; text < texts; ++text) {
            const auto begin = all.begin() + static_cast<std::ptrdiff_t>(text * width);
            std::vector<double> want(begin, begin + static_cast<std::ptrdiff_t>(width));
            if (tensor["shape"].size() == 4 && tensor["shape"][3] == 16)
                want = heads_after_positions(want, 3);
            std::vector<double> ours = traced(site, ids, text);
            QCOMPARE(ours.size(), want.size());
            for (size_t i = 0; i < want.size(); ++i)
                if (std::isinf(want[i])) {
                    QVERIFY(ours[i] < -1e30);  // masked on both sides
                    ours[i] = want[i] = 0;
                }
            const double apart = distance(ours, want) / norm(want);
            QVERIFY2(apart <= bound, qPrintable(QString::number(apart)));
        }
    }

private:
    /// GPT-2's names; its Conv1D stores a matrix [in, out], minGPT's file [out, in].
    void write_checkpoint(const nlohmann::json& model) {
        std::vector<RawTensor> tensors;
        for (const auto& [name, value] : model.items()) {
            if (name == "config" || name.ends_with(".attn.bias")) continue;
            RawTensor tensor{name, StoredType::F32, value["shape"].get<std::vector<int64_t>>(), {}};
            const QByteArray bytes = bytes_of(value);
            tensor.bytes = bytes.toStdString();
            if (name.ends_with(".weight") && name.find(".c_") != std::string::npos)
                transpose(tensor);
            tensors.push_back(std::move(tensor));
        }
        write_file(path("model.safetensors"), safetensors_bytes(tensors));
        write_file(path("config.json"),
                   R"({"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "n_layer": 3,
"n_head": 3, "n_embd": 48, "vocab_size": 3, "n_positions": 11, "activation_function": "gelu_new",
"layer_norm_epsilon": 1e-5, "tie_word_embeddings": false})");
    }
    static void transpose(RawTensor& tensor) {
        const auto rows = static_cast<size_t>(tensor.shape[0]),
                   cols = static_cast<size_t>(tensor.shape[1]);
        std::string out(tensor.bytes.size(), '\0');
        for (size_t r = 0; r < rows; ++r)
            for (size_t c = 0; c < cols; ++c)
                std::memcpy(&out[4 * (c * rows + r)], &tensor.bytes[4 * (r * cols + c)], 4);
        tensor.bytes = std::move(out);
        std::swap(tensor.shape[0], tensor.shape[1]);
    }
    std::vector<double> traced(const QString& site, const std::vector<double>& ids, size_t text) {
        TraceRequest request;
        request.model = dir_.path().toStdString();
        for (size_t i = 0; i < 11; ++i)
            request.tokens.push_back(static_cast<int32_t>(ids[11 * text + i]));
        request.options = parse_options("threads=1,dtype=float32");
        request.sites = {site.toStdString()};
        request.out = path("trace.safetensors");
        engine_->trace(request, {});
        return numbers(SafetensorsFile::open(request.out).tensors().front());
    }
    std::string path(const char* name) const { return dir_.filePath(name).toStdString(); }

    QTemporaryDir dir_;
    nlohmann::json partials_;
    std::unique_ptr<Engine> engine_;
};

QTEST_GUILESS_MAIN(TrainedModel)
#include "tst_trained_model.moc"
