// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/json_reader.h"

#include <functional>
#include <string>
#include <vector>

namespace driftscope {

/// The "decoder" of a tokenizer.json: texts of tokens to the bytes of the whole.
class TokenDecoder {
public:
    TokenDecoder() = default;
    /// Null means: join with spaces, as the reference implementation does. Knows Sequence,
    /// ByteLevel, Replace, ByteFallback, Fuse, Strip, Metaspace; throws Error{unsupported} naming
    /// any other.
    explicit TokenDecoder(const JsonValue& value);

    /// Bytes of the whole; may be invalid UTF-8.
    std::string join(std::vector<std::string> tokens) const;
    /// Bytes of one token in mid-text: steps that trim the ends of the text are left out.
    std::string one(std::string token) const;

private:
    struct Step {
        std::function<void(std::vector<std::string>&)> all;
        std::function<std::string(const std::string&)> one;  ///< null: leaves it as it is
    };
    void add(const JsonValue& value);
    void add_each(std::function<std::string(const std::string&)> one);
    void add_strip(JsonObject& object);
    void add_metaspace(JsonObject& object);

    std::vector<Step> steps_;
    bool none_ = true;
};

}  // namespace driftscope
