// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/json_reader.h"

#include <functional>
#include <string>
#include <vector>

namespace driftscope {

/// The "normalizer" of a tokenizer.json: text to text, before anything is cut.
class Normalizer {
public:
    Normalizer() = default;
    /// Null means none. Knows Sequence, NFC, NFD, NFKC, NFKD, Replace, Prepend, Strip, Lowercase;
    /// throws Error{unsupported} naming any other.
    explicit Normalizer(const JsonValue& value);

    bool empty() const { return steps_.empty(); }
    /// Valid UTF-8 to valid UTF-8.
    std::string apply(std::string text) const;

private:
    using Step = std::function<std::string(std::string)>;
    void add(const JsonValue& value);

    std::vector<Step> steps_;
};

}  // namespace driftscope
