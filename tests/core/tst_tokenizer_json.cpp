// SPDX-License-Identifier: GPL-3.0-or-later
// Model, added tokens, post-processors, decoders and folders of tokenizer.json.
#include "core/data/error.h"
#include "tests/core/tst_tokenizer_support.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <string>

using namespace driftscope;
using namespace tokenizer_test;

class TstTokenizerJson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void merges();
    void merge_forms();
    void ignore_merges();
    void unknown_and_byte_fallback();
    void added_tokens_data();
    void added_tokens();
    void special_tokens_off();
    void template_and_hints();
    void decoders();
    void stream();
    void folders();
    void long_word_is_not_quadratic();
};

void TstTokenizerJson::merges() {
    const auto tokenizer = make(byte_bpe({"b c", "a b", "ab c", "a a", "aa aa"}));
    QCOMPARE(pieces(*tokenizer, "abc"), std::string("a|bc"));  // rank before position
    QCOMPARE(pieces(*tokenizer, "ab"), std::string("ab"));
    QCOMPARE(pieces(*tokenizer, "aaaaa"), std::string("aaaa|a"));  // leftmost of equals
    QCOMPARE(tokenizer->encode("", bare), Ids{});
    QCOMPARE(tokenizer->vocab_size(), 261);
}

void TstTokenizerJson::merge_forms() {
    auto model = byte_bpe({"a b"});
    set(model, "merges", json(R"([["a", "b"]])"));
    QCOMPARE(pieces(*make(model), "abab"), std::string("ab|ab"));
    model.remove(text_of("type"));  // as in GPT-2's file
    QCOMPARE(pieces(*make(model), "abab"), std::string("ab|ab"));
}

void TstTokenizerJson::ignore_merges() {
    auto model = byte_bpe({"a b", "b c", "ab c"});
    auto vocab = model[text_of("vocab")].toObject();
    vocab[text_of("cab")] = 300;  // no merges lead to it
    set(model, "vocab", vocab);
    QCOMPARE(pieces(*make(model), "cab"), std::string("c|ab"));
    set(model, "ignore_merges", true);
    QCOMPARE(pieces(*make(model), "cab"), std::string("cab"));
}

void TstTokenizerJson::unknown_and_byte_fallback() {
    auto model = bpe({"?", "a", "<0xC3>", "<0xA9>"});
    QVERIFY_THROWS_EXCEPTION(Error, make(model)->encode("axa", bare));
    set(model, "unk_token", text_of("?"));
    QCOMPARE(pieces(*make(model), "axya"), std::string("a|?|?|a"));
    QVERIFY(make(model)->is_special(0));
    set(model, "fuse_unk", true);
    QCOMPARE(make(model)->encode("axya", bare), (Ids{1, 0, 1}));
    set(model, "byte_fallback", true);
    QCOMPARE(make(model)->encode("\u00E9", bare), (Ids{2, 3}));
    QCOMPARE(make(model)->encode("\u00E8", bare), Ids{0});  // one byte lacks its token
}

void TstTokenizerJson::added_tokens_data() {
    QTest::addColumn<QByteArray>("flags");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("plain") << QByteArray() << QByteArray("a<m>b <m>")
                           << QByteArray("a|<m>|b| |<m>");
    QTest::newRow("lstrip") << QByteArray(R"(,"lstrip":true)") << QByteArray("a  <m> b")
                            << QByteArray("a|<m>| |b");
    QTest::newRow("rstrip") << QByteArray(R"(,"rstrip":true)") << QByteArray("a <m> \nb")
                            << QByteArray("a| |<m>|b");
    QTest::newRow("single word") << QByteArray(R"(,"single_word":true)") << QByteArray("a<m> <m>")
                                 << QByteArray("a|<|m|>| |<m>");
    QTest::newRow("normalized") << QByteArray(R"(,"normalized":true)") << QByteArray("<M>")
                                << QByteArray("<m>");
    QTest::newRow("not normalized")
        << QByteArray(R"(,"normalized":false)") << QByteArray("<M><m>") << QByteArray("<|m|>|<m>");
}

void TstTokenizerJson::added_tokens() {
    QFETCH(QByteArray, flags);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, expected);
    const QByteArray list =
        R"([{"id":300,"content":"<m>")" + flags + R"(},{"id":301,"content":"<mm>"}])";
    const auto tokenizer = make(
        byte_bpe(), {{"normalizer", json(R"({"type":"Lowercase"})")},
                     {"pre_tokenizer", json(R"({"type":"ByteLevel","add_prefix_space":false})")},
                     {"decoder", json(R"({"type":"ByteLevel"})")},
                     {"added_tokens", json(list)}});
    QCOMPARE(QByteArray::fromStdString(pieces(*tokenizer, text.toStdString())), expected);
    QCOMPARE(tokenizer->vocab_size(), 302);
    QCOMPARE(tokenizer->encode("<mm>", bare), Ids{301});
    QCOMPARE(tokenizer->piece(299), std::string("<unused 299>"));
}

void TstTokenizerJson::special_tokens_off() {
    const auto tokenizer = make(byte_bpe(), {{"added_tokens", json(R"([
{"id":300,"content":"<s>","special":true},{"id":301,"content":"<t>","special":false}])")}});
    QCOMPARE(tokenizer->encode("<s><t>", bare), (Ids{300, 301}));
    QCOMPARE(tokenizer->encode("<s><t>", {.add_bos = false, .parse_special = false}),
             (Ids{'<', 's', '>', 301}));
    QVERIFY(tokenizer->is_special(300) && !tokenizer->is_special(301));
}

void TstTokenizerJson::template_and_hints() {
    const auto added = json(R"([{"id":300,"content":"<s>","special":true},
{"id":301,"content":"</s>","special":true},{"id":302,"content":"<e>","special":true}])");
    const auto processor = json(R"({"type":"Sequence","processors":[{"type":"ByteLevel"},
{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},
{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"<e>","type_id":0}}],"pair":[],
"special_tokens":{"<s>":{"id":"<s>","ids":[300],"tokens":["<s>"]},
"<e>":{"id":"<e>","ids":[302],"tokens":["<e>"]}}}]})");
    const Parts parts{{"added_tokens", added}, {"post_processor", processor}};
    const auto tokenizer = make(byte_bpe(), parts);
    QCOMPARE(tokenizer->encode("a", {}), (Ids{300, 'a', 302}));
    QCOMPARE(tokenizer->encode("a", bare), Ids{'a'});
    QCOMPARE(tokenizer->bos(), std::optional(300));
    QCOMPARE(tokenizer->eos(), Ids{301});
    TokenizerHints hints;
    hints.eos = "<e>";
    hints.add_bos = false;
    QCOMPARE(make(byte_bpe(), parts, hints)->eos(), Ids{302});
    QCOMPARE(make(byte_bpe(), parts, hints)->encode("a", {}), (Ids{300, 'a', 302}));
    hints.tokenizer_class = "LlamaTokenizerFast";  // builds its own template
    QCOMPARE(make(byte_bpe(), parts, hints)->encode("a", {}), Ids{'a'});
    hints.add_bos = hints.add_eos = true;
    QCOMPARE(make(byte_bpe(), parts, hints)->encode("a", {}), (Ids{300, 'a', 302}));
}

void TstTokenizerJson::decoders() {
    const auto model = bpe({"▁a", "b", "<0xE2>", "<0x82>", "<0xAC>", "▁"});
    const auto tokenizer = make(model, {{"decoder", json(R"({"type":"Sequence","decoders":[
{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},
{"type":"Strip","content":" ","start":1,"stop":0}]})")}});
    QCOMPARE(tokenizer->decode(Ids{0, 1, 0}), std::string("ab a"));
    QCOMPARE(tokenizer->decode(Ids{2, 3, 4}), std::string("€"));
    QCOMPARE(tokenizer->decode(Ids{2, 3, 1}), std::string("\uFFFD\uFFFDb"));
    QCOMPARE(tokenizer->piece(0), std::string(" a"));
    QCOMPARE(tokenizer->piece(3), std::string("\x82"));
    QCOMPARE(make(model)->decode(Ids{0, 1}), std::string("▁a b"));  // no decoder: spaces between
}

void TstTokenizerJson::stream() {
    const auto tokenizer = make(byte_bpe(), {{"pre_tokenizer", json(R"({"type":"ByteLevel"})")},
                                             {"decoder", json(R"({"type":"ByteLevel"})")}});
    StreamDecoder stream(tokenizer);
    QCOMPARE(stream.feed(0xE2), std::string());
    QCOMPARE(stream.feed(0x82), std::string());
    QCOMPARE(stream.feed(0xAC), std::string("€"));
    QCOMPARE(stream.feed(0xF0), std::string());
    QCOMPARE(stream.feed('a'), std::string("\uFFFDa"));
    QCOMPARE(stream.feed(0xC3), std::string());
    QCOMPARE(stream.flush(), std::string("\uFFFD"));
    QCOMPARE(stream.flush(), std::string());
}

void TstTokenizerJson::folders() {
    QTemporaryDir folder;
    const auto load = [&] { return load_tokenizer(folder.path().toStdString()); };
    const auto write = [&](const char* name, const QByteArray& bytes) {
        QFile file(folder.filePath(QLatin1String(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    };
    QVERIFY_THROWS_EXCEPTION(Error, load());
    QVERIFY_THROWS_EXCEPTION(Error, load_tokenizer("/nowhere/at/all"));
    QJsonObject root{{text_of("model"), byte_bpe()}};
    root[text_of("added_tokens")] = json(R"([{"id":300,"content":"<x>","special":true}])");
    write("tokenizer.json", QJsonDocument(root).toJson());
    QCOMPARE(load()->eos(), Ids{});
    write("tokenizer_config.json",
          R"({"eos_token":{"content":"<x>"},"bos_token":"<x>","other":1})");
    QCOMPARE(load()->eos(), Ids{300});
    QCOMPARE(load()->bos(), std::optional(300));
    QCOMPARE(load()->encode("a", {}), Ids{'a'});  // knowing BOS is not adding it
    QCOMPARE(load_tokenizer(folder.filePath("tokenizer.json").toStdString())->eos(), Ids{300});
    write("tokenizer_config.json", R"({"eos_token":3})");
    QVERIFY_THROWS_EXCEPTION(Error, load());
}

void TstTokenizerJson::long_word_is_not_quadratic() {
    const auto tokenizer = make(byte_bpe({"a b", "ab ab", "abab abab"}));
    std::string text;
    for (int i = 0; i < 500'000; ++i) text += "ab";
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(tokenizer->encode(text, bare).size(), std::size_t{125'000});
    QVERIFY2(timer.elapsed() < 20'000, "a megabyte without a break took too long");
}

QTEST_GUILESS_MAIN(TstTokenizerJson)
#include "tst_tokenizer_json.moc"
