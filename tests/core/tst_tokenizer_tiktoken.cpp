// SPDX-License-Identifier: GPL-3.0-or-later
// Rank files of tiktoken: made here, refused ones, and Llama 3's against its tokenizer.json.
#include "core/data/error.h"
#include "core/tokenizer/byte_alphabet.h"
#include "core/tokenizer/tiktoken.h"
#include "core/tokenizer/tokenizer_ends.h"
#include "core/tokenizer/tokenizer_file.h"
#include "tests/core/tst_tokenizer_support.h"

#include <QFile>
#include <QProcess>
#include <QTest>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

using namespace driftscope;
using namespace tokenizer_test;

namespace {

const QString shared_data = QStringLiteral(DRIFTSCOPE_SHARED_DIR "/data/");

QByteArray read_file(const QString& path) {
    if (!path.endsWith(QLatin1String(".gz"))) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QProcess gzip;
    gzip.start(QStringLiteral("gzip"), {QStringLiteral("-dc"), path});
    return gzip.waitForFinished() ? gzip.readAllStandardOutput() : QByteArray();
}

std::string ranks_file(const std::vector<std::string>& tokens) {
    QByteArray out;
    for (std::size_t rank = 0; rank < tokens.size(); ++rank)
        out += QByteArray::fromStdString(tokens[rank]).toBase64() + ' ' +
               QByteArray::number(qulonglong(rank)) + '\n';
    return out.toStdString();
}

/// 0-255 the bytes; 256 "ab", 257 "bc", 258 "abc", 259 " a", 260 "aaaa" (which no merges reach).
std::vector<std::string> small_ranks() {
    std::vector<std::string> tokens;
    for (int byte = 0; byte < 256; ++byte) tokens.emplace_back(1, static_cast<char>(byte));
    for (const char* text : {"ab", "bc", "abc", " a", "aaaa"}) tokens.emplace_back(text);
    return tokens;
}

TokenizerHints small_hints() {
    TokenizerHints hints;
    hints.bos = "<|begin_of_text|>";
    hints.added_tokens = {{.id = 261, .content = "<|begin_of_text|>", .special = true},
                          {.id = 262, .content = "<|eot_id|>", .special = true}};
    return hints;
}

}  // namespace

class TstTokenizerTiktoken : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void merges_by_rank() {
        const auto tokenizer = parse_tokenizer(ranks_file(small_ranks()), "t", small_hints());
        const auto ids = [&](const char* text) { return tokenizer->encode(text, {false, true}); };
        QCOMPARE(ids("abc"), Ids{258});          // a whole pre-token
        QCOMPARE(ids("abcb"), (Ids{258, 'b'}));  // ab (256) first, then abc
        QCOMPARE(ids("xbc"), (Ids{'x', 257}));
        QCOMPARE(ids("aaaa"), Ids{260});  // taken whole though no pair leads there
        QCOMPARE(ids("aaaab"), (Ids{'a', 'a', 'a', 256}));
        QCOMPARE(ids("b a"), (Ids{'b', 259}));
        QCOMPARE(ids("\xE7\x8B\x90"), (Ids{0xE7, 0x8B, 0x90}));
        QCOMPARE(tokenizer->encode("b<|eot_id|>", {true, true}), (Ids{261, 'b', 262}));
        QCOMPARE(tokenizer->vocab_size(), 263);
        QCOMPARE(tokenizer->kind(), std::string("byte-level BPE"));
    }

    void a_stream_never_shows_half_a_character() {
        const std::shared_ptr<const Tokenizer> tokenizer =
            parse_tokenizer(ranks_file(small_ranks()), "t", small_hints());
        const std::string text = "a\u00e9\u72d0\U0001F98A";
        StreamDecoder stream(tokenizer);
        std::string shown;
        for (const auto id : tokenizer->encode(text, {false, true})) {
            const std::string part = stream.feed(id);
            QVERIFY(QString::fromStdString(part).toStdString() == part);
            QVERIFY(part.find("\xEF\xBF\xBD") == part.npos);
            shown += part;
        }
        QCOMPARE(shown + stream.flush(), text);
    }

    void a_doubled_bos_is_seen() {
        const auto tokenizer = parse_tokenizer(ranks_file(small_ranks()), "t", small_hints());
        QVERIFY(doubled_bos(*tokenizer, tokenizer->encode("<|begin_of_text|>b", {true, true})));
        QVERIFY(!doubled_bos(*tokenizer, tokenizer->encode("<|begin_of_text|>b", {false, true})));
        QVERIFY(!doubled_bos(*tokenizer, tokenizer->encode("b", {true, true})));
        QVERIFY(!doubled_bos(*tokenizer, tokenizer->encode("", {true, true})));
    }

    /// 128000 ranks are Llama 3's, whose special tokens are known.
    void llama3_brings_its_special_tokens() {
        std::vector<std::string> tokens = small_ranks();
        for (int i = 0; tokens.size() < 128000; ++i) tokens.push_back("~" + std::to_string(i));
        const auto tokenizer = parse_tokenizer(ranks_file(tokens), "t");
        QCOMPARE(tokenizer->vocab_size(), 128256);
        QCOMPARE(tokenizer->bos().value_or(-1), 128000);
        QCOMPARE(tokenizer->encode("ab", {true, true}), (Ids{128000, 256}));
        QCOMPARE(tokenizer->encode("<|eot_id|>", {false, true}), Ids{128009});
        QCOMPARE(tokenizer->piece(128255), std::string("<|reserved_special_token_247|>"));
        QCOMPARE(tokenizer->eos(), (Ids{128001, 128008, 128009}));
    }

    void refused_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& bytes, ErrorCode code,
                            const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << int(code) << says;
        };
        const std::string good = ranks_file(small_ranks());
        row("unknown vocabulary", good, ErrorCode::unsupported, "tokenizer_config.json");
        row("no rank", good + "YQ==\n", ErrorCode::format, "line 262");
        row("no number", good + "YQ== x\n", ErrorCode::format, "line 262");
        row("no base64", good + "Y*== 261\n", ErrorCode::format, "base64");
        row("cut base64", good + "YWE 261\n", ErrorCode::format, "base64");
        row("a rank twice", good + "eHk= 5\n", ErrorCode::format, "rank 5 is there twice");
        row("a token twice", good + "YQ== 261\n", ErrorCode::format, "there twice");
        row("a gap", good + "eHk= 263\n", ErrorCode::format, "rank 261 is missing");
        row("negative", good + "eHk= -1\n", ErrorCode::format, "not a number");
        row("huge", good + "eHk= 99999999\n", ErrorCode::limit, "4 million");
        row("no bytes", "YWI= 0\n", ErrorCode::format, "byte 0 has no token");
    }
    void refused() {
        QFETCH(QByteArray, bytes);
        QFETCH(int, code);
        QFETCH(QString, says);
        try {
            parse_tokenizer(bytes.toStdString(), "file");
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(int(error.code()), code);
            QVERIFY2(QString(error.what()).contains(says), error.what());
        }
    }

    /// The ranks written back from Llama 3's tokenizer.json give the same ids as that file.
    void llama3_as_its_json() {
        const QByteArray json = read_file(shared_data + "tokenizers/llama3.tokenizer.json.gz");
        if (json.isEmpty()) QSKIP("the shared data folder is absent");
        const auto root = nlohmann::json::parse(json.toStdString());
        std::vector<std::string> tokens(root["model"]["vocab"].size());
        for (const auto& [text, rank] : root["model"]["vocab"].items())
            tokens.at(rank.get<std::size_t>()) = alphabet_to_bytes(text).value();
        const auto ranks = parse_tokenizer(ranks_file(tokens), "ranks");
        const auto own = parse_tokenizer(json.toStdString(), "json");
        const QByteArray text = read_file(shared_data + "golden/ggml-vocab-llama-bpe.gguf.inp");
        QVERIFY(text.size() > 1000);
        QCOMPARE(ranks->encode(text.toStdString(), {false, true}),
                 own->encode(text.toStdString(), {false, true}));
        for (std::int32_t id = 0; id < 128000; id += 7) QCOMPARE(ranks->piece(id), own->piece(id));
    }
};

QTEST_GUILESS_MAIN(TstTokenizerTiktoken)
#include "tst_tokenizer_tiktoken.moc"
