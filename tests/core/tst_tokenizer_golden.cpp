// SPDX-License-Identifier: GPL-3.0-or-later
// Real vocabularies against llama.cpp's tokenizer vectors; skipped where the shared data is absent.
#include "core/tokenizer/protobuf_reader.h"
#include "core/tokenizer/tokenizer.h"
#include "core/tokenizer/tokenizer_file.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTest>

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <tuple>
#include <vector>

using namespace driftscope;

using Ids = std::vector<std::int32_t>;

namespace {

const QString shared_data = QStringLiteral(DRIFTSCOPE_SHARED_DIR "/data/");
constexpr TokenizeOptions bare{.add_bos = false};

QByteArray read_file(const QString& path) {
    if (!path.endsWith(QLatin1String(".gz"))) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QProcess gzip;
    gzip.start(QStringLiteral("gzip"), {QStringLiteral("-dc"), path});
    return gzip.waitForFinished() ? gzip.readAllStandardOutput() : QByteArray();
}

std::shared_ptr<const Tokenizer> load(const QString& name) {
    static std::map<QString, std::shared_ptr<const Tokenizer>> loaded;
    auto& tokenizer = loaded[name];
    if (!tokenizer) {
        const auto bytes = read_file(shared_data + QStringLiteral("tokenizers/") + name);
        if (!bytes.isEmpty())
            tokenizer = parse_tokenizer({bytes.data(), static_cast<std::size_t>(bytes.size())},
                                        name.toStdString());
    }
    return tokenizer;
}

QByteArray text_of(const Ids& ids) {
    QByteArray text;
    for (const auto id : ids) text += ' ' + QByteArray::number(id);
    return text;
}

QByteArray quoted(const std::string& text) {
    QByteArray bytes("\"");
    for (const char c : text) {
        if (c == '"' || c == '\\') bytes += '\\';
        if (static_cast<unsigned char>(c) < 0x20)
            bytes += QByteArray("\\u00") + QByteArray(1, c).toHex();
        else
            bytes += c;
    }
    return bytes + '"';
}

struct Piece {
    std::string text;
    float score = 0;
};

std::vector<Piece> pieces_of(const QByteArray& model) {
    const auto bytes = model.toStdString();
    std::vector<Piece> pieces;
    ProtobufReader reader(bytes, "model");
    for (ProtobufReader::Field field; reader.next(field);) {
        if (field.number != 1) continue;
        auto& piece = pieces.emplace_back();
        ProtobufReader inside(field.bytes, "piece");
        for (ProtobufReader::Field part; inside.next(part);) {
            if (part.number == 1) piece.text = part.bytes;
            if (part.number == 2) std::memcpy(&piece.score, part.bytes.data(), sizeof piece.score);
        }
    }
    return pieces;
}

/// A sentencepiece vocabulary as a tokenizer.json of Llama's kind: every way to make a piece of two
/// others is a merge, ranked by the piece's score.
std::string as_json(const std::vector<Piece>& pieces) {
    QByteArray vocab, merges;
    std::map<std::string, std::size_t> ids;
    std::vector<std::tuple<float, std::size_t, std::size_t>> ranked;
    for (std::size_t id = 0; id < pieces.size(); ++id) {
        ids[pieces[id].text] = id;
        vocab += (id ? "," : "") + quoted(pieces[id].text) + ':' + QByteArray::number(id);
    }
    for (const auto& piece : pieces)
        for (std::size_t cut = 1; cut < piece.text.size(); ++cut) {
            const auto left = ids.find(piece.text.substr(0, cut));
            const auto right = ids.find(piece.text.substr(cut));
            if (left != ids.end() && right != ids.end())
                ranked.emplace_back(-piece.score, left->second, right->second);
        }
    std::sort(ranked.begin(), ranked.end());
    for (const auto& [score, left, right] : ranked)
        merges += (merges.isEmpty() ? "[" : ",[") + quoted(pieces[left].text) + ',' +
                  quoted(pieces[right].text) + ']';
    return (R"({"version":"1.0","added_tokens":[
{"id":0,"content":"<unk>","special":true,"normalized":false},
{"id":1,"content":"<s>","special":true,"normalized":false},
{"id":2,"content":"</s>","special":true,"normalized":false}],
"normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},
{"type":"Replace","pattern":{"String":" "},"content":"▁"}]},
"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},
{"Sequence":{"id":"A","type_id":0}}],"pair":[],
"special_tokens":{"<s>":{"id":"<s>","ids":[1],"tokens":["<s>"]}}},
"decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},
{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},
"model":{"type":"BPE","unk_token":"<unk>","fuse_unk":true,"byte_fallback":true,"vocab":{)" +
            vocab + "},\"merges\":[" + merges + "]}}")
        .toStdString();
}

}  // namespace

class TstTokenizerGolden : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void golden_data();
    void golden();
    void round_trip_data();
    void round_trip();
    void sentencepiece_as_json();
    void llama_special_tokens();
    void mistral_control_tokens();
    void internlm_nul_piece();
    void padded_and_special_ids();
};

void TstTokenizerGolden::initTestCase() {
    if (!QDir(shared_data).exists()) QSKIP("the shared data folder is absent");
}

void TstTokenizerGolden::golden_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("ids");
    const std::pair<const char*, const char*> pairs[] = {
        {"gpt-2", "gpt2.json"},
        {"llama-bpe", "llama3.tokenizer.json.gz"},
        {"llama-spm", "llama2.model"},
        {"phi-3", "llama2.model"},  // the same pieces; its added tokens are not in these texts
        {"qwen2", "qwen3.tokenizer.json.gz"}};
    for (const auto& [golden, file] : pairs) {
        const auto stem =
            shared_data + QStringLiteral("golden/ggml-vocab-%1.gguf").arg(QLatin1String(golden));
        const auto inputs = QString::fromUtf8(read_file(stem + QStringLiteral(".inp")))
                                .split(QStringLiteral("\n__ggml_vocab_test__\n"));
        const auto outputs = read_file(stem + QStringLiteral(".out")).split('\n');
        QCOMPARE(outputs.size(), inputs.size());
        for (qsizetype i = 0; i < inputs.size(); ++i)
            QTest::addRow("%s/%d", golden, static_cast<int>(i))
                << QString::fromLatin1(file) << inputs[i].toUtf8() << outputs[i];
    }
}

void TstTokenizerGolden::golden() {
    QFETCH(QString, file);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, ids);
    const auto tokenizer = load(file);
    QVERIFY2(tokenizer, qPrintable(file));
    QCOMPARE(text_of(tokenizer->encode(text.toStdString(), bare)), ids);
}

void TstTokenizerGolden::round_trip_data() {
    QTest::addColumn<QString>("file");
    for (const char* file :
         {"gpt2.json", "20B_tokenizer.json", "llama3.tokenizer.json.gz", "qwen3.tokenizer.json.gz",
          "llama2.model", "mistral_v1.model", "mistral03.model", "internlm2.model"})
        QTest::newRow(file) << QString::fromLatin1(file);
}

/// Decoding gives the text back, whole and as a stream; the ids stay below vocab_size.
void TstTokenizerGolden::round_trip() {
    QFETCH(QString, file);
    const auto tokenizer = load(file);
    QVERIFY2(tokenizer, qPrintable(file));
    QCOMPARE(tokenizer->hash().size(), std::size_t{64});
    const auto golden = shared_data + QStringLiteral("golden/ggml-vocab-gpt-2.gguf.inp");
    for (const auto& part :
         read_file(golden).replace("\n__ggml_vocab_test__\n", "\x01").split('\x01')) {
        const auto text = part.toStdString();
        const auto ids = tokenizer->encode(text, bare);
        QCOMPARE(tokenizer->decode(ids), text);
        StreamDecoder stream(tokenizer, true);
        std::string streamed;
        for (const auto id : ids) {
            QVERIFY(id >= 0 && id < tokenizer->vocab_size());
            streamed += stream.feed(id);
        }
        QCOMPARE(streamed + stream.flush(), text);
    }
}

void TstTokenizerGolden::sentencepiece_as_json() {
    const auto model = read_file(shared_data + QStringLiteral("tokenizers/llama2.model"));
    const auto spm = load(QStringLiteral("llama2.model"));
    QVERIFY(spm);
    const auto json = parse_tokenizer_json(as_json(pieces_of(model)), "llama2 as JSON");
    QCOMPARE(json->kind(), std::string("BPE with byte fallback"));
    auto texts = read_file(shared_data + QStringLiteral("golden/ggml-vocab-gpt-2.gguf.inp"))
                     .replace("\n__ggml_vocab_test__\n", "\x01")
                     .split('\x01');
    texts += "one <s> two</s>\n </s><unk>";
    texts += read_file(shared_data + QStringLiteral("corpus/Black-Beauty_271.txt")).left(50'000);
    for (const auto& text : texts)
        for (const bool special : {true, false}) {
            const TokenizeOptions options{.add_bos = true, .parse_special = special};
            const auto ids = spm->encode(text.toStdString(), options);
            QCOMPARE(text_of(json->encode(text.toStdString(), options)), text_of(ids));
        }
}

void TstTokenizerGolden::llama_special_tokens() {
    const auto tokenizer = load(QStringLiteral("llama2.model"));
    QVERIFY(tokenizer);
    QCOMPARE(tokenizer->bos(), std::optional(1));
    QCOMPARE(tokenizer->eos(), Ids{2});
    QCOMPARE(tokenizer->encode("Hello", {}), (Ids{1, 15043}));
    QCOMPARE(tokenizer->encode("a</s>b", {}), (Ids{1, 263, 2, 289}));
    const auto plain = tokenizer->encode("a</s>b", {.add_bos = false, .parse_special = false});
    QVERIFY(std::find(plain.begin(), plain.end(), 2) == plain.end());
    QCOMPARE(tokenizer->decode(plain), std::string("a</s>b"));
    QCOMPARE(tokenizer->decode(Ids{1, 15043}), std::string("<s>Hello"));
    QCOMPARE(tokenizer->piece(15043), std::string(" Hello"));
    QCOMPARE(tokenizer->piece(3 + 0xE2), std::string("\xE2"));
    QCOMPARE(tokenizer->piece(32000), std::string("<unused 32000>"));
    QCOMPARE(tokenizer->piece(-1), std::string("<unused -1>"));
    QVERIFY(tokenizer->is_special(0) && tokenizer->is_special(2) && !tokenizer->is_special(259));
}

void TstTokenizerGolden::mistral_control_tokens() {
    const auto tokenizer = load(QStringLiteral("mistral03.model"));
    QVERIFY(tokenizer);
    const auto ids = tokenizer->encode("[INST] Hi [/INST]", {});
    QCOMPARE(ids.front(), 1);
    QCOMPARE(ids[1], 3);
    QCOMPARE(ids.back(), 4);
    QVERIFY(tokenizer->is_special(3));
}

void TstTokenizerGolden::internlm_nul_piece() {
    const auto tokenizer = load(QStringLiteral("internlm2.model"));
    QVERIFY(tokenizer);
    QCOMPARE(tokenizer->vocab_size(), 92544);
    QCOMPARE(tokenizer->piece(354), std::string(1, '\0'));
    const std::string text("a\0b\U0010FFFDc\0", 9);
    const auto ids = tokenizer->encode(text, bare);
    QCOMPARE(std::count(ids.begin(), ids.end(), 354), 2);
    QCOMPARE(tokenizer->decode(ids), text);
}

void TstTokenizerGolden::padded_and_special_ids() {
    const auto neox = load(QStringLiteral("20B_tokenizer.json"));
    QVERIFY(neox);
    QCOMPARE(neox->vocab_size(), 50277);  // Pythia's logits have 50304 rows
    QCOMPARE(neox->piece(50300), std::string("<unused 50300>"));
    QCOMPARE(neox->encode("  x<|endoftext|>", {}), (Ids{50276, 89, 0}));
    QCOMPARE(neox->kind(), std::string("byte-level BPE"));
    const auto qwen = load(QStringLiteral("qwen3.tokenizer.json.gz"));
    QVERIFY(qwen);
    QCOMPARE(qwen->encode("<|im_start|>e\u0301<think>", {}), (Ids{151644, 963, 151667}));
    QVERIFY(qwen->is_special(151644) && !qwen->is_special(151667));
}

QTEST_GUILESS_MAIN(TstTokenizerGolden)
#include "tst_tokenizer_golden.moc"
