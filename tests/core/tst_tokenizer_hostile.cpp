// SPDX-License-Identifier: GPL-3.0-or-later
// Broken and hostile tokenizer files: each ends in one Error that says what is wrong.
#include "core/data/error.h"
#include "core/tokenizer/protobuf_reader.h"
#include "tests/core/tst_tokenizer_support.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <string>

using namespace driftscope;
using namespace tokenizer_test;

namespace {

/// A file whose model is well-formed and whose other parts are given as JSON text.
QByteArray with(const char* key, const char* value) {
    return QByteArray::fromStdString(file_of(bpe({"a", "b"}, {"a b"}), {{key, json(value)}}));
}

QByteArray with_model(const char* vocab, const char* merges, const char* more = "") {
    return QByteArray(R"({"model":{"type":"BPE","vocab":)") + vocab + R"(,"merges":)" + merges +
           more + "}}";
}

QByteArray with_split(const char* pattern) {
    return with("pre_tokenizer",
                QByteArray(R"({"type":"Split","behavior":"Isolated","invert":false,)"
                           R"("pattern":{"Regex":")" +
                           QByteArray(pattern) + R"("}})")
                    .constData());
}

/// A sentencepiece piece: text, score 0, type.
std::string piece(const std::string& text, char type) {
    std::string body;
    append_protobuf_bytes(body, 1, text);
    body += std::string("\x15\0\0\0\0\x18", 6) + type;
    std::string field;
    append_protobuf_bytes(field, 1, body);
    return field;
}

}  // namespace

class TstTokenizerHostile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void files_data();
    void files();
    void every_cut_of_a_file();
    void regex_that_backtracks();
    void huge_file();
    void sentencepiece_files_data();
    void sentencepiece_files();

private:
    static void syntax_rows();
    static void model_rows();
    static void part_rows();
};

void TstTokenizerHostile::files_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("fragment");
    syntax_rows();
    model_rows();
    part_rows();
}

static void row(const char* name, const QByteArray& bytes, ErrorCode code, const char* fragment) {
    QTest::newRow(name) << bytes << static_cast<int>(code) << QByteArray(fragment);
}

void TstTokenizerHostile::syntax_rows() {
    using enum ErrorCode;
    row("empty", "", format, "empty");
    row("white space", " \n ", format, "empty");
    row("cut short", R"({"model": {"type": "BP)", format, "not valid JSON");
    row("trailing text", R"({} {})", format, "not valid JSON");
    row("deep arrays", QByteArray(100'000, '['), format, "nested deeper");
    row("deep objects", QByteArray(R"({"a":)").repeated(5000), format, "nested deeper");
    row("not UTF-8", QByteArray("{\"model\":{\"vocab\":{\"\xFF\xC0\":0}}}"), format,
        "not valid JSON");
    row("number out of range", R"({"model":{"type":"BPE","dropout":1e999}})", format, "number");
    row("key twice", with_model(R"({"a":0,"a":1})", "[]"), format, "\"a\" is there twice");
    row("an array", "[1]", format, "expected an object, found array");
    row("no model", "{}", format, "\"model\" is missing");
    row("unknown top key", with("surprise", "1"), unsupported, "\"surprise\" is not known");
    row("version", with("version", "\"2.0\""), unsupported, "version \"2.0\"");
    row("truncation of a wrong type", with("truncation", "3"), format, "truncation: expected");
}

void TstTokenizerHostile::model_rows() {
    using enum ErrorCode;
    row("model is null", R"({"model":null})", format, "model: expected an object, found null");
    row("other model", R"({"model":{"type":"Unigram"}})", unsupported, "\"Unigram\"");
    row("no vocabulary", R"({"model":{"type":"BPE","merges":[]}})", format, "\"vocab\" is missing");
    row("empty vocabulary", with_model("{}", "[]"), format, "vocabulary is empty");
    row("vocabulary is a list", with_model(R"(["a"])", "[]"), format, "expected an object");
    row("id 2^31", with_model(R"({"a":2147483648})", "[]"), format, "2147483648 is outside");
    row("id 2^64", with_model(R"({"a":18446744073709551616})", "[]"), format,
        "expected an integer");
    row("id above the bound", with_model(R"({"a":2147483647})", "[]"), format, "is outside");
    row("negative id", with_model(R"({"a":-1})", "[]"), format, "-1 is outside");
    row("fractional id", with_model(R"({"a":0.5})", "[]"), format, "expected an integer");
    row("one id twice", with_model(R"({"a":0,"b":0})", "[]"), mismatch,
        "id 0 is also that of \"a\"");
    row("empty token", with_model(R"({"":0})", "[]"), format, "empty token");
    row("merge of absent tokens", with_model(R"({"a":0})", R"(["a b"])"), mismatch,
        "model.merges[0]: \"b\" is not in the vocabulary");
    row("merge without result", with_model(R"({"a":0,"b":1})", R"(["a b"])"), mismatch, "\"ab\"");
    row("merge of one token", with_model(R"({"a":0})", R"(["a"])"), format, "one space");
    row("merge of three", with_model(R"({"a":0})", R"(["a a a"])"), format, "one space");
    row("merge list of three", with_model(R"({"a":0})", R"([["a","a","a"]])"), format,
        "two tokens");
    row("merge is a number", with_model(R"({"a":0})", "[7]"), format, "expected a string");
    row("unknown token absent", with_model(R"({"a":0})", "[]", R"(,"unk_token":"?")"), mismatch,
        "unk_token");
    row("dropout", with_model(R"({"a":0})", "[]", R"(,"dropout":0.1)"), unsupported,
        "random merges");
    row("suffix", with_model(R"({"a":0})", "[]", R"(,"end_of_word_suffix":"</w>")"), unsupported,
        "end_of_word_suffix");
    row("unknown model key", with_model(R"({"a":0})", "[]", R"(,"magic":1)"), unsupported,
        "\"magic\"");
}

void TstTokenizerHostile::part_rows() {
    using enum ErrorCode;
    row("normalizer", with("normalizer", R"({"type":"Nmt"})"), unsupported, "normalizer \"Nmt\"");
    row("normalizer without type", with("normalizer", "{}"), format, "\"type\" is missing");
    row("pre-tokenizer", with("pre_tokenizer", R"({"type":"Magic"})"), unsupported, "\"Magic\"");
    row("pre-tokenizer option", with("pre_tokenizer", R"({"type":"ByteLevel","odd":1})"),
        unsupported, "pre_tokenizer: the key \"odd\"");
    row("post-processor", with("post_processor", R"({"type":"BertProcessing"})"), unsupported,
        "Bert");
    row("decoder", with("decoder", R"({"type":"WordPiece"})"), unsupported, "WordPiece");
    row("behaviour", with("pre_tokenizer", R"({"type":"Split","pattern":{"String":"a"},
"behavior":"Sideways"})"),
        unsupported, "Sideways");
    row("two patterns",
        with("pre_tokenizer", R"({"type":"Split","pattern":{"String":"a","Regex":"b"},
"behavior":"Isolated"})"),
        format, "either");
    row("bad regex", with_split("(a"), format, "is not valid");
    row("regex class left open", with_split("[a"), format, "is not valid");
    row("regex recursion", with_split("(?R)"), unsupported, "(?R");
    row("regex verb", with_split("(*LIMIT_MATCH=9)a"), unsupported, "(*");
    row("regex escape", with_split("\\\\Ka"), unsupported, "\\K");
    row("regex too large", with_split("(?:(?:a{1000}){1000}){1000}"), format, "is not valid");
    row("regex too long", with_split(QByteArray(70'000, 'a').constData()), limit, "64 KiB");
    row("added id taken", with("added_tokens", R"([{"id":0,"content":"x"}])"), mismatch, "\"a\"");
    row("added token elsewhere", with("added_tokens", R"([{"id":9,"content":"a"}])"), mismatch,
        "id 0");
    row("added id twice",
        with("added_tokens", R"([{"id":9,"content":"x"},{"id":9,"content":"y"}])"), mismatch,
        "id 9 is there twice");
    row("added id huge", with("added_tokens", R"([{"id":4294967295,"content":"x"}])"), format,
        "outside");
    row("added key", with("added_tokens", R"([{"id":9,"content":"x","odd":1}])"), unsupported,
        "\"odd\"");
    row("template id absent", with("post_processor", R"({"type":"TemplateProcessing","single":[
{"SpecialToken":{"id":"s","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
"special_tokens":{"s":{"id":"s","ids":[77],"tokens":["s"]}}})"),
        mismatch, "id 77 has no token");
    row("template without text",
        with("post_processor", R"({"type":"TemplateProcessing","single":[],"special_tokens":{}})"),
        format, "text itself");
}

void TstTokenizerHostile::files() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    QFETCH(QByteArray, fragment);
    try {
        parse_tokenizer(bytes.toStdString(), "the file");
        QFAIL("it was accepted");
    } catch (const Error& error) {
        QCOMPARE(error.where(), std::string("the file"));
        QVERIFY2(QByteArray(error.what()).contains(fragment), error.what());
        QCOMPARE(static_cast<int>(error.code()), code);
    }
}

void TstTokenizerHostile::every_cut_of_a_file() {
    const auto whole = with("pre_tokenizer", R"({"type":"ByteLevel"})").trimmed();
    parse_tokenizer(whole.toStdString(), "whole");
    for (qsizetype n = 0; n < whole.size(); ++n)
        QVERIFY_THROWS_EXCEPTION(Error, parse_tokenizer(whole.first(n).toStdString(), "cut"));
}

void TstTokenizerHostile::regex_that_backtracks() {
    const auto tokenizer = parse_tokenizer(with_split("(a|a)+(a|a)+$").toStdString(), "the file");
    QElapsedTimer timer;
    timer.start();
    try {
        tokenizer->encode(std::string(5000, 'a') + 'b', {});
        QFAIL("it came to an end");
    } catch (const Error& error) {
        QCOMPARE(error.code(), ErrorCode::limit);
        QVERIFY2(QByteArray(error.what()).contains("gave up"), error.what());
    }
    QVERIFY(timer.elapsed() < 60'000);
}

void TstTokenizerHostile::huge_file() {
    QTemporaryDir folder;
    const auto path = folder.filePath(text_of("tokenizer.json")).toStdString();
    QFile(text_of(path.c_str())).open(QIODevice::WriteOnly);
    std::filesystem::resize_file(path, (256u << 20) + 1);  // a hole: no space is used
    try {
        load_tokenizer(folder.path().toStdString());
        QFAIL("it was read");
    } catch (const Error& error) {
        QCOMPARE(error.code(), ErrorCode::limit);
    }
}

void TstTokenizerHostile::sentencepiece_files_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("fragment");
    using enum ErrorCode;
    const auto add = [](const char* name, const std::string& bytes, ErrorCode code,
                        const char* fragment) {
        row(name, QByteArray::fromStdString(bytes), code, fragment);
    };
    const auto model = piece("<unk>", 2) + piece("a", 1);
    add("text", "just some text", format, "neither JSON nor a sentencepiece model");
    add("cut short", model.substr(0, model.size() - 1), format, "ends inside a field");
    add("long number", std::string(20, '\xFF'), format, "too long");
    add("length above the file", std::string("\x0A\xFF\xFF\xFF\xFF\x0F"), format, "ends inside");
    add("group", std::string("\x0B"), format, "type that is not used");
    add("no pieces", std::string("\x12\0", 2), format, "no pieces");
    add("piece twice", model + piece("a", 1), format, "library refuses");
    add("no unknown piece", piece("a", 1), format, "library refuses");
    add("suffix spaces", model + std::string("\x12\x03\xC0\x01\x01"), unsupported, "whitespace");
}

void TstTokenizerHostile::sentencepiece_files() { files(); }

QTEST_GUILESS_MAIN(TstTokenizerHostile)
#include "tst_tokenizer_hostile.moc"
