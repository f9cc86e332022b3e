// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are broken or lie. Each case: exactly one Error that names the place and what is
// wrong, no crash, no hang, no memory beyond the file.
#include "core/checkpoint/checkpoint.h"
#include "core/data/error.h"
#include "core/model/family.h"
#include "core/model/weights.h"
#include "tests/support/check_error.h"
#include "tests/support/tiny_checkpoint.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace driftscope;
using test::check_error;
using test::RawTensor;
using test::TinyModel;
using test::write_tiny_checkpoint;
namespace fs = std::filesystem;

namespace {

QByteArray bytes_of(const std::string& text) {
    return {text.data(), static_cast<qsizetype>(text.size())};
}

/// One entry of a header: `shape` and `offsets` without brackets.
std::string entry(const std::string& name, const std::string& dtype, const std::string& shape,
                  const std::string& offsets) {
    return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":[" + shape +
           "],\"data_offsets\":[" + offsets + "]}";
}

void header_row(const char* name, const std::string& file, const char* text) {
    QTest::newRow(name) << bytes_of(file) << QString(text);
}

/// A file whose header is {`entries`} and which has `n` bytes of data.
void entries_row(const char* name, const std::string& entries, size_t n, const char* text) {
    header_row(name, test::raw_safetensors("{" + entries + "}", std::string(n, 'x')), text);
}

}  // namespace

class TestHostile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { dir_ = std::make_unique<QTemporaryDir>(); }
    void header_data();
    void header();
    void cut_short_anywhere();
    void index_data();
    void index();
    void weights_data();
    void weights();
    void path_data();
    void path();
    void all_problems_at_once();
    void many_problems_stay_readable();

private:
    fs::path at(const char* name = "") const { return fs::path(dir_->path().toStdString()) / name; }
    std::unique_ptr<QTemporaryDir> dir_;
};

void TestHostile::header_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("text");
    const auto raw = [](const std::string& header, int64_t length = -1) {
        return test::raw_safetensors(header, "", length);
    };
    header_row("empty file", "", "0 bytes");
    header_row("seven bytes", std::string(7, '\0'), "7 bytes");
    header_row("header of no length", raw(""), "does not begin with {");
    header_row("length 2^60", raw("{}", int64_t{1} << 60), "1152921504606846976");
    header_row("length 2^63", std::string(7, '\0') + '\x80' + "{}", "9223372036854775808");
    header_row("length 2^64-1", std::string(8, '\xff') + "{}", "18446744073709551615");
    header_row("length over the bound", raw("{}", 100'000'001), "100000001");
    header_row("length beyond the file", raw("{}", 3), "only 2 follow");
    header_row("length inside the text", raw("{}", 1), "not JSON");
    header_row("text file", "hello, this is some text", "not be a safetensors file");
    header_row("leading space", raw(" {}"), "does not begin with {");
    header_row("list", raw("[]"), "does not begin with {");
    header_row("broken JSON", raw("{\"a\":"), "not JSON");
    header_row("text after the object", raw("{} x"), "not JSON");
    header_row("two objects", raw("{}{}"), "not JSON");
    header_row("NUL after the object", raw(std::string("{}\0\0", 4)), "NUL");
    header_row("broken UTF-8", raw("{\"a\xff\":1}"), "not JSON");
    header_row("half a surrogate", raw(R"({"\ud800":{}})"), "not JSON");
    header_row("NaN", raw(R"({"a":{"dtype":NaN}})"), "not JSON");
    header_row("a number for an entry", raw(R"({"a":1})"), "\"a\" holds the number 1");
    header_row("null for an entry", raw(R"({"a":null})"), "holds null");
    header_row("empty entry", raw(R"({"a":{}})"), "lacks dtype shape data_offsets");
    header_row("deep nesting", raw("{\"a\":{\"shape\":" + std::string(1'000'000, '[') + "}}"),
               "an array");
    header_row("objects within objects", raw(R"({"a":{"dtype":{"b":{}}}})"), "an object");
    header_row("number as dtype", raw(R"({"a":{"dtype":3}})"), "the number 3");
    header_row("shape as text", raw(R"({"a":{"shape":"3"}})"), "the text \"3\"");
    header_row("negative size", raw(R"({"a":{"shape":[-1]}})"), "negative number -1");
    header_row("size 1.5", raw(R"({"a":{"shape":[1.5]}})"), "1.5");
    header_row("size 2^64", raw(R"({"a":{"shape":[18446744073709551616]}})"), "not a whole one");
    header_row("size 2^63", raw(R"({"a":{"shape":[9223372036854775808]}})"), "the size 922337");
    header_row("size 1e999", raw(R"({"a":{"shape":[1e999]}})"), "not JSON");
    header_row("negative offset", raw(R"({"a":{"data_offsets":[-4,0]}})"), "negative number -4");
    header_row("one offset", raw(R"({"a":{"data_offsets":[0]}})"), "1 offsets");
    header_row("three offsets", raw(R"({"a":{"data_offsets":[0,0,0]}})"), "more than two");
    header_row("key twice", raw(R"({"a":{"dtype":"F32","dtype":"F32"}})"), "twice");
    header_row("unknown key", raw(R"({"a":{"stride":"F32"}})"), "unknown key \"stride\"");
    header_row("NUL in a name", raw(R"({"a\u0000b":{}})"), "NUL");
    header_row("metadata with a number", raw(R"({"__metadata__":{"a":1}})"), "__metadata__");
    header_row("metadata nested", raw(R"({"__metadata__":{"a":{}}})"), "__metadata__");
    header_row("metadata twice", raw(R"({"__metadata__":{},"__metadata__":{}})"), "twice");
    header_row("metadata key twice", raw(R"({"__metadata__":{"a":"","a":""}})"), "twice");
    entries_row("tensor twice", entry("a", "U8", "1", "0,1") + "," + entry("a", "U8", "1", "1,2"),
                2, "\"a\" is there twice");
    entries_row("unknown dtype", entry("a", "F31", "1", "0,4"), 4, "unknown dtype \"F31\"");
    entries_row("end beyond the file", entry("a", "F32", "2", "0,8"), 4, "cut short or wrong");
    entries_row("offsets of 2^60", entry("a", "U8", "1152921504606846976", "0,1152921504606846976"),
                4, "cut short or wrong");
    entries_row("offsets the wrong way round", entry("a", "F32", "1", "4,0"), 4, "wrong way");
    entries_row("shape too large", entry("a", "F32", "2", "0,4"), 4, "takes 8 bytes");
    entries_row("shape too small", entry("a", "F32", "1", "0,8"), 8, "takes 4 bytes");
    entries_row("product overflows", entry("a", "F32", "4294967296,4294967296", "0,4"), 4,
                "overflows");
    entries_row("product wraps to fit", entry("a", "F32", "4294967296,4294967296,1", "0,0"), 0,
                "overflows");
    entries_row("overflow before a zero", entry("a", "U8", "4294967296,4294967296,0", "0,0"), 0,
                "overflows");
    entries_row("half a byte", entry("a", "F4", "3", "0,1"), 1, "whole number of bytes");
    entries_row("hole at the start", entry("a", "U8", "1", "1,2"), 2, "a hole of 1 bytes");
    entries_row("hole between", entry("a", "U8", "1", "0,1") + "," + entry("b", "U8", "1", "2,3"),
                3, "before tensor \"b\"");
    entries_row("overlap", entry("a", "U8", "2", "0,2") + "," + entry("b", "U8", "2", "1,3"), 3,
                "overlaps");
    entries_row("the same stretch twice",
                entry("a", "U8", "2", "0,2") + "," + entry("b", "U8", "2", "0,2"), 2, "overlaps");
    entries_row("data after the last", entry("a", "U8", "1", "0,1"), 9, "belong to none");
    entries_row("data and no tensor", "", 5, "5 bytes after the last");
    entries_row("a name with control characters", entry(R"(a\u001b[31m)", "F31", "1", "0,4"), 4,
                "\"a\\x1b[31m\"");
}

void TestHostile::header() {
    QFETCH(QByteArray, file);
    QFETCH(QString, text);
    test::write_file(at("model.safetensors"), file.toStdString());
    const QString wrong =
        check_error([this] { Checkpoint::open(at()); }, ErrorCode::format, dir_->path(), text);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestHostile::cut_short_anywhere() {
    const std::string whole = test::safetensors_bytes(test::tiny_tensors({}));
    for (size_t length = 0; length < whole.size(); length += length < 200 ? 1 : 997) {
        test::write_file(at("model.safetensors"), whole.substr(0, length));
        const QString wrong = check_error([this] { Checkpoint::open(at()); }, ErrorCode::format,
                                          dir_->path(), "model.safetensors");
        QVERIFY2(wrong.isEmpty(), qPrintable(QString("%1 bytes: %2").arg(length).arg(wrong)));
    }
}

void TestHostile::index_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* name, const std::string& json, const char* text,
                        ErrorCode code = ErrorCode::format) {
        QTest::newRow(name) << bytes_of(json) << static_cast<int>(code) << QString(text);
    };
    const auto map = [](const std::string& entries) {
        return R"({"weight_map":{)" + entries + "}}";
    };
    row("empty", "", "not JSON");
    row("list", "[]", "not a JSON object");
    row("no map", "{}", "weight_map is missing");
    row("map is a list", R"({"weight_map":[]})", "not an object");
    row("map is empty", map(""), "weight_map is empty");
    row("file is a number", map(R"("x":1)"), "no file name for tensor \"x\"");
    row("tensor twice", map(R"("x":"a.safetensors","x":"b.safetensors")"), "there twice");
    row("parent folder", map(R"("x":"../a.safetensors")"), "path separator");
    row("absolute path", map(R"("x":"/etc/a.safetensors")"), "path separator");
    row("backslash", map(R"("x":"sub\\a.safetensors")"), "path separator");
    row("dots", map(R"("x":"..safetensors")"), "..");
    row("NUL in the file name", map(R"("x":"a\u0000.safetensors")"), "NUL");
    row("NUL in the tensor name", map(R"("x\u0000":"a.safetensors")"), "NUL");
    row("other ending", map(R"("x":"config.json")"), "does not end in .safetensors");
    row("missing shard", map(R"("x":"a.safetensors","z":"c.safetensors")"), "c.safetensors",
        ErrorCode::not_found);
    row("tensor not in its shard", map(R"("x":"a.safetensors","w":"a.safetensors")"), "\"w\"");
    row("tensor in another shard", map(R"("x":"b.safetensors","y":"a.safetensors")"),
        "not in that file");
    row("tensor in two shards",
        map(R"("x":"a.safetensors","both":"b.safetensors","y":"b.safetensors")"),
        "more than one shard");
    row("deep nesting", R"({"weight_map":)" + std::string(1'000'000, '[') + "}", "levels deep");

    row("too large", std::string(33u << 20, ' '), "larger than", ErrorCode::limit);
}

void TestHostile::index() {
    QFETCH(QByteArray, json);
    QFETCH(int, code);
    QFETCH(QString, text);
    const RawTensor both{"both", StoredType::U8, {1}, "b"};
    test::write_file(at("a.safetensors"),
                     test::safetensors_bytes({{"x", StoredType::U8, {1}, "x"}, both}));
    test::write_file(at("b.safetensors"),
                     test::safetensors_bytes({{"y", StoredType::U8, {1}, "y"}, both}));
    test::write_file(at("model.safetensors.index.json"), json.toStdString());
    const QString wrong = check_error([this] { Checkpoint::open(at()); },
                                      static_cast<ErrorCode>(code), dir_->path(), text);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestHostile::weights_data() {
    QTest::addColumn<QString>("family");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* name, const char* family, const char* key, const char* value,
                        const char* text) {
        QTest::newRow(name) << family << key << value << text;
    };
    row("more layers than there are", "llama", "num_hidden_layers", "3",
        "9 problems: blocks.2.ln1.w: model.layers.2.input_layernorm.weight is missing");
    row("ten thousand layers", "llama", "num_hidden_layers", "10000", "and 9");
    row("another width", "mistral", "hidden_size", "40", "expected [96, 40], file has [96, 32]");
    row("other heads", "mistral", "num_key_value_heads", "1",
        "blocks.0.attn.W_K (model.layers.0.self_attn.k_proj.weight): expected [8, 32], "
        "file has [16, 32]");
    row("other vocabulary", "llama", "vocab_size", "97",
        "2 problems: embed.W_E (model.embed_tokens.weight): expected [97, 32], file has [96, 32]");
    row("more experts", "mixtral", "num_local_experts", "5",
        "blocks.0.moe.W_router (model.layers.0.block_sparse_moe.gate.weight): expected [5, 32]");
    row("four thousand experts", "mixtral", "num_local_experts", "4096", "more");
    row("biases that are not there", "llama", "attention_bias", "true", "8 problems");
    row("another family", "mixtral", "model_type", "\"llama\"",
        "model.layers.0.mlp.gate_proj.weight is missing");
}

void TestHostile::weights() {
    QFETCH(QString, family);
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, text);
    TinyModel model;
    model.family = family.toStdString();
    write_tiny_checkpoint(at(), model);
    model.config[key.toStdString()] = value.toStdString();
    test::write_file(at("config.json"), test::tiny_config(model));
    const auto action = [this] {
        const ModelConfig config = load_config(at());
        const auto checkpoint = Checkpoint::open(at());
        WeightTable::bind(family_by_id(config.family), config, *checkpoint);
    };
    const QString wrong = check_error(action, ErrorCode::mismatch, "weights", text);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestHostile::path_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* name, const char* text, ErrorCode code) {
        QTest::newRow(name) << name << static_cast<int>(code) << text;
    };
    row("nothing", "no such folder", ErrorCode::not_found);
    row("nothing/below", "no such folder", ErrorCode::not_found);
    row("empty", "neither model.safetensors nor", ErrorCode::not_found);
    row("other", "rename it to model.safetensors", ErrorCode::not_found);
    row("torch", "pytorch_model.bin: it is no zip archive as torch.save writes it",
        ErrorCode::format);
    row("folder", "not a regular file", ErrorCode::unreadable);
    row("pipe", "not a regular file", ErrorCode::unreadable);
    row("dangling", "neither model.safetensors nor", ErrorCode::not_found);
    row("loop", "cannot look at it", ErrorCode::unreadable);
    row("text.txt", "neither a model folder nor a file of one", ErrorCode::usage);
    row("pipe/model.safetensors", "neither a model folder nor a file of one", ErrorCode::usage);
}

void TestHostile::path() {
    QFETCH(QString, name);
    QFETCH(int, code);
    QFETCH(QString, text);
    for (const char* folder :
         {"empty", "other", "torch", "folder/model.safetensors", "pipe", "dangling"})
        fs::create_directories(at(folder));
    test::write_file(at("other/weights.safetensors"), test::raw_safetensors("{}"));
    test::write_file(at("torch/pytorch_model.bin"), "PK");
    test::write_file(at("text.txt"), "x");
    QCOMPARE(::mkfifo(at("pipe/model.safetensors").c_str(), 0600), 0);
    fs::create_symlink(at("gone"), at("dangling/model.safetensors"));
    fs::create_symlink(at("loop"), at("loop"));
    const QString wrong =
        check_error([&] { Checkpoint::open(at(qPrintable(name))); }, static_cast<ErrorCode>(code),
                    at(qPrintable(name)).c_str(), text);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestHostile::all_problems_at_once() {
    TinyModel model;
    write_tiny_checkpoint(at(), model);
    auto tensors = test::tiny_tensors(model);
    for (RawTensor& tensor : tensors) {
        if (tensor.name == "model.norm.weight") tensor.shape = {8, 4};
        if (tensor.name == "model.layers.0.input_layernorm.weight") tensor.type = StoredType::I32;
        if (tensor.name == "lm_head.weight") tensor.name = "head.weight";
    }
    test::write_file(at("model.safetensors"), test::safetensors_bytes(tensors));
    const auto checkpoint = Checkpoint::open(at());
    const ModelConfig config = load_config(at());
    try {
        WeightTable::bind(family_by_id(config.family), config, *checkpoint);
        QFAIL("no Error");
    } catch (const Error& e) {
        const QString what = e.what();
        QVERIFY2(what.contains("3 problems: blocks.0.ln1.w (model.layers.0.input_layernorm.weight):"
                               " stored as I32"),
                 e.what());
        QVERIFY(what.contains("ln_final.w (model.norm.weight): expected [32], file has [8, 4]"));
        QVERIFY(what.contains("unembed.W_U: lm_head.weight is missing"));
        QVERIFY(what.contains("tie_word_embeddings"));
    }
}

void TestHostile::many_problems_stay_readable() {
    std::string entries;
    for (int i = 0; i < 50'000; ++i)
        entries += (i ? "," : "") + entry("t" + std::to_string(i), "F31", "1", "0,4");
    test::write_file(at("model.safetensors"), test::raw_safetensors("{" + entries + "}"));
    const QString wrong = check_error([this] { Checkpoint::open(at()); }, ErrorCode::format,
                                      dir_->path(), "and 49990 more");
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

QTEST_GUILESS_MAIN(TestHostile)
#include "tst_hostile.moc"
