// SPDX-License-Identifier: GPL-3.0-or-later
// InternLM2 written as Llama and the reverse: bytes, hashes, config, refusals, nothing half done.
#include "core/model/convert.h"

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/mapped_file.h"
#include "core/data/error.h"
#include "core/data/sha256.h"
#include "core/model/config.h"
#include "tests/support/tiny_checkpoint.h"
#include "tests/support/torch_writer.h"

#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

using namespace driftscope;
using test::TinyModel;
using test::write_tiny_checkpoint;
namespace fs = std::filesystem;

namespace {

TinyModel tiny(const std::string& family, StoredType type = StoredType::BF16) {
    TinyModel model;
    model.family = family;
    model.n_heads = 6, model.n_kv_heads = 2, model.d_model = 48, model.type = type;
    if (family == "internlm2")
        model.config = {{"bias", "false"},
                        {"rope_scaling", R"({"type": "dynamic", "factor": 3.0})"},
                        {"rope_theta", "1000000"},
                        {"rms_norm_eps", "1e-05"},
                        {"attn_implementation", "\"eager\""},
                        {"auto_map", R"({"AutoModel": "modeling_internlm2.InternLM2ForCausalLM"})"},
                        {"pad_token_id", "2"}};
    return model;
}

std::string_view bytes_of(const TensorView& tensor) {
    return {reinterpret_cast<const char*>(tensor.data), tensor.bytes};
}

nlohmann::json config_of(const fs::path& folder) {
    return nlohmann::json::parse(read_text_file(folder / "config.json", 1 << 20));
}

/// Every tensor of `a` is in `b` with the same type, shape and bytes, and the reverse.
bool same_tensors(const fs::path& a, const fs::path& b) {
    const auto one = Checkpoint::open(a), two = Checkpoint::open(b);
    if (one->tensors().size() != two->tensors().size()) return false;
    return std::all_of(one->tensors().begin(), one->tensors().end(), [&](const TensorView& x) {
        const TensorView* y = two->find(x.name);
        return y && y->type == x.type && y->shape == x.shape && bytes_of(*y) == bytes_of(x);
    });
}

}  // namespace

class TestConvert : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { dir_ = std::make_unique<QTemporaryDir>(); }

    /// families.md §6.7: rows of key/value head g are its G query heads, then its key, its value.
    void rows_go_where_the_layout_says() {
        write_tiny_checkpoint(path("a"), tiny("internlm2"));
        convert("a", "llama", "b");
        const auto packed = Checkpoint::open(path("a")), plain = Checkpoint::open(path("b"));
        const std::string_view wqkv =
            bytes_of(*packed->find("model.layers.1.attention.wqkv.weight"));
        const size_t head = 8 * 48 * 2, group = 3;  // bytes of one head; query heads of a group
        for (const auto& [name, count] :
             {std::pair{"q_proj", 6u}, std::pair{"k_proj", 2u}, std::pair{"v_proj", 2u}}) {
            const TensorView* got =
                plain->find(std::string("model.layers.1.self_attn.") + name + ".weight");
            QVERIFY(got);
            QCOMPARE(got->shape, (std::vector<int64_t>{8 * count, 48}));
            for (size_t h = 0; h < count; ++h) {
                const size_t slot = *name == 'q'   ? h / group * (group + 2) + h % group
                                    : *name == 'k' ? h * (group + 2) + group
                                                   : h * (group + 2) + group + 1;
                QVERIFY(bytes_of(*got).substr(h * head, head) == wqkv.substr(slot * head, head));
            }
        }
        const std::pair<const char*, const char*> renamed[] = {
            {"model.tok_embeddings.weight", "model.embed_tokens.weight"},
            {"model.layers.0.attention.wo.weight", "model.layers.0.self_attn.o_proj.weight"},
            {"model.layers.0.feed_forward.w1.weight", "model.layers.0.mlp.gate_proj.weight"},
            {"model.layers.0.feed_forward.w2.weight", "model.layers.0.mlp.down_proj.weight"},
            {"model.layers.0.feed_forward.w3.weight", "model.layers.0.mlp.up_proj.weight"},
            {"model.layers.0.attention_norm.weight", "model.layers.0.input_layernorm.weight"},
            {"model.layers.0.ffn_norm.weight", "model.layers.0.post_attention_layernorm.weight"},
            {"model.norm.weight", "model.norm.weight"},
            {"output.weight", "lm_head.weight"},
        };
        for (const auto& [from, to] : renamed) {
            QVERIFY2(plain->find(to), to);
            QVERIFY2(bytes_of(*plain->find(to)) == bytes_of(*packed->find(from)), to);
            QCOMPARE(plain->find(to)->type, StoredType::BF16);
        }
    }

    void every_slice_is_listed_with_the_hash_of_its_bytes() {
        write_tiny_checkpoint(path("a"), tiny("internlm2"));
        const ConvertResult result = convert("a", "llama", "b");
        const auto written = Checkpoint::open(path("b"));
        // Each of the written tensors is one whole slice.
        QCOMPARE(result.slices.size(), written->tensors().size());
        std::set<std::string> targets;
        int64_t bytes = 0;
        for (const ConvertedSlice& slice : result.slices) {
            const TensorView* tensor = written->find(slice.target);
            QVERIFY2(tensor, slice.target.c_str());
            QCOMPARE(slice.hash, sha256_hex(bytes_of(*tensor)));
            QCOMPARE(slice.dtype, std::string("BF16"));
            QCOMPARE(slice.bytes, static_cast<int64_t>(tensor->bytes));
            targets.insert(slice.target);
            bytes += slice.bytes;
        }
        QCOMPARE(targets.size(), result.slices.size());
        QCOMPARE(result.bytes, bytes);
        const auto wk = std::find_if(
            result.slices.begin(), result.slices.end(),
            [](const ConvertedSlice& slice) { return slice.weight == "blocks.1.attn.W_K"; });
        QCOMPARE(wk->source,
                 std::string("model.layers.1.attention.wqkv.weight[24:32 of every 40]"));
        QCOMPARE(wk->source_file, std::string("model.safetensors"));
    }

    void there_and_back_is_byte_equal_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<int>("type");
        QTest::addColumn<bool>("tied");
        QTest::addColumn<bool>("bias");
        for (const char* family : {"llama", "internlm2"})
            for (const StoredType type : {StoredType::F32, StoredType::F16, StoredType::BF16})
                for (const bool tied : {false, true})
                    for (const bool bias : {false, true})
                        QTest::addRow("%s %s%s%s", family, type_name(type).data(),
                                      tied ? " tied" : "", bias ? " bias" : "")
                            << family << static_cast<int>(type) << tied << bias;
    }

    void there_and_back_is_byte_equal() {
        QFETCH(QString, family);
        QFETCH(int, type);
        QFETCH(bool, tied);
        QFETCH(bool, bias);
        TinyModel model = tiny(family.toStdString(), static_cast<StoredType>(type));
        model.tied = tied;
        model.config[family == "llama" ? "attention_bias" : "bias"] = bias ? "true" : "false";
        write_tiny_checkpoint(path("a"), model);
        const std::string other = family == "llama" ? "internlm2" : "llama";
        convert("a", other, "b");
        QVERIFY(!same_tensors(path("a"), path("b")));
        convert("b", family.toStdString(), "c");
        QVERIFY(same_tensors(path("a"), path("c")));
        const ModelConfig a = load_config(path("a")), b = load_config(path("b")),
                          c = load_config(path("c"));
        for (const ModelConfig* config : {&b, &c}) {
            QCOMPARE(config->n_kv_heads, a.n_kv_heads);
            QCOMPARE(config->norm_eps, a.norm_eps);
            QCOMPARE(config->rope.base, a.rope.base);
            QCOMPARE(config->rope.kind, a.rope.kind);
            QCOMPARE(config->rope.factor, a.rope.factor);
            QCOMPARE(config->n_ctx, a.n_ctx);
            QCOMPARE(config->tied, tied);
            QCOMPARE(config->attention_bias, bias);
            QCOMPARE(config->stored_dtype, a.stored_dtype);
            QCOMPARE(config->bos, a.bos);
            QCOMPARE(config->eos, a.eos);
        }
    }

    void the_config_keeps_everything() {
        write_tiny_checkpoint(path("a"), tiny("internlm2"));
        const ConvertResult result = convert("a", "llama", "b");
        const nlohmann::json old = config_of(path("a")), made = config_of(path("b"));
        for (const auto& [key, value] : old.items()) {
            if (key == "model_type" || key == "architectures" || key == "auto_map") continue;
            const std::string name = key == "bias" ? "attention_bias" : key;
            QVERIFY2(made.contains(name), key.c_str());
            QCOMPARE(made[name].dump(), value.dump());
        }
        QCOMPARE(made["model_type"].get<std::string>(), std::string("llama"));
        QCOMPARE(made["architectures"][0].get<std::string>(), std::string("LlamaForCausalLM"));
        QVERIFY(!made.contains("auto_map"));
        QVERIFY(!made.contains("bias"));
        const auto said = [&](const std::string& key, const std::string& what) {
            return std::any_of(result.config.begin(), result.config.end(), [&](const auto& line) {
                return line.key == key && line.what == what && !line.note.empty();
            });
        };
        QVERIFY(said("model_type", "changed"));
        QVERIFY(said("auto_map", "dropped"));
        QVERIFY(said("bias", "renamed"));
        QVERIFY(said("attn_implementation", "kept"));  // what convert2llama.py loses
        QVERIFY(!said("rope_theta", "changed"));
    }

    /// A key that the file leaves out has the old family's default, not the new one's.
    void defaults_of_the_old_family_are_written_out() {
        TinyModel model = tiny("internlm2");
        model.config["bias"] = "";  // InternLM2's default is true, Llama's false
        write_tiny_checkpoint(path("a"), model);
        convert("a", "llama", "b");
        QCOMPARE(config_of(path("b"))["attention_bias"].get<bool>(), true);
        QVERIFY(Checkpoint::open(path("b"))->find("model.layers.0.self_attn.k_proj.bias"));
    }

    void rope_of_transformers_5_is_written_as_internlm2_reads_it() {
        TinyModel model = tiny("llama");
        model.config["rope_parameters"] =
            R"({"rope_type": "dynamic", "factor": 2, "rope_theta": 50000.0})";
        write_tiny_checkpoint(path("a"), model);
        convert("a", "internlm2", "b");
        const nlohmann::json made = config_of(path("b"));
        QCOMPARE(made["rope_theta"].get<double>(), 50000.0);
        // Exactly two fields, the factor a float (configuration_internlm2.py).
        QCOMPARE(made["rope_scaling"].dump(), std::string(R"({"factor":2.0,"type":"dynamic"})"));
        QVERIFY(!made.contains("rope_parameters"));
    }

    void shards_become_shards() {
        TinyModel model = tiny("internlm2");
        model.shards = 3;
        write_tiny_checkpoint(path("a"), model);
        const ConvertResult result = convert("a", "llama", "b");
        QVERIFY(fs::exists(path("b/model.safetensors.index.json")));
        const auto sharded = Checkpoint::open(path("b"));
        QVERIFY(sharded->files().size() >= 3);
        QVERIFY(sharded->notes().empty());
        model.shards = 1;
        write_tiny_checkpoint(path("one"), model);
        convert("one", "llama", "c");
        QVERIFY(fs::exists(path("c/model.safetensors")));
        QVERIFY(same_tensors(path("b"), path("c")));
        QCOMPARE(result.files.size(), sharded->files().size() + 2);
    }

    void a_large_model_becomes_shards() {
        write_tiny_checkpoint(path("a"), tiny("internlm2"));
        const auto whole = Checkpoint::open(path("a"));
        ConvertRequest request{path("a").string(), "llama", path("b").string()};
        request.max_shard_bytes = static_cast<int64_t>(whole->total_bytes() / 4);
        convert_checkpoint(request);
        const auto parts = Checkpoint::open(path("b"));
        QVERIFY(parts->files().size() >= 4);
        for (const auto& file : parts->files())
            QVERIFY(file->size() < whole->total_bytes() / 4 + 10'000);  // and a header
        convert("a", "llama", "c");
        QVERIFY(same_tensors(path("b"), path("c")));
    }

    void a_torch_archive_converts_as_safetensors_do() {
        const TinyModel model = tiny("internlm2");
        write_tiny_checkpoint(path("a"), model);
        write_tiny_checkpoint(path("torch"), model);
        fs::remove(path("torch/model.safetensors"));
        test::write_file(path("torch/pytorch_model.bin"),
                         test::TorchWriter::bytes(test::tiny_tensors(model)));
        const ConvertResult one = convert("a", "llama", "b");
        const ConvertResult two = convert("torch", "llama", "c");
        QVERIFY(same_tensors(path("b"), path("c")));
        QCOMPARE(two.slices.size(), one.slices.size());
        QCOMPARE(two.slices.front().source_file, std::string("pytorch_model.bin"));
        QCOMPARE(two.slices.back().hash, one.slices.back().hash);
    }

    void tokenizer_files_come_along() {
        write_tiny_checkpoint(path("a"), tiny("internlm2"));
        for (const char* name : {"tokenizer.model", "tokenizer_config.json",
                                 "special_tokens_map.json", "tokenization_internlm2.py"})
            test::write_file(path("a") / name, std::string("content of ") + name);
        test::write_file(path("a/modeling_internlm2.py"), "not for a Llama");
        const ConvertResult result = convert("a", "llama", "b");
        QCOMPARE(result.copied.size(), size_t{4});
        QCOMPARE(read_text_file(path("b/tokenizer.model"), 100),
                 std::string("content of tokenizer.model"));
        QVERIFY(!fs::exists(path("b/modeling_internlm2.py")));
    }

    void what_is_left_out_is_said() {
        TinyModel model = tiny("internlm2");
        write_tiny_checkpoint(path("a"), model);
        auto tensors = test::tiny_tensors(model);
        tensors.push_back({"spare", StoredType::F32, {1}, "abcd"});
        test::write_file(path("a/model.safetensors"), test::safetensors_bytes(tensors));
        const ConvertResult result = convert("a", "llama", "b");
        QVERIFY(std::any_of(result.notes.begin(), result.notes.end(), [](const std::string& note) {
            return note.find("\"spare\"") != std::string::npos;
        }));
        QVERIFY(!Checkpoint::open(path("b"))->find("spare"));
    }

    void refusals_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("to");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* family, const char* key,
                            const char* value, const char* to, ErrorCode code, const char* says) {
            QTest::newRow(name) << family << key << value << to << static_cast<int>(code) << says;
        };
        row("another family", "mistral", "", "", "llama", ErrorCode::unsupported, "Mistral");
        row("already", "llama", "", "", "llama", ErrorCode::unsupported, "already");
        row("no such target", "llama", "", "", "gpt2", ErrorCode::usage, "gpt2");
        row("mlp bias", "llama", "mlp_bias", "true", "internlm2", ErrorCode::unsupported,
            "mlp_bias");
        row("head width", "llama", "head_dim", "16", "internlm2", ErrorCode::unsupported,
            "head_dim");
        row("rope", "llama", "rope_scaling",
            R"({"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
                "high_freq_factor": 4.0, "original_max_position_embeddings": 32})",
            "internlm2", ErrorCode::unsupported, "llama3");
    }

    void refusals() {
        QFETCH(QString, family);
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, to);
        QFETCH(int, code);
        QFETCH(QString, says);
        TinyModel model = tiny(family.toStdString());
        if (!key.isEmpty()) model.config[key.toStdString()] = value.toStdString();
        write_tiny_checkpoint(path("a"), model);
        try {
            convert("a", to.toStdString(), "b");
            QFAIL("not refused");
        } catch (const Error& error) {
            QCOMPARE(static_cast<int>(error.code()), code);
            QVERIFY2(QString(error.what()).contains(says), error.what());
        }
        QVERIFY(nothing_beside("a"));
    }

    void an_out_folder_with_something_in_it_is_left_alone() {
        write_tiny_checkpoint(path("a"), tiny("llama"));
        fs::create_directories(path("b"));
        test::write_file(path("b/mine"), "precious");
        fs::create_directories(path("empty"));
        for (const char* out : {"b", "a"}) {
            try {
                convert("a", "internlm2", out);
                QFAIL("not refused");
            } catch (const Error& error) {
                QCOMPARE(error.code(), ErrorCode::usage);
                QVERIFY(QString(error.what()).contains("not empty"));
            }
        }
        QCOMPARE(read_text_file(path("b/mine"), 100), std::string("precious"));
        convert("a", "internlm2", "empty");
        QVERIFY(fs::exists(path("empty/model.safetensors")));
    }

    void an_out_place_that_cannot_be_written_is_an_error() {
        write_tiny_checkpoint(path("a"), tiny("llama"));
        test::write_file(path("file"), "");
        for (const char* out : {"file", "file/below"}) {
            try {
                convert("a", "internlm2", out);
                QFAIL("not refused");
            } catch (const Error& error) {
                QCOMPARE(error.code(), ErrorCode::unreadable);
                QVERIFY(!error.hint().empty() || error.message().find("file") != std::string::npos);
            }
        }
        convert("a", "internlm2", "deep/er/out");  // parents are made
        QVERIFY(fs::exists(path("deep/er/out/config.json")));
    }

    void stopping_leaves_nothing() {
        write_tiny_checkpoint(path("a"), tiny("llama"));
        std::stop_source stop;
        const ConvertRequest request{path("a").string(), "internlm2", path("x/y/b").string()};
        const auto progress = [&](const Progress& now) {
            if (now.done > 0) stop.request_stop();
        };
        try {
            convert_checkpoint(request, progress, stop.get_token());
            QFAIL("not stopped");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::cancelled);
        }
        QVERIFY(nothing_beside("a"));
    }

private:
    ConvertResult convert(const char* from, const std::string& to, const char* out) {
        return convert_checkpoint({path(from).string(), to, path(out).string()});
    }
    bool nothing_beside(const std::string& name) const {
        const auto entries = fs::directory_iterator(path(""));
        return std::all_of(begin(entries), end(entries), [&](const fs::directory_entry& entry) {
            return entry.path().filename() == name;
        });
    }
    fs::path path(const std::string& name) const {
        return fs::path(dir_->path().toStdString()) / name;
    }
    std::unique_ptr<QTemporaryDir> dir_;
};

QTEST_GUILESS_MAIN(TestConvert)
#include "tst_convert.moc"
