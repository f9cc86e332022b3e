// SPDX-License-Identifier: GPL-3.0-or-later
// pytorch_model.bin: files of torch.save, precedence, hostile archives and pickles.
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/torch_archive.h"
#include "tests/support/check_error.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

using namespace driftscope;
namespace fs = std::filesystem;

namespace {

const fs::path golden_folder = fs::path(DRIFTSCOPE_SOURCE_DIR) / "tests/data/torch";

std::string number(uint64_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 255);
    return out;
}

struct Member {
    std::string name, data;
    uint64_t method = 0, flags = 0;
    uint64_t claimed = ~uint64_t{0};  ///< size in the directory; by default the real one
    bool zip64 = false;
};

/// A stored zip archive.
std::string zip(const std::vector<Member>& members) {
    std::string out, directory;
    for (const Member& each : members) {
        const uint64_t at = out.size();
        const uint64_t size = each.claimed == ~uint64_t{0} ? each.data.size() : each.claimed;
        const bool wide = each.zip64 || size > 0xFFFFFFFE;
        const std::string sizes = wide ? std::string(8, '\xFF') : number(size, 4) + number(size, 4);
        const std::string extra =
            wide ? number(1, 2) + number(16, 2) + number(size, 8) + number(size, 8) : "";
        out += number(0x04034b50, 4) + number(45, 2) + number(each.flags, 2) +
               number(each.method, 2) + number(0, 8) + sizes + number(each.name.size(), 2) +
               number(0, 2) + each.name + each.data;
        directory += number(0x02014b50, 4) + number(45, 2) + number(45, 2) + number(each.flags, 2) +
                     number(each.method, 2) + number(0, 8) + sizes + number(each.name.size(), 2) +
                     number(extra.size(), 2) + number(0, 2) + number(0, 8) + number(at, 4) +
                     each.name + extra;
    }
    const uint64_t at = out.size();
    return out + directory + number(0x06054b50, 4) + number(0, 4) + number(members.size(), 2) +
           number(members.size(), 2) + number(directory.size(), 4) + number(at, 4) + number(0, 2);
}

// Pieces of a pickle.
std::string text(const std::string& value) { return "X" + number(value.size(), 4) + value; }
std::string whole(uint64_t value) { return "\x8a\x08" + number(value, 8); }
std::string small(uint64_t value) { return "K" + number(value, 1); }
std::string global(const std::string& module, const std::string& name) {
    return "c" + module + "\n" + name + "\n";
}
std::string pickled(const std::string& body) { return "\x80\x02" + body + "."; }

struct Fields {
    std::string type = "FloatStorage", elements = small(8), offset = small(0),
                shape = small(2) + small(4) + "\x86", strides = small(4) + small(1) + "\x86";
};

std::string tensor(const Fields& f) {
    return global("torch._utils", "_rebuild_tensor_v2") + "((" + text("storage") +
           global("torch", f.type) + text("0") + text("cpu") + f.elements + "tQ" + f.offset +
           f.shape + f.strides + "\x89" + global("collections", "OrderedDict") + ")RtR";
}

/// A state dict of one tensor "w" over a storage of eight floats.
std::string archive(const std::string& pickle, const std::string& storage = std::string(32, 'x')) {
    return zip({{.name = "a/data.pkl", .data = pickle}, {.name = "a/data/0", .data = storage}});
}
std::string one_tensor(const Fields& fields) {
    return archive(pickled("}" + text("w") + tensor(fields) + "s"));
}

std::string hex(const TensorView& tensor) {
    QByteArray bytes(static_cast<qsizetype>(tensor.bytes), '\0');
    tensor.read(std::as_writable_bytes(std::span(bytes.data(), tensor.bytes)));
    return bytes.toHex().toStdString();
}

TorchContent parse(const std::string& bytes) {
    return parse_torch_archive(std::as_bytes(std::span(bytes)), "test.bin");
}

}  // namespace

class TestTorchArchive : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { dir_ = std::make_unique<QTemporaryDir>(); }
    void tensors_are_those_that_torch_saved_data();
    void tensors_are_those_that_torch_saved();
    void contiguous_tensors_are_views();
    void shards_are_joined();
    void safetensors_come_first();
    void zip64_sizes_are_read();
    void other_entries_are_noted();
    void hostile_files_data();
    void hostile_files();
    void every_cut_gives_an_error();

private:
    fs::path path(const char* name = "pytorch_model.bin") const {
        return fs::path(dir_->path().toStdString()) / name;
    }
    std::unique_ptr<QTemporaryDir> dir_;
};

void TestTorchArchive::tensors_are_those_that_torch_saved_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("expected");
    QTest::newRow("kinds") << "kinds.bin" << "kinds";
    QTest::newRow("dict") << "dict.bin" << "kinds";
    QTest::newRow("module") << "module.bin" << "module";
}

void TestTorchArchive::tensors_are_those_that_torch_saved() {
    QFETCH(QString, file);
    QFETCH(QString, expected);
    std::ifstream stream(golden_folder / "expected.json");
    const auto json = nlohmann::json::parse(stream)[expected.toStdString()];
    fs::copy_file(golden_folder / file.toStdString(), path());
    const auto checkpoint = Checkpoint::open(path());
    QCOMPARE(checkpoint->tensors().size(), json.size());
    for (const auto& [name, entry] : json.items()) {
        const TensorView* tensor = checkpoint->find(name);
        QVERIFY2(tensor, name.c_str());
        QCOMPARE(std::string(type_name(tensor->type)), entry["type"].get<std::string>());
        QCOMPARE(tensor->shape, entry["shape"].get<std::vector<int64_t>>());
        QCOMPARE(hex(*tensor), entry["bytes"].get<std::string>());
        QCOMPARE(checkpoint->tensor_hash(*tensor).size(), size_t{64});
    }
}

void TestTorchArchive::contiguous_tensors_are_views() {
    const TorchFile file = TorchFile::open(golden_folder / "kinds.bin");
    const auto find = [&file](const std::string& name) {
        return *std::find_if(file.content.tensors.begin(), file.content.tensors.end(),
                             [&name](const TensorView& each) { return each.name == name; });
    };
    QVERIFY(!find("shared").maker);
    QCOMPARE(find("shared.rows").data, find("shared").data + 2 * 4 * 4);
    QVERIFY(find("turned").maker && find("every.other").maker);
    // The middle row of the turned matrix, cut out of what is made.
    TensorView part = find("turned").part(6 * 4, 6 * 4);
    QCOMPARE(hex(part), hex(find("turned")).substr(48, 48));
}

void TestTorchArchive::shards_are_joined() {
    const auto sharded = Checkpoint::open(golden_folder / "shards");
    const auto named = Checkpoint::open(golden_folder / "shards/pytorch_model.bin.index.json");
    const TorchFile whole = TorchFile::open(golden_folder / "module.bin");
    QCOMPARE(sharded->tensors().size(), whole.content.tensors.size());
    QCOMPARE(named->tensors().size(), whole.content.tensors.size());
    for (const TensorView& tensor : whole.content.tensors)
        QCOMPARE(hex(*sharded->find(tensor.name)), hex(tensor));
    QVERIFY(sharded->notes().empty());
}

void TestTorchArchive::safetensors_come_first() {
    fs::copy_file(golden_folder / "module.bin", path());
    const std::string header = R"({"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
    std::ofstream(path("model.safetensors"), std::ios::binary)
        << number(header.size(), 8) << header << "abcd";
    const auto checkpoint = Checkpoint::open(path(""));
    QVERIFY(checkpoint->find("v") && !checkpoint->find("0.weight"));
    QVERIFY(checkpoint->notes().front().starts_with("pytorch_model.bin is in the folder and not"));
}

void TestTorchArchive::zip64_sizes_are_read() {
    const std::string bytes =
        zip({{.name = "a/data.pkl", .data = pickled("}" + text("w") + tensor({}) + "s")},
             {.name = "a/data/0", .data = std::string(32, 'y'), .zip64 = true}});
    const TorchContent content = parse(bytes);  // its tensors lie in them
    QCOMPARE(hex(content.tensors.at(0)), std::string(QByteArray(32, 'y').toHex()));
}

void TestTorchArchive::other_entries_are_noted() {
    const TorchContent content =
        parse(archive(pickled("}(" + text("w") + tensor({}) + text("epoch") + small(3) + "u")));
    QCOMPARE(content.tensors.size(), size_t{1});
    QCOMPARE(content.notes, (std::vector<std::string>{"\"epoch\" is no tensor: not read"}));
}

void TestTorchArchive::hostile_files_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const std::string& bytes, ErrorCode code,
                        const char* message) {
        QTest::newRow(name) << QByteArray(bytes.data(), qsizetype(bytes.size())) << int(code)
                            << QString(message);
    };
    const auto format = ErrorCode::format, unsupported = ErrorCode::unsupported;
    const auto file = [](const char* name) {
        std::ifstream stream(golden_folder / name, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(stream), {});
    };
    const auto pickle = [](const std::string& body) { return archive(pickled(body)); };
    const uint64_t huge = uint64_t{1} << 60;

    row("before 1.6", file("legacy.bin"), unsupported, "before version 1.6");
    row("a whole module", file("whole_module.bin"), unsupported,
        "asks for \"torch.nn.modules.container.Sequential\"");
    row("os.system", pickle(global("os", "system") + text("true") + "\x85R"), unsupported,
        "asks for \"os.system\", which is none of the allowed globals (byte 2)");
    row("builtins.eval", pickle(global("builtins", "eval")), unsupported, "\"builtins.eval\"");
    row("nested name", pickle(global("torch", "serialization.os.systemStorage")), unsupported,
        "none of the allowed globals");
    row("BUILD on a number", pickle(small(1) + "}b"), unsupported, "BUILD");
    row("BUILD on a global", pickle(global("collections", "OrderedDict") + "}b"), unsupported,
        "BUILD");
    row("REDUCE of a dict", pickle("})R"), unsupported, "calls what is no allowed global");
    row("REDUCE of a storage type", pickle(global("torch", "FloatStorage") + ")R"), unsupported,
        "builds no tensor");
    row("NEWOBJ", pickle(global("collections", "OrderedDict") + ")\x81"), unsupported,
        "opcode NEWOBJ");
    row("INST", pickle("(ios\nsystem\n"), unsupported, "opcode INST");
    row("STACK_GLOBAL", pickle(text("os") + text("system") + "\x93"), unsupported,
        "opcode STACK_GLOBAL");
    row("EXT1", pickle("\x82\x01"), unsupported, "opcode EXT1");
    row("no opcode", pickle("\xF0"), format, "byte 240, which is no opcode");
    row("protocol 4", archive("\x80\x04}."), unsupported, "protocol 4");
    row("other persistent id", pickle(text("module") + "\x85Q"), unsupported, "no storage");
    row("empty stack", pickle("R"), format, "empty stack");
    row("no mark", pickle("u"), format, "no mark");
    row("key without value", pickle("}(" + text("w") + "u"), format, "a key without a value");
    row("never kept", pickle("h\x07"), format, "never kept");
    row("kept under 2^32-1", pickle("}r" + std::string(4, '\xFF')), format, "keeps a value under");
    row("text of 2^32-1", pickle("X" + std::string(4, '\xFF')), format,
        "asks for 4294967295 bytes");
    row("number of 255 bytes", pickle("\x8a\xFF"), format, "whole number of 255 bytes");
    row("no stop", archive("\x80\x02}"), format, "asks for 1 bytes where 0 are left");
    row("empty pickle", archive(""), format, "PROTO");
    row("two million values", pickle(std::string(2'000'000, 'N')), ErrorCode::limit,
        "more than 1000000 values");
    row("deep tuples", pickle(")" + std::string(500'000, '\x85')), unsupported, "no state dict");
    row("a list", pickle("]"), unsupported, "no state dict");
    row("no tensors", pickle("}"), format, "holds no tensors");
    row("key twice", pickle("}(" + text("w") + tensor({}) + text("w") + tensor({}) + "u"), format,
        "is there twice");
    row("number for a key", pickle("}" + small(1) + tensor({}) + "s"), format, "is no name");

    row("size of 2^60", one_tensor({.shape = whole(huge) + whole(huge) + "\x86"}), format,
        "overflows");
    row("too many rows", one_tensor({.shape = small(3) + small(4) + "\x86"}), format,
        "reaches beyond its storage");
    row("offset of 2^62", one_tensor({.offset = whole(huge << 2)}), format, "reaches beyond");
    row("negative offset", one_tensor({.offset = whole(~uint64_t{0})}), format, "do not fit");
    row("negative size", one_tensor({.shape = whole(~uint64_t{0}) + small(4) + "\x86"}), format,
        "negative size");
    row("negative stride", one_tensor({.strides = whole(~uint64_t{0}) + small(1) + "\x86"}), format,
        "negative size");
    row("stride of 2^62", one_tensor({.strides = whole(huge << 2) + small(1) + "\x86"}), format,
        "reaches beyond");
    row("stride 0",
        one_tensor({.shape = whole(huge / 4) + small(1) + "\x86",
                    .strides = small(0) + small(0) + "\x86"}),
        format, "reaches beyond");
    row("sizes without strides", one_tensor({.strides = ")"}), format, "do not fit");
    row("storage of 2^60", one_tensor({.elements = whole(huge)}), format,
        "claims 1152921504606846976 elements");
    row("QInt8Storage", one_tensor({.type = "QInt8Storage"}), unsupported, "torch.QInt8Storage");
    const std::string good = pickled("}" + text("w") + tensor({}) + "s");
    row("no storage", zip({{.name = "a/data.pkl", .data = good}}), format, "is not in the archive");
    row("big-endian",
        zip({{.name = "a/data.pkl", .data = good}, {.name = "a/byteorder", .data = "big"}}),
        unsupported, "byte order");

    row("a page", "<!DOCTYPE html>", format, "no zip archive");
    row("empty", "", format, "no zip archive");
    row("no directory", "PK\x03\x04" + std::string(100, 'x'), format, "no directory at its end");
    row("no pickle", zip({{.name = "a/data/0", .data = "x"}}), format, "without data.pkl");
    row("two pickles",
        zip({{.name = "a/data.pkl", .data = good}, {.name = "b/data.pkl", .data = good}}), format,
        "two pickles");
    row("entry twice",
        zip({{.name = "a/data.pkl", .data = good}, {.name = "a/data.pkl", .data = good}}), format,
        "is there twice");
    row("compressed", zip({{.name = "a/data.pkl", .data = good, .method = 8}}), unsupported,
        "is compressed");
    row("encrypted", zip({{.name = "a/data.pkl", .data = good, .flags = 1}}), unsupported,
        "is encrypted");
    row("entry of 2^60", zip({{.name = "a/data.pkl", .data = good, .claimed = huge}}), format,
        "takes 1152921504606846976 bytes");
    row("entries overlap",
        zip({{.name = "a/data.pkl", .data = good, .claimed = good.size() + 40},
             {.name = "a/data/0", .data = std::string(32, 'x')}}),
        format, "lie over each other");
}

void TestTorchArchive::hostile_files() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    QFETCH(QString, message);
    QFile file(QString::fromStdString(path().string()));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
    file.close();
    QCOMPARE(test::check_error([&] { TorchFile::open(path()); }, static_cast<ErrorCode>(code),
                               "pytorch_model.bin", message),
             QString());
    // The same through the folder.
    try {
        Checkpoint::open(path(""));
        QFAIL("no error");
    } catch (const Error& error) {
        QCOMPARE(int(error.code()), code);
    }
}

void TestTorchArchive::every_cut_gives_an_error() {
    std::ifstream stream(golden_folder / "kinds.bin", std::ios::binary);
    const std::string whole_file(std::istreambuf_iterator<char>(stream), {});
    for (size_t size = 0; size < whole_file.size(); ++size) {
        try {
            parse(whole_file.substr(0, size));
            QFAIL(("no error at " + std::to_string(size)).c_str());
        } catch (const Error&) {
        }
    }
}

QTEST_GUILESS_MAIN(TestTorchArchive)
#include "tst_torch_archive.moc"
