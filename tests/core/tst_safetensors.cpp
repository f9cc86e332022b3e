// SPDX-License-Identifier: GPL-3.0-or-later
// The safetensors reader on files that are right; tst_hostile has those that are wrong.
#include "core/checkpoint/safetensors.h"
#include "core/data/error.h"
#include "tests/support/tiny_checkpoint.h"

#include <QTemporaryDir>
#include <QTest>

#include <cstring>

using namespace driftscope;
using test::RawTensor;

namespace {

std::span<const std::byte> as_bytes(const std::string& text) {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

float first_float(const TensorView& tensor) {
    float value = 0;
    std::memcpy(&value, tensor.data, sizeof value);
    return value;
}

}  // namespace

class TestSafetensors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reads_what_was_written();
    void accepts_a_scalar_and_an_empty_tensor();
    void accepts_no_tensor_at_all();
    void accepts_any_order_in_the_header();
    void accepts_trailing_spaces_and_odd_lengths();
    void reads_metadata_and_escapes();
    void every_type_has_a_name_and_a_size();
    void types_that_cannot_be_computed_with_are_refused_on_use();
    void half_and_bfloat_round_to_nearest_even();
    void maps_a_file();
};

void TestSafetensors::reads_what_was_written() {
    const RawTensor a{
        "a",
        StoredType::F32,
        {2},
        test::stored_bytes(1.5, StoredType::F32) + test::stored_bytes(-2, StoredType::F32)};
    const RawTensor b{"b", StoredType::F32, {1, 1}, test::stored_bytes(8, StoredType::F32)};
    const std::string file = test::safetensors_bytes({a, b});
    const auto header = parse_safetensors(as_bytes(file), "file");
    QCOMPARE(header.tensors.size(), size_t{2});
    QCOMPARE(header.tensors[0].name, std::string("a"));
    QCOMPARE(header.tensors[0].shape, std::vector<int64_t>{2});
    QCOMPARE(header.tensors[0].bytes, size_t{8});
    QCOMPARE(header.tensors[0].elements(), int64_t{2});
    QCOMPARE(first_float(header.tensors[0]), 1.5F);
    QCOMPARE(first_float(header.tensors[1]), 8.0F);
    QCOMPARE(header.data_begin % 8, size_t{0});
}

void TestSafetensors::accepts_a_scalar_and_an_empty_tensor() {
    const std::string file =
        test::raw_safetensors(R"({"s":{"dtype":"F32","shape":[],"data_offsets":[0,4]},)"
                              R"("e":{"dtype":"F32","shape":[3,0],"data_offsets":[4,4]}})",
                              std::string(4, '\0'));
    const auto header = parse_safetensors(as_bytes(file), "file");
    QCOMPARE(header.tensors.size(), size_t{2});
    QCOMPARE(header.tensors[0].elements(), int64_t{1});
    QCOMPARE(header.tensors[1].elements(), int64_t{0});
    QCOMPARE(header.tensors[1].bytes, size_t{0});
}

void TestSafetensors::accepts_no_tensor_at_all() {
    const std::string file = test::raw_safetensors("{}");
    QVERIFY(parse_safetensors(as_bytes(file), "file").tensors.empty());
}

void TestSafetensors::accepts_any_order_in_the_header() {
    const std::string file =
        test::raw_safetensors(R"({"late":{"shape":[1],"data_offsets":[4,8],"dtype":"F32"},)"
                              R"("early":{"data_offsets":[0,4],"dtype":"F32","shape":[1]}})",
                              std::string(8, '\0'));
    const auto header = parse_safetensors(as_bytes(file), "file");
    QCOMPARE(header.tensors[0].name, std::string("early"));
    QCOMPARE(header.tensors[1].name, std::string("late"));
}

void TestSafetensors::accepts_trailing_spaces_and_odd_lengths() {
    const std::string file = test::raw_safetensors(
        R"({"x":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}   )", "ab");
    const auto header = parse_safetensors(as_bytes(file), "file");
    QCOMPARE(static_cast<char>(header.tensors[0].data[0]), 'a');
}

void TestSafetensors::reads_metadata_and_escapes() {
    const std::string file =
        test::raw_safetensors(R"({"__metadata__":{"format":"pt","note":"a\"b\u00e9"},)"
                              R"("\u00e9":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
                              "x");
    const auto header = parse_safetensors(as_bytes(file), "file");
    QCOMPARE(header.metadata.at("format"), std::string("pt"));
    QCOMPARE(header.metadata.at("note"), std::string("a\"b\xC3\xA9"));
    QCOMPARE(header.tensors[0].name, std::string("\xC3\xA9"));
}

void TestSafetensors::every_type_has_a_name_and_a_size() {
    int usable = 0;
    for (int i = 0; i <= static_cast<int>(StoredType::F4); ++i) {
        const auto type = static_cast<StoredType>(i);
        QCOMPARE(type_from_name(type_name(type)), std::optional(type));
        QVERIFY(type_bits(type) >= 4 && type_bits(type) <= 64);
        usable += is_usable(type);
        // Eight elements are whole bytes in every type.
        const std::string file = test::raw_safetensors(
            R"({"x":{"dtype":")" + std::string(type_name(type)) +
                R"(","shape":[8],"data_offsets":[0,)" + std::to_string(type_bits(type)) + "]}}",
            std::string(static_cast<size_t>(type_bits(type)), 'x'));
        QCOMPARE(parse_safetensors(as_bytes(file), "file").tensors[0].type, type);
    }
    QCOMPARE(usable, 4);
    QVERIFY(!type_from_name("F128"));
    QVERIFY(!type_from_name("f32"));
}

void TestSafetensors::types_that_cannot_be_computed_with_are_refused_on_use() {
    TensorView tensor;
    tensor.name = "w";
    tensor.source = "model.safetensors";
    tensor.type = StoredType::BF16;
    require_usable(tensor);
    tensor.type = StoredType::F8_E4M3;
    try {
        require_usable(tensor);
        QFAIL("no Error");
    } catch (const Error& e) {
        QCOMPARE(e.code(), ErrorCode::unsupported);
        QVERIFY(std::string(e.what()).find("F8_E4M3") != std::string::npos);
        QVERIFY(std::string(e.what()).find("\"w\"") != std::string::npos);
    }
}

void TestSafetensors::half_and_bfloat_round_to_nearest_even() {
    const auto bits = [](double value, StoredType type) {
        const std::string bytes = test::stored_bytes(value, type);
        return static_cast<unsigned>(static_cast<unsigned char>(bytes[0])) |
               static_cast<unsigned>(static_cast<unsigned char>(bytes[1])) << 8;
    };
    QCOMPARE(bits(1.0, StoredType::F16), 0x3C00U);
    QCOMPARE(bits(-2.0, StoredType::F16), 0xC000U);
    QCOMPARE(bits(1.0 + 0x1p-11, StoredType::F16), 0x3C00U);  // tie: to even
    QCOMPARE(bits(1.0 + 0x3p-11, StoredType::F16), 0x3C02U);
    QCOMPARE(bits(2.0 - 0x1p-12, StoredType::F16), 0x4000U);  // carry
    QCOMPARE(bits(0x1p-24, StoredType::F16), 0x0001U);        // subnormal
    QCOMPARE(bits(0x1p-14, StoredType::F16), 0x0400U);
    QCOMPARE(bits(65504.0, StoredType::F16), 0x7BFFU);
    QCOMPARE(bits(1e6, StoredType::F16), 0x7C00U);
    QCOMPARE(bits(1.0, StoredType::BF16), 0x3F80U);
    QCOMPARE(bits(1.0 + 0x1p-8, StoredType::BF16), 0x3F80U);
    QCOMPARE(bits(1.0 + 0x3p-8, StoredType::BF16), 0x3F82U);
}

void TestSafetensors::maps_a_file() {
    const QTemporaryDir dir;
    const std::filesystem::path path = dir.path().toStdString() + "/one.safetensors";
    test::write_file(path, test::safetensors_bytes({{"x", StoredType::U8, {3}, "abc"}}));
    const auto file = SafetensorsFile::open(path);
    QCOMPARE(file.tensors().size(), size_t{1});
    QCOMPARE(file.tensors()[0].source, std::string("one.safetensors"));
    QVERIFY(file.file()->still_unchanged());
    // Replacing by renaming keeps the mapping and is noticed.
    const std::filesystem::path next = dir.path().toStdString() + "/next";
    test::write_file(next, "other");
    std::filesystem::rename(next, path);
    QVERIFY(!file.file()->still_unchanged());
    QCOMPARE(static_cast<char>(file.tensors()[0].data[2]), 'c');
}

QTEST_GUILESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
