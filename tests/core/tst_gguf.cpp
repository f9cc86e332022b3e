// SPDX-License-Identifier: GPL-3.0-or-later
// GGUF: dequantised values against the Python package gguf, names, orders, config, hostile files.
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/gguf_config.h"
#include "core/checkpoint/gguf_model.h"
#include "core/model/config.h"
#include "core/model/weights.h"
#include "tests/support/check_error.h"
#include "tests/support/gguf_writer.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <cstring>
#include <memory>
#include <numbers>
#include <numeric>

using namespace driftscope;
using test::GgufWriter;
namespace fs = std::filesystem;

namespace {

const fs::path golden_folder = fs::path(DRIFTSCOPE_SOURCE_DIR) / "tests/data/gguf";

std::vector<float> values_of(const TensorView& tensor) {
    std::vector<float> out(static_cast<size_t>(tensor.elements()));
    if (tensor.bytes != 4 * out.size()) return {};
    tensor.read(std::as_writable_bytes(std::span(out)));
    return out;
}

std::vector<float> counted(size_t count) {
    std::vector<float> out(count);
    std::iota(out.begin(), out.end(), 1.0f);
    return out;
}

/// A model of one layer: width 8, 4 heads of width 4, 2 of them for keys, MLP 6, 10 tokens.
struct Sizes {
    uint64_t width = 8, heads = 4, kv = 2, d_head = 4, mlp = 6, tokens = 10, experts = 3;
};
constexpr Sizes sizes;

void add_keys(GgufWriter& writer, const std::string& name) {
    writer.text("general.architecture", name);
    const std::string prefix = name + ".";
    writer.u32(prefix + "block_count", 1);
    writer.u32(prefix + "context_length", 32);
    writer.u32(prefix + "embedding_length", sizes.width);
    writer.u32(prefix + "feed_forward_length", sizes.mlp);
    writer.u32(prefix + "attention.head_count", sizes.heads);
    writer.u32(prefix + "attention.head_count_kv", sizes.kv);
    writer.u32(prefix + "attention.key_length", sizes.d_head);
    writer.f32(prefix + "attention.layer_norm_rms_epsilon", 1e-5f);
    writer.f32(prefix + "attention.layer_norm_epsilon", 1e-5f);
    writer.f32(prefix + "rope.freq_base", 500000.0f);
    writer.u32(prefix + "rope.dimension_count", sizes.d_head);
}

void add(GgufWriter& writer, const std::string& name, const std::vector<uint64_t>& shape) {
    uint64_t count = 1;
    for (const uint64_t size : shape) count *= size;
    writer.floats(name, shape, counted(count));
}

void add_attention(GgufWriter& writer) {
    const Sizes s;
    add(writer, "token_embd.weight", {s.tokens, s.width});
    add(writer, "output_norm.weight", {s.width});
    add(writer, "blk.0.attn_norm.weight", {s.width});
    add(writer, "blk.0.ffn_norm.weight", {s.width});
    add(writer, "blk.0.attn_q.weight", {s.heads * s.d_head, s.width});
    add(writer, "blk.0.attn_k.weight", {s.kv * s.d_head, s.width});
    add(writer, "blk.0.attn_v.weight", {s.kv * s.d_head, s.width});
    add(writer, "blk.0.attn_output.weight", {s.width, s.heads * s.d_head});
}

void add_mlp(GgufWriter& writer) {
    add(writer, "blk.0.ffn_gate.weight", {sizes.mlp, sizes.width});
    add(writer, "blk.0.ffn_up.weight", {sizes.mlp, sizes.width});
    add(writer, "blk.0.ffn_down.weight", {sizes.width, sizes.mlp});
}

void add_experts(GgufWriter& writer) {
    const Sizes s;
    add(writer, "blk.0.ffn_gate_inp.weight", {s.experts, s.width});
    add(writer, "blk.0.ffn_gate_exps.weight", {s.experts, s.mlp, s.width});
    add(writer, "blk.0.ffn_up_exps.weight", {s.experts, s.mlp, s.width});
    add(writer, "blk.0.ffn_down_exps.weight", {s.experts, s.width, s.mlp});
}

void add_expert_keys(GgufWriter& writer, const std::string& name) {
    writer.u32(name + ".expert_count", sizes.experts);
    writer.u32(name + ".expert_used_count", 2);
    writer.u32(name + ".expert_feed_forward_length", sizes.mlp);
}

/// q, k, v stacked, LayerNorms with biases, a plain MLP: gpt2, gptneox, bloom.
void add_packed(GgufWriter& writer, bool positions, bool embed_norm) {
    const uint64_t w = sizes.width, mlp = embed_norm ? 4 * w : sizes.mlp;
    add(writer, "token_embd.weight", {sizes.tokens, w});
    if (positions) add(writer, "position_embd.weight", {32, w});
    std::vector<std::string> norms = {"output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"};
    if (embed_norm) norms.emplace_back("token_embd_norm");
    for (const std::string& name : norms)
        for (const char* ending : {".weight", ".bias"}) add(writer, name + ending, {w});
    const std::pair<const char*, std::vector<uint64_t>> matrices[] = {
        {"blk.0.attn_qkv", {3 * w, w}},
        {"blk.0.attn_output", {w, w}},
        {"blk.0.ffn_up", {mlp, w}},
        {"blk.0.ffn_down", {w, mlp}}};
    for (const auto& [name, shape] : matrices) {
        add(writer, std::string(name) + ".weight", shape);
        add(writer, std::string(name) + ".bias", {shape[0]});
    }
}

GgufWriter model_of(const std::string& name) {
    GgufWriter writer;
    const bool mixtral = name == "mixtral";
    const std::string stored = mixtral ? "llama" : name;
    if (name == "gpt2" || name == "gptneox" || name == "bloom") {
        writer.text("general.architecture", name);
        for (const auto& [key, value] : {std::pair{"block_count", 1u},
                                         {"context_length", 32u},
                                         {"embedding_length", 8u},
                                         {"feed_forward_length", name == "bloom" ? 32u : 6u},
                                         {"attention.head_count", 4u},
                                         {"rope.dimension_count", 2u}})
            writer.u32(name + "." + key, value);
        writer.f32(name + ".attention.layer_norm_epsilon", 1e-5f);
        writer.truth(name + ".use_parallel_residual", true);
        add_packed(writer, name == "gpt2", name == "bloom");
        if (name == "gptneox") add(writer, "output.weight", {sizes.tokens, sizes.width});
        return writer;
    }
    add_keys(writer, stored);
    if (name == "phi3") {
        add(writer, "token_embd.weight", {sizes.tokens, sizes.width});
        for (const char* norm : {"output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"})
            add(writer, std::string(norm) + ".weight", {sizes.width});
        add(writer, "blk.0.attn_qkv.weight", {(4 + 2 * 2) * sizes.d_head, sizes.width});
        add(writer, "blk.0.attn_output.weight", {sizes.width, 16});
        add(writer, "blk.0.ffn_up.weight", {2 * sizes.mlp, sizes.width});
        add(writer, "blk.0.ffn_down.weight", {sizes.width, sizes.mlp});
        return writer;
    }
    add_attention(writer);
    const bool experts = mixtral || name == "qwen3moe" || name == "olmoe";
    if (experts)
        add_experts(writer), add_expert_keys(writer, stored);
    else
        add_mlp(writer);
    if (name == "qwen2")
        for (const char* letter : {"q", "k", "v"})
            add(writer, std::string("blk.0.attn_") + letter + ".bias",
                {(*letter == 'q' ? sizes.heads : sizes.kv) * sizes.d_head});
    if (name == "qwen3" || name == "qwen3moe" || name == "gemma3")
        for (const char* letter : {"q", "k"})
            add(writer, std::string("blk.0.attn_") + letter + "_norm.weight", {sizes.d_head});
    if (name == "olmoe") {
        add(writer, "blk.0.attn_q_norm.weight", {sizes.heads * sizes.d_head});
        add(writer, "blk.0.attn_k_norm.weight", {sizes.kv * sizes.d_head});
    }
    if (name == "gemma2" || name == "gemma3") {
        add(writer, "blk.0.post_attention_norm.weight", {sizes.width});
        add(writer, "blk.0.post_ffw_norm.weight", {sizes.width});
        writer.u32(name + ".attention.sliding_window", 16);
    }
    if (name != "llama" && !name.starts_with("gemma"))
        add(writer, "output.weight", {sizes.tokens, sizes.width});
    return writer;
}

}  // namespace

class TestGguf : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { dir_ = std::make_unique<QTemporaryDir>(); }
    void values_are_those_of_the_reference_data();
    void values_are_those_of_the_reference();
    void every_family_binds_data();
    void every_family_binds();
    void rows_of_q_and_k_go_back_to_halves();
    void packed_rows_go_back_to_heads();
    void groups_are_joined();
    void matrices_are_turned_back();
    void norms_lose_the_one_that_was_added();
    void experts_are_slices_of_the_stack();
    void quantised_rows_change_places();
    void config_says_where_it_comes_from();
    void rotary_factors_become_the_rule();
    void strange_rotary_factors_are_refused();
    void hashes_tell_files_apart();
    void a_folder_with_one_file_is_a_model();
    void split_models_are_joined();
    void hostile_files_data();
    void hostile_files();
    void every_cut_gives_an_error();

private:
    fs::path path(const char* name = "model.gguf") const {
        return fs::path(dir_->path().toStdString()) / name;
    }
    std::shared_ptr<const Checkpoint> open(const GgufWriter& writer) const {
        writer.save(path());
        return Checkpoint::open(path());
    }
    std::unique_ptr<QTemporaryDir> dir_;
};

void TestGguf::values_are_those_of_the_reference_data() {
    QTest::addColumn<QString>("type");
    for (const char* type : {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K",
                             "Q3_K", "Q4_K", "Q5_K", "Q6_K"})
        QTest::newRow(type) << QString(type);
}

void TestGguf::values_are_those_of_the_reference() {
    QFETCH(QString, type);
    const auto file = GgufFile::open(golden_folder / (type.toStdString() + ".gguf"));
    QCOMPARE(file.content.tensors.size(), size_t{1});
    const GgufTensor& tensor = file.content.tensors.front();
    QCOMPARE(QString::fromStdString(ggml_type_name(tensor.type)), type);
    QFile golden(QString::fromStdString((golden_folder / (type.toStdString() + ".f32")).string()));
    QVERIFY(golden.open(QIODevice::ReadOnly));
    const QByteArray expected = golden.readAll();
    std::vector<float> values(static_cast<size_t>(tensor.shape[0] * tensor.shape[1]));
    QCOMPARE(static_cast<size_t>(expected.size()), 4 * values.size());
    dequantize(tensor.type, tensor.data, values.data());
    QVERIFY(std::memcmp(values.data(), expected.data(), 4 * values.size()) == 0);
}

void TestGguf::every_family_binds_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("family");
    for (const auto& [name, family] : {std::pair{"llama", "llama"},
                                       {"mixtral", "mixtral"},
                                       {"gpt2", "gpt2"},
                                       {"gptneox", "gpt_neox"},
                                       {"bloom", "bloom"},
                                       {"internlm2", "internlm2"},
                                       {"qwen2", "qwen2"},
                                       {"qwen3", "qwen3"},
                                       {"qwen3moe", "qwen3_moe"},
                                       {"olmoe", "olmoe"},
                                       {"gemma", "gemma"},
                                       {"gemma2", "gemma2"},
                                       {"gemma3", "gemma3_text"},
                                       {"phi3", "phi3"}})
        QTest::newRow(name) << QString(name) << QString(family);
}

// Every tensor finds its row in the family's table, with the right shape, and none is left over.
void TestGguf::every_family_binds() {
    QFETCH(QString, name);
    QFETCH(QString, family);
    GgufWriter writer = model_of(name.toStdString());
    if (name == "internlm2") {
        writer = {};
        add_keys(writer, "internlm2");
        // InternLM2 has no width of its own: 4 heads of 2.
        for (const char* norm : {"output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"})
            add(writer, std::string(norm) + ".weight", {8});
        for (const char* end : {"token_embd", "output"})
            add(writer, std::string(end) + ".weight", {10, 8});
        add(writer, "blk.0.attn_q.weight", {8, 8});
        add(writer, "blk.0.attn_k.weight", {4, 8});
        add(writer, "blk.0.attn_v.weight", {4, 8});
        add(writer, "blk.0.attn_output.weight", {8, 8});
        add_mlp(writer);
    }
    const auto checkpoint = open(writer);
    const ConfigText text = read_config_text(path(), 1 << 20);
    const ModelConfig config = parse_config(text.text, text.where);
    QCOMPARE(QString::fromStdString(config.family), family);
    for (const ConfigValue& value : config.values) QVERIFY2(value.known, value.key.c_str());
    const auto table = WeightTable::bind(family_by_id(config.family), config, *checkpoint);
    QVERIFY2(table.unused().empty(), table.unused().empty() ? "" : table.unused()[0].c_str());
    QVERIFY(!table.all().empty());
}

void TestGguf::rows_of_q_and_k_go_back_to_halves() {
    const auto checkpoint = open(model_of("llama"));
    const auto values = values_of(*checkpoint->find("model.layers.0.self_attn.k_proj.weight"));
    QCOMPARE(values.size(), size_t{64});
    // Two heads of four rows of eight values; a head's rows 0 2 1 3 of the file.
    const int rows[] = {0, 2, 1, 3, 4, 6, 5, 7};
    for (size_t row = 0; row < 8; ++row) QCOMPARE(values[8 * row], float(8 * rows[row] + 1));
    const TensorView* v = checkpoint->find("model.layers.0.self_attn.v_proj.weight");
    QVERIFY(!v->maker);
    QCOMPARE(values_of(*v), counted(64));
}

void TestGguf::packed_rows_go_back_to_heads() {
    const auto checkpoint = open(model_of("bloom"));
    const std::string name = "transformer.h.0.self_attention.query_key_value";
    const auto values = values_of(*checkpoint->find(name + ".weight"));
    const auto bias = values_of(*checkpoint->find(name + ".bias"));
    // Four heads of width two: head 1 of the file has q in rows 2, 3, k in 10, 11, v in 18, 19.
    const int rows[] = {0, 1, 8, 9, 16, 17, 2, 3, 10, 11, 18, 19};
    for (size_t row = 0; row < 12; ++row) {
        QCOMPARE(values[8 * row], float(8 * rows[row] + 1));
        QCOMPARE(bias[row], float(rows[row] + 1));
    }
}

void TestGguf::groups_are_joined() {
    GgufWriter writer;
    add_keys(writer, "internlm2");
    add_attention(writer);
    const auto checkpoint = open(writer);
    const TensorView* joined = checkpoint->find("model.layers.0.attention.wqkv.weight");
    QVERIFY(joined);
    QCOMPARE(joined->shape, (std::vector<int64_t>{32, 8}));
    QVERIFY(!checkpoint->find("blk.0.attn_k.weight"));
    const auto values = values_of(*joined);
    // Group 1: heads 2 and 3 of q (rows 8 to 15), head 1 of k and of v (rows 4 to 7).
    const int rows[] = {8, 10, 9, 11, 12, 14, 13, 15, 4, 6, 5, 7, 4, 5, 6, 7};
    for (size_t row = 0; row < 16; ++row)
        QCOMPARE(values[8 * (16 + row)], float(8 * rows[row] + 1));
}

void TestGguf::matrices_are_turned_back() {
    const auto checkpoint = open(model_of("gpt2"));
    const TensorView* up = checkpoint->find("transformer.h.0.mlp.c_fc.weight");
    QCOMPARE(up->shape, (std::vector<int64_t>{8, 6}));
    const auto values = values_of(*up);
    for (int in = 0; in < 8; ++in)
        for (int out = 0; out < 6; ++out)
            QCOMPARE(values[size_t(in * 6 + out)], float(out * 8 + in + 1));
}

void TestGguf::norms_lose_the_one_that_was_added() {
    const auto checkpoint = open(model_of("gemma3"));
    for (const char* name : {"model.norm.weight", "model.layers.0.input_layernorm.weight",
                             "model.layers.0.pre_feedforward_layernorm.weight",
                             "model.layers.0.post_feedforward_layernorm.weight",
                             "model.layers.0.post_attention_layernorm.weight",
                             "model.layers.0.self_attn.q_norm.weight"}) {
        const TensorView* norm = checkpoint->find(name);
        QVERIFY2(norm, name);
        const auto values = values_of(*norm);
        QCOMPARE(values.at(0), 0.0f);
        QCOMPARE(values.at(3), 3.0f);
    }
    QCOMPARE(values_of(*checkpoint->find("model.embed_tokens.weight"))[0], 1.0f);
}

void TestGguf::experts_are_slices_of_the_stack() {
    const auto checkpoint = open(model_of("mixtral"));
    const std::string experts = "model.layers.0.block_sparse_moe.experts.";
    for (int expert = 0; expert < 3; ++expert) {
        const TensorView* up = checkpoint->find(experts + std::to_string(expert) + ".w3.weight");
        QVERIFY(up);
        QCOMPARE(up->shape, (std::vector<int64_t>{6, 8}));
        QCOMPARE(values_of(*up).front(), float(48 * expert + 1));
    }
    QCOMPARE(checkpoint->find(experts + "2.w2.weight")->shape, (std::vector<int64_t>{8, 6}));
}

void TestGguf::quantised_rows_change_places() {
    GgufWriter writer;
    add_keys(writer, "llama");
    // Eight rows of one Q8_0 block each: scale 1.0 (float16 0x3C00), values all the row's number.
    std::string bytes;
    for (char row = 0; row < 8; ++row) bytes += std::string("\x00\x3C", 2) + std::string(32, row);
    writer.tensor("blk.0.attn_k.weight", {8, 32}, 8, bytes);
    const auto checkpoint = open(writer);
    const TensorView* k = checkpoint->find("model.layers.0.self_attn.k_proj.weight");
    QCOMPARE(k->type, StoredType::F32);
    QCOMPARE(k->stored_name(), std::string("Q8_0"));
    QCOMPARE(k->stored_bytes(), bytes.size());
    QCOMPARE(k->bytes, size_t{4 * 8 * 32});
    const auto values = values_of(*k);
    const int rows[] = {0, 2, 1, 3, 4, 6, 5, 7};
    for (size_t row = 0; row < 8; ++row) QCOMPARE(values[32 * row + 31], float(rows[row]));
    // A part of it: rows 2 and 3.
    TensorView part = k->part(2 * 128, 2 * 128);
    part.shape = {2, 32};
    QCOMPARE(values_of(part).front(), 1.0f);
    QCOMPARE(values_of(part).back(), 3.0f);
}

void TestGguf::config_says_where_it_comes_from() {
    model_of("llama").save(path());
    const ConfigText text = read_config_text(path(), 1 << 20);
    QCOMPARE(text.origins.at("num_hidden_layers"), std::string("GGUF metadata llama.block_count"));
    QCOMPARE(text.origins.at("tie_word_embeddings"),
             std::string("GGUF tensor output.weight is absent"));
    const ModelConfig config = parse_config(text.text, text.where);
    QCOMPARE(config.d_model, int64_t{8});
    QCOMPARE(config.d_head, int64_t{4});
    QCOMPARE(config.n_kv_heads, int64_t{2});
    QCOMPARE(config.d_vocab, int64_t{10});
    QCOMPARE(config.norm_eps, 1e-5);  // the decimal, not its float32
    QCOMPARE(config.rope.base, 500000.0);
    QVERIFY(config.tied);
}

/// Llama 3.1's factors as the converter computes them.
std::vector<float> llama3_factors(size_t count, double base) {
    std::vector<float> out;
    for (size_t i = 0; i < count; ++i) {
        const double freq = 1.0 / std::pow(base, double(i) / double(count));
        const double length = 2 * std::numbers::pi / freq;
        const double smooth = (8192.0 / length - 1.0) / 3.0;
        out.push_back(float(length < 2048   ? 1.0
                            : length > 8192 ? 8.0
                                            : 1.0 / ((1 - smooth) / 8 + smooth)));
    }
    return out;
}

void TestGguf::rotary_factors_become_the_rule() {
    GgufWriter writer = model_of("llama");
    writer.floats("rope_freqs.weight", {64}, llama3_factors(64, 500000.0));
    const auto checkpoint = open(writer);
    QVERIFY(!checkpoint->find("rope_freqs.weight"));
    const ModelConfig config = parse_config(read_config_text(path(), 1 << 20).text, "x");
    QCOMPARE(int(config.rope.kind), int(RopeKind::llama3));
    QCOMPARE(config.rope.factor, 8.0);
    QCOMPARE(config.rope.original_context, int64_t{8192});
}

void TestGguf::strange_rotary_factors_are_refused() {
    GgufWriter writer = model_of("llama");
    auto factors = llama3_factors(64, 500000.0);
    factors[40] *= 1.5f;
    writer.floats("rope_freqs.weight", {64}, factors);
    writer.save(path());
    QCOMPARE(test::check_error([&] { read_config_text(path(), 1 << 20); }, ErrorCode::unsupported,
                               "model.gguf", "follows no rule known here"),
             QString());
}

void TestGguf::hashes_tell_files_apart() {
    const auto one = open(model_of("llama"));
    GgufWriter other = model_of("llama");
    other.save(path("other.gguf"));
    const auto same = Checkpoint::open(path("other.gguf"));
    for (const TensorView& tensor : one->tensors()) {
        QVERIFY(one->known_hash(tensor).empty() || tensor.maker == nullptr);
        QCOMPARE(one->tensor_hash(tensor), same->tensor_hash(*same->find(tensor.name)));
        QVERIFY(!one->known_hash(tensor).empty());
    }
    // q, k and v hold the same numbers, in another order.
    const std::string attn = "model.layers.0.self_attn.";
    QVERIFY(one->tensor_hash(*one->find(attn + "k_proj.weight")) !=
            one->tensor_hash(*one->find(attn + "v_proj.weight")));
}

void TestGguf::a_folder_with_one_file_is_a_model() {
    model_of("llama").save(path());
    const fs::path folder = path("");
    QVERIFY(Checkpoint::open(folder)->find("model.norm.weight"));
    QCOMPARE(model_folder(folder), folder);
    QCOMPARE(model_folder(path()), path());
    model_of("qwen2").save(path("second.gguf"));
    QCOMPARE(test::check_error([&] { Checkpoint::open(folder); }, ErrorCode::usage, dir_->path(),
                               "Name the file"),
             QString());
    QVERIFY(Checkpoint::open(path("second.gguf"))->find("model.layers.0.self_attn.q_proj.bias"));
}

void TestGguf::split_models_are_joined() {
    GgufWriter first, second;
    add_keys(first, "llama");
    first.u32("split.count", 2);
    add_attention(first);
    add_mlp(second);
    first.save(path("m-00001-of-00002.gguf"));
    QCOMPARE(test::check_error([&] { Checkpoint::open(path("m-00001-of-00002.gguf")); },
                               ErrorCode::not_found, "m-00002-of-00002.gguf", "is missing"),
             QString());
    second.save(path("m-00002-of-00002.gguf"));
    for (const char* name : {"m-00001-of-00002.gguf", "m-00002-of-00002.gguf", ""}) {
        const auto checkpoint = Checkpoint::open(path(name));
        QCOMPARE(checkpoint->files().size(), size_t{2});
        const TensorView* up = checkpoint->find("model.layers.0.mlp.up_proj.weight");
        QVERIFY(up);
        QCOMPARE(up->source, std::string("m-00002-of-00002.gguf"));
        checkpoint->tensor_hash(*checkpoint->find("model.layers.0.self_attn.q_proj.weight"));
    }
}

void TestGguf::hostile_files_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* name, const std::string& bytes, ErrorCode code,
                        const char* text) {
        QTest::newRow(name) << QByteArray(bytes.data(), qsizetype(bytes.size())) << int(code)
                            << QString(text);
    };
    const auto make = [](const std::function<void(GgufWriter&)>& change) {
        GgufWriter writer;
        add_keys(writer, "llama");
        change(writer);
        return writer.bytes();
    };
    const auto number = [](uint64_t value, int bytes) {
        std::string out;
        GgufWriter::put(out, value, bytes);
        return out;
    };
    const uint64_t huge = uint64_t{1} << 60;
    const auto format = ErrorCode::format;
    row("empty", "", format, "begins with the letters GGUF");
    row("other magic", "GGML" + std::string(100, '\0'), format, "begins with the letters GGUF");
    row("version 1", make([](auto& w) { w.version = 1; }), ErrorCode::unsupported, "version 1");
    row("version 4", make([](auto& w) { w.version = 4; }), ErrorCode::unsupported, "version 4");
    row("big-endian", make([](auto& w) { w.version = 3u << 24; }), ErrorCode::unsupported,
        "big-endian");
    row("2^60 tensors", "GGUF" + number(3, 4) + number(huge, 8) + number(0, 8), ErrorCode::limit,
        "claims 1152921504606846976 tensors");
    row("a million keys", "GGUF" + number(3, 4) + number(0, 8) + number(1'000'000, 8), format,
        "only 0 follow");
    row("key of 2^60", make([&](auto& w) { w.raw_key(number(huge, 8)); }), format,
        "takes 1152921504606846976 bytes");
    std::string text_key;
    GgufWriter::put_text(text_key, "x");
    row("text of 2^64-1",
        make([&](auto& w) { w.raw_key(text_key + number(8, 4) + number(~0ull, 8)); }), format,
        "takes 18446744073709551615 bytes");
    row("array of 2^61", make([&](auto& w) {
            w.raw_key(text_key + number(9, 4) + number(12, 4) + number(huge * 2, 8));
        }),
        format, "only");
    row("texts of 2^60",
        make([&](auto& w) { w.raw_key(text_key + number(9, 4) + number(8, 4) + number(huge, 8)); }),
        format, "only");
    row("array of arrays",
        make([&](auto& w) { w.raw_key(text_key + number(9, 4) + number(9, 4) + number(1, 8)); }),
        ErrorCode::unsupported, "array of arrays");
    row("kind 13", make([&](auto& w) { w.raw_key(text_key + number(13, 4)); }), format, "kind 13");
    row("key twice", make([](auto& w) { w.u32("llama.block_count", 2); }), format, "occurs twice");
    row("alignment 48", make([](auto& w) { w.u32("general.alignment", 48); }), format,
        "power of two");
    row("alignment 0", make([](auto& w) { w.u32("general.alignment", 0); }), format,
        "power of two");
    row("tensor twice", make([](auto& w) { add(w, "a", {8}), add(w, "a", {8}); }), format,
        "occurs twice");
    row("sizes of 2^60", make([&](auto& w) { w.raw_tensor("a", {huge, 32}, 0, 0); }), format,
        "overflow");
    row("size of 2^64-1", make([&](auto& w) { w.raw_tensor("a", {~0ull}, 0, 0); }), format,
        "overflow");
    row("five dimensions", make([&](auto& w) { w.raw_tensor("a", {1, 1, 1, 1, 1}, 0, 0); }), format,
        "5 dimensions");
    row("offset of 2^60", make([&](auto& w) { w.raw_tensor("a", {8}, 0, huge); }), format,
        "cut short or wrong");
    row("offset wraps", make([&](auto& w) { w.raw_tensor("a", {8}, 0, ~uint64_t{31}); }), format,
        "cut short or wrong");
    row("past the end", make([&](auto& w) { w.raw_tensor("a", {8}, 0, 0); }), format,
        "cut short or wrong");
    row("odd offset",
        make([&](auto& w) { w.raw_tensor("a", {1}, 0, 4), w.raw_data(std::string(64, 'x')); }),
        format, "not a multiple of the alignment");
    row("overlap", make([&](auto& w) {
            w.raw_tensor("a", {16}, 0, 0), w.raw_tensor("b", {8}, 0, 32);
            w.raw_data(std::string(64, 'x'));
        }),
        format, "overlaps");
    row("broken block",
        make([&](auto& w) { w.raw_tensor("a", {48}, 8, 0), w.raw_data(std::string(64, 'x')); }),
        format, "blocks of 32");
    row("IQ2_XS",
        make([&](auto& w) { w.raw_tensor("a", {256}, 17, 0), w.raw_data(std::string(96, 'x')); }),
        ErrorCode::unsupported, "stored as IQ2_XS");
    row("type 99", make([&](auto& w) { w.raw_tensor("a", {8}, 99, 0); }), ErrorCode::unsupported,
        "stored as type 99");
    row("q of 7 rows", make([&](auto& w) { add(w, "blk.0.attn_q.weight", {7, 8}); }), format,
        "does not fit the head counts");
    row(
        "flat experts",
        [] {
            GgufWriter w;
            add_keys(w, "llama");
            add_expert_keys(w, "llama");
            add(w, "blk.0.ffn_up_exps.weight", {6, 8});
            return w.bytes();
        }(),
        format, "no stack of experts");
    GgufWriter unknown, none;
    unknown.text("general.architecture", "mamba");
    row("mamba", unknown.bytes(), ErrorCode::unsupported, "Read are llama");
    row("no architecture", none.bytes(), format, "general.architecture is missing");
}

void TestGguf::hostile_files() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    QFETCH(QString, text);
    QFile file(QString::fromStdString(path().string()));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
    file.close();
    QCOMPARE(test::check_error([&] { Checkpoint::open(path()); }, static_cast<ErrorCode>(code),
                               "model.gguf", text),
             QString());
}

void TestGguf::every_cut_gives_an_error() {
    const std::string whole = model_of("mixtral").bytes();
    for (size_t size = 0; size < whole.size(); size += size < 3000 ? 1 : 97) {
        const std::string part = whole.substr(0, size);
        try {
            parse_gguf(std::as_bytes(std::span(part)), "cut");
            QFAIL(("no error at " + std::to_string(size)).c_str());
        } catch (const Error& error) {
            QCOMPARE(int(error.code()), int(ErrorCode::format));
        }
    }
}

QTEST_GUILESS_MAIN(TestGguf)
#include "tst_gguf.moc"
