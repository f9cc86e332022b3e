// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/json_reader.h"

#include <cstdint>
#include <vector>

namespace driftscope {

/// What the "post_processor" of a tokenizer.json puts around one text.
struct PostProcessor {
    std::vector<std::int32_t> before, after;

    PostProcessor() = default;
    /// Null means nothing. Knows Sequence, ByteLevel (which moves offsets only) and
    /// TemplateProcessing's "single" form; throws Error{unsupported} naming any other.
    explicit PostProcessor(const JsonValue& value);

private:
    void add(const JsonValue& value);
    void add_template(JsonObject& object);
};

}  // namespace driftscope
