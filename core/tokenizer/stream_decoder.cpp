// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/tokenizer.h"
#include "core/tokenizer/utf8.h"

#include <array>
#include <utility>

namespace driftscope {

StreamDecoder::StreamDecoder(std::shared_ptr<const Tokenizer> tokenizer, bool text_start)
    : tokenizer_(std::move(tokenizer)), text_start_(text_start) {}

std::string StreamDecoder::feed(std::int32_t id) {
    auto bytes = tokenizer_->piece(id);
    if (text_start_ && bytes.starts_with(' ')) {
        const std::array ids{id};
        if (tokenizer_->decode(ids) == to_valid_utf8(bytes.substr(1))) bytes.erase(0, 1);
    }
    text_start_ = text_start_ && tokenizer_->is_special(id);
    pending_ += bytes;
    const auto complete = complete_length(pending_);
    auto text = to_valid_utf8(std::string_view(pending_).substr(0, complete));
    pending_.erase(0, complete);
    return text;
}

std::string StreamDecoder::flush() { return to_valid_utf8(std::exchange(pending_, {})); }

}  // namespace driftscope
