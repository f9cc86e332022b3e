// SPDX-License-Identifier: GPL-3.0-or-later
// A 70B model's layout in 100 shards, 140 GB of holes: it opens, reads headers only, and the memory
// for it is bounded.
#include "core/checkpoint/checkpoint.h"
#include "core/model/weights.h"
#include "tests/support/check_error.h"
#include "tests/support/tiny_checkpoint.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace driftscope;
namespace fs = std::filesystem;

namespace {

struct Entry {
    std::string name;
    std::vector<int64_t> shape;
    int64_t bytes() const {
        int64_t count = 2;
        for (const int64_t size : shape) count *= size;
        return count;
    }
};

/// Llama 3.1 70B: 80 layers, 8192 wide, 64 heads on 8, MLP 28672, vocabulary 128256; bfloat16.
std::vector<Entry> llama_70b() {
    std::vector<Entry> out = {{"model.embed_tokens.weight", {128256, 8192}}};
    for (int layer = 0; layer < 80; ++layer) {
        const std::string at = "model.layers." + std::to_string(layer) + ".";
        out.push_back({at + "input_layernorm.weight", {8192}});
        out.push_back({at + "self_attn.q_proj.weight", {8192, 8192}});
        out.push_back({at + "self_attn.k_proj.weight", {1024, 8192}});
        out.push_back({at + "self_attn.v_proj.weight", {1024, 8192}});
        out.push_back({at + "self_attn.o_proj.weight", {8192, 8192}});
        out.push_back({at + "post_attention_layernorm.weight", {8192}});
        out.push_back({at + "mlp.gate_proj.weight", {28672, 8192}});
        out.push_back({at + "mlp.up_proj.weight", {28672, 8192}});
        out.push_back({at + "mlp.down_proj.weight", {8192, 28672}});
    }
    out.push_back({"model.norm.weight", {8192}});
    out.push_back({"lm_head.weight", {128256, 8192}});
    return out;
}

constexpr const char* config = R"({"model_type": "llama", "architectures": ["LlamaForCausalLM"],
 "vocab_size": 128256, "hidden_size": 8192, "intermediate_size": 28672, "num_hidden_layers": 80,
 "num_attention_heads": 64, "num_key_value_heads": 8, "max_position_embeddings": 131072,
 "rms_norm_eps": 1e-05, "rope_theta": 500000.0, "torch_dtype": "bfloat16",
 "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
  "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}})";

/// Writes the header and makes the file as long as its data would be, without any.
void write_hollow(const fs::path& path, const std::vector<Entry>& entries) {
    std::string header = "{";
    int64_t at = 0;
    for (const Entry& entry : entries) {
        header +=
            (header.size() > 1 ? ",\"" : "\"") + entry.name + "\":{\"dtype\":\"BF16\",\"shape\":[";
        for (size_t i = 0; i < entry.shape.size(); ++i)
            header += (i ? "," : "") + std::to_string(entry.shape[i]);
        header += "],\"data_offsets\":[" + std::to_string(at) + "," +
                  std::to_string(at + entry.bytes()) + "]}";
        at += entry.bytes();
    }
    header += "}";
    header.resize((header.size() + 7) / 8 * 8, ' ');
    test::write_file(path, test::raw_safetensors(header));
    fs::resize_file(path, fs::file_size(path) + static_cast<uintmax_t>(at));
}

}  // namespace

class TestLargeLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_hundred_shards_open() {
        const QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString();
        const std::vector<Entry> all = llama_70b();
        constexpr size_t shards = 100;
        std::string map;
        int64_t total = 0;
        try {
            for (size_t shard = 0; shard < shards; ++shard) {
                const size_t begin = all.size() * shard / shards;
                const size_t end = all.size() * (shard + 1) / shards;
                const std::string name = QString("model-%1-of-00100.safetensors")
                                             .arg(shard + 1, 5, 10, QChar('0'))
                                             .toStdString();
                const std::vector<Entry> part(all.begin() + static_cast<long>(begin),
                                              all.begin() + static_cast<long>(end));
                write_hollow(folder / name, part);
                for (const Entry& entry : part) {
                    map += (map.empty() ? "\"" : ",\"") + entry.name + "\":\"" + name + "\"";
                    total += entry.bytes();
                }
            }
        } catch (const fs::filesystem_error& error) {
            QSKIP(error.what());  // a file system without holes
        }
        test::write_file(folder / "model.safetensors.index.json",
                         "{\"metadata\":{\"total_size\":" + std::to_string(total) +
                             "},\"weight_map\":{" + map + "}}");
        test::write_file(folder / "config.json", config);

        const long before = test::peak_kilobytes();
        QElapsedTimer timer;
        timer.start();
        const auto checkpoint = Checkpoint::open(folder);
        const qint64 listed = timer.nsecsElapsed();
        const ModelConfig parsed = load_config(folder);
        const WeightTable table =
            WeightTable::bind(family_by_id(parsed.family), parsed, *checkpoint);
        const long grown = test::peak_kilobytes() - before;
        qInfo("%zu tensors of %zu files, %.1f GB: listed in %.1f ms, bound in %.1f ms, %.1f MB",
              checkpoint->tensors().size(), checkpoint->files().size(),
              static_cast<double>(checkpoint->total_bytes()) / 1e9,
              static_cast<double>(listed) / 1e6, static_cast<double>(timer.nsecsElapsed()) / 1e6,
              static_cast<double>(grown) / 1e3);

        QCOMPARE(checkpoint->tensors().size(), all.size());
        QCOMPARE(checkpoint->files().size(), shards);
        QCOMPARE(static_cast<int64_t>(checkpoint->total_bytes()), total);
        QVERIFY(total > 140'000'000'000);
        QVERIFY(checkpoint->notes().empty());
        QCOMPARE(table.all().size(), all.size());
        QVERIFY(table.unused().empty());
        QVERIFY2(grown < 200'000, "more than 200 MB");
    }
};

QTEST_GUILESS_MAIN(TestLargeLayout)
#include "tst_large_layout.moc"
