// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/byte_alphabet.h"
#include "core/tokenizer/tokenizer.h"
#include "core/tokenizer/tokenizer_file.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QJsonValue>

#include <string>
#include <utility>
#include <vector>

/// Small tokenizer.json inputs, made in memory.
namespace tokenizer_test {

using Ids = std::vector<std::int32_t>;
/// Top-level keys of the file with their values.
using Parts = std::vector<std::pair<const char*, QJsonValue>>;

inline constexpr driftscope::TokenizeOptions bare{.add_bos = false};

inline QString text_of(const char* utf8) { return QString::fromUtf8(utf8); }

/// Any JSON value from its text.
inline QJsonValue json(const QByteArray& text) {
    return QJsonDocument::fromJson('[' + text + ']').array().first();
}

/// A model of the given tokens, ids from 0, then of the results of `merges` in order.
inline QJsonObject bpe(const std::vector<const char*>& tokens,
                       const std::vector<const char*>& merges = {}) {
    QJsonObject vocab;
    QJsonArray list;
    for (const char* token : tokens) vocab[text_of(token)] = vocab.size();
    for (const char* merge : merges) {
        const auto whole = text_of(merge).remove(QLatin1Char(' '));
        if (!vocab.contains(whole)) vocab[whole] = vocab.size();
        list.append(text_of(merge));
    }
    return {
        {text_of("type"), text_of("BPE")}, {text_of("vocab"), vocab}, {text_of("merges"), list}};
}

/// The same with the 256 bytes of GPT-2's alphabet as first tokens, each under its own id.
inline QJsonObject byte_bpe(const std::vector<const char*>& merges = {}) {
    std::vector<std::string> alphabet;
    std::vector<const char*> tokens;
    for (int byte = 0; byte < 256; ++byte)
        alphabet.push_back(driftscope::bytes_to_alphabet(std::string(1, static_cast<char>(byte))));
    for (const auto& token : alphabet) tokens.push_back(token.c_str());
    return bpe(tokens, merges);
}

inline void set(QJsonObject& object, const char* key, const QJsonValue& value) {
    object[text_of(key)] = value;
}

/// The text of a tokenizer.json.
inline std::string file_of(const QJsonObject& model, const Parts& parts = {}) {
    QJsonObject root{{text_of("version"), text_of("1.0")}, {text_of("model"), model}};
    for (const auto& [key, value] : parts) set(root, key, value);
    return QJsonDocument(root).toJson().toStdString();
}

inline std::shared_ptr<const driftscope::Tokenizer> make(
    const QJsonObject& model, const Parts& parts = {},
    const driftscope::TokenizerHints& hints = {}) {
    return driftscope::parse_tokenizer_json(file_of(model, parts), "test", hints);
}

/// The pieces a text falls into, with "|" between them: reads well when a test fails.
inline std::string pieces(const driftscope::Tokenizer& tokenizer, const std::string& text) {
    std::string joined;
    for (const auto id : tokenizer.encode(text, bare)) {
        if (!joined.empty()) joined += '|';
        joined += tokenizer.piece(id);
    }
    return joined;
}

}  // namespace tokenizer_test
