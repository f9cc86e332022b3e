// SPDX-License-Identifier: GPL-3.0-or-later
// What is said about a model's weights: each fault planted once, and silence where there is none.
#include "core/model/verify.h"

#include "core/checkpoint/problems.h"
#include "core/checkpoint/tensor_facts.h"
#include "core/data/error.h"
#include "core/data/sha256.h"
#include "core/model/diff.h"
#include "core/model/pair_statistic.h"
#include "tests/support/tiny_checkpoint.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <cstring>
#include <functional>

using namespace driftscope;
using test::RawTensor;
using test::TinyModel;
namespace fs = std::filesystem;

namespace {

constexpr const char* bundled = DRIFTSCOPE_SOURCE_DIR "/resources/models";

/// A model as bound, with its problems before and after its weights were read.
struct Opened {
    explicit Opened(const fs::path& folder)
        : config(load_config(folder)), checkpoint(Checkpoint::open(folder)),
          weights(WeightTable::bind(family_by_id(config.family), config, *checkpoint)) {}
    BoundModel bound() const { return {family_by_id(config.family), config, *checkpoint, weights}; }
    std::vector<std::string> problems() const { return model_problems(bound()); }
    std::vector<std::string> verified() const {
        read_weights(bound());
        return problems();
    }
    ModelConfig config;
    std::shared_ptr<const Checkpoint> checkpoint;
    WeightTable weights;
};

QString joined(const std::vector<std::string>& lines) {
    QString out;
    for (const std::string& line : lines) out += QString::fromStdString(line) + "\n";
    return out;
}

using Change = std::function<void(RawTensor&)>;

/// Replaces each value x of a tensor.
Change mapped(StoredType type, const std::function<double(double)>& f) {
    return [=](RawTensor& tensor) {
        std::string out;
        each_value(std::as_bytes(std::span(tensor.bytes)), type, [&](std::span<const double> v) {
            for (const double x : v) out += test::stored_bytes(f(x), type);
        });
        tensor.bytes = out;
    };
}

}  // namespace

class TestVerify : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        dir_ = std::make_unique<QTemporaryDir>();
        changed_.clear();
    }

    void facts_are_of_the_values() {
        std::string bytes;
        for (const double x : {1.5, -2.0, 0.0, std::nan(""), HUGE_VAL, -HUGE_VAL, 3.5, 65504.0})
            bytes += test::stored_bytes(x, StoredType::F32);
        const std::string half = std::string("\x00\x3e\x00\x7e\x00\x7c\x01\x00\x00\x80", 10);
        test::write_file(
            path("model.safetensors"),
            test::safetensors_bytes({{"a", StoredType::F32, {8}, bytes},
                                     {"h", StoredType::F16, {5}, half},
                                     {"i", StoredType::I32, {2}, "12345678"},
                                     {"t",
                                      StoredType::BF16,
                                      {2, 2},
                                      std::string("\x80\xff\x81\x7f\x7f\x7f\x01\x00", 8)}}));
        const auto checkpoint = Checkpoint::open(path(""));
        QVERIFY(!known_facts(*checkpoint, *checkpoint->find("a")));
        const TensorFacts a = tensor_facts(*checkpoint, *checkpoint->find("a"));
        QVERIFY(a.scanned);
        QCOMPARE(a.elements, 8);
        QCOMPARE(a.nan, 1);
        QCOMPARE(a.infinite, 2);
        QCOMPARE(a.not_positive, 3);  // −2, 0, −inf
        QCOMPARE(a.mean, (1.5 - 2.0 + 3.5 + 65504.0) / 5);
        QCOMPARE(a.hash, sha256_hex(bytes));
        const TensorFacts h = tensor_facts(*checkpoint, *checkpoint->find("h"));
        // 1.5, NaN, inf, the least subnormal 2^-24, −0
        QCOMPARE(h.nan, 1);
        QCOMPARE(h.infinite, 1);
        QCOMPARE(h.mean, (1.5 + 0x1p-24) / 3);
        const TensorFacts table = tensor_facts(*checkpoint, *checkpoint->find("t"));
        QCOMPARE(table.nan, 1);
        QCOMPARE(table.infinite, 1);
        QCOMPARE(table.elements, 4);
        const TensorFacts i = tensor_facts(*checkpoint, *checkpoint->find("i"));
        QVERIFY(!i.scanned);
        QCOMPARE(i.hash, sha256_hex("12345678"));
        QCOMPARE(checkpoint->known_hash(*checkpoint->find("a")), a.hash);
    }

    void silence_on_seeded_models_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<bool>("tied");
        for (const FamilySpec& family : all_families())
            for (const bool tied : {false, true})
                QTest::addRow("%s%s", family.id.c_str(), tied ? " tied" : "")
                    << QString::fromStdString(family.id) << tied;
    }
    void silence_on_seeded_models() {
        QFETCH(QString, family);
        QFETCH(bool, tied);
        TinyModel model;
        model.family = family.toStdString();
        model.tied = tied;
        model.n_layers = 6;
        test::write_tiny_checkpoint(path("m"), model);
        const Opened opened(path("m"));
        const std::vector<std::string> before = opened.problems();
        QCOMPARE(before.size(), size_t{1});
        QVERIFY(joined(before).contains("not checked yet"));
        const std::vector<std::string> after = opened.verified();
        QVERIFY2(after.empty(), qPrintable(joined(after)));
    }

    void silence_on_the_trained_models() {
        int models = 0;
        for (const fs::directory_entry& entry : fs::directory_iterator(bundled)) {
            if (!fs::exists(entry.path() / "config.json")) continue;
            const std::vector<std::string> found = Opened(entry.path()).verified();
            QVERIFY2(found.empty(), qPrintable(joined(found)));
            ++models;
        }
        QVERIFY(models > 0);
    }

    /// Opening reads no weights: before read_weights() nothing is known of any.
    void opening_reads_headers_only() {
        test::write_tiny_checkpoint(path("m"), {});
        const Opened opened(path("m"));
        opened.problems();
        for (const TensorView& tensor : opened.checkpoint->tensors())
            QVERIFY(!known_facts(*opened.checkpoint, tensor));
    }

    void values_that_are_not_finite_data() {
        QTest::addColumn<double>("value");
        QTest::addColumn<int>("type");
        for (const StoredType type : {StoredType::F64, StoredType::F32, StoredType::BF16}) {
            QTest::addRow("nan %s", type_name(type).data()) << std::nan("") << int(type);
            QTest::addRow("inf %s", type_name(type).data()) << HUGE_VAL << int(type);
        }
    }
    void values_that_are_not_finite() {
        QFETCH(double, value);
        QFETCH(int, type);
        TinyModel model;
        model.type = static_cast<StoredType>(type);
        int seen = 0;
        write(model, "model.layers.1.mlp.up_proj.weight",
              mapped(model.type, [&](double x) { return ++seen == 77 ? value : x; }));
        const Opened opened(path("m"));
        QVERIFY(!joined(opened.problems()).contains("not finite"));
        const std::vector<std::string> found = opened.verified();
        QCOMPARE(found.size(), size_t{1});
        QVERIFY(joined(found).contains("'model.layers.1.mlp.up_proj.weight'"));
        QVERIFY(joined(found).contains(std::isnan(value) ? "1 NaN, 0 inf" : "0 NaN, 1 inf"));
    }

    void norms_stored_the_other_way_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<double>("shift");
        QTest::addColumn<QString>("says");
        QTest::newRow("w of 1+w in a Llama") << "llama" << -1.0 << "multiplies by w";
        QTest::newRow("w of 1+w in a Mixtral") << "mixtral" << -1.0 << "multiplies by w";
        QTest::newRow("w in a Gemma") << "gemma" << 1.0 << "multiplies by 1 + w";
        QTest::newRow("w in a Gemma 2") << "gemma2" << 1.0 << "multiplies by 1 + w";
    }
    void norms_stored_the_other_way() {
        QFETCH(QString, family);
        QFETCH(double, shift);
        QFETCH(QString, says);
        TinyModel model;
        model.family = family.toStdString();
        write(model, "norm", mapped(model.type, [&](double x) { return x + shift; }));
        const std::vector<std::string> found = Opened(path("m")).verified();
        QCOMPARE(found.size(), size_t{1});
        QVERIFY2(joined(found).contains(says), qPrintable(joined(found)));
    }

    /// Rows as training leaves them: lengths fall smoothly with frequency, alike within a pair.
    void rows_permuted_the_other_way() {
        for (const bool interleaved : {false, true}) {
            TinyModel model;
            model.n_layers = 4, model.d_model = 64, model.n_heads = 4, model.n_kv_heads = 2;
            const int64_t d = 16;
            for (const char* name : {"q_proj", "k_proj"})
                write(model, name, [&](RawTensor& tensor) {
                    const int64_t columns = tensor.shape[1];
                    int64_t at = 0;
                    mapped(model.type, [&](double x) {
                        const int64_t row = at++ / columns % d;
                        const int64_t frequency = interleaved ? row / 2 : row % (d / 2);
                        return x * std::exp(-0.3 * static_cast<double>(frequency));
                    })(tensor);
                });
            const std::vector<std::string> found = Opened(path("m")).verified();
            if (interleaved) {
                QCOMPARE(found.size(), size_t{1});
                QVERIFY2(joined(found).contains("look interleaved"), qPrintable(joined(found)));
            } else {
                QVERIFY2(found.empty(), qPrintable(joined(found)));
            }
            changed_.clear();
        }
    }

    void the_statistic_by_hand() {
        // One head of 8 rows; pairs (i, i+4) differ by a factor e, (2i, 2i+1) by e².
        const double e = std::exp(1.0), e2 = e * e;
        const std::vector<double> lengths = {1, e2, 1, e2, e, e2 * e, e, e2 * e};
        const PairStatistic one = pair_statistic(lengths, 8, 8);
        QCOMPARE(one.heads, 1);
        QVERIFY(std::abs(one.mean() - std::log(4.0 / 16.0)) < 1e-12);
        QVERIFY(!one.interleaved());
        PairStatistic many;
        for (int i = 0; i < 8; ++i) many.add({1, 1.0 + 0.01 * i, (1 + 0.01 * i) * (1 + 0.01 * i)});
        QVERIFY(many.interleaved());
        PairStatistic few;
        for (int i = 0; i < 7; ++i) few.add({1, 1.0, 1.0});
        QVERIFY(!few.interleaved());
    }

    void a_tied_head_of_its_own() {
        TinyModel model;
        model.tied = true;
        auto tensors = test::tiny_tensors(model);
        const auto embed = std::find_if(tensors.begin(), tensors.end(), [](const RawTensor& t) {
            return t.name == "model.embed_tokens.weight";
        });
        RawTensor head = *embed;
        head.name = "lm_head.weight";
        tensors.push_back(head);
        save(model, tensors, "equal");
        QVERIFY(joined(Opened(path("equal")).problems()).contains("not checked yet"));
        QVERIFY(!joined(Opened(path("equal")).verified()).contains("contradicts"));
        tensors.back().bytes[5] ^= 1;
        save(model, tensors, "other");
        const QString said = joined(Opened(path("other")).verified());
        QVERIFY2(said.contains("tie_word_embeddings is true"), qPrintable(said));
        QVERIFY(said.contains("contradicts"));
        tensors.back().bytes[5] ^= 1;
        model.tied = false;
        save(model, tensors, "untied");
        QVERIFY(joined(Opened(path("untied")).verified()).contains("byte for byte"));
    }

    void tensors_that_nobody_uses() {
        TinyModel model;
        model.n_layers = 3;
        const auto tensors = test::tiny_tensors(model);
        model.n_layers = 2;
        save(model, tensors, "m");
        const QString said = joined(Opened(path("m")).problems());
        QVERIFY(said.contains("'model.layers.2.mlp.up_proj.weight' is in the file and not used"));
        QVERIFY2(said.contains("num_hidden_layers 2"), qPrintable(said));
        QVERIFY(said.contains("layer 2"));
    }

    void a_config_that_contradicts_the_weights_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* family, const char* key, const char* value,
                            const char* says) {
            QTest::addRow("%s %s", family, key) << family << key << value << says;
        };
        row("llama", "num_key_value_heads", "4",
            "num_key_value_heads is 4, the file is that of a model with 2");
        row("internlm2", "num_key_value_heads", "1",
            "num_key_value_heads is 1, the file is that of a model with 2");
        row("llama", "vocab_size", "100", "vocab_size is 100, the file is that of a model with 96");
        row("llama", "intermediate_size", "64",
            "intermediate_size is 64, the file is that of a model with 48");
        row("llama", "hidden_size", "40", "hidden_size is 40, the file is that of a model with 32");
    }
    void a_config_that_contradicts_the_weights() {
        QFETCH(QString, family);
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, says);
        TinyModel model;
        model.family = family.toStdString();
        model.d_head = family == "llama" ? 8 : 0;
        const auto tensors = test::tiny_tensors(model);
        model.config[key.toStdString()] = value.toStdString();
        save(model, tensors, "m");
        try {
            const Opened opened(path("m"));
            QFAIL("opened");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::mismatch);
            QVERIFY2(QString::fromStdString(error.hint()).contains(says), error.what());
        }
    }

    void two_models_are_compared() {
        TinyModel model;
        model.config["rope_theta"] = "10000.0";
        test::write_tiny_checkpoint(path("a"), model);
        auto tensors = test::tiny_tensors(model);
        for (RawTensor& tensor : tensors)
            if (tensor.name == "model.layers.1.mlp.up_proj.weight") tensor.bytes[9] ^= 1;
        tensors.push_back({"spare", StoredType::F32, {1}, "abcd"});
        model.config["rope_theta"] = "500000.0";
        model.config["use_cache"] = "false";
        save(model, tensors, "b");
        const ModelDiff diff = diff_checkpoints(path("a"), path("b"));
        QCOMPARE(diff.count(DiffKind::different), 1);
        QCOMPARE(diff.count(DiffKind::only_b), 1);
        QCOMPARE(diff.count(DiffKind::only_a), 0);
        QCOMPARE(diff.count(DiffKind::equal), static_cast<int64_t>(tensors.size()) - 2);
        for (const TensorDiff& row : diff.tensors) {
            if (row.kind == DiffKind::different)
                QCOMPARE(row.name, std::string("blocks.1.mlp.W_up"));
            if (row.kind == DiffKind::only_b) QCOMPARE(row.name, std::string("spare"));
            QCOMPARE(row.kind == DiffKind::equal, row.hash_a == row.hash_b);
        }
        const auto key = [&](const std::string& name) {
            for (const ConfigDiff& row : diff.config)
                if (row.key == name) return row;
            return ConfigDiff{};
        };
        QCOMPARE(key("rope_theta").kind, DiffKind::different);
        QCOMPARE(key("rope_theta").value_a, std::string("10000.0"));
        QCOMPARE(key("rope_theta").origin_b, std::string("file"));
        QCOMPARE(key("vocab_size").kind, DiffKind::equal);
        QCOMPARE(key("use_cache").kind, DiffKind::only_b);
        QCOMPARE(key("rms_norm_eps").origin_a, std::string("default"));
        QVERIFY(joined(diff.problems_b).contains("spare"));
    }

private:
    /// Writes the model into "m" with `change` made to every tensor whose name contains `part`;
    /// several calls before a fresh model add up.
    void write(const TinyModel& model, const std::string& part, const Change& change) {
        if (changed_.empty()) changed_ = test::tiny_tensors(model);
        for (RawTensor& tensor : changed_)
            if (tensor.name.find(part) != std::string::npos) change(tensor);
        save(model, changed_, "m");
    }
    void save(const TinyModel& model, const std::vector<RawTensor>& tensors,
              const std::string& name) {
        fs::create_directories(path(name));
        test::write_file(path(name) / "config.json", test::tiny_config(model));
        test::write_file(path(name) / "model.safetensors.new", test::safetensors_bytes(tensors));
        fs::rename(path(name) / "model.safetensors.new", path(name) / "model.safetensors");
    }

    fs::path path(const std::string& name) const {
        return fs::path(dir_->path().toStdString()) / name;
    }
    std::unique_ptr<QTemporaryDir> dir_;
    std::vector<RawTensor> changed_;
};

QTEST_GUILESS_MAIN(TestVerify)
#include "tst_verify.moc"
