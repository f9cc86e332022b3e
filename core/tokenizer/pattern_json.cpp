// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/pattern_json.h"

namespace driftscope {

Pattern read_pattern(const JsonValue& value) {
    JsonObject object(value);
    const auto regex = object.find("Regex");
    const auto text = object.find("String");
    object.finish();
    if (regex.has_value() == text.has_value())
        throw value.error(ErrorCode::format, "expected either \"Regex\" or \"String\"");
    const auto& where = value.file();
    return regex ? Pattern::regex(regex->string(), where) : Pattern::literal(text->string());
}

}  // namespace driftscope
