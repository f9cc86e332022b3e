// SPDX-License-Identifier: GPL-3.0-or-later
// config.json files and flags that are broken or lie: see tst_hostile.
#include "core/data/error.h"
#include "core/model/config.h"
#include "tests/support/check_error.h"
#include "tests/support/tiny_checkpoint.h"

#include <QTemporaryDir>
#include <QTest>

using namespace driftscope;
using test::check_error;
using test::TinyModel;
namespace fs = std::filesystem;

namespace {

QByteArray bytes_of(const std::string& text) {
    return {text.data(), static_cast<qsizetype>(text.size())};
}

std::string repeated(const char* text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

}  // namespace

class TestHostileConfig : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { dir_ = std::make_unique<QTemporaryDir>(); }
    void config_text_data();
    void config_text();
    void config_key_data();
    void config_key();
    void flag_data();
    void flag();
    void all_problems_at_once();

private:
    fs::path at(const char* name = "") const { return fs::path(dir_->path().toStdString()) / name; }
    std::unique_ptr<QTemporaryDir> dir_;
};

void TestHostileConfig::config_text_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* name, const std::string& json, const char* text,
                        ErrorCode code = ErrorCode::format) {
        QTest::newRow(name) << bytes_of(json) << static_cast<int>(code) << QString(text);
    };
    const std::string head = R"({"model_type":"llama",)";
    row("empty", "", "not JSON");
    row("spaces", "   ", "not JSON");
    row("cut short", R"({"model_type":"lla)", "not JSON");
    row("a list", "[1]", "not a JSON object");
    row("text", "\"llama\"", "not a JSON object");
    row("NaN", head + R"("rms_norm_eps":NaN})", "NaN and Infinity");
    row("Infinity", head + R"("rope_theta":-Infinity})", "NaN and Infinity");
    row("1e999", head + R"("rms_norm_eps":1e999})", "not JSON");
    row("comment", "// a\n{}", "not JSON");
    row("NUL byte", std::string("{}\0", 3), "NUL");
    row("broken UTF-8", "{\"a\":\"\xc3\x28\"}", "not JSON");
    row("key twice", head + R"("model_type":"mistral"})", "\"model_type\" is there twice");
    row("nested key twice", head + R"("a":{"b":1,"b":2}})", "there twice");
    row("deep lists", std::string(1'000'000, '['), "levels deep");
    row("deep objects", head + "\"a\":" + repeated("{\"a\":", 100'000), "levels deep");
    row("too many values", head + "\"a\":[0" + repeated(",0", 300'000) + "]}", "JSON values",
        ErrorCode::limit);
    row("too large", head + "\"a\":\"" + std::string(17u << 20, 'x') + "\"}", "larger than",
        ErrorCode::limit);
    row("sizes that overflow", head + R"("vocab_size":2147483647,"hidden_size":2147483647,
        "head_dim":2147483646,"num_attention_heads":2147483647,"num_hidden_layers":10000})",
        "2^60", ErrorCode::limit);
    row("no family", "{}", "what model it is", ErrorCode::unsupported);
    row("unknown family", R"({"model_type":"gpt9"})", "Known: llama, mistral, mixtral",
        ErrorCode::unsupported);
    row("unknown architecture", R"({"architectures":["NoSuchModel"]})", "\"NoSuchModel\"",
        ErrorCode::unsupported);
    row("model_type is a number", R"({"model_type":7})", "expected text");
    row("architectures is text", R"({"architectures":"LlamaForCausalLM"})", "a list of names");
}

void TestHostileConfig::config_text() {
    QFETCH(QByteArray, json);
    QFETCH(int, code);
    QFETCH(QString, text);
    test::write_file(at("config.json"), json.toStdString());
    const QString wrong = check_error([this] { load_config(at()); }, static_cast<ErrorCode>(code),
                                      "config.json", text);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestHostileConfig::config_key_data() {
    QTest::addColumn<QString>("family");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* key, const char* value, const char* text,
                        ErrorCode code = ErrorCode::format, const char* family = "mixtral") {
        QTest::addRow("%s %.60s", key, value)
            << family << key << value << static_cast<int>(code) << text;
    };
    for (const char* key :
         {"num_hidden_layers", "num_attention_heads", "num_key_value_heads", "hidden_size",
          "intermediate_size", "vocab_size", "head_dim", "max_position_embeddings",
          "num_local_experts", "num_experts_per_tok"}) {
        row(key, "0", "expected a whole number of at least 1");
        row(key, "-3", "expected a whole number of at least 1");
        row(key, "\"4\"", "expected a whole number of at least 1");
        row(key, "2147483648", "is accepted", ErrorCode::limit);
        row(key, "1e300", "is accepted", ErrorCode::limit);
    }
    row("num_hidden_layers", "2.5", "expected a whole number");
    row("num_hidden_layers", "true", "expected a whole number");
    row("num_hidden_layers", "null", "num_hidden_layers is null");
    row("num_hidden_layers", "[2]", "is a list");
    row("num_hidden_layers", "10001", "at most 10000", ErrorCode::limit);
    row("num_hidden_layers", "99999999999999999999", "at most 10000", ErrorCode::limit);
    row("num_local_experts", "4097", "at most 4096", ErrorCode::limit);
    row("num_key_value_heads", "3", "not a multiple of num_key_value_heads");
    row("num_key_value_heads", "8", "not a multiple of num_key_value_heads");
    row("num_attention_heads", "6", "not a multiple");
    row("hidden_size", "33", "not a multiple of num_attention_heads");
    row("hidden_size", "36", "an even one");
    row("head_dim", "7", "an even one");
    row("num_experts_per_tok", "5", "more than the 4 experts");
    row("rms_norm_eps", "\"1e-5\"", "expected a number");
    row("rms_norm_eps", "-1e-5", "expected 0 or more");
    row("rms_norm_eps", "null", "expected a number");
    row("rope_theta", "0", "above 0");
    row("rope_theta", "-10000", "above 0");
    row("rope_theta", "1", "above 1");
    row("rope_theta", "\"x\"", "expected a number");
    row("hidden_act", "\"relu6\"", "computed is silu", ErrorCode::unsupported);
    row("hidden_act", "3", "expected text");
    row("tie_word_embeddings", "1", "expected true or false");
    row("tie_word_embeddings", "\"yes\"", "expected true or false");
    row("eos_token_id", "\"</s>\"", "eos_token_id");
    row("eos_token_id", "[1, null]", "eos_token_id");
    row("bos_token_id", "[1]", "bos_token_id");
    row("torch_dtype", "16", "expected text");
    row("sliding_window", "0", "sliding_window is 0");
    row("sliding_window", "-1", "sliding_window is -1");
    // Sliding layers without a window; a word that is none; too few layers.
    row("layer_types", "[\"full_attention\", \"sliding_attention\"]", "layer_types");
    row("layer_types", "[\"full_attention\", \"linear_attention\"]", "layer_types");
    row("layer_types", "[\"full_attention\"]", "layer_types");
    row("quantization_config", "{\"quant_method\": \"gptq\"}", "gptq", ErrorCode::unsupported);
    row("partial_rotary_factor", "0.5", "whole heads", ErrorCode::unsupported);
    row("rope_scaling", "7", "expected an object");
    row("rope_scaling", "{\"factor\": 2}", "no rope_type");
    row("rope_scaling", "{\"type\": 3, \"factor\": 2}", "expected text");
    row("rope_scaling", "{\"type\": \"warp\"}", "of type \"warp\"", ErrorCode::unsupported);
    row("rope_scaling", "{\"type\": \"linear\"}", "factor is missing");
    row("rope_scaling", "{\"type\": \"linear\", \"factor\": 0}", "above 0");
    row("rope_scaling", "{\"type\": \"dynamic\", \"factor\": -2}", "above 0");
    row("rope_scaling", "{\"type\": \"yarn\", \"factor\": \"4\"}", "expected a number");
    row("rope_scaling", "{\"type\": \"yarn\", \"factor\": 4, \"truncate\": 1}", "true or false");
    row("rope_scaling", "{\"type\": \"yarn\", \"factor\": 4, \"beta_slow\": -1}", "0 or more");
    row("rope_scaling", "{\"type\": \"linear\", \"rope_type\": \"yarn\", \"factor\": 4}",
        "has the rope_type");
    row("rope_scaling", "{\"rope_type\": \"llama3\", \"factor\": 8}", "low_freq_factor is missing");
    row("rope_scaling",
        "{\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 4, "
        "\"high_freq_factor\": 4, \"original_max_position_embeddings\": 64}",
        "not above low_freq_factor");
    row("rope_scaling",
        "{\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 1, "
        "\"high_freq_factor\": 4, \"original_max_position_embeddings\": 0}",
        "original_max_position_embeddings is 0");
    row("rope_parameters", "{\"a\": {\"rope_theta\": 5}, \"b\": {\"rope_theta\": 6}}",
        "differs between kinds of layers", ErrorCode::unsupported);
    row("attention_bias", "\"no\"", "true or false", ErrorCode::format, "llama");
    row("mlp_bias", "0", "true or false", ErrorCode::format, "llama");
}

void TestHostileConfig::config_key() {
    QFETCH(QString, family);
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(int, code);
    QFETCH(QString, text);
    TinyModel model;
    model.family = family.toStdString();
    model.config[key.toStdString()] = value.toStdString();
    test::write_file(at("config.json"), test::tiny_config(model));
    const QString wrong = check_error([this] { load_config(at()); }, static_cast<ErrorCode>(code),
                                      "config.json", text);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestHostileConfig::flag_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("value");
    QTest::newRow("unknown") << "rope.bass" << "1";
    QTest::newRow("base of no number") << "rope.base" << "ten";
    QTest::newRow("base NaN") << "rope.base" << "nan";
    QTest::newRow("base negative") << "rope.base" << "-1";
    QTest::newRow("scaling") << "rope.scaling" << "on";
    QTest::newRow("context 0") << "context" << "0";
    QTest::newRow("context 12x") << "context" << "12x";
    QTest::newRow("context 2^40") << "context" << "1099511627776";
    QTest::newRow("window") << "attention.window" << "wide";
}

void TestHostileConfig::flag() {
    QFETCH(QString, id);
    QFETCH(QString, value);
    const auto action = [&] {
        parse_config(test::tiny_config({}), "config.json",
                     {{id.toStdString(), value.toStdString()}});
    };
    const QString wrong = check_error(action, ErrorCode::usage, "config.json", id);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestHostileConfig::all_problems_at_once() {
    const QString wrong = check_error(
        [] {
            parse_config(R"({"model_type": "llama", "hidden_size": "a", "vocab_size": -1,
                             "rope_theta": null})",
                         "config.json", {{"context", "x"}});
        },
        ErrorCode::format, "config.json", "4 problems: vocab_size is -1");
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

QTEST_GUILESS_MAIN(TestHostileConfig)
#include "tst_hostile_config.moc"
