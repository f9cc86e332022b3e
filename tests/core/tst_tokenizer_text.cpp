// SPDX-License-Identifier: GPL-3.0-or-later
// What happens to a text before the merges: normalizers, pre-tokenizers, regexes.
#include "core/data/error.h"
#include "tests/core/tst_tokenizer_support.h"

#include <QTest>

#include <string>

using namespace driftscope;
using namespace tokenizer_test;

namespace {

/// With every character unknown and fused, one "?" is left of each pre-token.
std::string cuts(const QByteArray& pre_tokenizer, const std::string& text) {
    auto model = bpe({"?"});
    set(model, "unk_token", text_of("?"));
    set(model, "fuse_unk", true);
    return pieces(*make(model, {{"pre_tokenizer", json(pre_tokenizer)}}), text);
}

}  // namespace

class TstTokenizerText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void normalizers_data();
    void normalizers();
    void splits_data();
    void splits();
    void byte_level();
    void metaspace();
    void nested_class();
    void invalid_text();
};

void TstTokenizerText::normalizers_data() {
    QTest::addColumn<QByteArray>("normalizer");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("normal");
    QTest::newRow("none") << QByteArray("null") << QByteArray("e\u0301") << QByteArray("e\u0301");
    QTest::newRow("NFC") << QByteArray(R"({"type":"NFC"})")
                         << QByteArray("e\u0301 \u1112\u1161\u11AB") << QByteArray("\u00E9 \uD55C");
    QTest::newRow("NFC reorders") << QByteArray(R"({"type":"NFC"})") << QByteArray("q\u0307\u0323")
                                  << QByteArray("q\u0323\u0307");
    QTest::newRow("NFD") << QByteArray(R"({"type":"NFD"})") << QByteArray("\u00E9")
                         << QByteArray("e\u0301");
    QTest::newRow("NFKC") << QByteArray(R"({"type":"NFKC"})") << QByteArray("\uFB01")
                          << QByteArray("fi");
    QTest::newRow("replace string")
        << QByteArray(R"({"type":"Replace","pattern":{"String":" "},"content":"_"})")
        << QByteArray("a  b") << QByteArray("a__b");
    QTest::newRow("replace regex")
        << QByteArray(R"({"type":"Replace","pattern":{"Regex":"\\s+"},"content":"_"})")
        << QByteArray("a \n b") << QByteArray("a_b");
    QTest::newRow("prepend") << QByteArray(R"({"type":"Prepend","prepend":"_"})") << QByteArray("a")
                             << QByteArray("_a");
    QTest::newRow("strip") << QByteArray(R"({"type":"Strip","strip_left":true,"strip_right":true})")
                           << QByteArray("\u3000 a b \n") << QByteArray("a b");
    QTest::newRow("strip left") << QByteArray(
                                       R"({"type":"Strip","strip_left":true,"strip_right":false})")
                                << QByteArray(" a ") << QByteArray("a ");
    QTest::newRow("lowercase") << QByteArray(R"({"type":"Lowercase"})") << QByteArray("ÀB\u0130")
                               << QByteArray("àbi\u0307");
    QTest::newRow("sequence") << QByteArray(
                                     R"({"type":"Sequence","normalizers":[{"type":"Lowercase"},
{"type":"Prepend","prepend":"Z"}]})")
                              << QByteArray("Q") << QByteArray("Zq");
}

void TstTokenizerText::normalizers() {
    QFETCH(QByteArray, normalizer);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, normal);
    const char* byte_level = R"({"type":"ByteLevel","add_prefix_space":false,"use_regex":false})";
    const auto tokenizer = make(byte_bpe(), {{"normalizer", json(normalizer)},
                                             {"pre_tokenizer", json(byte_level)},
                                             {"decoder", json(R"({"type":"ByteLevel"})")}});
    const auto ids = tokenizer->encode(text.toStdString(), bare);
    QCOMPARE(QByteArray::fromStdString(tokenizer->decode(ids)), normal);
}

void TstTokenizerText::splits_data() {
    QTest::addColumn<QByteArray>("pre_tokenizer");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("n_pieces");
    const auto split = [](const char* pattern, const char* behavior, const char* invert = "false") {
        return QByteArray(R"({"type":"Split","pattern":)") + pattern + R"(,"behavior":")" +
               behavior + R"(","invert":)" + invert + '}';
    };
    const char* dash = R"({"String":"-"})";
    const char* dashes = R"({"Regex":"-"})";
    QTest::newRow("isolated") << split(dash, "Isolated") << QByteArray("the-final--countdown") << 6;
    QTest::newRow("removed") << split(dashes, "Removed") << QByteArray("the-final--countdown") << 3;
    QTest::newRow("previous") << split(dash, "MergedWithPrevious")
                              << QByteArray("the-final--countdown") << 4;
    QTest::newRow("next") << split(dash, "MergedWithNext") << QByteArray("the-final--countdown")
                          << 4;
    QTest::newRow("contiguous") << split(dash, "Contiguous") << QByteArray("the-final--countdown")
                                << 5;
    QTest::newRow("invert") << split(R"({"Regex":"\\w+"})", "Removed", "true")
                            << QByteArray("the-final--countdown") << 3;
    QTest::newRow("empty matches")
        << split(R"x({"Regex":"(?=b)"})x", "Isolated") << QByteArray("abab") << 3;
    QTest::newRow("digits") << QByteArray(R"({"type":"Digits","individual_digits":true})")
                            << QByteArray("ab12\u0663c") << 5;
    QTest::newRow("digits together") << QByteArray(R"({"type":"Digits","individual_digits":false})")
                                     << QByteArray("ab12\u0663c") << 3;
    QTest::newRow("sequence") << R"({"type":"Sequence","pretokenizers":[)" +
                                     split(dash, "Removed") +
                                     R"(,{"type":"Digits","individual_digits":true}]})"
                              << QByteArray("a1-b") << 3;
    QTest::newRow("ruby interval")
        << split(R"({"Regex":"(?:x|y){1,2}+"})", "Isolated") << QByteArray("xyxyx-") << 2;
    QTest::newRow("white space has no U+180E")
        << split(R"({"Regex":"\\s"})", "Removed") << QByteArray("a\u180Eb\u0085c\u3000d") << 3;
}

void TstTokenizerText::splits() {
    QFETCH(QByteArray, pre_tokenizer);
    QFETCH(QByteArray, text);
    QFETCH(int, n_pieces);
    const auto found = cuts(pre_tokenizer, text.toStdString());
    QCOMPARE(QByteArray::fromStdString(found), QByteArray("?|").repeated(n_pieces).chopped(1));
}

void TstTokenizerText::byte_level() {
    const std::vector<const char*> merges{"Ġ a", "a b", "' s"};
    const auto tokenizer =
        make(byte_bpe(merges),
             {{"pre_tokenizer", json(R"({"type":"ByteLevel","add_prefix_space":true})")},
              {"decoder", json(R"({"type":"ByteLevel"})")}});
    QCOMPARE(tokenizer->kind(), std::string("byte-level BPE"));
    QCOMPARE(pieces(*tokenizer, "a's  a"), std::string(" a|'s| | a"));
    QCOMPARE(pieces(*tokenizer, " a"), std::string(" a"));
    QCOMPARE(tokenizer->piece('\n'), std::string("\n"));
    QCOMPARE(tokenizer->piece(0xC3), std::string("\xC3"));
    QCOMPARE(tokenizer->decode(Ids{'x', 0xC3, 0xA9, 0xC3}), std::string("x\u00E9\uFFFD"));
}

void TstTokenizerText::metaspace() {
    const auto model = bpe({"▁", "a", "b"}, {"▁ a", "▁ b"});
    const char* first = R"({"type":"Metaspace","replacement":"▁","prepend_scheme":"first"})";
    const auto added = json(R"([{"id":9,"content":"<s>","special":true,"normalized":false}])");
    const auto tokenizer = make(
        model, {{"pre_tokenizer", json(first)}, {"decoder", json(first)}, {"added_tokens", added}});
    QCOMPARE(tokenizer->encode("a b<s>a", bare), (Ids{3, 4, 9, 1}));
    QCOMPARE(tokenizer->decode(Ids{3, 4}), std::string("a b"));
    const char* always =
        R"({"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":false})";
    QCOMPARE(make(model, {{"pre_tokenizer", json(always)}, {"added_tokens", added}})
                 ->encode("a<s>a", bare),
             (Ids{3, 9, 3}));
    const char* never = R"({"type":"Metaspace","replacement":"▁","add_prefix_space":false})";
    QCOMPARE(make(model, {{"pre_tokenizer", json(never)}})->encode("a b", bare), (Ids{1, 4}));
}

/// BLOOM's pattern: the inner bracket is a class within the class.
void TstTokenizerText::nested_class() {
    const char* bloom = R"({"type":"Split","pattern":{"Regex":" ?[^(\\s|[.,!?…。，、।۔،])]+"},
"behavior":"Isolated","invert":false})";
    QCOMPARE(cuts(bloom, "Hello, world (now)."), std::string("?|?|?|?|?|?"));
}

void TstTokenizerText::invalid_text() {
    const auto tokenizer = make(
        byte_bpe(), {{"pre_tokenizer", json(R"({"type":"ByteLevel","add_prefix_space":false})")}});
    QCOMPARE(tokenizer->encode("a\xFF", bare), (Ids{'a', 0xEF, 0xBF, 0xBD}));
    QCOMPARE(tokenizer->encode("\xE2\x82", bare), (Ids{0xEF, 0xBF, 0xBD}));
    QCOMPARE(tokenizer->encode(std::string(1, '\0'), bare), Ids{0});
}

QTEST_GUILESS_MAIN(TstTokenizerText)
#include "tst_tokenizer_text.moc"
