// SPDX-License-Identifier: GPL-3.0-or-later
// Sentencepiece models made here: fallback bytes, a NUL piece, added tokens, BOS and EOS.
#include "core/data/error.h"
#include "core/tokenizer/byte_token.h"
#include "tests/core/tst_tokenizer_support.h"
#include "tests/support/sentencepiece_writer.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <string>

using namespace driftscope;
using namespace tokenizer_test;

namespace {

/// BPE with byte fallback: 0 <unk>, 1 <s>, 2 </s>, 3 + byte, then 259 ▁, 260 a, 261 b, 262 ▁a,
/// 263 NUL if asked for.
std::string model(bool with_nul, bool add_prefix) {
    using test::sentencepiece_piece;
    using enum test::PieceType;
    std::string bytes = sentencepiece_piece("<unk>", 0, unknown) +
                        sentencepiece_piece("<s>", 0, control) +
                        sentencepiece_piece("</s>", 0, control);
    for (int value = 0; value < 256; ++value)
        bytes += sentencepiece_piece(byte_token(static_cast<char>(value)), 0, byte);
    float score = 0;
    for (const char* text : {"\u2581", "a", "b", "\u2581a"})
        bytes += sentencepiece_piece(text, --score, normal);
    if (with_nul) bytes += sentencepiece_piece(std::string(1, '\0'), --score, normal);
    return bytes + test::sentencepiece_specs(true, add_prefix);
}

std::shared_ptr<const Tokenizer> load(bool with_nul, bool add_prefix,
                                      const TokenizerHints& hints = {}) {
    return parse_tokenizer(model(with_nul, add_prefix), "test", hints);
}

}  // namespace

class TstTokenizerModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void prefix_and_fallback();
    void nul_piece();
    void hints();
    void legacy_and_new_prefix();
    void stream_at_text_start();
    void folder_prefers_json();
};

void TstTokenizerModel::prefix_and_fallback() {
    const auto tokenizer = load(false, true);
    QCOMPARE(tokenizer->kind(), std::string("sentencepiece BPE"));
    QCOMPARE(tokenizer->vocab_size(), 263);
    QCOMPARE(tokenizer->encode("ab a", {}), (Ids{1, 262, 261, 262}));
    QCOMPARE(tokenizer->encode("\u00E9", bare), (Ids{259, 3 + 0xC3, 3 + 0xA9}));
    QCOMPARE(tokenizer->encode("a</s>a", bare), (Ids{262, 2, 262}));
    QCOMPARE(tokenizer->decode(Ids{1, 262, 261, 262}), std::string("<s>ab a"));
    QCOMPARE(tokenizer->decode(Ids{3 + 0xC3, 260}), std::string("\uFFFDa"));
    QCOMPARE(load(false, false)->encode("ab", bare), (Ids{260, 261}));
    QCOMPARE(load(false, false)->decode(Ids{262}), std::string(" a"));
}

void TstTokenizerModel::nul_piece() {
    const auto tokenizer = load(true, false);
    QCOMPARE(tokenizer->vocab_size(), 264);
    const std::string text("a\0b\0", 4);
    QCOMPARE(tokenizer->encode(text, bare), (Ids{260, 263, 261, 263}));
    QCOMPARE(tokenizer->decode(Ids{260, 263}), text.substr(0, 2));
    // the character that stands for NUL inside is still itself in a text
    const std::string stand_in = "\U0010FFFD";
    QCOMPARE(tokenizer->encode(stand_in, bare), (Ids{3 + 0xF4, 3 + 0x8F, 3 + 0xBF, 3 + 0xBD}));
    QCOMPARE(tokenizer->decode(tokenizer->encode(stand_in + text, bare)), stand_in + text);
    QCOMPARE(tokenizer->hash(), parse_tokenizer(model(true, false), "again")->hash());
}

void TstTokenizerModel::hints() {
    TokenizerHints hints;
    hints.add_bos = false;
    hints.add_eos = true;
    hints.eos = "<|end|>";
    hints.added_tokens = {{.id = 300, .content = "<|end|>", .special = true, .rstrip = true}};
    const auto tokenizer = load(false, true, hints);
    QCOMPARE(tokenizer->vocab_size(), 301);
    QCOMPARE(tokenizer->eos(), Ids{300});
    QCOMPARE(tokenizer->encode("a<|end|> \na", {}), (Ids{262, 300, 262, 300}));
    QCOMPARE(tokenizer->piece(300), std::string("<|end|>"));
    QCOMPARE(tokenizer->piece(299), std::string("<unused 299>"));
    QVERIFY(tokenizer->is_special(300));
}

/// transformers tokenization_llama.py: "legacy": true puts the space before every stretch of plain
/// text, false before the start of the text only.
void TstTokenizerModel::legacy_and_new_prefix() {
    TokenizerHints hints;
    hints.legacy = true;
    const auto old = load(false, true, hints);
    hints.legacy = false;
    const auto fresh = load(false, true, hints);
    QCOMPARE(old->encode("a<s>a", bare), (Ids{262, 1, 262}));
    QCOMPARE(fresh->encode("a<s>a", bare), (Ids{262, 1, 260}));
    QCOMPARE(old->encode("<s>a", bare), (Ids{1, 262}));
    QCOMPARE(fresh->encode("<s>a", bare), (Ids{1, 260}));
    QCOMPARE(fresh->encode("b", bare), (Ids{259, 261}));
    QCOMPARE(fresh->encode(" a", bare), (Ids{259, 262}));
    QCOMPARE(fresh->encode("", bare), Ids{});
    QCOMPARE(load(false, true)->encode("a<s>a", bare), (Ids{262, 1, 262}));
    hints.add_bos = true;
    QCOMPARE(load(false, false, hints)->encode("a", {}), (Ids{1, 260}));  // no prefix at all
    QCOMPARE(load(true, true, hints)->encode(std::string("\0", 1), bare), (Ids{259, 263}));
}

void TstTokenizerModel::stream_at_text_start() {
    const auto tokenizer = load(false, true);
    StreamDecoder start(tokenizer, true), middle(tokenizer);
    QCOMPARE(start.feed(1), std::string("<s>"));
    QCOMPARE(start.feed(262), std::string("a"));
    QCOMPARE(start.feed(262), std::string(" a"));
    QCOMPARE(middle.feed(262), std::string(" a"));
}

void TstTokenizerModel::folder_prefers_json() {
    QTemporaryDir folder;
    const auto write = [&](const char* name, const std::string& bytes) {
        QFile file(folder.filePath(text_of(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes.data(), static_cast<qint64>(bytes.size()));
    };
    write("tokenizer.model", model(false, true));
    write("tokenizer_config.json", R"({"add_bos_token":true,"added_tokens_decoder":
{"300":{"content":"<|x|>","special":true,"lstrip":false,"rstrip":false,"normalized":false,
"single_word":false}}})");
    const auto loaded = load_tokenizer(folder.path().toStdString());
    QCOMPARE(loaded->encode("<|x|>", {}), (Ids{1, 300}));
    write("tokenizer.json", file_of(byte_bpe()));
    QCOMPARE(load_tokenizer(folder.path().toStdString())->kind(), std::string("BPE"));
}

QTEST_GUILESS_MAIN(TstTokenizerModel)
#include "tst_tokenizer_model.moc"
