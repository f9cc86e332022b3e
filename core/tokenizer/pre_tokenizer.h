// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/json_reader.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope {

/// A piece of the text that the model encodes on its own.
struct PreToken {
    std::string text;  ///< UTF-8, never empty
    bool text_start;   ///< begins where the whole text begins
};

/// The "pre_tokenizer" of a tokenizer.json: cuts normalised text into pre-tokens.
class PreTokenizer {
public:
    PreTokenizer() = default;
    /// Null means none. Knows Sequence, ByteLevel, Split, Digits, Metaspace; throws
    /// Error{unsupported} naming any other.
    explicit PreTokenizer(const JsonValue& value);

    /// @param text_start this text is the beginning of what the user gave
    std::vector<PreToken> apply(std::string text, bool text_start) const;
    /// It maps bytes to GPT-2's alphabet.
    bool byte_level() const { return byte_level_; }

private:
    using Step = std::function<std::vector<PreToken>(PreToken)>;
    void add(const JsonValue& value);
    void add_byte_level(JsonObject& object);
    void add_split(JsonObject& object);
    void add_digits(JsonObject& object);
    void add_metaspace(JsonObject& object);

    std::vector<Step> steps_;
    bool byte_level_ = false;
};

}  // namespace driftscope
