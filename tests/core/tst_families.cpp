// SPDX-License-Identifier: GPL-3.0-or-later
// Loops over every family: config read, every weight row found and shaped, left-overs reported.
#include "core/checkpoint/checkpoint.h"
#include "core/data/error.h"
#include "core/model/family.h"
#include "core/model/weights.h"
#include "tests/support/tiny_checkpoint.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cstring>
#include <set>

using namespace driftscope;
using test::TinyModel;
using test::write_tiny_checkpoint;
namespace fs = std::filesystem;

namespace {

struct Opened {
    ModelConfig config;
    std::shared_ptr<const Checkpoint> checkpoint;
    WeightTable weights;
};

Opened open_model(const fs::path& folder) {
    ModelConfig config = load_config(folder);
    auto checkpoint = Checkpoint::open(folder);
    WeightTable weights = WeightTable::bind(family_by_id(config.family), config, *checkpoint);
    return {std::move(config), std::move(checkpoint), std::move(weights)};
}

void add_family_rows() {
    QTest::addColumn<QString>("family");
    for (const FamilySpec& family : all_families())
        QTest::newRow(family.id.c_str()) << QString::fromStdString(family.id);
}

}  // namespace

class TestFamilies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { dir_ = std::make_unique<QTemporaryDir>(); }
    void ids_and_names_are_unique();
    void keys_are_not_listed_twice_data() { add_family_rows(); }
    void keys_are_not_listed_twice();
    void every_weight_is_found_and_shaped_data();
    void every_weight_is_found_and_shaped();
    void each_missing_weight_is_reported_data() { add_family_rows(); }
    void each_missing_weight_is_reported();
    void left_overs_are_listed_data() { add_family_rows(); }
    void left_overs_are_listed();
    void parameters_are_counted_data() { add_family_rows(); }
    void parameters_are_counted();
    void defaults_make_a_whole_config_data() { add_family_rows(); }
    void defaults_make_a_whole_config();
    void canonical_names_of_a_dense_model();
    void canonical_names_of_a_mixture();
    void stacked_experts_are_the_same_weights();
    void biases_follow_the_config();

private:
    fs::path path(const char* name = "m") const {
        return fs::path(dir_->path().toStdString()) / name;
    }
    std::unique_ptr<QTemporaryDir> dir_;
};

void TestFamilies::ids_and_names_are_unique() {
    std::set<std::string> seen;
    for (const FamilySpec& family : all_families()) {
        QVERIFY(seen.insert("id " + family.id).second);
        QVERIFY(!family.model_types.empty() && !family.architectures.empty());
        for (const auto& name : family.model_types) {
            QVERIFY(seen.insert("type " + name).second);
            QCOMPARE(family_for(name, {}, "test").id, family.id);
        }
        for (const auto& name : family.architectures) {
            QVERIFY(seen.insert("architecture " + name).second);
            QCOMPARE(family_for("", {name}, "test").id, family.id);
        }
    }
}

void TestFamilies::keys_are_not_listed_twice() {
    QFETCH(QString, family);
    const FamilySpec& spec = family_by_id(family.toStdString());
    std::set<std::string> seen;
    std::set<ConfigField> fields;
    for (const KeyRow& row : spec.keys) {
        QVERIFY(fields.insert(row.field).second);
        for (const auto& key : row.keys) QVERIFY2(seen.insert(key).second, key.c_str());
    }
    for (const auto& key : spec.ignored_keys) QVERIFY2(seen.insert(key).second, key.c_str());
}

void TestFamilies::every_weight_is_found_and_shaped_data() {
    QTest::addColumn<QString>("family");
    QTest::addColumn<int>("type");
    QTest::addColumn<bool>("tied");
    QTest::addColumn<int>("shards");
    for (const FamilySpec& family : all_families())
        for (const auto type :
             {StoredType::F64, StoredType::F32, StoredType::F16, StoredType::BF16})
            for (const bool tied : {false, true})
                QTest::addRow("%s %s%s", family.id.c_str(), type_name(type).data(),
                              tied ? " tied" : "")
                    << QString::fromStdString(family.id) << static_cast<int>(type) << tied
                    << (tied ? 2 : 1);
}

void TestFamilies::every_weight_is_found_and_shaped() {
    QFETCH(QString, family);
    QFETCH(int, type);
    QFETCH(bool, tied);
    QFETCH(int, shards);
    TinyModel model;
    model.family = family.toStdString();
    model.type = static_cast<StoredType>(type);
    model.tied = tied;
    model.shards = shards;
    write_tiny_checkpoint(path(), model);
    const Opened m = open_model(path());
    const FamilySpec& spec = family_by_id(model.family);
    size_t expected = 0;
    std::set<const TensorView*> read;
    for (const WeightRow& row : spec.weights) {
        const bool layered = row.canonical.find("{L}") != std::string::npos;
        const bool experts = row.canonical.find("{E}") != std::string::npos;
        for (int64_t layer = 0; layer < (layered ? m.config.n_layers : 1); ++layer) {
            if (!eval_condition(row.condition, m.config, layered ? layer : -1)) continue;
            for (int64_t expert = 0; expert < (experts ? m.config.n_experts : 1); ++expert) {
                const BoundWeight& weight =
                    m.weights.at(fill_pattern(row.canonical, layer, expert));
                QCOMPARE(weight.tensor->type, model.type);
                QCOMPARE(weight.tied, row.kind == WeightKind::tied);
                QCOMPARE(weight.fused, row.kind == WeightKind::fused);
                QCOMPARE(weight.shape.size(), row.shape.size());
                for (size_t i = 0; i < row.shape.size(); ++i)
                    QCOMPARE(weight.shape[i], eval_size(row.shape[i], m.config));
                read.insert(weight.tensor);
                ++expected;
            }
        }
    }
    QCOMPARE(m.weights.all().size(), expected);
    QVERIFY(m.weights.unused().empty());
    QCOMPARE(read.size(), m.checkpoint->tensors().size());
}

void TestFamilies::each_missing_weight_is_reported() {
    QFETCH(QString, family);
    TinyModel model;
    model.family = family.toStdString();
    model.n_layers = 1;
    model.n_experts = 2;
    write_tiny_checkpoint(path(), model);
    const ModelConfig config = load_config(path());
    const auto tensors = test::tiny_tensors(model);
    for (const auto& left_out : tensors) {
        auto rest = tensors;
        std::erase_if(rest, [&](const auto& each) { return each.name == left_out.name; });
        test::write_file(path() / "model.safetensors", test::safetensors_bytes(rest));
        const auto checkpoint = Checkpoint::open(path());
        try {
            WeightTable::bind(family_by_id(config.family), config, *checkpoint);
            QFAIL(("not missed: " + left_out.name).c_str());
        } catch (const Error& e) {
            QCOMPARE(e.code(), ErrorCode::mismatch);
            QVERIFY2(e.message().find(left_out.name + " is missing") != std::string::npos,
                     e.what());
        }
    }
}

void TestFamilies::left_overs_are_listed() {
    QFETCH(QString, family);
    TinyModel model;
    model.family = family.toStdString();
    write_tiny_checkpoint(path(), model);
    auto tensors = test::tiny_tensors(model);
    tensors.push_back({"zz.extra", StoredType::I64, {1}, std::string(8, '\0')});
    // Every buffer that the family is known to store, and the first of them with a letter for its
    // layer's number, which is no such buffer.
    const FamilySpec& spec = family_by_id(model.family);
    const std::string prefix = spec.prefixes.empty() ? "" : spec.prefixes.front();
    std::vector<std::string> buffers, odd;
    for (const std::string& pattern : spec.ignored_tensors) {
        buffers.push_back(fill_pattern(pattern, 0, -1, prefix));
        tensors.push_back({buffers.back(), StoredType::F32, {4}, std::string(16, '\0')});
    }
    if (!buffers.empty()) {
        odd.push_back(buffers.front());
        odd.back().replace(odd.back().find(".0."), 3, ".x.");
        tensors.push_back({odd.back(), StoredType::F32, {0}, ""});
    }
    odd.emplace_back("zz.extra");
    test::write_file(path() / "model.safetensors", test::safetensors_bytes(tensors));
    const Opened m = open_model(path());
    std::sort(buffers.begin(), buffers.end());
    QCOMPARE(m.weights.unused(), odd);
    QCOMPARE(m.weights.ignored(), buffers);
}

void TestFamilies::parameters_are_counted() {
    QFETCH(QString, family);
    TinyModel model;
    model.family = family.toStdString();
    write_tiny_checkpoint(path(), model);
    const Opened m = open_model(path());
    int64_t total = 0;
    for (const TensorView& tensor : m.checkpoint->tensors()) total += tensor.elements();
    QCOMPARE(m.config.parameter_count(), total);
}

void TestFamilies::defaults_make_a_whole_config() {
    QFETCH(QString, family);
    const FamilySpec& spec = family_by_id(family.toStdString());
    const ModelConfig config =
        parse_config(R"({"model_type": ")" + spec.model_types.front() + "\"}", "test");
    for (const ConfigValue& line : config.values)
        QCOMPARE(line.origin, line.key == "model_type" ? Origin::file : Origin::default_value);
    QVERIFY(config.n_layers > 0 && config.d_head > 0 && config.n_kv_heads > 0);
    QVERIFY(config.parameter_count() > 10'000'000);
}

void TestFamilies::canonical_names_of_a_dense_model() {
    TinyModel model;
    model.n_layers = 1;
    write_tiny_checkpoint(path(), model);
    const Opened m = open_model(path());
    std::vector<std::string> names;
    for (const BoundWeight& weight : m.weights.all()) names.push_back(weight.canonical);
    QCOMPARE(names,
             (std::vector<std::string>{
                 "embed.W_E", "blocks.0.ln1.w", "blocks.0.attn.W_Q", "blocks.0.attn.W_K",
                 "blocks.0.attn.W_V", "blocks.0.attn.W_O", "blocks.0.ln2.w", "blocks.0.mlp.W_gate",
                 "blocks.0.mlp.W_up", "blocks.0.mlp.W_down", "ln_final.w", "unembed.W_U"}));
    QCOMPARE(m.weights.at("blocks.0.attn.W_K").source_name,
             std::string("model.layers.0.self_attn.k_proj.weight"));
    QCOMPARE(m.weights.at("blocks.0.attn.W_K").shape, (std::vector<int64_t>{16, 32}));
    QVERIFY(!m.weights.contains("blocks.1.ln1.w"));
    QVERIFY_THROWS_EXCEPTION(Error, m.weights.at("blocks.1.ln1.w"));
}

void TestFamilies::canonical_names_of_a_mixture() {
    TinyModel model;
    model.family = "mixtral";
    write_tiny_checkpoint(path(), model);
    const Opened m = open_model(path());
    QCOMPARE(m.weights.at("blocks.1.moe.W_router").source_name,
             std::string("model.layers.1.block_sparse_moe.gate.weight"));
    QCOMPARE(m.weights.at("blocks.1.moe.3.W_gate").source_name,
             std::string("model.layers.1.block_sparse_moe.experts.3.w1.weight"));
    QCOMPARE(m.weights.at("blocks.1.moe.3.W_up").source_name,
             std::string("model.layers.1.block_sparse_moe.experts.3.w3.weight"));
    QCOMPARE(m.weights.at("blocks.1.moe.3.W_down").source_name,
             std::string("model.layers.1.block_sparse_moe.experts.3.w2.weight"));
    QVERIFY(!m.weights.contains("blocks.0.mlp.W_gate"));
    QVERIFY(!m.weights.contains("blocks.0.moe.4.W_up"));
}

void TestFamilies::stacked_experts_are_the_same_weights() {
    TinyModel model;
    model.family = "mixtral";
    write_tiny_checkpoint(path("split"), model);
    model.stacked_experts = true;
    write_tiny_checkpoint(path("stacked"), model);
    const Opened split = open_model(path("split"));
    const Opened stacked = open_model(path("stacked"));
    QVERIFY(stacked.weights.unused().empty());
    QCOMPARE(stacked.weights.all().size(), split.weights.all().size());
    for (const BoundWeight& weight : split.weights.all()) {
        const BoundWeight& other = stacked.weights.at(weight.canonical);
        QCOMPARE(other.shape, weight.shape);
        QCOMPARE(other.tensor->bytes, weight.tensor->bytes);
        QVERIFY2(std::memcmp(other.tensor->data, weight.tensor->data, weight.tensor->bytes) == 0,
                 weight.canonical.c_str());
        QCOMPARE(stacked.checkpoint->tensor_hash(*other.tensor),
                 split.checkpoint->tensor_hash(*weight.tensor));
    }
    QCOMPARE(stacked.weights.at("blocks.0.moe.1.W_up").source_name,
             std::string("model.layers.0.mlp.experts.gate_up_proj[1, 48:96]"));
}

void TestFamilies::biases_follow_the_config() {
    TinyModel model;
    model.n_layers = 1;
    model.config = {{"attention_bias", "true"}, {"mlp_bias", "true"}};
    write_tiny_checkpoint(path(), model);
    const Opened m = open_model(path());
    for (const char* name :
         {"attn.b_Q", "attn.b_K", "attn.b_V", "attn.b_O", "mlp.b_gate", "mlp.b_up", "mlp.b_down"})
        QVERIFY2(m.weights.contains(std::string("blocks.0.") + name), name);
    QCOMPARE(m.weights.at("blocks.0.attn.b_K").shape, std::vector<int64_t>{16});
    QCOMPARE(m.weights.at("blocks.0.mlp.b_down").shape, std::vector<int64_t>{32});
    // Without the keys the same tensors are left over, and listed.
    model.config.clear();
    test::write_file(path() / "config.json", test::tiny_config(model));
    QCOMPARE(open_model(path()).weights.unused().size(), size_t{7});
}

QTEST_GUILESS_MAIN(TestFamilies)
#include "tst_families.moc"
