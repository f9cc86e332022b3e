// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/added_tokens_json.h"

namespace driftscope {

AddedToken read_added_token(JsonObject& object, std::int32_t id) {
    constexpr std::size_t longest = 4096;
    AddedToken token;
    token.id = id;
    token.content = object.at("content").string();
    if (token.content.size() > longest)
        throw object.self().error(ErrorCode::limit, "an added token is longer than 4096 bytes");
    token.special = object.boolean("special", false);
    token.single_word = object.boolean("single_word", false);
    token.lstrip = object.boolean("lstrip", false);
    token.rstrip = object.boolean("rstrip", false);
    token.normalized = object.boolean("normalized", !token.special);
    object.finish();
    return token;
}

}  // namespace driftscope
