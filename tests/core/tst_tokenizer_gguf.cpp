// SPDX-License-Identifier: GPL-3.0-or-later
// The tokenizer in a GGUF file's metadata.
#include "core/tokenizer/gguf_tokenizer.h"
#include "tests/support/check_error.h"
#include "tests/support/gguf_writer.h"

#include <QTest>

#include <memory>

using namespace driftscope;
using test::GgufWriter;

namespace {

std::shared_ptr<const Tokenizer> parse(const GgufWriter& writer) {
    const std::string bytes = writer.bytes();
    return parse_tokenizer_gguf(parse_gguf(std::as_bytes(std::span(bytes)), "t.gguf"), "t.gguf");
}

GgufWriter byte_level(const char* pre) {
    GgufWriter writer;
    writer.text("tokenizer.ggml.model", "gpt2");
    writer.text("tokenizer.ggml.pre", pre);
    writer.texts("tokenizer.ggml.tokens", {"<s>", "a", "b", "1", "ab", "11", "\u0120", "\u0120a"});
    writer.i32s("tokenizer.ggml.token_type", {3, 1, 1, 1, 1, 1, 1, 1});
    writer.texts("tokenizer.ggml.merges", {"a b", "1 1", "\u0120 a"});
    writer.u32("tokenizer.ggml.bos_token_id", 0);
    return writer;
}

using Ids = std::vector<std::int32_t>;

}  // namespace

class TestTokenizerGguf : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void byte_level_bpe_by_pre_tokenizer();
    void sentencepiece_with_scores();
    void says_why_there_is_none();
};

void TestTokenizerGguf::byte_level_bpe_by_pre_tokenizer() {
    QCOMPARE(parse(byte_level("gpt-2"))->encode("ab a11", {}), (Ids{4, 7, 5}));
    QCOMPARE(parse(byte_level("smollm"))->encode("ab a11", {}), (Ids{4, 7, 3, 3}));
    const auto llama = parse(byte_level("llama-bpe"));  // begins with BOS
    QCOMPARE(llama->encode("<s>ab", {}), (Ids{0, 0, 4}));
    QVERIFY(llama->is_special(0) && !llama->is_special(1));
    QCOMPARE(llama->decode(Ids{4, 7}), std::string("ab a"));
}

void TestTokenizerGguf::sentencepiece_with_scores() {
    GgufWriter writer;
    writer.text("tokenizer.ggml.model", "llama");
    writer.texts("tokenizer.ggml.tokens",
                 {"<unk>", "<s>", "</s>", "\u2581", "a", "b", "ab", "\u2581a"});
    writer.f32s("tokenizer.ggml.scores", {0, 0, 0, -4, -5, -6, -1, -2});
    writer.i32s("tokenizer.ggml.token_type", {2, 3, 3, 1, 1, 1, 1, 1});
    writer.u32("tokenizer.ggml.bos_token_id", 1);
    writer.u32("tokenizer.ggml.eos_token_id", 2);
    writer.u32("tokenizer.ggml.unknown_token_id", 0);
    const auto tokenizer = parse(writer);
    QCOMPARE(tokenizer->encode("ab", {}), (Ids{1, 3, 6}));  // "ab" has the better score
    QCOMPARE(tokenizer->bos(), std::optional<std::int32_t>(1));
    QCOMPARE(tokenizer->eos(), (Ids{2}));
}

void TestTokenizerGguf::says_why_there_is_none() {
    const auto check = [](const GgufWriter& writer, ErrorCode code, const char* text) {
        return test::check_error([&] { parse(writer); }, code, "t.gguf", text);
    };
    GgufWriter none, word;
    QCOMPARE(check(none, ErrorCode::not_found, "no tokenizer in this file"), QString());
    word.text("tokenizer.ggml.model", "bert");
    QCOMPARE(check(word, ErrorCode::unsupported, "of the kind \"bert\""), QString());
    QCOMPARE(check(byte_level("tekken"), ErrorCode::unsupported, "pre-tokenizer \"tekken\""),
             QString());
    GgufWriter short_types;
    short_types.text("tokenizer.ggml.model", "gpt2");
    short_types.texts("tokenizer.ggml.tokens", {"a", "b"});
    short_types.i32s("tokenizer.ggml.token_type", {1});
    QCOMPARE(check(short_types, ErrorCode::mismatch, "has 1 entries"), QString());
}

QTEST_GUILESS_MAIN(TestTokenizerGguf)
#include "tst_tokenizer_gguf.moc"
