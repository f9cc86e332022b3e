// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/problems.h"

#include <utility>

namespace driftscope {

std::string in_quotes(std::string_view text) {
    constexpr size_t max_bytes = 80;
    constexpr std::string_view hex = "0123456789abcdef";
    size_t end = text.size() < max_bytes ? text.size() : max_bytes;
    // Do not cut inside a UTF-8 sequence.
    while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    std::string out = "\"";
    for (const char c : text.substr(0, end)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7F) {
            out += c;
        } else {
            out += "\\x";
            out += hex[byte >> 4];
            out += hex[byte & 15];
        }
    }
    out += end < text.size() ? "...\"" : "\"";
    return out;
}

void Problems::add(ErrorCode code, std::string text) {
    if (code_ == ErrorCode::usage) code_ = code;
    if (++count_ <= max_kept) texts_.push_back(std::move(text));
}

void Problems::raise_if_any(const std::string& where, const std::string& hint) const {
    if (count_ == 0) return;
    if (count_ == 1) throw Error(code_, where, texts_.front(), hint);
    std::string message = std::to_string(count_) + " problems: ";
    for (size_t i = 0; i < texts_.size(); ++i) message += (i ? "; " : "") + texts_[i];
    if (count_ > texts_.size())
        message += "; and " + std::to_string(count_ - texts_.size()) + " more";
    throw Error(code_, where, message, hint);
}

}  // namespace driftscope
